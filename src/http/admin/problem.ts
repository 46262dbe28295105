/** Errors of the admin API. RFC 9457, with a stable `code` and what to do about it. */
import type { Hook } from "@hono/zod-openapi";
import type { z } from "zod";
import { ScimError, type Fault, type Reason } from "../../scim/error.ts";
import type { problem } from "./contracts.ts";
import type { AdminEnv } from "./router.ts";

export type Problem = z.infer<typeof problem>;

/** What of a request a problem speaks of. */
interface Asked {
  readonly req: { readonly url: string };
  get(name: "requestId"): string;
}

const TITLES: Partial<Record<Reason, string>> = {
  invalidFilter: "The filter can't be answered",
  invalidSyntax: "The request can't be read",
  invalidValue: "A value isn't allowed",
  tooMany: "Too many results",
  unauthorized: "Not signed in",
  forbidden: "Not allowed",
  not_found: "Not found",
  method_not_allowed: "Method not allowed",
  conflict: "Not in this state",
  precondition_failed: "Changed by someone else",
  payload_too_large: "The body is too large",
  unsupported_media_type: "Send application/json",
  not_available: "Not available yet",
  rate_limited: "Too many requests",
  internal: "Internal error",
  unavailable: "Temporarily unavailable",
  token_limit_reached: "A third token can't be made",
  last_enabled_token: "The last token that works can't be disabled",
  disable_first: "It is still enabled",
  already_claimed: "Already claimed",
  name_mismatch: "The name doesn't match",
  source_type_unsupported: "This type isn't supported",
  kind_not_supported: "This kind isn't supported",
  mode_immutable: "The mode can't be changed",
  confirmation_needed: "Say that it is meant",
  target_out_of_scope: "The target has to lie in the scope",
  organization_unknown: "There is no such organization",
  group_unknown: "There is no such group",
  last_owner_key: "The last owner's key has to stay",
  key_revoked: "The key was revoked",
  shard_not_bound: "There is no such shard",
  idempotency_key_reused: "The Idempotency-Key was used before",
};

const HINTS: Partial<Record<Reason, string>> = {
  unauthorized: "Send `Authorization: Bearer mst_adm_…`, or sign in again.",
  precondition_failed: "Read it again and repeat the change on what is there now.",
  token_limit_reached: "Disable and delete one first, or rotate it with overlapHours 0.",
  last_enabled_token: "Add another token first, then disable this one.",
  disable_first: "Disable it, then delete it.",
  mode_immutable: "Create another data source.",
  confirmation_needed: "Send confirm: true with it.",
  target_out_of_scope: "Name a targetOrganizationId that lies in the scope.",
  last_owner_key: "Make another owner's key first.",
  shard_not_bound: "Bind its database as DB_ and the shard's code, then apply the migrations.",
  idempotency_key_reused: "Send the same request as before, or another key.",
  already_claimed: "Sign in with an admin key.",
  rate_limited: "Wait as long as Retry-After says.",
};

/** The body of an error's answer. */
export function problemOf(error: ScimError, c: Asked): Problem {
  const { reason, status, message, faults } = error;
  const url = new URL(c.req.url);
  const code = codeOf(reason);
  const hint = HINTS[reason];
  return {
    type: `${url.origin}/problems/${code.replaceAll("_", "-")}`,
    code,
    title: TITLES[reason] ?? "Refused",
    status,
    detail: message,
    ...(hint === undefined ? {} : { hint }),
    instance: url.pathname,
    requestId: c.get("requestId"),
    ...(faults === undefined ? {} : { errors: [...faults] }),
  };
}

/** What a router does with a body, query or parameter that its contract refuses: throws `invalidValue`. */
export const refuseInvalid: Hook<unknown, AdminEnv, string, undefined> = (result) => {
  if (result.success) return undefined;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue));
  const where = result.target === "json" ? "body" : result.target;
  throw new ScimError("invalidValue", `The ${where} doesn't fit the contract`, { faults });
};

/** SCIM's keywords in the form of all other codes: invalidValue → invalid_value. */
function codeOf(reason: Reason): string {
  return reason.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const ISSUE_CODES: Readonly<Record<string, string>> = {
  invalid_type: "wrong_type",
  too_small: "out_of_range",
  too_big: "out_of_range",
  invalid_format: "malformed",
  invalid_value: "not_allowed",
};

/** One line for each unknown key: its name is the client's own, and bounded like every other echo. */
function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, 10).map((key) => ({
      pointer: pointerOf([...issue.path, key.slice(0, 64)]),
      code: "unknown",
      detail: "There is no such field",
    }));
  }
  const code = ISSUE_CODES[issue.code] ?? "invalid";
  return [{ pointer: pointerOf(issue.path), code, detail: issue.message.slice(0, 200) }];
}

/** RFC 6901. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
