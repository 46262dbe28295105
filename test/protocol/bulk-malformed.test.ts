/** Whatever a Bulk holds: no fault of ours, and nothing changed but what it says was done. */
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Json } from "../../src/scim/json.ts";
import { LIMITS, MEDIA_TYPE, MESSAGE_BULK_REQUEST } from "../../src/scim/messages.ts";
import { target } from "../support/barrage.ts";
import { bulkBody, postGroup, postUser } from "../support/bulk.ts";
import type { Answer, Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { violationsOf } from "../support/invariants.ts";
import { json, mutated, operation, PATHS } from "../support/malformed.ts";
import { bearer, idAt, objectsIn, patchBody, send, textAt, userBody } from "../support/scim.ts";
import { steadyDump } from "../support/unchanged.ts";

const inherited = Reflect.ownKeys(Object.prototype);
const BATCH = 40;
let logged: string[] = [];

vi.setConfig({ testTimeout: 120_000 });

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

const encoder = new TextEncoder();

/** One of each kind, with references in every place. */
function bodiesFor({ user, group }: { user: string; group: string }): string[] {
  const patches = PATHS.map((path) => ({ op: "add", path, value: "bulkId:u" }));
  const leave = { op: "remove", path: 'members[value eq "bulkId:u"]' };
  const operations = [
    postUser("u"),
    postGroup("g", ["bulkId:u", "bulkId:v"]),
    { method: "PATCH", path: "/Groups/bulkId:g", data: patchBody(leave) },
    { method: "PUT", path: user, version: 'W/"1"', data: userBody({ userName: "put" }) },
    { method: "PATCH", path: user, bulkId: "p", data: patchBody(...patches) },
    { method: "DELETE", path: group },
    postUser("v", { manager: "bulkId:u" }),
  ];
  return [bulkBody(operations), bulkBody(operations.slice(1, 4), { failOnErrors: 2 })].map((body) =>
    JSON.stringify(body),
  );
}

const name = fc.constantFrom("method", "bulkId", "path", "version", "data", "__proto__");
const text = fc.constantFrom<Json>(
  "POST",
  "PATCH",
  "DELETE",
  "/Users",
  "/Groups/1",
  "bulkId:a",
  "a",
);
const random = fc.oneof(
  json,
  fc.dictionary(name, fc.oneof(text, json), { maxKeys: 6, noNullPrototype: true }),
  fc.record({
    method: fc.constantFrom("POST", "PUT", "PATCH", "DELETE"),
    path: fc.constantFrom("/Users", "/Groups", "/Users/bulkId:a", "/Groups/bulkId:b"),
    bulkId: fc.constantFrom("a", "b", "c", ""),
    data: fc.oneof(json, fc.record({ Operations: fc.array(operation, { maxLength: 3 }) })),
  }),
);

function ask(source: Source, body: Uint8Array): Promise<Answer> {
  const headers = { ...bearer(source), "content-type": MEDIA_TYPE };
  return send(`${source.base}/Bulk`, { method: "POST", headers, body });
}

/** What is wrong with an answer; a Bulk that was read is answered by operation. */
function problemOf({ status, body, text: said }: Answer): string | undefined {
  if (status >= 500) return `a fault of ours: ${said}`;
  const operations = objectsIn(body["Operations"]);
  if (status === 200 && operations.length === 0) return "no operations";
  if (operations.length > LIMITS.bulkOperations) return "too many operations";
  const codes = operations.map((one) => textAt(one, "status"));
  return codes.some((code) => !/^(200|201|204|4\d\d)$/.test(code)) ? said : undefined;
}

/** Sends so many, and tells after each batch what they say was done. */
async function barrage(
  source: Source,
  runs: number,
  bodies: fc.Arbitrary<Uint8Array>,
  check: (answers: readonly Answer[]) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(bodies, { minLength: BATCH, maxLength: BATCH }), async (list) => {
      const answers: Answer[] = [];
      for (const body of list) answers.push(await ask(source, body));
      expect(answers.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
      await check(answers);
    }),
    { numRuns: Math.ceil(runs / BATCH), endOnFailure: true },
  );
}

function shaped(list: fc.Arbitrary<Json>): fc.Arbitrary<Uint8Array> {
  const envelope = fc.array(list, { maxLength: 5 }).map((Operations) => ({
    schemas: [MESSAGE_BULK_REQUEST],
    Operations,
  }));
  return envelope.map((body) => encoder.encode(JSON.stringify(body)));
}

it.each(["okta", "rfc"])("changes nothing without permission (%s)", async (profile) => {
  const all = await target(profile, false);
  const before = await steadyDump();
  const bodies = fc.oneof(mutated(bodiesFor(all)), shaped(random));
  await barrage(all.source, 500, bodies, async () => {});
  expect(await steadyDump()).toEqual(before);
});

it.each(["okta", "rfc"])("changes what it says it did, and nothing else (%s)", async (profile) => {
  const all = await target(profile, true);
  const living = async (): Promise<Set<string>> => {
    const rows = await dump();
    const both = [...rowsOf(rows, "users"), ...rowsOf(rows, "groups")];
    const live = both.filter((row) => row["deleted_at"] === null);
    return new Set(live.map(({ id }) => String(id)));
  };
  const expected = await living();
  const bodies = fc.oneof(mutated(bodiesFor(all)), shaped(random));
  await barrage(all.source, 500, bodies, async (answers) => {
    for (const one of answers.flatMap(({ body }) => objectsIn(body["Operations"]))) {
      if (one["status"] === "201") expected.add(idAt(textAt(one, "location")));
      if (one["status"] === "204") expected.delete(idAt(textAt(one, "location")));
    }
    expect(await living()).toEqual(expected);
  });
  expect(violationsOf(await dump())).toEqual([]);
});
