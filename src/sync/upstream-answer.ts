/** Answers that say with status 200 that something went wrong. */
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { MESSAGE_ERROR } from "../scim/messages.ts";
import { codeOfStatus, failed, type Circumstances, type Failed } from "./upstream-failure.ts";
import { memberOf, numberOf } from "./upstream-json.ts";
import type { FailureCode } from "./upstream-page.ts";

/** RFC 6749 §5.2, RFC 6750 §3.1. */
const AUTH_ERRORS = ["invalid_client", "unauthorized_client", "invalid_token", "access_denied"];

/** What the body refuses; undefined where it refuses nothing. */
export function answerFailure(body: Json, circumstances: Circumstances): Failed | undefined {
  if (!isObject(body)) return undefined;
  const said =
    errcodeIn(body, circumstances) ??
    scimErrorIn(body, circumstances) ??
    errorIn(body, circumstances);
  if (said === undefined) return undefined;
  const detail = `The answer has status 200, and ${said.words}`;
  return failed(circumstances.call, said.code, detail, { status: 200 });
}

interface Said {
  readonly code: FailureCode;
  readonly words: string;
}

/** The second dialect's; its hundreds are a status. */
function errcodeIn(body: JsonObject, circumstances: Circumstances): Said | undefined {
  const errcode = memberOf(body, "errcode");
  if (errcode === undefined || errcode === null) return undefined;
  const number = numberOf(errcode);
  if (number === 0) return undefined;
  // The documents show this sentence and no number with it.
  const isToken = /access token/i.test(JSON.stringify(memberOf(body, "errmsg") ?? ""));
  const code = isToken ? "upstream_auth_failed" : codeOfNumber(number, circumstances);
  return { code: code ?? "upstream_refused", words: `errcode ${number ?? "of another kind"}` };
}

/** RFC 7644 §3.12, under the wrong status. */
function scimErrorIn(body: JsonObject, circumstances: Circumstances): Said | undefined {
  const schemas = memberOf(body, "schemas");
  if (!Array.isArray(schemas) || !schemas.includes(MESSAGE_ERROR)) return undefined;
  const code = codeOfNumber(numberOf(memberOf(body, "status")), circumstances);
  return { code: code ?? "upstream_malformed", words: "is a SCIM error" };
}

function errorIn(body: JsonObject, circumstances: Circumstances): Said | undefined {
  const error = memberOf(body, "error");
  if (error === undefined || error === null || error === false || error === "") return undefined;
  const words = "an error in it";
  if (typeof error === "string" && AUTH_ERRORS.includes(error)) {
    return { code: "upstream_auth_failed", words };
  }
  const number = isObject(error)
    ? (memberOf(error, "code") ?? memberOf(error, "status"))
    : undefined;
  return { code: codeOfNumber(numberOf(number), circumstances) ?? "upstream_malformed", words };
}

function codeOfNumber(
  number: number | undefined,
  circumstances: Circumstances,
): FailureCode | undefined {
  if (number === undefined) return undefined;
  const status = number >= 10_000 ? Math.floor(number / 100) : number;
  return status >= 400 && status < 600 ? codeOfStatus(status, circumstances) : undefined;
}
