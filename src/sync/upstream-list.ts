/** Lists of an upstream, a page at a time, and whether one resource of it is still there. */
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import type { Upstream } from "../sources/upstream.ts";
import { answerFailure } from "./upstream-answer.ts";
import { failed } from "./upstream-failure.ts";
import { askJson, askUpstream, BOUNDS, parseUrl } from "./upstream-fetch.ts";
import type { Answer, Fetcher } from "./upstream-fetch.ts";
import { memberOf, numberOf, textOf, truthOf } from "./upstream-json.ts";
import type {
  AccessToken,
  Connection,
  Got,
  PageRequest,
  Presence,
  UpstreamPage,
  UpstreamType,
} from "./upstream-page.ts";
import { readRecords } from "./upstream-records.ts";

/** Where the upstream doesn't heed what it is asked for, and sends all that it has. */
const RESOURCES_MAX = 50_000;

/** `now` in epoch milliseconds. A 401 fails: it is for the caller to come with another token. */
export async function fetchPage(
  connection: Connection,
  token: AccessToken,
  request: PageRequest,
  fetcher: Fetcher,
  now: number,
  bounds = BOUNDS,
): Promise<Got<UpstreamPage>> {
  const { upstream } = connection;
  const { type, since } = request;
  const base = parseUrl(urlOf(upstream, type), type, connection);
  if (!base.ok) return base;
  const circumstances = { call: type, filtered: since !== undefined };
  const question = {
    ...circumstances,
    url: pageUrl(base.value, request, upstream),
    headers: bearer(token),
  };
  const answer = await askUpstream(question, { fetcher, now, bounds });
  if (!answer.ok) return answer;
  const refused = answerFailure(answer.value.body, circumstances);
  return refused ?? readPage(answer.value, type);
}

function readPage({ body, date }: Answer, type: UpstreamType): Got<UpstreamPage> {
  const resources = isObject(body) ? resourcesIn(body) : undefined;
  if (!isObject(body) || resources === undefined) {
    return failed(type, "upstream_malformed", "The answer is no list of resources", {
      status: 200,
    });
  }
  if (resources.length > RESOURCES_MAX) {
    return failed(type, "upstream_too_large", `A page has more than ${RESOURCES_MAX} resources`, {
      status: 200,
    });
  }
  const total = numberOf(memberOf(body, "totalResults"));
  const page = {
    ...readRecords(type, resources),
    length: resources.length,
    total: total === undefined || !Number.isInteger(total) ? undefined : total,
    nextCursor: textOf(memberOf(body, "nextCursor")),
    date,
  };
  return { ok: true, value: page };
}

/** RFC 7644 §3.4.2: a list of nothing may be without `Resources`, but has to say that it is one. */
function resourcesIn(body: JsonObject): Json[] | undefined {
  const resources = memberOf(body, "Resources");
  if (Array.isArray(resources)) return resources;
  if (resources !== undefined && resources !== null) return undefined;
  const saysNothing = ["totalResults", "itemsPerPage"].some(
    (name) => numberOf(memberOf(body, name)) === 0,
  );
  return saysNothing ? [] : undefined;
}

/**
 * Asks for one resource by its id upstream. Gone is only what is not found; an answer that is
 * about another resource tells nothing. Without `now` a Retry-After that is a date says nothing.
 */
export async function askFor(
  connection: Connection,
  token: AccessToken,
  type: UpstreamType,
  upstreamId: string,
  fetcher: Fetcher,
  now?: number,
  bounds = BOUNDS,
): Promise<Got<Presence>> {
  const base = parseUrl(urlOf(connection.upstream, type), type, connection);
  if (!base.ok) return base;
  const url = resourceUrl(base.value, upstreamId);
  if (url === undefined) return { ok: true, value: "unknown" };
  const circumstances = { call: type, filtered: false };
  const terms = { fetcher, now, bounds };
  const answer = await askJson({ ...circumstances, url, headers: bearer(token) }, terms);
  if (!answer.ok) {
    return answer.failure.status === 404 ? { ok: true, value: "gone" } : answer;
  }
  const refused = answerFailure(answer.value, circumstances);
  if (refused !== undefined) return refused;
  const { value: body } = answer;
  if (!isObject(body) || textOf(memberOf(body, "id")) !== upstreamId) {
    return { ok: true, value: "unknown" };
  }
  const hasLeft = type === "User" && truthOf(memberOf(body, "active")) === false;
  return { ok: true, value: hasLeft ? "left" : "seen" };
}

function urlOf({ userUrl, orgUrl, groupUrl }: Upstream, type: UpstreamType): string | null {
  switch (type) {
    case "User":
      return userUrl;
    case "Organization":
      return orgUrl;
    case "Group":
      return groupUrl;
  }
}

function bearer({ value }: AccessToken): Record<string, string> {
  return { authorization: `Bearer ${value}` };
}

function pageUrl(base: URL, { at, since }: PageRequest, upstream: Upstream): URL {
  const { filterStyle, pageSize } = upstream;
  const filter = since === undefined ? undefined : filterOf(base, filterStyle, since);
  return withParameters(base, {
    ...("cursor" in at ? { cursor: at.cursor } : { startIndex: String(at.startIndex) }),
    count: String(pageSize),
    ...(filter !== undefined && { filter }),
  });
}

/** What the URL itself filters by still holds: without it others would come in. */
function filterOf(base: URL, name: string, since: string): string {
  const condition = `${name} gt ${JSON.stringify(since)}`;
  const own = base.searchParams.get("filter");
  return own === null || own === "" ? condition : `(${own}) and ${condition}`;
}

/** With what pages are asked by; all else that the URL has stays as it was written. */
function withParameters(base: URL, parameters: Readonly<Record<string, string>>): URL {
  const paging = ["startIndex", "count", "cursor", ...Object.keys(parameters)];
  const own = ownParameters(base, paging);
  const added = Object.entries(parameters).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  const url = new URL(base);
  url.search = [...own, ...added].join("&");
  return url;
}

function ownParameters({ search }: URL, except: readonly string[]): string[] {
  return search
    .slice(1)
    .split("&")
    .filter((part) => {
      const [name = ""] = new URLSearchParams(part).keys();
      return part !== "" && !except.includes(name);
    });
}

/** Undefined for an id that, in a path, would lead elsewhere. */
function resourceUrl(base: URL, id: string): URL | undefined {
  if (id === "" || id === "." || id === ".." || !id.isWellFormed()) return undefined;
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/${encodeURIComponent(id)}`;
  url.search = ownParameters(base, ["startIndex", "count", "cursor", "filter"]).join("&");
  return url;
}
