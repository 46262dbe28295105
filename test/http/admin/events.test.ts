/** The list of events by each filter: what it holds, in which order, and what it may read for it. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import {
  EVENT_WINDOW,
  eventStatements,
  type EventQuery,
} from "../../../src/directory/event-page.ts";
import { EVENT_TYPES } from "../../../src/directory/events.ts";
import { adminOf, type Call } from "../../support/admins.ts";
import { measure, planOf } from "../../support/measure.ts";
import { objectsIn, textAt } from "../../support/scim.ts";

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly source_id: string | null;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly actor: string;
}

const START = 1_790_000_000_000;
const SIZE = 6_000;

/** Three in four of one source; the last ones share their moment. */
const ROWS: readonly Row[] = Array.from({ length: SIZE }, (_, index) => {
  const rare = index % 1_000 === 7;
  const source = index % 4 === 0 ? "ds_few" : "ds_many";
  return {
    seq: index + 1,
    at: START + Math.min(index, SIZE - 50) * 1_000,
    type: rare ? "source.updated" : index % 3 === 0 ? "user.created" : "user.updated",
    source_id: rare ? null : source,
    resource_type: rare ? "DataSource" : "User",
    resource_id: rare ? source : `u${index % 500}`,
    actor: rare ? "key_one" : source === "ds_few" ? "tok_few" : "tok_many",
  };
});

let admin: Call;

beforeEach(async () => {
  admin = await adminOf("viewer");
  await env.DB.prepare(
    `INSERT INTO events (seq, directory_id, at, type, source_id, resource_type, resource_id, actor,
       request_id, changes)
     SELECT value ->> 'seq', 'default', value ->> 'at', value ->> 'type', value ->> 'source_id',
       value ->> 'resource_type', value ->> 'resource_id', value ->> 'actor', 'r', '{}'
     FROM json_each(?)`,
  )
    .bind(JSON.stringify(ROWS))
    .run();
  await env.DB.prepare(
    `INSERT INTO events (directory_id, at, type, resource_type, resource_id, actor, request_id, changes)
     VALUES ('other', ?, 'user.created', 'User', 'u7', 'key_one', 'r', '{}')`,
  )
    .bind(START)
    .run();
  await env.DB.prepare(
    `INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at)
     VALUES ('tok_few', 'ds_few', 'k1', 'h', 'h', 'enabled', 0, 0)`,
  ).run();
});

/** Every sequence number of a list, page by page. */
async function walk(query: string): Promise<number[]> {
  const seqs: number[] = [];
  let cursor = "";
  do {
    const { status, body, text } = await admin("GET", `/events?${query}${cursor}`);
    expect(status, text).toBe(200);
    seqs.push(...objectsIn(body["data"]).map(({ seq }) => Number(seq)));
    cursor = body["nextCursor"] === null ? "" : `&cursor=${textAt(body, "nextCursor")}`;
  } while (cursor !== "");
  return seqs;
}

function expected(fits: (row: Row) => boolean): number[] {
  return ROWS.filter(fits)
    .toSorted((a, b) => b.at - a.at || b.seq - a.seq)
    .map(({ seq }) => seq);
}

const iso = (time: number) => encodeURIComponent(new Date(time).toISOString());
const FROM = START + 1_000_000;
const TO = START + 1_200_000;

describe("the events", () => {
  it.each<[string, (row: Row) => boolean]>([
    ["limit=200", () => true],
    ["source=ds_few&limit=200", (row) => row.source_id === "ds_few"],
    ["resource=u7", (row) => row.resource_id === "u7"],
    ["resource=ds_many", (row) => row.resource_id === "ds_many"],
    ["type=source.updated&limit=2", (row) => row.type === "source.updated"],
    ["action=updated&limit=200", (row) => row.type.endsWith(".updated")],
    ["resourceType=DataSource", (row) => row.type === "source.updated"],
    ["resourceType=User&action=deleted", () => false],
    ["actor=key_one&limit=2", (row) => row.actor === "key_one"],
    ["actor=tok_few&limit=200", (row) => row.actor === "tok_few"],
    ["actor=tok_gone&source=ds_few", () => false],
    [`from=${iso(FROM)}&to=${iso(TO)}&limit=70`, (row) => row.at >= FROM && row.at <= TO],
    [
      `source=ds_many&actor=tok_many&type=user.created&from=${iso(FROM)}&limit=150`,
      (row) => row.source_id === "ds_many" && row.type === "user.created" && row.at >= FROM,
    ],
    ["source=ds_few&type=source.updated", () => false],
  ])("by %s are those, newest first", async (query, fits) => {
    expect(await walk(query)).toEqual(expected(fits));
  });

  it("of another directory are not among them", async () => {
    const { status } = await admin("GET", "/events?directoryId=other");
    expect(status).toBe(404);
  });

  it("of a token that is gone are found with its source's name only", async () => {
    const { status, body } = await admin("GET", "/events?actor=tok_gone");
    expect(status).toBe(400);
    expect(body["errors"]).toEqual([expect.objectContaining({ pointer: "/actor" })]);
  });

  it("go on under the filters they began with, and no others", async () => {
    const { body } = await admin("GET", "/events?source=ds_few&limit=5");
    const cursor = textAt(body, "nextCursor");
    expect((await admin("GET", `/events?source=ds_few&limit=9&cursor=${cursor}`)).status).toBe(200);
    for (const query of ["source=ds_many", "source=ds_few&type=user.created", ""]) {
      const { status } = await admin("GET", `/events?${query}&cursor=${cursor}`);
      expect([query, status]).toEqual([query, 400]);
    }
    expect((await admin("GET", `/users?source=ds_few&cursor=${cursor}`)).status).toBe(400);
  });
});

const PAGE = { directoryId: "default", limit: 50 };

/** Each of the three types there are has a page of its own, and each of the others is asked for. */
const ALL_TYPES = 3 * 51 * 3 + 3 * EVENT_TYPES.length;

/** The rows that a page of 50 may read. */
const COSTS: readonly [string, EventQuery, number][] = [
  ["all", PAGE, ALL_TYPES],
  ["one type", { ...PAGE, types: ["source.updated"] }, 4 * 51],
  ["a record", { ...PAGE, resourceId: "u7" }, 3 * 51],
  ["an admin", { ...PAGE, actor: "key_one" }, 4 * 51],
  ["a source", { ...PAGE, sourceId: "ds_many" }, 3 * EVENT_WINDOW],
  [
    "nothing in a source",
    { ...PAGE, sourceId: "ds_few", types: ["token.rotated"] },
    4 * EVENT_WINDOW,
  ],
  ["a time", { ...PAGE, from: FROM, to: TO }, ALL_TYPES],
];

describe("a page of events", () => {
  it.each(COSTS)("of %s is read from an index, in its order", async (_, query, limit) => {
    const statements = eventStatements(query);
    for (const statement of statements) {
      const plan = await planOf(statement);
      expect(plan).not.toContain("SCAN events");
      // What is scanned as e is the window, whose rows come out of the index one by one.
      expect(plan.includes("SCAN e")).toBe(plan.includes("CO-ROUTINE e"));
      expect(plan).toMatch(/USING (COVERING )?INDEX events_/);
    }
    const { rowsRead } = await measure(statements);
    expect(rowsRead).toBeLessThanOrEqual(limit);
  });
});
