/** Phone numbers taken apart: the region, which is a calling code, and the number within it. */
import { callingCodeOf, isCallingCode } from "./calling-codes.ts";
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { invalidValue } from "./refusals.ts";
import { isPrimary } from "./values.ts";

/** What a number without a region is taken to be of. */
export const HOME_REGION = "86";

export interface Phone {
  /** Digits; null where neither the number nor anything beside it says so. */
  readonly region: string | null;
  /** Digits, without the region. */
  readonly number: string;
}

/** The digits of a region, or undefined for one that says nothing. Throws `invalidValue`. */
export function parseRegion(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const digits = /^\+?([1-9]\d{0,5})$/.exec(value.normalize("NFKC").trim())?.[1];
  if (digits !== undefined) return digits;
  throw invalidValue("phoneRegion", "is not a region: 1 to 6 digits, the first of them not 0");
}

/**
 * A number as sent beside this region. Throws `phone_needs_plus` where it begins with a region and
 * no "+", `phone_region_mismatch` where its region is another, `invalidValue` for what is no number.
 */
export function parsePhone(value: string, region: string | undefined): Phone {
  const phone = split(value);
  if (phone === undefined || !/^\d{6,15}$/.test(phone.number)) {
    throw invalidValue("phoneNumbers.value", "is not a phone number of 6 to 15 digits");
  }
  if (phone.region === null && beginsWithRegion(value, phone.number, region)) {
    const problem = '"phoneNumbers.value" begins with a region, which has to begin with "+"';
    throw new ScimError("phone_needs_plus", problem);
  }
  if (phone.region !== null && region !== undefined && phone.region !== region) {
    const problem = '"phoneRegion" is not the region that "phoneNumbers.value" begins with';
    throw new ScimError("phone_region_mismatch", problem);
  }
  return phone;
}

/** The phone of a user as it is kept, in whatever form it was sent; undefined without any. */
export function phoneOf(attributes: JsonObject): Phone | undefined {
  const value = phoneValue(attributes["phoneNumbers"]);
  if (value === undefined) return undefined;
  const { region, number } = split(value) ?? { region: null, number: value };
  const told = attributes["phoneRegion"];
  return { region: typeof told === "string" ? told : region, number };
}

/** With and without its region: the forms a phone is found by, beside the one it was sent in. */
export function phoneForms(attributes: JsonObject): readonly string[] {
  if (attributes["phoneRegion"] === undefined) return [];
  const phone = phoneOf(attributes);
  return phone === undefined ? [] : [`+${phone.region}${phone.number}`, phone.number];
}

/** The number in a text that somebody looks for, without its region; undefined where it has none. */
export function localNumber(text: string): string | undefined {
  return split(text)?.number;
}

/** The number with its region, as it is dialed; undefined for a text that tells no region. */
export function parseDialedNumber(text: string): string | undefined {
  const phone = split(text);
  return phone === undefined || phone.region === null
    ? undefined
    : `+${phone.region}${phone.number}`;
}

/** What the user's phone was sent as: the work one, else the primary one, else the first. */
export function phoneValue(list: Json | undefined): string | undefined {
  const value = phoneElement(list)?.["value"];
  return typeof value === "string" ? value : undefined;
}

/** The same with all that stands beside it. */
export function phoneElement(list: Json | undefined): JsonObject | undefined {
  if (!Array.isArray(list)) return undefined;
  const phones = list.filter(isObject);
  return phones.find(isWork) ?? phones.find(isPrimary) ?? phones[0];
}

function isWork({ type }: JsonObject): boolean {
  return typeof type === "string" && type.toLowerCase() === "work";
}

const WRITTEN = /^\+?[\d\s().\-/]+$/;

/** RFC 7643 §4.1.2 lets a number come as a `tel:` URI too. */
function split(value: string): Phone | undefined {
  const text = plain(value);
  if (!WRITTEN.test(text)) return undefined;
  const digits = text.replace(/\D/g, "");
  if (!text.startsWith("+")) return { region: null, number: digits };
  const region = callingCodeOf(digits);
  return region === undefined ? undefined : { region, number: digits.slice(region.length) };
}

function plain(value: string): string {
  return value.normalize("NFKC").trim().replace(/^tel:/i, "");
}

/** Bare digits are a number; a calling code set apart from them, or "00", is a region. */
function beginsWithRegion(value: string, digits: string, region: string | undefined): boolean {
  if (digits.startsWith("00")) return true;
  const first = /^\(?(\d{1,3})[\s().\-/]/.exec(plain(value))?.[1];
  // An area code of North America may look like a calling code: 212 is New York's, and Morocco's.
  if (first === undefined || (region === "1" && digits.length === 10)) return false;
  return isCallingCode(first);
}
