/** What the log keeps of a refused request: what was asked for, of whom, and which part was at fault. */
import { userNameKey } from "../directory/user.ts";
import type { ScimError } from "../scim/error.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import { hourOf, type Attempt, type Refused } from "../sources/activity.ts";
import { parseSecret } from "../sources/secret.ts";
import type { SourceKeyed } from "./authenticate.ts";
import { tokenPathOf, type AppContext } from "./context.ts";

/** An operation as the log names it. */
export interface Asked {
  readonly method: string;
  /** The collection, with its slash. */
  readonly endpoint: string;
  readonly id: string | undefined;
  readonly body: unknown;
}

/** Texts that others wrote are cut to so many characters. */
const RECORD_LENGTH = 256;
const DETAIL_LENGTH = 400;
const PATH_LENGTH = 128;
const AGENT_LENGTH = 200;
/** Of a shorter credential not even four characters are shown. */
const HINTED_LENGTH = 20;
const HINT_LENGTH = 4;

export function refusedOf(
  c: AppContext,
  { tokenId }: SourceKeyed,
  error: ScimError,
  now: number,
  asked: Asked = askedIn(c),
): Refused {
  const names = namesIn(asked);
  return {
    hour: hourOf(now),
    operation: `${asked.method} ${asked.endpoint}`,
    code: error.note ?? error.reason,
    path: pathIn(error),
    record: names.recordId ?? names.userNameKey ?? names.displayName ?? names.externalId ?? "",
    resourceType: TYPES[asked.endpoint] ?? null,
    recordId: names.recordId,
    userNameKey: names.userNameKey,
    externalId: names.externalId,
    count: 1,
    firstAt: now,
    lastAt: now,
    actor: tokenId,
    requestId: c.get("requestId"),
    detail: error.message.slice(0, DETAIL_LENGTH),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  "/Users": "User",
  "/Groups": "Group",
  "/Organizations": "Organization",
};

/** The path without its base, cut into collection and id. */
function askedIn(c: AppContext): Asked {
  const { method, path } = c.req;
  const segments = path.split("/").filter((segment) => segment !== "");
  const [collection = "", id] = segments.slice(segments.indexOf("v2") + 1);
  const tokenPath = tokenPathOf(c);
  const endpoint = tokenPath ?? `/${collection.slice(0, RECORD_LENGTH)}`;
  // Thousands of them would be as many kinds, and leave no room for the refusals that tell something.
  if (tokenPath !== undefined || c.get("throttled"))
    return { method, endpoint, id: undefined, body: undefined };
  return { method, endpoint, id, body: c.get("body") };
}

interface Names {
  readonly recordId: string | null;
  readonly userNameKey: string | null;
  readonly displayName: string | null;
  readonly externalId: string | null;
}

/** A body may be anything: what of it is a name, and of a length that one may have. */
function namesIn({ id, body, endpoint }: Asked): Names {
  const given = isObject(body) ? body : {};
  const userName = nameIn(given, "userName");
  return {
    recordId: id === undefined || id === ".search" ? null : id.slice(0, RECORD_LENGTH),
    userNameKey: endpoint === "/Users" && userName !== null ? userNameKey({ userName }) : null,
    displayName: endpoint === "/Users" ? null : nameIn(given, "displayName"),
    externalId: nameIn(given, "externalId"),
  };
}

function nameIn(body: JsonObject, name: string): string | null {
  const value = body[name] ?? body[name.toLowerCase()];
  if (typeof value !== "string" || value === "") return null;
  return value.slice(0, RECORD_LENGTH);
}

/** Sentences begin with the attribute they are about, in quotes, before a colon or as it is. */
function pathIn({ faults, message }: ScimError): string {
  const [, quoted, before, first] =
    /^(?:"([^"]+)"|([\w.:$-]+): |(userName|externalId|displayName)\b)/.exec(message) ?? [];
  const path = faults?.[0]?.pointer ?? quoted ?? before ?? first ?? "";
  return path.slice(0, PATH_LENGTH);
}

/** What is kept of a credential that did not work: enough to tell which one it was. */
export function attemptOf(c: AppContext, error: ScimError, now: number): Attempt {
  const header = c.req.header("authorization");
  const credential = header?.trim().split(/\s+/).at(-1) ?? "";
  return {
    at: now,
    why: whyNot(header, credential, error),
    hint: credential.length < HINTED_LENGTH ? "" : credential.slice(-HINT_LENGTH),
    userAgent: userAgentOf(c),
  };
}

/** The same of a client that got no access token: its secret is hinted at if it is one of the source's. */
export function clientAttemptOf(
  c: AppContext,
  hint: string,
  { note, reason }: ScimError,
  now: number,
): Attempt {
  return { at: now, why: note ?? reason, hint, userAgent: userAgentOf(c) };
}

function userAgentOf(c: AppContext): string {
  return (c.req.header("user-agent") ?? "").slice(0, AGENT_LENGTH);
}

function whyNot(header: string | undefined, credential: string, { note }: ScimError): string {
  if (header === undefined) return "credential_missing";
  if (parseSecret(credential)?.kind !== "scim") return "credential_malformed";
  return note ?? "token_unknown";
}
