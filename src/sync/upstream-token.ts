/** Access tokens of an upstream, in the ways that upstreams give them. */
import { isObject, type Json } from "../scim/json.ts";
import { answerFailure } from "./upstream-answer.ts";
import { failed } from "./upstream-failure.ts";
import { askJson, BOUNDS, parseUrl, type Fetcher, type Question } from "./upstream-fetch.ts";
import { memberOf, numberOf } from "./upstream-json.ts";
import type { AccessToken, Connection, Got } from "./upstream-page.ts";

/** RFC 6749 §5.1 only recommends to say it. */
const LIFETIME_SECONDS = 3_600;
const LIFETIME_MAX_SECONDS = 10 * 365 * 86_400;
/** The last moment that a Date can be. */
const NEVER = 8_640_000_000_000_000;
/** What a header can carry; control characters would end it. */
const HEADER_TEXT = /^[\x20-\x7e]{1,16384}$/;

/** `now` in epoch milliseconds. A fixed token is not asked for, and doesn't expire. */
export async function fetchToken(
  connection: Connection,
  fetcher: Fetcher,
  now: number,
  bounds = BOUNDS,
): Promise<Got<AccessToken>> {
  const { upstream, secret } = connection;
  if (upstream.tokenStyle === "fixed") return tokenOf(secret, NEVER, "fixed");
  const url = parseUrl(upstream.tokenUrl, "token", connection);
  if (!url.ok) return url;
  if (!secret.isWellFormed() || upstream.clientId?.isWellFormed() === false) {
    return failed("token", "upstream_auth_failed", "The credentials have half a surrogate pair");
  }
  const question = questionOf(url.value, connection);
  const answer = await askJson(question, { fetcher, now, bounds });
  return answer.ok ? readToken(answer.value, connection, now) : answer;
}

function questionOf(url: URL, { upstream, secret }: Connection): Question {
  const common = { call: "token", filtered: false } as const;
  const { tokenStyle } = upstream;
  const clientId = upstream.clientId ?? "";
  if (tokenStyle === "query_get") {
    return { ...common, url: withCredentials(url, clientId, secret), headers: {} };
  }
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (tokenStyle === "client_secret_basic") {
    const authorization = `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(secret)}`)}`;
    return { ...common, url, headers: { authorization }, form };
  }
  form.append("client_id", clientId);
  form.append("client_secret", secret);
  return { ...common, url, headers: {}, form };
}

function withCredentials(url: URL, clientId: string, secret: string): URL {
  const credentials = `client_id=${encodeURIComponent(clientId)}&client_secret=${encodeURIComponent(secret)}`;
  const result = new URL(url);
  result.search = url.search === "" ? credentials : `${url.search}&${credentials}`;
  return result;
}

/** RFC 6749 §2.3.1: each part is encoded as in a form before they are joined. */
function formEncoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

function readToken(body: Json, { upstream }: Connection, now: number): Got<AccessToken> {
  const refused = answerFailure(body, { call: "token", filtered: false });
  if (refused !== undefined) return refused;
  const value = isObject(body) ? memberOf(body, "access_token") : undefined;
  if (typeof value !== "string" || value === "") {
    return failed("token", "upstream_malformed", "The answer has no access_token");
  }
  const given = numberOf(isObject(body) ? memberOf(body, "expires_in") : undefined) ?? 0;
  const seconds = given > 0 ? Math.min(given, LIFETIME_MAX_SECONDS) : LIFETIME_SECONDS;
  return tokenOf(value, now + Math.floor(seconds) * 1_000, upstream.tokenStyle);
}

function tokenOf(value: string, expiresAt: number, style: AccessToken["style"]): Got<AccessToken> {
  if (HEADER_TEXT.test(value)) return { ok: true, value: { value, expiresAt, style } };
  return failed(
    "token",
    "upstream_auth_failed",
    "The token has characters that no header can carry",
  );
}
