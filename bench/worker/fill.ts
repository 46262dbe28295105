/** Fills a database with people: one row is made as Muster makes it, and repeated by SQLite. */
import { Hono } from "hono";
import { z } from "zod";
import { foldedAttributes, lookupValues, userNameKey } from "../../src/directory/user.ts";
import { groupNameKey } from "../../src/directory/group.ts";
import { attributesOf, GROUP_SIZES, groupId, nameOf, SPARES } from "../people.ts";

const body = z.object({ users: z.int(), sourceId: z.string(), organizationId: z.string() });
type Owner = Omit<z.infer<typeof body>, "users">;

const DIRECTORY = "default";

/** Stands in the one row for the number of each. */
const NUMBER = "#";

/** The id that `userId` gives the same number. */
const ID = `(substr(printf('%012x', 1700000000000 + i), 1, 8) || '-' ||
  substr(printf('%012x', 1700000000000 + i), 9, 4) || '-7000-8000-0000' || printf('%08x', i))`;

// D1 binds every number as a REAL, whose text would be "1.0".
const EACH = `WITH RECURSIVE n (i) AS (
    SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2
  )`;

const USERS = `${EACH}
  INSERT INTO users (id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, folded, version, created_at, updated_at)
  SELECT ${ID}, ?3, ?4, ?5, replace(?6, '${NUMBER}', i), replace(?7, '${NUMBER}', i), 1, replace(?8, '${NUMBER}', i), replace(?9, '${NUMBER}', i), 1, 0, 0 FROM n`;

const VALUES = `${EACH}
  INSERT INTO user_values (directory_id, attribute, key, user_id)
  SELECT ?3, ?4, replace(?5, '${NUMBER}', i), ${ID} FROM n`;

// The guard would hold back those who leave a group again and again, but for one of today.
const GROUP = `INSERT INTO groups (id, directory_id, source_id, name_key, attributes, folded, member_count, version, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, 1, unixepoch() * 1000, unixepoch() * 1000)`;

// In an empty database the number of a row is that of a user and one.
const MEMBERS = `INSERT INTO members (group_seq, user_seq)
  SELECT g.seq, u.seq FROM groups g CROSS JOIN users u ON u.seq <= ?2 WHERE g.id = ?1`;

const COUNTER = "INSERT INTO counters (owner, name, n) VALUES (?, ?, ?)";

/** Users a statement makes: it should take a second, not thirty. */
const CHUNK = 50_000;

export const filling = new Hono<{ Bindings: BenchEnv }>().post("/", async (c) => {
  const { users, ...owner } = body.parse(await c.req.json());
  await fill(c.env.DB, users, owner);
  return c.json({});
});

/** Makes the users and groups of a world, which has to be empty. */
async function fill(database: D1Database, users: number, owner: Owner): Promise<void> {
  const total = users + SPARES;
  for (let first = 0; first < total; first += CHUNK) {
    await insertUsers(database, [first, Math.min(total, first + CHUNK)], owner);
  }
  const sizes = GROUP_SIZES.filter((size) => size <= users);
  for (const size of sizes) await insertGroup(database, size, owner.sourceId);
  await run(database, COUNTER, owner.organizationId, "users", total);
  await run(database, COUNTER, owner.sourceId, "groups", sizes.length);
}

async function insertUsers(
  database: D1Database,
  range: readonly [number, number],
  { sourceId, organizationId }: Owner,
): Promise<void> {
  const attributes = attributesOf(nameOf(NUMBER));
  await run(
    database,
    USERS,
    ...range,
    DIRECTORY,
    sourceId,
    organizationId,
    userNameKey(attributes),
    attributes["externalId"],
    JSON.stringify(attributes),
    foldedAttributes(attributes),
  );
  for (const { attribute, key } of lookupValues(attributes)) {
    await run(database, VALUES, ...range, DIRECTORY, attribute, key);
  }
}

async function insertGroup(
  database: D1Database,
  size: (typeof GROUP_SIZES)[number],
  sourceId: string,
): Promise<void> {
  const attributes = { displayName: `Group of ${size}` };
  const kept = [groupNameKey(attributes), JSON.stringify(attributes), foldedAttributes(attributes)];
  await run(database, GROUP, groupId(size), DIRECTORY, sourceId, ...kept, size);
  await run(database, MEMBERS, groupId(size), size);
}

async function run(database: D1Database, sql: string, ...params: unknown[]): Promise<void> {
  await database
    .prepare(sql)
    .bind(...params)
    .run();
}
