/** The table of clients' quirks: one test for each profile of two columns, lenient and strict. */
import { expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { type Admin, type Answer, claim, newSource, type Source } from "./client.ts";
import * as scim from "./scim.ts";

export interface World {
  readonly admin: Admin;
  readonly source: Source;
}
export type Check = (world: World) => Promise<void>;

const LENIENT = ["okta", "entra"];

/** One test for each profile. Without `strict` all answer alike. */
export function quirk(number: number, title: string, lenient: Check, strict: Check = lenient): void {
  for (const profile of [...LENIENT, "rfc"]) {
    const [column, check] = profile === "rfc" ? ["strict", strict] : ["lenient", lenient];
    it(`quirk ${number}, ${column}: ${title} (${profile})`, async () => {
      const admin = await claim();
      await check({ admin, source: await newSource(admin, profile) });
    });
  }
}

/** What a request comes to: the attributes after it, the scimType of a refusal, or "same". */
type Outcome = JsonObject | "same" | "invalidValue" | "invalidSyntax" | "invalidFilter" | "noTarget" | "invalidPath" | "mutability";

/** The same PATCH of a user for all profiles. */
export function patchQuirk(
  number: number,
  title: string,
  { before, operations }: { before: JsonObject; operations: JsonObject[] },
  lenient: Outcome,
  strict: Outcome = lenient,
): void {
  const patching =
    (outcome: Outcome): Check =>
    (world) => patches(world, before, operations, outcome);
  quirk(number, title, patching(lenient), patching(strict));
}

async function patches(
  { admin, source }: World,
  before: JsonObject,
  operations: JsonObject[],
  outcome: Outcome,
): Promise<void> {
  const user = await scim.newUser(source, before);
  const patch = () => source.call("PATCH", user, scim.patchBody(...operations));
  if (typeof outcome === "string") {
    const answer = await scim.expectNothingHappens(admin, source, user, patch);
    if (outcome === "same") expect(answer.status, answer.text).toBe(200);
    else scim.expectError(answer, 400, outcome);
    return;
  }
  const answer = await patch();
  expect(answer.status, answer.text).toBe(200);
  expect(contentOf(answer)).toEqual({ userName: "some@one.test", active: true, ...outcome });
  expect(answer.headers.get("etag")).toBe('W/"2"');
  expect((await source.call("GET", user)).body).toEqual(answer.body);
  expect(await scim.eventsOf(admin, user)).toHaveLength(2);
}

/** A resource without what the server adds. */
export function contentOf({ body }: Answer): JsonObject {
  const { schemas: _schemas, id: _id, meta: _meta, ...content } = body;
  return content;
}

export async function groupOf(source: Source, size: number): Promise<{ group: string; ids: string[] }> {
  const ids: string[] = [];
  for (let i = 0; i < size; i++) {
    ids.push(scim.idAt(await scim.newUser(source, { userName: `member-${i}` })));
  }
  return { group: await scim.newGroup(source, "G", ids), ids };
}

export function patch(source: Source, path: string, ...operations: JsonObject[]): Promise<Answer> {
  return source.call("PATCH", path, scim.patchBody(...operations));
}

export function removeByValue(source: Source, group: string, ids: readonly string[]): Promise<Answer> {
  return patch(source, group, { op: "Remove", path: "members", value: ids.map((value) => ({ value })) });
}

export async function expectUnchangedGroup({ admin, source }: World, group: string, operation: JsonObject): Promise<void> {
  const change = () => patch(source, group, operation);
  const answer = await scim.expectNothingHappens(admin, source, group, change);
  expect(answer.status, answer.text).toBe(204);
}

export function find(source: Source, filter: string): Promise<Answer> {
  return source.call("GET", `/Users?filter=${encodeURIComponent(filter)}`);
}

export async function expectFound(source: Source, user: string, filter: string): Promise<void> {
  const answer = await find(source, filter);
  expect([filter, answer.status, scim.idsOf(answer)]).toEqual([filter, 200, [scim.idAt(user)]]);
}
