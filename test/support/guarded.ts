/** A source with people whom it has had for long, as the guard sees them. */
import { env } from "cloudflare:workers";
import type { JsonObject } from "../../src/scim/json.ts";
import type { HoldDecision, RunAnswer } from "../../src/sources/operation.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "./client.ts";
import { insertGroups, insertMembers, insertUsers, testId } from "./directory-rows.ts";
import { faults } from "./faults.ts";
import { textAt } from "./scim.ts";

export const HOUR_MS = 3_600_000;
/** In the middle of an hour: what a test does doesn't turn it. */
export const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2;

const FIRST_GROUP = 7_000_000;

export interface Guarded {
  readonly admin: Admin;
  readonly source: Source;
  readonly organizationId: string;
  /** The path of the person with that number. */
  readonly person: (number: number) => string;
}

/** The people are numbered from `from` on, so that several sources can have their own. */
export async function guardedSource(
  people: number,
  { profile = "okta", admin, from = 0 }: { profile?: string; admin?: Admin; from?: number } = {},
): Promise<Guarded> {
  faults.now = NOW;
  const owner = admin ?? (await claim());
  const source = await newSource(owner, profile);
  const { body } = await owner("GET", `/data-sources/${source.id}`);
  const organizationId = textAt(body, "targetOrganizationId");
  await insertPeople(numbers(people, from), { sourceId: source.id, organizationId });
  return { admin: owner, source, organizationId, person: (n) => `/Users/${testId(from + n)}` };
}

export async function insertPeople(
  people: readonly number[],
  place: { readonly sourceId: string | null; readonly organizationId: string },
  createdAt = 0,
): Promise<void> {
  await insertUsers(
    env.DB,
    people.map((n) => ({
      ...place,
      id: testId(n),
      attributes: attributesOf(n),
      createdAt,
      version: 0,
    })),
  );
}

export function attributesOf(n: number): JsonObject {
  return { userName: `p${n}@guard.test`, externalId: `g${n}`, displayName: `P ${n}`, active: true };
}

/** A group of the source, with so many people, from that number on, as its members. */
export async function insertGroup(
  { source }: Guarded,
  members: number,
  { number = 0, createdAt = 0, from = 0 } = {},
): Promise<string> {
  const id = testId(FIRST_GROUP + number);
  const attributes = { displayName: `group ${number}` };
  await insertGroups(env.DB, [{ id, sourceId: source.id, attributes, createdAt }]);
  await insertMembers(
    env.DB,
    numbers(members, from).map((n) => ({ group: id, user: testId(n) })),
  );
  return `/Groups/${id}`;
}

export function numbers(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

/** Deletes the people one after the other. */
export async function removeAll(
  { source, person }: Pick<Guarded, "source" | "person">,
  people: readonly number[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const n of people) answers.push(await source.call("DELETE", person(n)));
  return answers;
}

export function statusesOf(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export interface HoldRow {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly set_hash: string;
  readonly n: number;
}

/** The holds of a source or an application, oldest first. */
export async function holdsOf(sourceId: string): Promise<HoldRow[]> {
  const sql = "SELECT id, status, reason, set_hash, n FROM holds WHERE source_id = ? ORDER BY id";
  const { results } = await env.DB.prepare(sql).bind(sourceId).run<HoldRow>();
  return results;
}

/** "type id action" of each, in their order. */
export async function heldIn(holdId: string): Promise<string[]> {
  const sql = `SELECT resource_type || ' ' || resource_id || ' ' || action AS line FROM held
    WHERE hold_id = ? ORDER BY 1`;
  const { results } = await env.DB.prepare(sql).bind(holdId).run<{ line: string }>();
  return results.map(({ line }) => line);
}

/** An admin's word, as the admin API passes it on. */
export function decide(
  objectName: string,
  hold: Pick<HoldRow, "id" | "set_hash">,
  decision: HoldDecision["decision"],
): Promise<RunAnswer> {
  return env.SOURCE.getByName(objectName).decideHold({
    actor: "key_test",
    role: "owner",
    requestId: "request",
    holdId: hold.id,
    setHash: hold.set_hash,
    decision,
  });
}
