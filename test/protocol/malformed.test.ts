/** Whatever is sent: no fault of ours, a SCIM error, and nothing changed. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  LIMITS,
  MEDIA_TYPE,
  MESSAGE_ERROR,
  MESSAGE_PATCH,
  MESSAGE_SEARCH,
} from "../../src/scim/messages.ts";
import { type Answer, claim, newSource, type Source } from "../support/client.ts";
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
} from "../support/malformed.ts";
import * as scim from "../support/scim.ts";

/** Requests in flight at once: below what the queue of a source takes. */
const BATCH = 50;

const inherited = Reflect.ownKeys(Object.prototype);
let logged: string[] = [];
let sent = 0;

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

interface Target {
  readonly source: Source;
  readonly user: string;
  readonly group: string;
}

/** A source with a user in a group. Without permissions it understands everything and does nothing. */
async function target(profile: string, permitted: boolean): Promise<Target> {
  const admin = await claim();
  const source = await newSource(admin, profile);
  await admin("PATCH", `/data-sources/${source.id}`, { ratePerSecond: 10_000 });
  const user = await scim.newUser(source, { emails: [{ value: "a", type: "work" }], title: "T" });
  const group = await scim.newGroup(source, "G", [scim.idAt(user)]);
  if (!permitted) await env.DB.exec("UPDATE data_sources SET permissions = '[]'");
  return { source, user, group };
}

/** Every row of every table, apart from when tokens were last used. */
async function dump(): Promise<string> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name",
  ).all<{ name: string }>();
  const tables = await env.DB.batch(
    results.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)),
  );
  return JSON.stringify(
    tables.map(({ results: rows }, i) => [results[i]?.name, rows]),
    (key, value: unknown) => (key === "last_used_at" ? null : value),
  );
}

/** Sends at least `runs` requests made by `requests`, and expects each to be refused well. */
async function expectRefused(
  { source }: Target,
  runs: number,
  requests: fc.Arbitrary<Malformed>,
  isRight: (answer: Answer) => boolean = () => true,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const before = await dump();
  const batch = fc.array(requests, { minLength: BATCH, maxLength: BATCH });
  await fc.assert(
    fc.asyncProperty(batch, async (list) => {
      // Another address for each, so that the limit on failures doesn't answer in our place.
      const answers = await Promise.all(list.map((one) => ask(source, one, sent++)));
      for (const [i, answer] of answers.entries()) {
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const problem = problemOf(answer) ?? (isRight(answer) ? undefined : "the wrong refusal");
        if (problem !== undefined)
          throw new Error(`${problem}: ${show(list[i])} → ${answer.status} ${answer.text}`);
      }
    }),
    { numRuns: Math.ceil(runs / BATCH), endOnFailure: true },
  );
  expect(await dump()).toBe(before);
  return statuses;
}

function ask(
  { base, token }: Source,
  { method, path, headers, body }: Malformed,
  n: number,
): Promise<Answer> {
  const address = `2001:db8::${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}`;
  const all = { authorization: `Bearer ${token}`, "cf-connecting-ip": address, ...headers };
  return scim.send(`${base}${path}`, { method, headers: all, ...(body && { body }) });
}

function show(request: Malformed | undefined): string {
  const body = new TextDecoder().decode(request?.body);
  return JSON.stringify({ ...request, body });
}

const SCIM_TYPES = new Set<unknown>([
  undefined,
  "invalidFilter",
  "tooMany",
  "uniqueness",
  "mutability",
  "invalidSyntax",
  "invalidPath",
  "noTarget",
  "invalidValue",
  "invalidVers",
  "sensitive",
]);
const NAMES = new Set(["schemas", "status", "scimType", "detail"]);

/** What is wrong with an error's answer. RFC 7644 §3.12. */
function problemOf({ status, headers, body, text }: Answer): string | undefined {
  if (status < 400) return "accepted";
  if (status >= 500 && status !== 501) return "a fault of ours";
  if (headers.get("content-type") !== MEDIA_TYPE) return "no SCIM body";
  if (JSON.stringify(body["schemas"]) !== JSON.stringify([MESSAGE_ERROR])) return "no SCIM error";
  if (body["status"] !== String(status)) return "another status in the body";
  if (!SCIM_TYPES.has(body["scimType"])) return "an unknown scimType";
  if (!Object.keys(body).every((name) => NAMES.has(name))) return "an unknown name";
  if (typeof body["detail"] !== "string" || text.length > 600) return "a detail that says too much";
  if (headers.get("x-request-id") === null) return "no request id";
  if (status === 401 && headers.get("www-authenticate") === null) return "no WWW-Authenticate";
  if (status === 405 && headers.get("allow") === null) return "no Allow";
  return undefined;
}

function writing(
  routes: readonly string[],
  body: fc.Arbitrary<Uint8Array<ArrayBuffer>>,
): fc.Arbitrary<Malformed> {
  return fc.tuple(fc.constantFrom(...routes), body).map(([route, bytes]) => {
    const [method = "", path = ""] = route.split(" ");
    return { method, path, body: bytes, headers: { "content-type": MEDIA_TYPE } };
  });
}

const text = new TextEncoder();
const bytesOf = (value: unknown): Uint8Array<ArrayBuffer> => text.encode(JSON.stringify(value));

it.each(["okta", "rfc"])("refuses bodies whose bytes went wrong (%s)", async (profile) => {
  const all = await target(profile, false);
  const statuses = await expectRefused(
    all,
    4_000,
    fc.oneof(
      writing(["POST /Users", `PUT ${all.user}`], mutated(USER_BODIES)),
      writing(["POST /Groups", `PUT ${all.group}`], mutated(GROUP_BODIES)),
      writing([`PATCH ${all.user}`, `PATCH ${all.group}`], mutated(PATCH_BODIES)),
      writing(["POST /Users/.search", "POST /Groups/.search"], mutated(SEARCH_BODIES)),
    ),
  );
  // Most are no JSON any more; what is still understood fails for want of a permission only.
  expect(statuses.get(400)).toBeGreaterThan(2_000);
  expect(statuses.get(403)).toBeGreaterThan(20);
});

it.each(["okta", "rfc"])("refuses bodies that are JSON of any shape (%s)", async (profile) => {
  const all = await target(profile, false);
  const routes = [
    "POST /Users",
    `PUT ${all.user}`,
    "POST /Groups",
    `PUT ${all.group}`,
    `PATCH ${all.user}`,
    `PATCH ${all.group}`,
    "POST /Users/.search",
  ];
  await expectRefused(all, 2_000, writing(routes, json.map(bytesOf)));
});

it.each(["okta", "rfc"])(
  "applies no operation of a PATCH whose last one fails (%s)",
  async (profile) => {
    const all = await target(profile, true);
    const last = (path: string) => ({ op: "remove", path });
    const patches = fc.array(operation, { minLength: 1, maxLength: 4 });
    const bodyOf = (operations: unknown[]) =>
      bytesOf({ schemas: [MESSAGE_PATCH], Operations: operations });
    await expectRefused(
      all,
      1_500,
      fc.oneof(
        writing(
          [`PATCH ${all.user}`],
          patches.map((list) => bodyOf([...list, last("userName")])),
        ),
        writing(
          [`PATCH ${all.group}`],
          patches.map((list) => bodyOf([...list, last("displayName")])),
        ),
      ),
      ({ status }) => status === 400 || status === 413,
    );
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
    4_000,
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
    3_000,
    query.map((given) => ({ method: "GET", path: `/Users?${given}`, headers: {} })),
    ({ status }) => status === 400 || status === 414,
  );
});

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "SEARCH", "LOCK"];

it("refuses paths and methods that lead nowhere", async () => {
  const all = await target("okta", false);
  const places = [
    "/Users/1",
    "/Groups/1",
    "/Users/.search",
    "/Schemas/x",
    "/ResourceTypes/x",
    "/Me",
    "/Bulk",
    "/Users/1/name",
    all.user,
    all.group,
  ];
  const path = fc.oneof(
    mutatedText(places).map((given) => given.replaceAll(/[?#]/g, "")),
    fc
      .array(
        fc.constantFrom(
          "Users",
          "users",
          "%55sers",
          "..",
          "%2e%2e",
          "%2E",
          "1",
          "v2",
          "scim",
          ";",
          "%3b",
          "%00",
          "%ff",
          "%zz",
          "",
          "\\",
          "é",
          "__proto__",
          all.user,
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((given) => `/${given.join("/")}/x`),
  );
  const request = fc
    .tuple(fc.constantFrom(...METHODS), path)
    .map(([method, given]): Malformed => ({ method, path: given, headers: {} }));
  const statuses = await expectRefused(
    all,
    2_500,
    request.filter((given) => isOutside(given)),
  );
  expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([404, 405, 415, 501]));
});

/** Discovery, which anybody may read, is no place to be refused from. */
function isOutside({ path }: Malformed): boolean {
  return !/(schemas|resourcetypes|serviceproviderconfig)\/*$/i.test(
    new URL(`https://x${path}`, "https://x").pathname,
  );
}

const credentials = fc.oneof(
  fc.constantFrom("", "Bearer", "Basic YTpi", "Bearer ", "bearer mst_scim_", "Digest x"),
  mutatedText([`Bearer mst_scim_00${"A".repeat(43)}000000`]).map((given) =>
    given.replaceAll(/[^ -~]/g, ""),
  ),
);

it("lets nobody in without a token, wherever and however they knock", async () => {
  const all = await target("okta", true);
  const routes = [
    "GET /Users",
    `GET ${all.user}`,
    "GET /Groups",
    `GET ${all.group}`,
    "DELETE /Users/1",
    `DELETE ${all.user}`,
    `DELETE ${all.group}`,
  ];
  const reading = fc
    .tuple(fc.constantFrom(...routes), credentials)
    .map(([route, authorization]): Malformed => {
      const [method = "", path = ""] = route.split(" ");
      return { method, path, headers: { authorization } };
    });
  const sending = fc
    .tuple(
      writing(
        [
          "POST /Users",
          `PUT ${all.user}`,
          `PATCH ${all.user}`,
          "POST /Groups",
          `PATCH ${all.group}`,
          "POST /Users/.search",
        ],
        mutated([...USER_BODIES, ...PATCH_BODIES]),
      ),
      credentials,
    )
    .map(([request, authorization]) => ({
      ...request,
      headers: { ...request.headers, authorization },
    }));
  await expectRefused(all, 2_000, fc.oneof(reading, sending), ({ status }) => status === 401);
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
  await expectRefused(all, 1_500, request, ({ status }) => status === 415);
});
