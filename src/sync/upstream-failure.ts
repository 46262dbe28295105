/** What went wrong with a call, said by which call it was and by what it was answered. */
import type { FailureCode, Got, UpstreamFailure } from "./upstream-page.ts";

export type Call = UpstreamFailure["call"];

/** What a call is judged by. */
export interface Circumstances {
  readonly call: Call;
  /** Whether it asked for a part by a filter: then 400 may be about that. */
  readonly filtered: boolean;
}

const RETRYABLE: ReadonlySet<FailureCode> = new Set([
  "upstream_rate_limited",
  "upstream_unavailable",
  "upstream_timeout",
]);

export type Failed = Extract<Got<never>, { readonly ok: false }>;

export function failed(
  call: Call,
  code: FailureCode,
  detail: string,
  more: Partial<Pick<UpstreamFailure, "status" | "retryable" | "retryAfterSeconds">> = {},
): Failed {
  const { status, retryable = RETRYABLE.has(code), retryAfterSeconds } = more;
  return { ok: false, failure: { call, code, status, retryable, retryAfterSeconds, detail } };
}

/** What a status means; undefined where it means success. */
export function codeOfStatus(
  status: number,
  { call, filtered }: Circumstances,
): FailureCode | undefined {
  if (status >= 500) {
    return status === 501 && filtered ? "upstream_filter_refused" : "upstream_unavailable";
  }
  if (status >= 400) return codeOfRefusal(status, call, filtered);
  // Some platforms hide the status of a redirect that isn't followed.
  if (status === 0 || status >= 300) return "upstream_redirected";
  // 206 is a part of an answer, 204 and 205 are none.
  return status >= 200 && status < 204 ? undefined : "upstream_malformed";
}

function codeOfRefusal(status: number, call: Call, filtered: boolean): FailureCode {
  switch (status) {
    case 400:
      if (call === "token") return "upstream_auth_failed";
      return filtered ? "upstream_filter_refused" : "upstream_refused";
    case 401:
      return "upstream_auth_failed";
    case 403:
      return call === "token" ? "upstream_auth_failed" : "upstream_forbidden";
    case 404:
    case 410:
      return "upstream_not_found";
    case 408:
      return "upstream_timeout";
    case 425:
    case 429:
      return "upstream_rate_limited";
    default:
      return "upstream_refused";
  }
}

/** Nobody waits longer, whatever they are told. */
const WAIT_MAX_SECONDS = 900;

/** The three forms of an HTTP-date. RFC 9110 §5.6.7. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** In epoch milliseconds; undefined for what is none. */
export function parseHttpDate(text: string): number | undefined {
  if (!HTTP_DATE.test(text)) return undefined;
  // The form of asctime() has no zone, and would be taken for local time.
  const time = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

/** RFC 9110 §10.2.3: seconds to wait, 0–900; undefined for what says nothing sensible. */
export function parseRetryAfter(
  header: string | null,
  now: number | undefined,
): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text), WAIT_MAX_SECONDS);
  const time = parseHttpDate(text);
  if (now === undefined || time === undefined) return undefined;
  return Math.min(Math.max(0, Math.ceil((time - now) / 1_000)), WAIT_MAX_SECONDS);
}
