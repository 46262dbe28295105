/** Errors of the admin API. RFC 9457, with a stable `code`, and in the language asked for what to do about it. */
import type { Hook } from "@hono/zod-openapi";
import type { z } from "zod";
import { codeOf, preferredLanguage, wordsOf, type Language } from "../../scim/catalogue.ts";
import { ScimError, type Fault } from "../../scim/error.ts";
import type { problem } from "./contracts.ts";
import type { AdminEnv } from "./router.ts";

export type Problem = z.infer<typeof problem>;

/** What of a request a problem speaks of. */
interface Asked {
  readonly req: { readonly url: string; header(name: string): string | undefined };
  get(name: "requestId"): string;
}

/** The body of an error's answer. */
export function problemOf(error: ScimError, c: Asked): Problem {
  const { reason, status, message, faults } = error;
  const url = new URL(c.req.url);
  const code = codeOf(reason);
  const { title, advice } = wordsOf(reason, languageOf(c));
  return {
    type: `${url.origin}/problems/${code.replaceAll("_", "-")}`,
    code,
    title,
    status,
    detail: message,
    hint: advice,
    instance: url.pathname,
    requestId: c.get("requestId"),
    ...(faults === undefined ? {} : { errors: [...faults] }),
  };
}

/** The language in which a problem is explained; `detail` stays English. */
export function languageOf(c: Pick<Asked, "req">): Language {
  return preferredLanguage(c.req.header("accept-language"));
}

/** What a router does with a body, query or parameter that its contract refuses: throws `invalidValue`. */
export const refuseInvalid: Hook<unknown, AdminEnv, string, undefined> = (result) => {
  if (result.success) return undefined;
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue));
  const where = result.target === "json" ? "body" : result.target;
  throw new ScimError("invalidValue", `The ${where} doesn't fit the contract`, { faults });
};

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
