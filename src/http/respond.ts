/** SCIM answers: media type, ETag, Location. */
import type { JsonObject } from "../scim/json.ts";
import { isObject } from "../scim/json.ts";
import { MEDIA_TYPE } from "../scim/messages.ts";
import { parseVersions } from "../scim/version.ts";
import { profileOf } from "../sources/source.ts";
import type { AppContext } from "./context.ts";
import { rememberedSource } from "./source-cache.ts";

/** The URL before `/Users`: what `meta.location` and `$ref` begin with. */
export function baseOf(c: AppContext): string {
  const origin = originOf(c.req.url);
  const key = c.req.param("sourceKey");
  return key === undefined ? `${origin}/scim/v2` : `${origin}/scim/${key}/v2`;
}

/** The platform has parsed the URL of a request: its path begins at the third slash. */
function originOf(url: string): string {
  return url.slice(0, url.indexOf("/", url.indexOf("//") + 2));
}

/** A resource with its version and, when it was created or found anew, its location. */
export function respondResource(
  c: AppContext,
  status: 200 | 201,
  { full, shown }: { full: JsonObject; shown: JsonObject },
): Response {
  const meta = isObject(full["meta"]) ? full["meta"] : {};
  const { version } = meta;
  const location = locationOf(full);
  if (typeof version === "string") c.header("etag", version);
  if (location !== undefined) {
    c.header(c.req.method === "POST" ? "location" : "content-location", location);
  }
  return respondJson(c, status, shown);
}

/** Where the resource is, as its `meta` says. */
export function locationOf({ meta }: JsonObject): string | undefined {
  const location = isObject(meta) ? meta["location"] : undefined;
  return typeof location === "string" ? location : undefined;
}

export function respondJson(c: AppContext, status: 200 | 201, body: JsonObject): Response {
  return c.body(JSON.stringify(body), status, { "content-type": mediaTypeOf(c) });
}

/** The caller's dialect's, of errors too; who is not recognized gets RFC 7644 §8.1's. */
export function mediaTypeOf(c: AppContext): string {
  const caller = c.get("caller");
  const source = caller && rememberedSource(caller.sourceId);
  return source === undefined ? MEDIA_TYPE : profileOf(source).answerType;
}

/** RFC 7644 §3.14: whether the client has this version already. */
export function isKnownVersion(c: Pick<AppContext, "req">, version: number): boolean {
  const known = parseVersions(c.req.header("if-none-match"));
  return known === "*" || (known !== undefined && known.includes(version));
}
