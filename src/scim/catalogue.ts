/**
 * Everything that can be refused: under which status it travels, what it means and what can be
 * done about it. Each row stands in the part of its theme.
 */
import { ACCESS } from "./catalogue-access.ts";
import { REQUESTS } from "./catalogue-requests.ts";
import { PROTOCOL } from "./catalogue-protocol.ts";
import { PULLS } from "./catalogue-pulls.ts";
import { RECORDS } from "./catalogue-records.ts";
import { RUNS } from "./catalogue-runs.ts";
import { SETTINGS } from "./catalogue-settings.ts";
import { UPSTREAM } from "./catalogue-upstream.ts";

/** What a reason means, for people: `advice` is what the reader can do about it. */
export interface Words {
  readonly title: string;
  readonly advice: string;
}

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A row without words in each language doesn't compile. Status 200 refuses nothing: it is told. */
export type Row = {
  readonly status: number;
  readonly scimType?: string;
} & Readonly<Record<Language, Words>>;

export type Catalogue = Readonly<Record<string, Row>>;

export const REASONS = {
  ...PROTOCOL,
  ...REQUESTS,
  ...ACCESS,
  ...SETTINGS,
  ...PULLS,
  ...RECORDS,
  ...RUNS,
  ...UPSTREAM,
};

export type Reason = keyof typeof REASONS;

export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}

/** A reason as the admin API spells it: SCIM's keywords in the form of all other codes. */
export function codeOf(reason: Reason): string {
  return reason.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function wordsOf(reason: Reason, language: Language): Words {
  return REASONS[reason][language];
}

/** The language of ours that an Accept-Language prefers, English where it names none. RFC 9110 §12.5.4. */
export function preferredLanguage(header: string | undefined): Language {
  const wishes = (header ?? "").slice(0, 1024).split(",").map(wishOf);
  const known = wishes.filter(({ language, weight }) => language !== undefined && weight > 0);
  // The sort is stable: of equal wishes the first one counts.
  return known.sort((a, b) => b.weight - a.weight)[0]?.language ?? "en";
}

function wishOf(range: string): { language: Language | undefined; weight: number } {
  const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const [primary] = tag.split("-", 1);
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  return {
    language: LANGUAGES.find((language) => language === primary),
    weight: /^[01](\.\d{0,3})?$/.test(weight) ? Number(weight) : 0,
  };
}
