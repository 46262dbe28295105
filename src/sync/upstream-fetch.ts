/**
 * One call of an upstream: bounded in time and size, never redirected, and read to its end before a
 * word of it is believed.
 */
import { ScimError } from "../scim/error.ts";
import type { Json } from "../scim/json.ts";
import {
  codeOfStatus,
  failed,
  parseHttpDate,
  parseRetryAfter,
  type Call,
  type Circumstances,
} from "./upstream-failure.ts";
import type { Got } from "./upstream-page.ts";
import { checkUpstreamUrl, type UrlRules } from "./upstream-url.ts";

/** The platform's `fetch`. */
export type Fetcher = (request: Request) => Promise<Response>;

export interface Bounds {
  /** Until the headers are there, connecting included. */
  readonly headersMs: number;
  /** Between two parts of the body. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** Of the body, decompressed. */
  readonly bytes: number;
}

export const BOUNDS: Bounds = {
  headersMs: 10_000,
  idleMs: 30_000,
  totalMs: 60_000,
  bytes: 10 * 1_024 * 1_024,
};

/** What a call is made with. `now` is in epoch milliseconds. */
export interface Terms {
  readonly fetcher: Fetcher;
  readonly now: number | undefined;
  readonly bounds: Bounds;
}

export interface Question extends Circumstances {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes it a POST of a form. */
  readonly form?: URLSearchParams;
}

/** The URL of the settings, checked again: it may have been kept under other rules. */
export function parseUrl(text: string | null, call: Call, rules: UrlRules): Got<URL> {
  if (text === null) return failed(call, "upstream_url_refused", "There is no URL to ask");
  try {
    return { ok: true, value: checkUpstreamUrl(text, rules) };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return failed(call, "upstream_url_refused", error.message);
  }
}

export interface Answer {
  readonly body: Json;
  /** When it was given, in the upstream's time: RFC 9110 §6.6.1. */
  readonly date: number | undefined;
}

/** What the upstream answered, as JSON. Never throws for what an upstream does. */
export async function askJson(question: Question, terms: Terms): Promise<Got<Json>> {
  const answer = await askUpstream(question, terms);
  return answer.ok ? { ok: true, value: answer.value.body } : answer;
}

/** The same, with the time. */
export async function askUpstream(question: Question, terms: Terms): Promise<Got<Answer>> {
  const { call } = question;
  const deadline = startDeadline(terms.bounds);
  try {
    return await Promise.race([answerTo(question, terms, deadline), deadline.passed]);
  } catch {
    // Where it broke is known by the call; the platform's words for it differ, and mean nothing.
    return deadline.signal.aborted
      ? failed(call, "upstream_timeout", "There was no complete answer in time")
      : failed(call, "upstream_unavailable", "The connection failed or broke off");
  } finally {
    deadline.end();
  }
}

async function answerTo(
  question: Question,
  { fetcher, now, bounds }: Terms,
  deadline: Deadline,
): Promise<Got<Answer>> {
  const { call } = question;
  const response = await fetcher(requestFor(question, deadline.signal));
  deadline.heard();
  const { status } = response;
  const code = codeOfStatus(status, question);
  if (code !== undefined) {
    // A status says enough, even where what comes after it breaks off.
    await response.body?.cancel().catch(() => undefined);
    const retryAfterSeconds = parseRetryAfter(response.headers.get("retry-after"), now);
    return failed(call, code, `The answer has status ${status}`, { status, retryAfterSeconds });
  }
  const chunks = await readChunks(response, bounds.bytes, deadline.heard);
  if (chunks !== undefined) return parseAnswer(chunks, response, call);
  return failed(call, "upstream_too_large", `The answer has more than ${bounds.bytes} bytes`, {
    status,
  });
}

function requestFor({ url, headers, form }: Question, signal: AbortSignal): Request {
  return new Request(url, {
    method: form === undefined ? "GET" : "POST",
    headers: {
      accept: "application/scim+json, application/json",
      ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      ...headers,
    },
    redirect: "manual",
    signal,
    ...(form !== undefined && { body: form.toString() }),
  });
}

/** All of the body, or undefined where it is too large: then the rest isn't read. */
async function readChunks(
  { body, headers }: Response,
  most: number,
  heard: () => void,
): Promise<Uint8Array[] | undefined> {
  if (body === null) return [];
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = Number(headers.get("content-length") ?? 0);
  try {
    if (length > most) return undefined;
    length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return chunks;
      heard();
      length += value.byteLength;
      if (length > most) return undefined;
      chunks.push(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Whatever is no JSON may be a page of something in between, or cut off: it may go well later. */
function parseAnswer(
  chunks: readonly Uint8Array[],
  { status, headers }: Response,
  call: Call,
): Got<Answer> {
  const malformed = (problem: string) =>
    failed(call, "upstream_malformed", `The answer, with status ${status}, ${problem}`, {
      status,
      retryable: true,
    });
  const text = decode(chunks);
  if (text === undefined) return malformed("is not UTF-8");
  if (text.trim() === "") return malformed("is empty");
  try {
    const date = parseHttpDate(headers.get("date") ?? "");
    return { ok: true, value: { body: JSON.parse(text), date } };
  } catch {
    const isPage = headers.get("content-type")?.toLowerCase().startsWith("text/html") === true;
    return malformed(isPage ? "is a page for people, not JSON" : "is not JSON");
  }
}

function decode(chunks: readonly Uint8Array[]): string | undefined {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  try {
    return (
      chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode()
    );
  } catch {
    return undefined;
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  /** Rejects at the deadline, also where a fetcher doesn't heed the signal. */
  readonly passed: Promise<never>;
  /** Something came: it is silent from now on. */
  readonly heard: () => void;
  readonly end: () => void;
}

function startDeadline({ headersMs, idleMs, totalMs }: Bounds): Deadline {
  const { signal, abort } = abortable();
  let heardAt = 0;
  let silence = setTimeout(abort, headersMs);
  const total = setTimeout(abort, totalMs);
  const passed = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("The deadline has passed"));
    });
  });
  // A page comes in dozens of parts: a timer for each would cost more than reading it.
  const listen = (): void => {
    const left = heardAt + idleMs - performance.now();
    if (left <= 0) abort();
    else silence = setTimeout(listen, left);
  };
  return {
    signal,
    passed,
    heard: () => {
      const isFirst = heardAt === 0;
      heardAt = performance.now();
      if (!isFirst) return;
      clearTimeout(silence);
      listen();
    },
    end: () => {
      clearTimeout(silence);
      clearTimeout(total);
    },
  };
}

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}
