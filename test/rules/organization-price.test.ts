/** What organizations cost the database: in a tree of ten thousand as in an empty one. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Answer, Source } from "../support/client.ts";
import { oneSource } from "../support/client.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import * as tree from "../support/tree.ts";

const NODES = 10_000;
/** Below the source's own, which is the first level: the last of each chain stands at 63. */
const CHAIN = 62;

function nodeId(number: number): string {
  return `019a0000-0000-7000-9000-${String(number).padStart(12, "0")}`;
}

/** Chains below the source's organization, as deep as may be but one. */
async function fillTree({ id }: Source, target: string): Promise<void> {
  const nodes = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${NODES - 1})`;
  const nodeOf = (number: string) => `printf('019a0000-0000-7000-9000-%012d', ${number})`;
  await env.DB.batch([
    env.DB.prepare(
      `${nodes} INSERT INTO organizations (id, directory_id, parent_id, display_name, name_key,
        depth, version, created_at, updated_at)
      SELECT ${nodeOf("i")}, 'default', iif(i % ${CHAIN} = 0, ?1, ${nodeOf("i - 1")}),
        'Level ' || i, 'level ' || i, i % ${CHAIN} + 2, 1, 0, 0 FROM n`,
    ).bind(target),
    env.DB.prepare(
      `${nodes} INSERT INTO visible_orgs (source_id, organization_id) SELECT ?1, ${nodeOf("i")} FROM n`,
    ).bind(id),
  ]);
}

interface Cost {
  readonly trips: number;
  readonly read: number;
  readonly written: number;
}

async function costOf(run: () => Promise<Answer>, status: number): Promise<Cost> {
  resetFaults();
  const answer = await run();
  const { calls, rows } = faults;
  expect(answer.status, answer.text).toBe(status);
  return { trips: calls.worker + calls.object, read: rows.read, written: rows.written };
}

/** What costs more than it may, a line each. */
function over(costs: Readonly<Record<string, Cost>>, limits: Readonly<Record<string, Cost>>) {
  return Object.entries(costs).flatMap(([name, cost]) => {
    const { trips = 0, read = 0, written = 0 } = limits[name] ?? {};
    const isOver = cost.trips > trips || cost.read > read || cost.written > written;
    return isOver ? [`${name}: ${JSON.stringify(cost)}`] : [];
  });
}

const LIMITS = {
  create: { trips: 2, read: 24, written: 18 },
  // Found by its label, its name and its code.
  again: { trips: 1, read: 20, written: 0 },
  target: { trips: 2, read: 24, written: 18 },
  rename: { trips: 3, read: 40, written: 18 },
  // Each level above is looked at a few times.
  move: { trips: 3, read: 2_000, written: 30 },
  delete: { trips: 2, read: 40, written: 18 },
  get: { trips: 1, read: 10, written: 0 },
  code: { trips: 1, read: 14, written: 0 },
  user: { trips: 2, read: 24, written: 18 },
  sameUser: { trips: 1, read: 14, written: 0 },
} as const;

describe("with ten thousand organizations", { timeout: 120_000 }, () => {
  it.each(["okta", "standard"])("nothing costs more than with few (%s)", async (profile) => {
    const source = await oneSource(profile);
    const target = await tree.targetOf(source);
    await fillTree(source, target);
    const deepest = nodeId(CHAIN - 1);
    // Until the isolate knows the source and the object has claimed its epoch.
    const moving = await tree.newOrganization(source, { displayName: "Moving", code: "M" });
    await source.call("GET", moving);
    const post = (attributes: object) => () =>
      source.call("POST", "/Organizations", tree.organizationBody({ ...attributes }));
    const create = { displayName: "New", parent: deepest, code: "N", externalId: "n" };
    const costs = {
      create: await costOf(post(create), 201),
      again: await costOf(post(create), 200),
      target: await costOf(post({ displayName: "In the target" }), 201),
      rename: await costOf(
        () => scim.patch(source, moving, { op: "replace", path: "displayName", value: "Moves" }),
        200,
      ),
      move: await costOf(
        () => scim.patch(source, moving, { op: "replace", path: "parent", value: nodeId(40) }),
        200,
      ),
      delete: await costOf(() => source.call("DELETE", moving), 204),
      get: await costOf(() => source.call("GET", `/Organizations/${deepest}`), 200),
      code: await costOf(() => scim.find(source, 'code eq "n"', "/Organizations"), 200),
      user: await costOf(() => source.call("POST", "/Users", tree.placedBody(deepest)), 201),
      sameUser: await costOf(() => source.call("POST", "/Users", tree.placedBody(deepest)), 200),
    };
    expect(over(costs, LIMITS)).toEqual([]);
    expect(await violations()).toEqual([]);
  });
});
