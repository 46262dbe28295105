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

/** What a row asks of the columns, where they differ. */
interface Columns<T> {
  readonly lenient: T;
  readonly strict: T;
}

/** One test for each profile. */
export function quirk(number: number, title: string, check: Check | Columns<Check>): void {
  const { lenient, strict } =
    typeof check === "function" ? { lenient: check, strict: check } : check;
  for (const profile of ["okta", "entra", "rfc"]) {
    const [column, run] = profile === "rfc" ? ["strict", strict] : ["lenient", lenient];
    it(`quirk ${number}, ${column}: ${title} (${profile})`, async () => {
      const admin = await claim();
      await run({ admin, source: await newSource(admin, profile) });
    });
  }
}

/** The attributes after a PATCH, the scimType of its refusal, or "same" where nothing changes. */
type Outcome = JsonObject | string;

interface PatchQuirk {
  readonly before: JsonObject;
  readonly operations: JsonObject[];
  readonly lenient: Outcome;
  /** As `lenient` where it is left out. */
  readonly strict?: Outcome;
}

/** The same PATCH of a user for all profiles. */
export function patchQuirk(
  number: number,
  title: string,
  { before, operations, lenient, strict = lenient }: PatchQuirk,
): void {
  quirk(number, title, {
    lenient: (world) => patches(world, before, operations, lenient),
    strict: (world) => patches(world, before, operations, strict),
  });
}

async function patches(
  { admin, source }: World,
  before: JsonObject,
  operations: JsonObject[],
  outcome: Outcome,
): Promise<void> {
  const user = await scim.newUser(source, before);
  const patch = () => scim.patch(source, user, ...operations);
  if (typeof outcome === "string") {
    const answer = await scim.expectNothingHappens(admin, source, user, patch);
    if (outcome === "same") expect(answer.status, answer.text).toBe(200);
    else scim.expectError(answer, 400, outcome);
    return;
  }
  const answer = await patch();
  expect(answer.status, answer.text).toBe(200);
  expect(scim.contentOf(answer)).toEqual({ userName: "some@one.test", active: true, ...outcome });
  expect(answer.headers.get("etag")).toBe('W/"2"');
  expect((await source.call("GET", user)).body).toEqual(answer.body);
  expect(await scim.eventsOf(admin, user)).toHaveLength(2);
}

export async function groupOf(
  source: Source,
  size: number,
): Promise<{ group: string; ids: string[] }> {
  const ids: string[] = [];
  for (let i = 0; i < size; i++) {
    ids.push(scim.idAt(await scim.newUser(source, { userName: `member-${i}` })));
  }
  return { group: await scim.newGroup(source, "G", ids), ids };
}

export function removeByValue(
  source: Source,
  group: string,
  ids: readonly string[],
): Promise<Answer> {
  return scim.patch(source, group, {
    op: "Remove",
    path: "members",
    value: ids.map((value) => ({ value })),
  });
}

export async function expectUnchangedGroup(
  { admin, source }: World,
  group: string,
  operation: JsonObject,
): Promise<void> {
  const change = () => scim.patch(source, group, operation);
  const answer = await scim.expectNothingHappens(admin, source, group, change);
  expect(answer.status, answer.text).toBe(204);
}

export async function expectFound(source: Source, user: string, filter: string): Promise<void> {
  const answer = await scim.find(source, filter);
  expect([filter, answer.status, scim.idsOf(answer)]).toEqual([filter, 200, [scim.idAt(user)]]);
}
