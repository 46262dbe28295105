/** The names behind ids, for sentences: of what changes, and of the credentials that change it. */
import { z } from "zod";
import type { Database, Row } from "../../directory/database.ts";
import { isAdmin } from "../../directory/event-page.ts";
import { SYSTEM } from "../../directory/events.ts";
import { rowStatements } from "../../directory/write-rows.ts";
import { openAdminDatabase } from "./place.ts";

export type Names = ReadonlyMap<string, string>;

const named = z.object({ id: z.string(), name: z.string() });

const BY_ID = [
  "SELECT id, name FROM data_sources WHERE id IN (SELECT value FROM json_each(?1))",
  `SELECT id, iif(type = 'client_secret', 'client secret …', 'token …') || hint AS name FROM tokens
    WHERE id IN (SELECT value FROM json_each(?1))`,
  `SELECT id, 'application key ' || name AS name FROM application_keys
    WHERE id IN (SELECT value FROM json_each(?1))`,
  "SELECT id, name FROM custom_fields WHERE id IN (SELECT value FROM json_each(?1))",
  `SELECT id, coalesce(attributes ->> '$.displayName', '') AS name FROM groups
    WHERE id IN (SELECT value FROM json_each(?1))`,
  "SELECT id, display_name AS name FROM organizations WHERE id IN (SELECT value FROM json_each(?1))",
];

/** One round trip, and another one where an admin is among them. Whoever is gone for good has no name. */
export async function namesOf(env: Env, db: Database, ids: Iterable<string>): Promise<Names> {
  const all = [...new Set(ids)];
  if (all.length === 0) return new Map();
  const params = [JSON.stringify(all)];
  const admins = all.filter(isAdmin);
  const [own, keys] = await Promise.all([
    db.batch(BY_ID.map((sql) => ({ sql, params }))),
    admins.length === 0 ? [] : openAdminDatabase(env).batch(rowStatements(KEY, admins)),
  ]);
  return new Map([[SYSTEM, "the schedule"], ...[...own, ...keys].flat().map(nameIn)]);
}

const KEY = `SELECT k.id, 'admin key ' || k.name AS name
  FROM :rows CROSS JOIN admin_keys k ON k.id = j.value`;

function nameIn(row: Row): [string, string] {
  const { id, name } = named.parse(row);
  return [id, name];
}
