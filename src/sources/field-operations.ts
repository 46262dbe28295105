/** What an admin may change about a directory's custom fields. Pure: fields in, a field or a ScimError out. */
import type { CustomField, FieldItem } from "../directory/custom-field.ts";
import type { EventType } from "../directory/events.ts";
import { ScimError } from "../scim/error.ts";
import { equalJson } from "../scim/json.ts";
import { invalidValue } from "../scim/refusals.ts";

export type NewField = Omit<CustomField, "version" | "createdAt" | "updatedAt" | "deletedAt">;

export interface FieldChanges {
  readonly label?: string | undefined;
  readonly required?: boolean | undefined;
  readonly items?: readonly FieldItem[] | undefined;
}

export type FieldOperation =
  /** Its id is that of the deleted field of the same name, where there is one. */
  | { readonly kind: "field.create"; readonly field: NewField }
  | { readonly kind: "field.update"; readonly id: string; readonly changes: FieldChanges }
  | { readonly kind: "field.delete"; readonly id: string };

export const FIELDS_MAX = 100;

export const FIELD_EVENTS = {
  "field.create": "field.created",
  "field.update": "field.updated",
  "field.delete": "field.deleted",
} as const satisfies Record<FieldOperation["kind"], EventType>;

/**
 * The field after the operation; the same object when nothing changes. Type and uniqueness never
 * change: values are there already. Throws ScimError `not_found`, `conflict` and `invalidValue`.
 */
export function applyFieldOperation(
  fields: readonly CustomField[],
  operation: FieldOperation,
  now: number,
): CustomField {
  if (operation.kind === "field.create") return createField(fields, operation.field, now);
  const field = fields.find(({ id }) => id === operation.id);
  if (field === undefined || field.deletedAt !== null) throw noSuchField();
  const next = { ...field, version: field.version + 1, updatedAt: now };
  if (operation.kind === "field.delete") return { ...next, deletedAt: now };
  const { label = field.label, required = field.required, items } = operation.changes;
  const after = { ...next, label, required, items: items ?? field.items };
  checkItems(after);
  const changed = FIXED_APART.some((name) => !isSame(field[name], after[name]));
  return changed ? after : field;
}

const FIXED_APART = ["label", "required", "items"] as const;

function createField(fields: readonly CustomField[], field: NewField, now: number): CustomField {
  checkItems(field);
  if (field.type === "boolean" && field.unique) {
    throw invalidValue("unique", "can't be said of a boolean: two people at most would have it");
  }
  if (fields.filter(({ deletedAt }) => deletedAt === null).length >= FIELDS_MAX) {
    throw new ScimError("conflict", `The directory has ${FIELDS_MAX} fields already`);
  }
  const former = fields.find(({ name }) => name === field.name);
  if (former === undefined) {
    return { ...field, version: 1, createdAt: now, updatedAt: now, deletedAt: null };
  }
  if (former.deletedAt === null || former.id !== field.id) {
    throw new ScimError("conflict", "A field of this name exists");
  }
  if (former.type !== field.type || former.unique !== field.unique) {
    const was = `${former.type}${former.unique ? ", unique" : ""}`;
    throw new ScimError("conflict", `Values of a deleted field of this name are kept: ${was}`);
  }
  const { version, createdAt } = former;
  return { ...field, version: version + 1, createdAt, updatedAt: now, deletedAt: null };
}

function checkItems({ type, items }: Pick<CustomField, "type" | "items">): void {
  if (type !== "choice" && items.length > 0) {
    throw invalidValue("items", "belong to a choice alone");
  }
  if (type === "choice" && items.length === 0)
    throw invalidValue("items", "are what is chosen from");
  if (new Set(items.map(({ value }) => value)).size < items.length) {
    throw invalidValue("items", "have a value twice");
  }
}

function isSame(a: string | boolean | readonly FieldItem[], b: typeof a): boolean {
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  return equalJson(a.map(toJson), b.map(toJson));
}

function toJson({ value, label, enabled }: FieldItem): [string, string, boolean] {
  return [value, label, enabled];
}

export function noSuchField(): ScimError {
  return new ScimError("not_found", "There is no such field");
}
