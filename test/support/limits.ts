/** Limits as tests try them: at n and at n + 1. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { type Answer, oneSource, type Source } from "./client.ts";
import { insertUsers, testId } from "./directory-rows.ts";
import { faults } from "./faults.ts";
import * as scim from "./scim.ts";

/** Sends a request of size n, which is a number of whatever the limit counts. */
export type Ask = (n: number, source: Source) => Promise<Answer>;

/** One test: at the limit the request is answered, one above it is refused and writes nothing. */
export function limit(
  what: string,
  most: number,
  [status, scimType]: [number, string?],
  ask: Ask,
): void {
  it.each(["okta", "rfc"])(`takes ${most} ${what} and no more (%s)`, async (profile) => {
    const source = await oneSource(profile);
    const taken = await ask(most, source);
    expect(taken.status, taken.text).toBeLessThan(300);
    const { written } = faults.rows;
    scim.expectError(await ask(most + 1, source), status, scimType);
    expect(faults.rows.written).toBe(written);
  });
}

export function letters(n: number): string {
  return "x".repeat(n);
}

export function listOf<T>(n: number, one: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => one(i));
}

/** A user of its own for each time the limit is tried; it exists before the rows are counted. */
export async function newest(source: Source): Promise<string> {
  const { body } = await source.call("GET", "/Users");
  const [first] = scim.objectsIn(body["Resources"]);
  return first === undefined ? scim.newUser(source) : `/Users/${scim.textAt(first, "id")}`;
}

/** Users in the source's organization, with the ids testId(0), testId(1), … */
export async function insertMany(source: Source, length: number): Promise<void> {
  const target = env.DB.prepare("SELECT target_id FROM data_sources WHERE id = ?").bind(source.id);
  const organizationId = (await target.first<string>("target_id")) ?? "";
  const rows = listOf(length, (i) => ({
    id: testId(i),
    sourceId: source.id,
    organizationId,
    attributes: { userName: `user-${i}`, active: true },
  }));
  await insertUsers(env.DB, rows);
}
