/** Who is in which group, whatever comes first and whatever of it can't be applied. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { newPulled, peopleOf, pull, recordsOf, type Pulled } from "../support/pulls.ts";
import { keepQuiet } from "../support/quiet.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const exactly = (given: readonly JsonObject[]) => ({ count: given.length, given, exactly: true });
const person = (id: string, more: JsonObject = {}): JsonObject => ({ id, userName: id, ...more });

/** The ids upstream of those who are in the groups of the source. */
async function membersOf({ id }: Pulled): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    `SELECT u.external_id AS person FROM members m JOIN groups g ON g.seq = m.group_seq
      JOIN users u ON u.seq = m.user_seq WHERE g.source_id = ? ORDER BY u.external_id`,
  )
    .bind(id)
    .all();
  return results.map(({ person: one }) => one);
}

describe("a group that is known from its members alone, and can't be made", () => {
  it("is a record that failed, and its people come without it", async () => {
    const groups = [{ value: "long", display: "x".repeat(5_000) }, { value: "short" }];
    const source = await newPulled(admin, {
      people: exactly([person("a", { groups }), person("b")]),
    });
    const run = await pull(source);
    expect([run.status, run.reason, run.counts.Group]).toMatchObject([
      "partial",
      "records_failed",
      { created: 1, failed: 1 },
    ]);
    const [fault] = await recordsOf(run.id);
    expect(fault).toMatchObject({ resource_type: "Group", external_id: "long", result: "failed" });
    expect(await peopleOf(source)).toHaveLength(2);
    expect(await membersOf(source)).toEqual(["a"]);
    expect(await violations()).toEqual([]);
  });
});
