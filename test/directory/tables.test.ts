import { env } from "cloudflare:workers";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { SCHEMA_VERSION } from "../../src/directory/schema-version.ts";
import * as activityTables from "../../src/directory/activity-tables.ts";
import * as adminTables from "../../src/directory/admin-tables.ts";
import * as applicationTables from "../../src/directory/application-tables.ts";
import * as fieldTables from "../../src/directory/field-tables.ts";
import * as holdTables from "../../src/directory/hold-tables.ts";
import * as organizationTables from "../../src/directory/organization-tables.ts";
import * as passwordTables from "../../src/directory/password-tables.ts";
import * as runTables from "../../src/directory/run-tables.ts";
import * as tables from "../../src/directory/tables.ts";

const TABLES = Object.values({
  ...tables,
  ...adminTables,
  ...activityTables,
  ...applicationTables,
  ...fieldTables,
  ...holdTables,
  ...organizationTables,
  ...passwordTables,
  ...runTables,
})
  .filter((value) => is(value, SQLiteTable))
  .map(getTableConfig);

async function rowsOf(sql: string, ...params: string[]): Promise<Record<string, unknown>[]> {
  const { results } = await env.DB.prepare(sql)
    .bind(...params)
    .run<Record<string, unknown>>();
  return results;
}

it("declares every table of the migrations and no other", async () => {
  const rows = await rowsOf(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_cf_%' AND name <> 'd1_migrations' ORDER BY name",
  );
  expect(TABLES.map(({ name }) => name).sort()).toEqual(rows.map(({ name }) => name));
});

describe.each(TABLES)("table $name", ({ name, columns, indexes, primaryKeys }) => {
  it("has these columns, in this order", async () => {
    const rows = await rowsOf(
      'SELECT name, type, "notnull" AS required, pk FROM pragma_table_info(?)',
      name,
    );
    const key = primaryKeys.flatMap(({ columns: parts }) => parts.map((column) => column.name));
    expect(
      columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        pk: column.primary ? 1 : key.indexOf(column.name) + 1,
        // SQLite doesn't say so of a primary key that is declared beside its column.
        required: column.notNull && !column.primary,
      })),
    ).toEqual(
      rows.map((row) => ({
        name: row["name"],
        type: row["type"],
        pk: row["pk"],
        required:
          row["required"] === 1 &&
          !columns.some((column) => column.primary && column.name === row["name"]),
      })),
    );
  });

  it("has these indexes on these columns", async () => {
    const rows = await rowsOf(
      `SELECT l.name, l."unique", l.partial, group_concat(coalesce(i.name, '?')) AS columns
       FROM pragma_index_list(?) l JOIN pragma_index_info(l.name) i
       WHERE l.origin = 'c' GROUP BY l.name ORDER BY l.name`,
      name,
    );
    const declared = indexes.map(({ config }) => ({
      name: config.name,
      unique: config.unique ? 1 : 0,
      partial: config.where === undefined ? 0 : 1,
      columns: config.columns.map((column) => ("name" in column ? column.name : "?")).join(","),
    }));
    expect(declared.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(rows);
  });
});

it("is of the version that the migrations record", async () => {
  expect(await rowsOf("SELECT version FROM schema_version")).toEqual([{ version: SCHEMA_VERSION }]);
});
