/** Errors as the second dialect has them: a number, and a sentence. */
import type { Reason, ScimError } from "./error.ts";
import type { JsonObject } from "./json.ts";

/**
 * A number means one code for good: clients compare them. The first three digits are the status;
 * a code that has no number of its own goes under its status and two noughts.
 */
export const ERROR_NUMBERS = {
  invalidSyntax: 40001,
  invalidValue: 40002,
  invalidFilter: 40003,
  tooMany: 40004,
  mutability: 40005,
  invalidPath: 40006,
  noTarget: 40007,
  phone_needs_plus: 40010,
  phone_region_mismatch: 40011,
  email_type_not_work: 40012,
  phone_type_not_work: 40013,
  password_rejected: 40014,
  organization_unknown: 40015,
  organization_cycle: 40016,
  organization_too_deep: 40017,
  group_unknown: 40018,
  unauthorized: 40101,
  not_owner: 40301,
  permission_missing: 40302,
  api_closed: 40303,
  data_source_disabled: 40304,
  scope_empty: 40305,
  organization_out_of_scope: 40306,
  deletion_rejected: 40307,
  not_found: 40401,
  method_not_allowed: 40501,
  uniqueness: 40901,
  conflict: 40902,
  organization_not_empty: 40903,
  organization_in_use: 40904,
  field_locked: 40905,
  hold_replaced: 40906,
  precondition_failed: 41201,
  payload_too_large: 41301,
  uri_too_long: 41401,
  unsupported_media_type: 41501,
  rate_limited: 42901,
  internal: 50001,
  unavailable: 50301,
  deletions_held: 50302,
} as const satisfies Partial<Record<Reason, number>>;

/** `unauthorized` says of the token endpoint's answers what is wrong there. */
export function dialectError(error: ScimError, unauthorized: string): JsonObject {
  return { errcode: errorNumber(error), errmsg: messageOf(error, unauthorized) };
}

export function errorNumber({ reason, status }: Pick<ScimError, "reason" | "status">): number {
  const numbers: Partial<Record<Reason, number>> = ERROR_NUMBERS;
  return numbers[reason] ?? status * 100;
}

/** Two sentences are the documents' own. */
function messageOf({ reason, status, message }: ScimError, unauthorized: string): string {
  if (status === 401) return unauthorized;
  return reason === "not_found" ? "not exist" : message;
}
