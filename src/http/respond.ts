/** SCIM answers: media type, ETag, Location. */
import type { JsonObject } from "../scim/json.ts";
import { isObject } from "../scim/json.ts";
import { MEDIA_TYPE } from "../scim/messages.ts";
import { parseVersions } from "../scim/version.ts";
import type { AppContext } from "./context.ts";

/** The URL before `/Users`: what `meta.location` and `$ref` begin with. */
export function baseOf(c: AppContext): string {
  const { origin } = new URL(c.req.url);
  const key = c.req.param("sourceKey");
  return key === undefined ? `${origin}/scim/v2` : `${origin}/scim/${key}/v2`;
}

/** A resource with its version and, when it was created or found anew, its location. */
export function respondResource(
  c: AppContext,
  status: 200 | 201,
  { full, shown }: { full: JsonObject; shown: JsonObject },
): Response {
  const meta = isObject(full["meta"]) ? full["meta"] : {};
  const { version, location } = meta;
  if (typeof version === "string") c.header("etag", version);
  if (typeof location === "string") {
    c.header(c.req.method === "POST" ? "location" : "content-location", location);
  }
  return respondJson(c, status, shown);
}

export function respondJson(c: AppContext, status: 200 | 201, body: JsonObject): Response {
  return c.body(JSON.stringify(body), status, { "content-type": MEDIA_TYPE });
}

/** RFC 7644 §3.14: whether the client has this version already. */
export function isKnownVersion(c: Pick<AppContext, "req">, version: number): boolean {
  const known = parseVersions(c.req.header("if-none-match"));
  return known === "*" || (known !== undefined && known.includes(version));
}
