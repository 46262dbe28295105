/** Pages by cursor. RFC 9865. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openCursor, sealCursor } from "../../src/http/cursor.ts";
import { queryKey } from "../../src/http/query-part.ts";
import { LIMITS } from "../../src/scim/messages.ts";
import { USER } from "../../src/scim/schemas.ts";
import { readPeppers } from "../../src/sources/secret.ts";
import { fetchWith } from "../support/admins.ts";
import { bulkSource } from "../support/bulk-source.ts";
import { claim, newSource, oneSource, type Source } from "../support/client.ts";
import {
  insertOrganizations,
  insertUsers,
  insertVisible,
  testId,
} from "../support/directory-rows.ts";
import { search, usersIn } from "../support/lists.ts";
import { Random } from "../support/random.ts";
import { PATIENCE, report, scaled, SEED } from "../support/scale.ts";
import * as scim from "../support/scim.ts";
import { pageAt, walk, walkSearch } from "../support/walk.ts";

/** The cursor that the first page of the path leads on by. */
async function cursorOf(source: Source, path = "/Users?count=2"): Promise<string> {
  const answer = await pageAt(source, path, "");
  const cursor = scim.textAt(answer.body, "nextCursor");
  expect(cursor, answer.text).not.toBe("");
  return cursor;
}

async function expectInvalid(source: Source, path: string, cursor: string): Promise<void> {
  scim.expectError(await pageAt(source, path, encodeURIComponent(cursor)), 400, "invalidCursor");
}

describe("RFC 9865 §2 pages by cursor", () => {
  it("show everybody once, in the order of lists, and end without a nextCursor", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 7);
    for (const count of [1, 2, 3, 6, 7, 8]) {
      expect(await walk(source, `/Users?count=${count}`)).toEqual(ids);
      expect(await walkSearch(source, "/Users", { count })).toEqual(ids);
    }
    const odd = ids.filter((_, i) => i % 2 === 1);
    expect(await walk(source, '/Users?filter=title eq "t1"&count=2')).toEqual(odd);
    expect(await walk(source, '/Users?filter=userName sw "user-"&count=2')).toEqual(ids);
    const groups: string[] = [];
    for (const name of ["C", "A", "B"]) groups.push(scim.idAt(await scim.newGroup(source, name)));
    expect(await walk(source, "/Groups?count=1")).toEqual(groups);
  });

  it("have the total, and no index", async () => {
    const source = await oneSource();
    await usersIn(source, 3);
    const first = await source.call("GET", "/Users?cursor&count=2");
    expect(first.body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
    expect(Object.keys(first.body)).not.toContain("startIndex");
    const cursor = scim.textAt(first.body, "nextCursor");
    // RFC 3986 §2.3.
    expect(cursor).toMatch(/^[A-Za-z0-9._~-]+$/);
    const last = await search(source, "/Users", { cursor, count: 2 });
    expect(last.body).toMatchObject({ totalResults: 3, itemsPerPage: 1 });
    expect(Object.keys(last.body)).not.toContain("nextCursor");
  });

  it("are asked for: without a cursor pages go by index, as discovery says", async () => {
    const source = await oneSource();
    await usersIn(source, 3);
    const { body } = await source.call("GET", "/Users?count=2");
    expect(body).toMatchObject({ startIndex: 1 });
    expect(Object.keys(body)).not.toContain("nextCursor");
    const config = await source.call("GET", "/ServiceProviderConfig");
    expect(config.body["pagination"]).toEqual({
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: LIMITS.defaultCount,
      maxPageSize: LIMITS.maxCount,
      cursorTimeout: LIMITS.cursorSeconds,
    });
  });

  it("end empty where all that came after is gone", async () => {
    const source = await oneSource();
    const [, , third = ""] = await usersIn(source, 3);
    const cursor = await cursorOf(source);
    await source.call("DELETE", `/Users/${third}`);
    const { body } = await pageAt(source, "/Users?count=2", cursor);
    expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 0, Resources: [] });
    expect(Object.keys(body)).not.toContain("nextCursor");
  });

  it("may change their size, and the spelling of the filter", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 5);
    const cursor = await cursorOf(source, '/Users?filter=userName sw "USER"&count=2');
    const next = await pageAt(source, '/Users?filter=USERNAME SW "user"&count=3', cursor);
    expect(next.status, next.text).toBe(400);
    const same = await pageAt(source, '/Users?filter=USERNAME sw "USER"&count=3', cursor);
    expect(scim.idsOf(same)).toEqual(ids.slice(2));
  });
});

describe("RFC 9865 §2.1 errors", () => {
  it(
    "refuse a cursor that is forged, foreign or of another query",
    { timeout: 60_000 },
    async () => {
      const admin = await claim();
      const [source, other] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
      await usersIn(source, 3);
      for (let i = 0; i < 3; i++) await scim.newUser(other, { userName: `other-${i}` });
      for (const name of ["a", "b", "c"]) await scim.newGroup(source, name);
      const cursor = await cursorOf(source);
      expect((await pageAt(source, "/Users?count=2", cursor)).status).toBe(200);
      await expectInvalid(other, "/Users?count=2", cursor);
      for (const path of [
        "/Groups?count=2",
        "/?count=2",
        "/Users?count=2&filter=userName pr",
        "/Users?count=2&sortBy=userName",
      ]) {
        await expectInvalid(source, path, cursor);
      }
      // Nor of a query that comes to fewer of the same.
      const part = await cursorOf(source, '/?count=2&filter=meta.resourceType eq "User"');
      await expectInvalid(source, "/?count=2", part);
      const sorted = await cursorOf(source, "/Users?count=2&sortBy=userName");
      for (const path of [
        "/Users?count=2",
        "/Users?count=2&sortBy=userName&sortOrder=descending",
        "/Users?count=2&sortBy=displayName",
        '/Users?count=2&sortBy=userName&filter=title eq "t0"',
      ]) {
        await expectInvalid(source, path, sorted);
      }
      scim.expectError(
        await search(source, "/Users", { cursor: `${cursor}x` }),
        400,
        "invalidCursor",
      );
    },
  );

  it("refuse a thousand cursors that were altered or made up", { timeout: 120_000 }, async () => {
    const source = await oneSource();
    await usersIn(source, 3);
    const cursor = await cursorOf(source);
    const character = fc.constantFrom(...Array.from("ABCxyz019-_.~%=+/ é\u0000"));
    const place = fc.nat(cursor.length - 1);
    const altered = fc.oneof(
      fc.tuple(place, character).map(([i, c]) => cursor.slice(0, i) + c + cursor.slice(i + 1)),
      fc.tuple(place, character).map(([i, c]) => cursor.slice(0, i) + c + cursor.slice(i)),
      place.map((i) => cursor.slice(0, i)).filter((text) => text !== ""),
      fc.string({ minLength: 1, maxLength: 300 }),
      fc.base64String({ minLength: 4, maxLength: 300 }),
    );
    await fc.assert(
      fc.asyncProperty(
        altered.filter((text) => text !== cursor && text.isWellFormed()),
        (text) => expectInvalid(source, "/Users?count=2", text),
      ),
      { numRuns: 1_000 },
    );
  });

  it("tell a cursor that waited too long", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 3);
    const [pepper] = readPeppers(env);
    const query = queryKey(source, [{ type: USER, isEmpty: false }]);
    const { seq } = (await env.DB.prepare("SELECT seq FROM users WHERE id = ?")
      .bind(ids[0] ?? "")
      .first<{ seq: number }>()) ?? { seq: 0 };
    const { organization_id: place } = (await env.DB.prepare(
      "SELECT organization_id FROM users LIMIT 1",
    ).first<{ organization_id: string }>()) ?? { organization_id: "" };
    const age = LIMITS.cursorSeconds * 1000;
    const peppers = pepper === undefined ? [] : [pepper];
    const old = await sealCursor(peppers, query, [place, seq], Date.now() - age - 1_000);
    scim.expectError(await pageAt(source, "/Users", old), 400, "expiredCursor");
    const recent = await sealCursor(peppers, query, [place, seq], Date.now() - age + 60_000);
    expect(scim.idsOf(await pageAt(source, "/Users", recent))).toEqual(ids.slice(1));
    // To the second.
    const now = 1_700_000_000_000;
    const sealed = await sealCursor(peppers, query, [1], now);
    expect(await openCursor(peppers, query, sealed, now + age - 1)).toEqual([1]);
    await expect(openCursor(peppers, query, sealed, now + age)).rejects.toMatchObject({
      reason: "expiredCursor",
    });
  });

  it("refuse a count that no cursor goes by, and both ways of paging at once", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 3);
    for (const count of ["x", "1.5", "1e9"]) {
      scim.expectError(
        await source.call("GET", `/Users?cursor=&count=${count}`),
        400,
        "invalidCount",
      );
    }
    // The root has the source's own organization as well.
    for (const [path, total] of [
      ["/Users", 3],
      ["", 4],
    ] as const) {
      const { body } = await search(source, path, { cursor: "", count: 0 });
      expect([body["totalResults"], body["Resources"], body["nextCursor"]]).toEqual([
        total,
        [],
        undefined,
      ]);
    }
    const most = await source.call("GET", `/Users?cursor=&count=${LIMITS.maxCount + 1}`);
    expect(scim.idsOf(most)).toEqual(ids);
    for (const path of ["/Users", "/Groups", "/"]) {
      const both = source.call("GET", `${path}?cursor=&startIndex=1`);
      scim.expectError(await both, 400, "invalidValue");
    }
    const both = search(source, "", { cursor: "", startIndex: 1 });
    scim.expectError(await both, 400, "invalidValue");
  });
});

describe("a cursor", () => {
  it("outlives a change of the pepper as tokens do", async () => {
    const source = await oneSource();
    const ids = await usersIn(source, 3);
    const cursor = await cursorOf(source);
    const path = `${new URL(source.base).pathname}/Users?count=2&cursor=`;
    const headers = scim.bearer(source);
    const next = `k2:${"new-pepper".repeat(4)}`;
    const both = { ...env, TOKEN_PEPPER: `${next},${env.TOKEN_PEPPER}` };
    const page = await fetchWith(both, path + cursor, { headers });
    expect([page.status, await page.json()]).toMatchObject([200, { Resources: [{ id: ids[2] }] }]);
    const first = await fetchWith(both, path, { headers });
    const { nextCursor } = z.object({ nextCursor: z.string() }).parse(await first.json());
    // Signed by the new one, of which the old alone knows nothing.
    expect((await fetchWith(both, path + nextCursor, { headers })).status).toBe(200);
    expect((await fetchWith(env, path + nextCursor, { headers })).status).toBe(400);
  });

  it("leads through organizations, page by page, whatever their sizes", async () => {
    const source = await oneSource();
    const random = new Random(20_261_122);
    const organizations = ["org a", "org b", "org c", "org d"];
    await insertOrganizations(env.DB, organizations);
    await insertVisible(env.DB, source.id, organizations.slice(0, 3));
    const rows = Array.from({ length: 60 }, (_, number) => ({
      id: testId(number),
      organizationId: random.pick(organizations),
      attributes: { userName: `u${number}`, title: random.pick(["x", "y"]) },
    }));
    await insertUsers(env.DB, rows);
    const seen = rows
      .filter(({ organizationId }) => organizationId !== "org d")
      .toSorted((a, b) =>
        a.organizationId < b.organizationId ? -1 : Number(a.organizationId > b.organizationId),
      );
    for (const count of [1, 4, 7, 59]) {
      expect(await walk(source, `/Users?count=${count}`)).toEqual(seen.map(({ id }) => id));
      const x = seen.filter(({ attributes }) => attributes.title === "x").map(({ id }) => id);
      expect(await walk(source, `/Users?count=${count}&filter=title eq "x"`)).toEqual(x);
    }
  });
});

describe("a walk by cursor while others write", () => {
  it("shows everybody who was there all along exactly once", PATIENCE, async (context) => {
    const people = scaled(2_000);
    const { source, spare } = await bulkSource(people - 50);
    const random = new Random(SEED);
    const { results } = await env.DB.prepare("SELECT id FROM users ORDER BY seq").all<{
      id: string;
    }>();
    const all = results.map(({ id }) => id);
    expect(all).toHaveLength(people);
    const gone = new Set<string>();
    let newcomers = 0;
    const between = async () => {
      const leaver = random.pick(all);
      const renamed = random.pick(all);
      gone.add(leaver);
      await Promise.all([
        source.call("DELETE", `/Users/${leaver}`),
        scim.newUser(source, { userName: `newcomer-${newcomers++}` }),
        scim.patch(source, `/Users/${renamed}`, {
          op: "replace",
          path: "userName",
          value: `renamed-${crypto.randomUUID()}`,
        }),
      ]);
    };
    const seen = await walk(source, "/Users?count=50&attributes=id", between);
    const once = new Set(seen);
    expect(once.size).toBe(seen.length);
    const stayed = all.filter((id) => !gone.has(id));
    expect(stayed.filter((id) => !once.has(id))).toEqual([]);
    expect(spare(0)).toMatch(/^\/Users\//);
    report(context, "a walk by cursor while others write", { people, writes: 3 * newcomers });
  });
});
