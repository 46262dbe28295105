/** What a directory asks of its users' passwords, and whether it keeps them. */
import { z } from "zod";
import { ScimError } from "../scim/error.ts";
import { fold } from "../scim/fold.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import { phoneOf } from "../scim/phone.ts";
import type { Row, Statement } from "./database.ts";
import { textOf } from "./user.ts";

/** The names of the source documents. */
export const PASSWORD_RULES = [
  "inclusion_upper_case",
  "inclusion_lower_case",
  "inclusion_number",
  "inclusion_special_case",
  "exclusion_username",
  "exclusion_email",
  "exclusion_phone_number",
  "exclusion_display_name",
] as const;
export type PasswordRule = (typeof PASSWORD_RULES)[number];

export const PASSWORD_MODES = ["discard", "hash"] as const;

export interface PasswordPolicy {
  /** A password that came in is dropped, or kept as a hash. */
  readonly mode: (typeof PASSWORD_MODES)[number];
  readonly minLength: number;
  readonly rules: readonly PasswordRule[];
  /** 0 as long as nobody has set it. */
  readonly version: number;
}

export const DEFAULT_POLICY: PasswordPolicy = {
  mode: "discard",
  minLength: 8,
  rules: ["inclusion_upper_case", "inclusion_lower_case", "inclusion_number", "exclusion_username"],
  version: 0,
};

/** Throws `password_rejected`, which names the rules and nothing else. */
export function checkPassword(
  password: string,
  attributes: JsonObject,
  { minLength, rules }: PasswordPolicy,
): void {
  const broken = rules.filter((rule) => !KEEPS[rule](password, attributes));
  const isShort = password.length < minLength;
  if (broken.length === 0 && !isShort) return;
  const names = [...(isShort ? [`at least ${minLength} characters`] : []), ...broken];
  throw new ScimError("password_rejected", `"password" doesn't keep to: ${names.join(", ")}`);
}

type Keeps = (password: string, attributes: JsonObject) => boolean;

const KEEPS: Readonly<Record<PasswordRule, Keeps>> = {
  inclusion_upper_case: (password) => /\p{Lu}/u.test(password),
  inclusion_lower_case: (password) => /\p{Ll}/u.test(password),
  inclusion_number: (password) => /\p{Nd}/u.test(password),
  inclusion_special_case: (password) => /[^\p{L}\p{N}\s]/u.test(password),
  exclusion_username: (password, attributes) =>
    !contains(password, [textOf(attributes, "userName")]),
  exclusion_email: (password, attributes) => !contains(password, addressesOf(attributes)),
  exclusion_phone_number: (password, attributes) =>
    !contains(password, [phoneOf(attributes)?.number]),
  exclusion_display_name: (password, attributes) =>
    !contains(password, [textOf(attributes, "displayName")]),
};

/** A name shorter than this is part of too many words to be looked for. */
const TELLING = 3;

function contains(password: string, texts: readonly (string | undefined)[]): boolean {
  const folded = fold(password);
  return texts.some(
    (text) => text !== undefined && text.length >= TELLING && folded.includes(fold(text)),
  );
}

/** Whole, and what stands before the "@". */
function addressesOf({ emails }: JsonObject): string[] {
  const list = Array.isArray(emails) ? emails : [];
  const addresses = list.flatMap((email) =>
    isObject(email) ? (textOf(email, "value") ?? []) : [],
  );
  return addresses.flatMap((address) => [address, address.split("@")[0] ?? ""]);
}

/** The row for `parsePolicy`, in the directory's own shard. */
export function policyStatement(directoryId: string): Statement {
  return { sql: POLICY.replace(":row", "?1"), params: [directoryId] };
}

/** `:row` stands for the directory. */
export const POLICY =
  "SELECT mode, min_length, rules, version FROM password_policies WHERE directory_id = :row";

const policyRow = z.object({
  mode: z.enum(PASSWORD_MODES),
  min_length: z.number(),
  rules: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.enum(PASSWORD_RULES))),
  version: z.number(),
});

/** The policy of a directory; without a row the default. Throws when this code didn't write the row. */
export function parsePolicy(row: Row | undefined): PasswordPolicy {
  if (row === undefined) return DEFAULT_POLICY;
  const { min_length: minLength, ...rest } = policyRow.parse(row);
  return { ...rest, minLength };
}

/** Aborts unless the policy still has the version before. A directory that keeps none has none left. */
export function policyStatements(
  directoryId: string,
  { mode, minLength, rules, version }: PasswordPolicy,
  now: number,
): Statement[] {
  const params = [directoryId, mode, minLength, JSON.stringify(rules), version, now];
  return [
    { sql: UNCHANGED, params: [directoryId, version - 1] },
    { sql: PUT, params },
    ...(mode === "discard" ? [{ sql: FORGET_ALL, params: [directoryId] }] : []),
  ];
}

const UNCHANGED = `INSERT INTO assert_ok (ok) SELECT 0 WHERE ?2 <> coalesce(
  (SELECT version FROM password_policies WHERE directory_id = ?1), 0)`;

const PUT = `INSERT INTO password_policies (directory_id, mode, min_length, rules, version, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)
  ON CONFLICT (directory_id) DO UPDATE SET mode = excluded.mode, min_length = excluded.min_length,
    rules = excluded.rules, version = excluded.version, updated_at = excluded.updated_at`;

const FORGET_ALL = `DELETE FROM passwords WHERE user_id IN (
  SELECT u.id FROM passwords p CROSS JOIN users u ON u.id = p.user_id WHERE u.directory_id = ?1)`;
