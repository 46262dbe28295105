/** Whatever is sent: no fault of ours, a SCIM error, and nothing changed. */
import * as fc from "fast-check";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { LIMITS, MEDIA_TYPE, MESSAGE_PATCH, MESSAGE_SEARCH } from "../../src/scim/messages.ts";
import { expectRefused, target, requestsSent } from "../support/barrage.ts";
import {
  FILTERS,
  GROUP_BODIES,
  json,
  type Malformed,
  mutated,
  mutatedText,
  operation,
  PATCH_BODIES,
  POISON,
  SEARCH_BODIES,
  USER_BODIES,
  writing,
} from "../support/malformed.ts";
import { PATIENCE, report, scaled } from "../support/scale.ts";

const inherited = Reflect.ownKeys(Object.prototype);
let logged: string[] = [];

// Seconds alone, a minute among others.
vi.setConfig({ testTimeout: PATIENCE.timeout });
afterAll(() => vi.resetConfig());

// A line for each of twenty thousand requests would take longer than they do.
beforeEach(() => {
  logged = [];
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation((line: unknown) => void logged.push(String(line)));
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(logged).toEqual([]);
  expect(Reflect.ownKeys(Object.prototype)).toEqual(inherited);
});

const text = new TextEncoder();
const bytesOf = (value: unknown): Uint8Array => text.encode(JSON.stringify(value));

it.each(["okta", "rfc"])("refuses bodies whose bytes went wrong (%s)", async (profile) => {
  const all = await target(profile, false);
  const statuses = await expectRefused(
    all,
    3_000,
    fc.oneof(
      writing(["POST /Users", `PUT ${all.user}`], mutated(USER_BODIES)),
      writing(["POST /Groups", `PUT ${all.group}`], mutated(GROUP_BODIES)),
      writing([`PATCH ${all.user}`, `PATCH ${all.group}`], mutated(PATCH_BODIES)),
      writing(["POST /Users/.search", "POST /Groups/.search"], mutated(SEARCH_BODIES)),
    ),
  );
  // Most are no JSON any more; what is still understood fails for want of a permission only.
  expect(statuses.get(400)).toBeGreaterThan(scaled(1_500));
  expect(statuses.get(403)).toBeGreaterThan(scaled(20));
});

it.each(["okta", "rfc"])("refuses bodies that are JSON of any shape (%s)", async (profile) => {
  const all = await target(profile, false);
  const collections = ["POST /Users", "POST /Groups", "POST /Users/.search"];
  const existing = [all.user, all.group].flatMap((path) => [`PUT ${path}`, `PATCH ${path}`]);
  await expectRefused(all, 1_000, writing([...collections, ...existing], json.map(bytesOf)));
});

it.each(["okta", "rfc"])(
  "applies no operation of a PATCH whose last one fails (%s)",
  async (profile) => {
    const all = await target(profile, true);
    const last = (path: string) => ({ op: "remove", path });
    const patches = fc.array(operation, { minLength: 1, maxLength: 4 });
    const bodyOf = (operations: unknown[]) =>
      bytesOf({ schemas: [MESSAGE_PATCH], Operations: operations });
    const failing = (path: string, required: string) =>
      writing(
        [`PATCH ${path}`],
        patches.map((list) => bodyOf([...list, last(required)])),
      );
    const both = fc.oneof(failing(all.user, "userName"), failing(all.group, "displayName"));
    await expectRefused(all, 1_000, both, ({ status }) => status === 400 || status === 413);
  },
);

it("refuses filters that went wrong", async () => {
  const all = await target("okta", true);
  // Whatever stands beside it, nobody may ask for a password.
  const filter = fc
    .tuple(mutatedText(FILTERS), fc.boolean())
    .map(([broken, before]) => (before ? `password pr or ${broken}` : `${broken} and password pr`));
  const byGet = filter.map((given): Malformed => ({
    method: "GET",
    path: `/Users?filter=${encodeURIComponent(given)}`,
    headers: {},
  }));
  const byPost = writing(
    ["POST /Users/.search", "POST /Groups/.search"],
    filter.map((given) => bytesOf({ schemas: [MESSAGE_SEARCH], filter: given })),
  );
  await expectRefused(
    all,
    4_500,
    fc.oneof(byGet, byPost),
    ({ status, body }) =>
      status === 414 ||
      body["scimType"] === "invalidFilter" ||
      body["scimType"] === "invalidSyntax",
  );
});

it("refuses query parameters that went wrong", async () => {
  const all = await target("okta", true);
  const number = fc
    .oneof(mutatedText(["10", "-1", "1e3"]), fc.string({ unit: "binary", minLength: 1 }))
    .filter((given) => !/^-?\d{0,15}$/.test(given.replaceAll("+", " ")));
  const list = fc
    .array(fc.constantFrom("userName", "x", ...POISON.filter((name) => name !== "")), {
      minLength: 1,
      maxLength: 3,
    })
    .map((given) => given.join());
  const encoded = (parts: Record<string, string>) =>
    Object.entries(parts)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
  const query = fc.oneof(
    fc
      .tuple(fc.constantFrom("startIndex", "count"), number)
      .map(([name, value]) => encoded({ [name]: value })),
    fc
      .tuple(list, list)
      .map(([attributes, excludedAttributes]) => encoded({ attributes, excludedAttributes })),
    list.map((names) => encoded({ attributes: `${names}${",x".repeat(LIMITS.projectionNames)}` })),
    mutatedText(FILTERS).map(
      (filter) => `filter=password%20pr%20or%20${filter.replaceAll(/[#&]/g, "")}`,
    ),
  );
  await expectRefused(
    all,
    2_500,
    query.map((given) => ({ method: "GET", path: `/Users?${given}`, headers: {} })),
    ({ status }) => status === 400 || status === 414,
  );
});

const PLACES =
  "/Users/1 /Groups/1 /Users/.search /Schemas/x /ResourceTypes/x /Me /Bulk /Users/1/name".split(
    " ",
  );
const SEGMENTS =
  "Users users %55sers .. %2e%2e %2E 1 v2 scim ; %3b %00 %ff %zz \\ é __proto__".split(" ");
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "SEARCH", "LOCK"];

it("refuses paths and methods that lead nowhere", async () => {
  const all = await target("okta", false);
  const places = [...PLACES, all.user, all.group];
  const path = fc.oneof(
    mutatedText(places).map((given) => given.replaceAll(/[?#]/g, "")),
    fc
      .array(fc.constantFrom(...SEGMENTS, all.user), { minLength: 1, maxLength: 4 })
      .map((given) => `/${given.join("/")}/x`),
  );
  const request = fc
    .tuple(fc.constantFrom(...METHODS), path)
    .map(([method, given]): Malformed => ({ method, path: given, headers: {} }));
  const statuses = await expectRefused(
    all,
    2_000,
    request.filter((given) => isOutside(given)),
  );
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([404, 405, 415, 501]));
});

/** Discovery may be read by anybody, the root lists, and dots may lead out of SCIM: none is refused as SCIM. */
function isOutside({ path }: Malformed): boolean {
  const { pathname } = new URL(`https://x/scim/key/v2${path}`);
  const discovery = /(schemas|resourcetypes|serviceproviderconfig)\/*$/i;
  const isRoot = /^\/+scim\/+key\/+v2\/*$/i.test(pathname);
  return pathname.startsWith("/scim/") && !isRoot && !discovery.test(pathname);
}

const credentials = fc.oneof(
  fc.constantFrom("", "Bearer", "Basic YTpi", "Bearer ", "bearer mst_scim_", "Digest x"),
  mutatedText([`Bearer mst_scim_00${"A".repeat(43)}000000`]).map((given) =>
    given.replaceAll(/[^ -~]/g, ""),
  ),
);

it("lets nobody in without a token, wherever and however they knock", async () => {
  const all = await target("okta", true);
  const paths = fc.constantFrom("/Users", "/Groups", "/Users/1", all.user, all.group);
  const reading = fc
    .tuple(fc.constantFrom("GET", "DELETE"), paths, credentials)
    .filter(([method, path]) => method === "GET" || path.lastIndexOf("/") > 0)
    .map(([method, path, authorization]) => ({ method, path, headers: { authorization } }));
  const sending = fc
    .tuple(
      writing(
        ["POST /Users", "POST /Groups", `PUT ${all.user}`, `PATCH ${all.group}`],
        mutated([...USER_BODIES, ...PATCH_BODIES]),
      ),
      credentials,
    )
    .map(([request, authorization]) => ({
      ...request,
      headers: { ...request.headers, authorization },
    }));
  await expectRefused(all, 1_000, fc.oneof(reading, sending), ({ status }) => status === 401);
});

it("refuses media types and encodings that are none of ours", async () => {
  const all = await target("okta", true);
  const type = mutatedText([
    "application/scim+json; charset=utf-8",
    "text/plain",
    "multipart/form-data",
  ])
    .map((given) => given.replaceAll(/[^ -~]/g, ""))
    .filter((given) => !/^\s*application\/(scim\+)?json\s*(;|$)/i.test(given));
  const headers = fc.oneof(
    type.map((given) => ({ "content-type": given })),
    fc
      .constantFrom("gzip", "x", "br, gzip")
      .map((given) => ({ "content-type": MEDIA_TYPE, "content-encoding": given })),
  );
  const request = fc
    .tuple(
      writing(
        ["POST /Users", `PUT ${all.user}`, `PATCH ${all.group}`, "POST /Users/.search"],
        fc.constantFrom(...USER_BODIES.map((body) => text.encode(body))),
      ),
      headers,
    )
    .map(([one, given]): Malformed => ({ ...one, headers: given }));
  await expectRefused(all, 1_000, request, ({ status }) => status === 415);
});

it("has sent more than twenty thousand of them", (context) => {
  expect(requestsSent()).toBeGreaterThanOrEqual(scaled(20_000));
  report(context, "malformed requests to the Worker", { requests: requestsSent() });
});
