/** The path that routes are matched against: tolerant where clients are known to slip, strict elsewhere. */
import type { AppContext } from "./context.ts";

const COLLECTIONS = [
  "Users",
  "Groups",
  "Organizations",
  "ServiceProviderConfig",
  "ResourceTypes",
  "Schemas",
  "Me",
  "Bulk",
];
const SPELLING = new Map(COLLECTIONS.map((name) => [name.toLowerCase(), name]));

/** No route matches it: an encoded slash, dot segment, NUL or semicolon must not pass as another path. */
const NOWHERE = "/%";

/**
 * `//Users`, `/Users/` and `/users` are `/Users` (test/protocol/quirks.test.ts, 21). Below `/scim`
 * only the name of a collection loses its letter case, never an id.
 */
export function routedPath(request: Request): string {
  const { pathname } = new URL(request.url);
  if (/%(2f|5c|2e|00|25|3b)|;|\\/i.test(pathname)) return NOWHERE;
  const segments = pathname.split("/").filter((segment) => segment !== "");
  if (segments[0]?.toLowerCase() !== "scim") return pathname;
  const version = segments.findIndex(
    (segment, index) => index <= 2 && segment.toLowerCase() === "v2",
  );
  if (version === -1) return `/${segments.join("/")}`;
  const collection = segments[version + 1];
  if (collection !== undefined) {
    segments[version + 1] = SPELLING.get(collection.toLowerCase()) ?? collection;
  }
  return `/scim/${segments.slice(1).join("/")}`;
}

/**
 * The path of the last route that matches, which is the most particular one. The routes of data
 * sources match the second dialect's paths too: there it is the one that answered.
 */
export function routeOf({ req }: Pick<AppContext, "req">): string {
  const routes = req.matchedRoutes;
  const answered = routes.at(req.routeIndex)?.path ?? "";
  return answered.startsWith("/scim/api/") ? answered : (routes.at(-1)?.path ?? "");
}
