/** Scopes in a large tree: 10,000 organizations, 64 deep, of which 5,000 are named. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { claim, newSource, type Answer, type Source } from "../support/client.ts";
import { insertUsers, ROOT, testId } from "../support/directory-rows.ts";
import { faults, resetFaults } from "../support/faults.ts";
import * as scim from "../support/scim.ts";
import { insertTree, organizationId, placesOf, putScope } from "../support/trees.ts";

const SIZE = 10_000;
const DEPTH = 64;
const NAMED = 5_000;
const PEOPLE = 20_000;

/** Chains of 64, one after the other, each hanging below the root. */
const TREE = Array.from({ length: SIZE }, (_, n) => ({
  id: organizationId(n),
  parentId: n % DEPTH === 0 ? ROOT : organizationId(n - 1),
}));

interface Cost {
  readonly answer: Answer;
  readonly trips: number;
  readonly read: number;
  readonly written: number;
}

async function costOf(run: () => Promise<Answer>): Promise<Cost> {
  resetFaults();
  const answer = await run();
  const { calls, rows } = faults;
  return { answer, trips: calls.worker + calls.object, read: rows.read, written: rows.written };
}

async function visibleTo({ id }: Source): Promise<number> {
  const sql = "SELECT count(*) AS n FROM visible_orgs WHERE source_id = ?";
  return Number(await env.DB.prepare(sql).bind(id).first("n"));
}

it("is set, and leaves the price of requests as it is", async () => {
  const admin = await claim();
  for (let n = 0; n < SIZE; n += 1_000) await insertTree(TREE.slice(n, n + 1_000));
  await insertUsers(
    env.DB,
    Array.from({ length: PEOPLE }, (_, n) => ({
      id: testId(n),
      organizationId: organizationId(n % SIZE),
      attributes: { userName: `user${n}`, active: true },
    })),
  );
  const source = await newSource(admin, "okta");
  // Every other organization of the chains covers all but the first of each.
  const named = TREE.filter((_, n) => n % 2 === 1).map(({ id }) => id);
  expect(named).toHaveLength(NAMED);
  const deepest = organizationId(DEPTH - 1);
  const put = await putScope(admin, source, {
    organizationIds: named,
    targetOrganizationId: deepest,
  });
  expect(put.status, put.text.slice(0, 300)).toBe(200);
  const heads = Math.ceil(SIZE / DEPTH);
  expect(await visibleTo(source)).toBe(SIZE - heads);
  expect((await putScope(admin, source, { organizationIds: named })).headers.get("etag")).toBe(
    put.headers.get("etag"),
  );
  await source.call("POST", "/Users", scim.userBody({ userName: "first" }));

  const post = await costOf(() =>
    source.call("POST", "/Users", scim.userBody({ userName: "new" })),
  );
  const id = scim.textAt(post.answer.body, "id");
  expect(await placesOf([id])).toEqual([deepest]);
  expect([post.answer.status, post.trips]).toEqual([201, 2]);
  expect(post.read).toBeLessThanOrEqual(24);
  expect(post.written).toBeLessThanOrEqual(18);
  const get = await costOf(() => source.call("GET", `/Users/${id}`));
  expect([get.answer.status, get.trips, get.read <= 10]).toEqual([200, 1, true]);
  const eq = await costOf(() => scim.find(source, 'userName eq "user9999"'));
  expect([scim.idsOf(eq.answer).length, eq.trips, eq.read <= 10]).toEqual([1, 1, true]);

  const total = (PEOPLE / SIZE) * (SIZE - heads) + 2;
  const page = await costOf(() => source.call("GET", "/Users?count=100&cursor="));
  expect([page.answer.body["totalResults"], page.trips]).toEqual([total, 1]);
  // It passes an organization for each two people: that one's row, and a look behind its last user.
  expect(page.read).toBeLessThanOrEqual(130 + 2 * 50);
  const units = await costOf(() => source.call("GET", "/Organizations?count=100&cursor="));
  expect([units.answer.body["totalResults"], units.trips]).toEqual([SIZE - heads, 1]);
  // Each one, that it is seen, and that its parent is.
  expect(units.read).toBeLessThanOrEqual(3 * 100 + 30);
  const tail = await costOf(() => source.call("DELETE", `/Users/${id}`));
  expect([tail.answer.status, tail.trips]).toEqual([204, 2]);
  expect([tail.read <= 24, tail.written <= 18]).toEqual([true, true]);

  const one = await putScope(admin, source, {
    organizationIds: [organizationId(1)],
    targetOrganizationId: deepest,
  });
  expect(one.status).toBe(200);
  expect(await visibleTo(source)).toBe(DEPTH - 1);
  const small = await source.call("GET", "/Users?count=0");
  expect(small.body["totalResults"]).toBe(2 * (DEPTH - 1) + 1);
});

it("names at most 5,000 organizations", async () => {
  const admin = await claim();
  const source = await newSource(admin, "okta");
  const ids = Array.from({ length: NAMED + 1 }, (_, n) => organizationId(n));
  const { status, body } = await putScope(admin, source, { organizationIds: ids });
  expect([status, scim.objectsIn(body["errors"])[0]?.["pointer"]]).toEqual([
    400,
    "/organizationIds",
  ]);
});
