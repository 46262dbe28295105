/** Why a data source's object carries out nothing. */
import type { Refusal } from "../scim/error.ts";
import type { Outcome } from "./operation.ts";

export const FULL: Refusal = {
  reason: "rate_limited",
  detail: "Too many writes of this data source are waiting",
  retryAfterSeconds: 2,
};
export const LATE: Refusal = {
  reason: "unavailable",
  detail: "The write waited too long and was not carried out",
  retryAfterSeconds: 5,
};
export const STOPPED: Refusal = {
  reason: "unavailable",
  detail: "The write could not be carried out",
  retryAfterSeconds: 1,
};

export function refused(refusal: Refusal): Outcome {
  return { ok: false, refusal };
}
