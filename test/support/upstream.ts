/** Upstream directories as tests in workerd set them up: each has one to itself. */
import { inject } from "vitest";
import {
  ORGANIZATION_LIMIT,
  upstream as settings,
  USER_LIMIT,
  type Upstream,
} from "../../src/sources/upstream.ts";
import type {
  AccessToken,
  Connection,
  Got,
  PageRequest,
  Position,
  UpstreamFailure,
  UpstreamPage,
  UpstreamType,
} from "../../src/sync/upstream-page.ts";
import { fetchPage } from "../../src/sync/upstream-list.ts";
import { fetchToken } from "../../src/sync/upstream-token.ts";
import type {
  Act,
  Asked,
  Change,
  Fault,
  Script,
  TokenScript,
} from "../../src/cli/upstream/script.ts";
import type { Json } from "../../src/scim/json.ts";

declare module "vitest" {
  interface ProvidedContext {
    upstream: { readonly origin: string; readonly otherOrigin: string };
  }
}

const { origin: ORIGIN, otherOrigin } = inject("upstream");

export const TOKEN: TokenScript = {
  style: "client_secret_post",
  clientId: "muster",
  secret: "s3cret",
};

export const answers = (status: number, body: Json = {}, headers: Record<string, string> = {}) =>
  ({ kind: "answer", status, body, headers }) satisfies Act;

/** Each act as the fault of the call of its number. */
export function inTurn(acts: readonly Act[], on: Fault["on"]): Fault[] {
  return acts.map((act, index) => ({ on, call: index + 1, act }));
}

export interface TestUpstream {
  readonly name: string;
  /** Where it is, and where a redirect to another origin leads. */
  readonly base: string;
  readonly otherBase: string;
  readonly connection: Connection;
  readonly change: (change: Change) => Promise<void>;
  /** Another directory in its place; tokens that were given out are worthless. */
  readonly replace: (script: Script) => Promise<void>;
  /** Also begins to count the calls anew. */
  readonly setFaults: (...faults: readonly Fault[]) => Promise<void>;
  readonly asked: () => Promise<readonly Asked[]>;
}

/** A directory of its own; `more` are settings of the source that reads it. */
export async function newUpstream(
  script: Script,
  more: Partial<Upstream> = {},
): Promise<TestUpstream> {
  const name = crypto.randomUUID();
  const { token = TOKEN } = script;
  await control(name, "", { ...script, token });
  const base = `${ORIGIN}/u/${name}`;
  return {
    name,
    base,
    otherBase: `${otherOrigin}/u/${name}`,
    connection: {
      upstream: settingsOf(base, token, { ...dialectSettings(script), ...more }),
      secret: token.secret,
      allowLoopback: true,
    },
    replace: (other) => control(name, "", { ...other, token }),
    change: (wanted) => control(name, "/change", wanted),
    setFaults: (...faults) => control(name, "/faults", faults),
    asked: async () => {
      const response = await fetch(`${ORIGIN}/control/${name}/asked`);
      return response.json<readonly Asked[]>();
    },
  };
}

async function control(name: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${ORIGIN}/control/${name}${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The upstream can't be set up: ${response.status}`);
}

function dialectSettings({ shape }: Script): Partial<Upstream> {
  return shape === "dialect" ? { filterStyle: "lastModified" } : {};
}

function settingsOf(base: string, token: TokenScript, more: Partial<Upstream>): Upstream {
  const isFixed = token.style === "fixed";
  return settings.parse({
    tokenStyle: token.style,
    tokenUrl: isFixed ? null : `${base}/token`,
    clientId: isFixed ? null : (token.clientId ?? ""),
    userUrl: `${base}/Users`,
    orgUrl: `${base}/Organizations`,
    groupUrl: `${base}/Groups`,
    filterStyle: "meta.lastModified",
    pageSize: 100,
    schedule: { kind: "manual" },
    scheduledKind: "full",
    fullAt: null,
    deletionPolicy: "disable",
    userLimit: USER_LIMIT,
    organizationLimit: ORGANIZATION_LIMIT,
    ...more,
  });
}

/** Any time: nothing here looks at the clock. */
export const NOW = Date.UTC(2026, 10, 22, 12);

export const fetcher = (request: Request): Promise<Response> => fetch(request);

export function valueOf<T>(got: Got<T>): T {
  if (got.ok) return got.value;
  throw new Error(`It failed: ${JSON.stringify(got.failure)}`);
}

export function failureOf(got: Got<unknown>): UpstreamFailure {
  if (!got.ok) return got.failure;
  throw new Error(`It didn't fail: ${JSON.stringify(got.value)}`);
}

export async function tokenOf({ connection }: TestUpstream): Promise<AccessToken> {
  return valueOf(await fetchToken(connection, fetcher, NOW));
}

/** The pages of a list as a reader without suspicion would turn them, so many at most. */
export async function pagesOf(
  upstream: TestUpstream,
  type: UpstreamType,
  most: number,
): Promise<UpstreamPage[]> {
  const token = await tokenOf(upstream);
  const pages: UpstreamPage[] = [];
  let at: Position | undefined = { startIndex: 1 };
  let read = 0;
  while (at !== undefined && pages.length < most) {
    const request: PageRequest = { type, at };
    const page = valueOf(await fetchPage(upstream.connection, token, request, fetcher, NOW));
    pages.push(page);
    read += page.length;
    at = positionAfter(page, read);
  }
  return pages;
}

function positionAfter(
  { nextCursor, length, total }: UpstreamPage,
  read: number,
): Position | undefined {
  if (nextCursor !== undefined) return { cursor: nextCursor };
  const isEnd = length === 0 || (total !== undefined && read >= total);
  return isEnd ? undefined : { startIndex: read + 1 };
}
