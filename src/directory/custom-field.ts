/** The custom fields of a directory: what each is, and the rows they are kept in. */
import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { FIELD_TYPES, type Field } from "../scim/custom-schema.ts";
import type { Database, Row, Statement } from "./database.ts";
import { customFields } from "./field-tables.ts";
import type { RowChange } from "./write-rows.ts";

export interface FieldItem {
  readonly value: string;
  readonly label: string;
  readonly enabled: boolean;
}

export interface CustomField {
  readonly id: string;
  readonly directoryId: string;
  readonly name: string;
  readonly label: string;
  readonly type: Field["type"];
  readonly required: boolean;
  readonly unique: boolean;
  /** Of a choice; others have none. */
  readonly items: readonly FieldItem[];
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

/** A field as a data source that has chosen it keeps it. */
export interface ChosenField extends Field {
  readonly id: string;
  readonly version: number;
}

const chosenField = z.object({
  id: z.string(),
  version: z.number(),
  name: z.string(),
  label: z.string(),
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
  unique: z.boolean(),
  values: z.array(z.string()),
});

const remembered = new Map<string, readonly ChosenField[]>();
const REMEMBERED_MAX = 1_000;

/** Reads the column `data_sources.fields`: the same text gives the same list. Throws on another. */
export function parseChosen(text: string): readonly ChosenField[] {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const parsed = z.array(chosenField).parse(JSON.parse(text));
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(text, parsed);
  return parsed;
}

export function toChosen(field: CustomField): ChosenField {
  const { id, version, name, label, type, required, unique, items } = field;
  const values = items.filter(({ enabled }) => enabled).map(({ value }) => value);
  return { id, version, name, label, type, required, unique, values };
}

const flag = z.number().transform((value) => value === 1);
const fieldItems = z.array(
  z.object({ value: z.string(), label: z.string(), enabled: z.boolean() }),
);

const fieldRow = z.object({
  id: z.string(),
  directory_id: z.string(),
  name: z.string(),
  label: z.string(),
  type: z.enum(FIELD_TYPES),
  required: flag,
  is_unique: flag,
  items: z.string(),
  version: z.number(),
  created_at: z.number(),
  updated_at: z.number(),
  deleted_at: z.number().nullable(),
});

/** Reads a row of `custom_fields`; throws when the row is not what this code wrote. */
export function parseField(row: Row): CustomField {
  const { directory_id, is_unique, items, created_at, updated_at, deleted_at, ...same } =
    fieldRow.parse(row);
  return {
    ...same,
    directoryId: directory_id,
    unique: is_unique,
    items: fieldItems.parse(JSON.parse(items)),
    createdAt: created_at,
    updatedAt: updated_at,
    deletedAt: deleted_at,
  };
}

/** By name, deleted ones among them: they keep their names. */
export async function fieldsOf(db: Database, directoryId: string): Promise<CustomField[]> {
  const rows = await db.read((query) =>
    query
      .select()
      .from(customFields)
      .where(eq(customFields.directory_id, directoryId))
      .orderBy(asc(customFields.name)),
  );
  return rows.map(parseField);
}

/** The live field. */
export async function findField(db: Database, id: string): Promise<CustomField | undefined> {
  const [row] = await db.read((query) =>
    query.select().from(customFields).where(eq(customFields.id, id)).limit(1),
  );
  const field = row === undefined ? undefined : parseField(row);
  return field?.deletedAt === null ? field : undefined;
}

/** The statements that bring fields, and the copies that data sources have, from before to after. */
export function fieldStatements(changes: readonly RowChange<CustomField>[]): Statement[] {
  return changes.flatMap(({ before, after }) => [
    ...assertVersion(before),
    { sql: UPSERT, params: fieldParams(after) },
    ...(before === undefined ? [] : [copyStatement(after)]),
  ]);
}

function assertVersion(before: CustomField | undefined): Statement[] {
  return before === undefined ? [] : [assertFieldsStatement([before])];
}

/** Aborts the batch unless the fields are as they were read. */
export function assertFieldsStatement(
  fields: readonly Pick<CustomField, "id" | "version">[],
): Statement {
  return {
    sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE EXISTS (
      SELECT 1 FROM json_each(?1) j LEFT JOIN custom_fields f ON f.id = j.value ->> 0
      WHERE f.version IS NOT j.value ->> 1)`,
    params: [JSON.stringify(fields.map(({ id, version }) => [id, version]))],
  };
}

const UPSERT = `INSERT INTO custom_fields (id, directory_id, name, label, type, required, is_unique,
    items, version, created_at, updated_at, deleted_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
  ON CONFLICT (id) DO UPDATE SET label = excluded.label, required = excluded.required,
    items = excluded.items, version = excluded.version, updated_at = excluded.updated_at,
    deleted_at = excluded.deleted_at`;

function fieldParams(field: CustomField): (string | number | null)[] {
  return [
    field.id,
    field.directoryId,
    field.name,
    field.label,
    field.type,
    field.required ? 1 : 0,
    field.unique ? 1 : 0,
    JSON.stringify(field.items),
    field.version,
    field.createdAt,
    field.updatedAt,
    field.deletedAt,
  ];
}

/**
 * Brings the copies of sources that have chosen the field up to date, and says so to them by a new
 * `config_version`: what they decide on the copy before is then refused by their own assertion.
 */
function copyStatement(field: CustomField): Statement {
  const copy = field.deletedAt === null ? JSON.stringify(toChosen(field)) : null;
  return { sql: COPY, params: [field.id, copy, field.directoryId, field.updatedAt] };
}

const COPY = `UPDATE data_sources SET config_version = config_version + 1, updated_at = ?4,
    fields = (SELECT json_group_array(json(iif(e.value ->> 'id' = ?1, ?2, e.value)))
      FROM json_each(data_sources.fields) e WHERE ?2 IS NOT NULL OR e.value ->> 'id' <> ?1)
  WHERE directory_id = ?3 AND deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM json_each(data_sources.fields) e WHERE e.value ->> 'id' = ?1)`;
