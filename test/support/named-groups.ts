/** Groups that an upstream has no list of, and who is in them. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { dump, rowsOf } from "./dump.ts";
import { pulledAsPlanned } from "./plans.ts";
import { recordsOf, type Pulled } from "./pulls.ts";

export const person = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  userName: id,
  ...more,
});

/** The ids upstream of those who are in the groups of the source. */
export async function membersOf({ id }: Pulled): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    `SELECT u.external_id AS person FROM members m JOIN groups g ON g.seq = m.group_seq
      JOIN users u ON u.seq = m.user_seq WHERE g.source_id = ? ORDER BY u.external_id`,
  )
    .bind(id)
    .all();
  return results.map(({ person: one }) => one);
}

export const names = async ({ id }: Pulled) => {
  const sql =
    "SELECT attributes ->> 'displayName' AS name FROM groups WHERE source_id = ? ORDER BY 1";
  const { results } = await env.DB.prepare(sql).bind(id).all();
  return results.map(({ name }) => name);
};

const rows = async () => {
  const all = await dump();
  return ["users", "groups", "members"].map((table) => rowsOf(all, table));
};

export const ofGroup = (id: string, display: string, ...people: string[]) =>
  people.map((name) => person(name, { groups: [{ value: id, display }] }));
export const taken = [...ofGroup("1", "One", "a", "b"), ...ofGroup("2", "Two", "c", "d")];

/** The same upstream once more: nothing of the directory is written, and each refusal is told once. */
export async function expectSteady(source: Pulled, told: readonly string[]): Promise<void> {
  const before = await rows();
  const run = await pulledAsPlanned(source);
  expect((await recordsOf(run.id)).map(({ external_id: id }) => id)).toEqual(told);
  expect(await rows()).toEqual(before);
}
