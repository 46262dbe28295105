/** Whatever is sent in the second dialect: no fault of ours, an error in its form, and nothing changed. */
import * as fc from "fast-check";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { expectRefused, target, type Target } from "../support/barrage.ts";
import type { Answer } from "../support/client.ts";
import { DIALECT, newUserBody } from "../support/dialect.ts";
import { json, mutated, mutatedText, POISON, writing } from "../support/malformed.ts";
import { PATIENCE, scaled } from "../support/scale.ts";
import { idAt } from "../support/scim.ts";

const inherited = Reflect.ownKeys(Object.prototype);
let logged: string[] = [];

vi.setConfig({ testTimeout: PATIENCE.timeout });
afterAll(() => vi.resetConfig());

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

function problemOf({ status, headers, body, text }: Answer): string | undefined {
  if (status < 400) return "accepted";
  if (status >= 500) return "a fault of ours";
  if (headers.get("content-type") !== "application/json") return "no JSON body";
  if (Object.keys(body).join() !== "errcode,errmsg") return "another body";
  if (Math.floor(Number(body["errcode"]) / 100) !== status) return "another status in the body";
  if (typeof body["errmsg"] !== "string" || text.length > 600)
    return "a sentence that says too much";
  if (headers.get("x-request-id") === null) return "no request id";
  if (status === 401 && headers.get("www-authenticate") === null) return "no WWW-Authenticate";
  if (status === 405 && headers.get("allow") === null) return "no Allow";
  return undefined;
}

/** A source that understands everything and may do nothing. */
async function bare(): Promise<Target> {
  const { source, ...paths } = await target("standard", false);
  return { ...paths, source: { ...source, base: DIALECT }, problemOf };
}

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const POISONED = Object.fromEntries(POISON.map((name) => [name, "x"]));

const USER_BODIES = [
  newUserBody({
    organization: ["a", "b"],
    group: ["c"],
    emails: [{ value: "a@one.test" }],
    phoneNumbers: [{ value: "+86-13800000000" }],
    expireDate: "2100-01-23T12:56:22+0800",
    extendFields: { badge: "x", ...POISONED },
  }),
  { displayName: "A", lastModifiedDate: "2010-01-23T04:56:22Z", ...POISONED },
].map((body) => JSON.stringify(body));

const ORGANIZATION_BODIES = [
  JSON.stringify({ displayName: "A", parent: "b", code: "c", order: 1, createDate: "x" }),
];

it("refuses bodies whose bytes went wrong", async () => {
  const all = await bare();
  const users = ["POST /v2/Users", `PUT /v2${all.user}`];
  const organizations = ["POST /v2/Organizations", `PUT /v2/Organizations/${idAt(all.user)}`];
  const statuses = await expectRefused(
    all,
    2_000,
    fc.oneof(
      writing(users, mutated(USER_BODIES)),
      writing(organizations, mutated(ORGANIZATION_BODIES)),
    ),
  );
  expect(statuses.get(400)).toBeGreaterThan(scaled(700));
  expect(statuses.get(403)).toBeGreaterThan(scaled(20));
});

it("refuses bodies that are JSON of any shape", async () => {
  const all = await bare();
  const names = ["userName", "displayName", "organization", "group", "emails", "phoneNumbers"];
  const more = ["password", "expireDate", "extendFields", "parent", "order", "code", ...POISON];
  const shaped = fc.dictionary(fc.constantFrom(...names, ...more), json, { maxKeys: 6 });
  const paths = ["/v2/Users", "/v2/Organizations"].map((path) => `POST ${path}`);
  const all2 = [...paths, `PUT /v2${all.user}`, "PUT /v2/Organizations/x"];
  await expectRefused(all, 1_500, writing(all2, fc.oneof(json, shaped).map(bytesOf)));
});

it("refuses queries, paths and methods of any kind", async () => {
  const all = await bare();
  const queries = mutatedText([
    'startIndex=1&count=10&filter=userName eq "a"',
    'count=-1&filter=lastModified gt "2011-05-13T04:42:34+0800"',
    'filter=phoneNumbers eq "+86-13800000000"',
    `filter=organization eq "${idAt(all.user)}"`,
  ]);
  const asked = fc.record({
    method: fc.constantFrom("GET", "GET", "GET", "DELETE", "PATCH", "PUT"),
    path: fc
      .tuple(
        fc.constantFrom("/v2/Users", "/v2/Organizations", `/v2${all.user}`, "/v2/x", "/token"),
        queries,
      )
      .map(
        ([path, query]) =>
          `${path}?${query.replace(/[^ -~]|#/g, encodeURIComponent.bind(null, "é"))}`,
      ),
    headers: fc.constant({}),
  });
  await expectRefused(all, 1_500, asked);
});

it("refuses what is no client's id and secret", async () => {
  const all = await bare();
  const { id } = all.source;
  const queries = mutatedText([
    `client_id=${id}&client_secret=mst_cs_00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
    `client_id=${id}&client_secret=%E5%AF%86%2B%2F%3D%25%26%23`,
    `client_secret=a&client_id=${id}&client_id=${id}`,
  ]);
  const asked = queries.map((query) => ({
    method: "GET",
    path: `/token?${query.replace(/[^ -~]|#/g, "%C3%A9")}`,
    headers: {},
  }));
  const statuses = await expectRefused(all, 500, asked);
  expect(statuses.get(401)).toBeGreaterThan(scaled(200));
});
