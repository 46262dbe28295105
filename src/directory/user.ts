/** A user as it is kept, and what of it is kept beside its attributes to be found by. */
import { FIELDS_KEY } from "../scim/custom-schema.ts";
import { fold, isAscii } from "../scim/fold.ts";
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { phoneElement, phoneForms, phoneOf, phoneValue } from "../scim/phone.ts";
import type { Row } from "./database.ts";
import { numberIn, numberOrNullIn, objectIn, textIn, textOrNullIn } from "./row.ts";

export interface User {
  readonly id: string;
  readonly directoryId: string;
  /** The source that owns it, or null when nobody does. */
  readonly sourceId: string | null;
  readonly organizationId: string;
  readonly attributes: JsonObject;
  readonly version: number;
  /** Epoch milliseconds, as all times here. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

/** The columns `parseUser` reads, for a SELECT whose users stand under the alias `u`. */
export const USER_COLUMNS =
  "u.id, u.directory_id, u.source_id, u.organization_id, u.attributes, u.version, u.created_at, u.updated_at, u.deleted_at";

/** Reads a row by hand: a list has two hundred of them, and zod takes thrice as long. */
export function parseUser(row: Row): User {
  return {
    id: textIn(row, "id"),
    directoryId: textIn(row, "directory_id"),
    sourceId: textOrNullIn(row, "source_id"),
    organizationId: textIn(row, "organization_id"),
    attributes: objectIn(row, "attributes"),
    version: numberIn(row, "version"),
    createdAt: numberIn(row, "created_at"),
    updatedAt: numberIn(row, "updated_at"),
    deletedAt: numberOrNullIn(row, "deleted_at"),
  };
}

/** The text of a string attribute, or undefined. */
export function textOf(attributes: JsonObject, name: string): string | undefined {
  const value = attributes[name];
  return typeof value === "string" ? value : undefined;
}

/** What `userName` is unique under. */
export function userNameKey(attributes: JsonObject): string {
  return fold(textOf(attributes, "userName") ?? "");
}

/**
 * The attributes, whose JSON is `text`, with names in lower case and text folded, and the phone in
 * each form it is found by; or null where SQLite's `lower()`, which knows ASCII only, gives the
 * same text.
 */
export function foldedAttributes(
  attributes: JsonObject,
  text = JSON.stringify(attributes),
): string | null {
  const withForms = withPhoneForms(attributes);
  if (withForms === attributes && isAscii(text)) return null;
  const folded = JSON.stringify(foldJson(withForms));
  return folded === asciiLower(text) ? null : folded;
}

/** The addresses, numbers and fields a user can be found by, as rows of `user_values`. */
export function lookupValues(attributes: JsonObject): { attribute: string; key: string }[] {
  const contacts = ["emails", "phoneNumbers"].flatMap((attribute) => {
    const values = valuesOf(attributes[attribute]);
    const keys = values.map(({ value }) => phoneKey(attribute, value, attributes) ?? fold(value));
    return [...new Set(keys)].map((key) => ({ attribute, key }));
  });
  const fields = fieldValues(attributes).map(({ kind, key }) => ({ attribute: kind, key }));
  return [...contacts, ...fields];
}

/** A phone whose region is kept is found by its number alone: the key in which all its forms agree. */
function phoneKey(attribute: string, value: string, attributes: JsonObject): string | undefined {
  if (attribute !== "phoneNumbers" || attributes["phoneRegion"] === undefined) return undefined;
  return value === phoneValue(attributes["phoneNumbers"]) ? phoneOf(attributes)?.number : undefined;
}

/** Filters look at these too: a phone matches with its region and without. */
function withPhoneForms(attributes: JsonObject): JsonObject {
  const list = attributes["phoneNumbers"];
  const element = phoneElement(list);
  const forms = phoneForms(attributes).filter((form) => form !== element?.["value"]);
  if (forms.length === 0 || element === undefined || !Array.isArray(list)) return attributes;
  const { primary: _, ...rest } = element;
  return { ...attributes, phoneNumbers: [...list, ...forms.map((value) => ({ ...rest, value }))] };
}

/**
 * The work e-mail and work phone and the values of custom fields, as rows of `unique_values`:
 * those that may be claimed, of the kinds that are asked for. A phone is the same in whatever form
 * it was sent, and another one in another region.
 */
export function uniqueValues(
  attributes: JsonObject,
  isAsked: (kind: string) => boolean = () => true,
): { kind: string; key: string }[] {
  const contacts = ["emails", "phoneNumbers"].filter(isAsked).flatMap((kind) => {
    const [form] = kind === "phoneNumbers" ? phoneForms(attributes) : [];
    return valuesOf(attributes[kind])
      .filter(({ type }) => type === "work")
      .map(({ value }, index) => ({ kind, key: (index === 0 ? form : undefined) ?? fold(value) }));
  });
  return [...contacts, ...fieldValues(attributes).filter(({ kind }) => isAsked(kind))];
}

/** The kind of look-up rows that a custom field's values have. */
export function fieldKind(name: string): string {
  return `field:${name}`;
}

/** A field's value as look-up rows have it; a boolean, which half of the people share, has none. */
export function fieldKey(value: Json): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? fold(value) : undefined;
}

function fieldValues(attributes: JsonObject): { kind: string; key: string }[] {
  const fields = attributes[FIELDS_KEY];
  return Object.entries(isObject(fields) ? fields : {}).flatMap(([name, value]) => {
    const key = fieldKey(value);
    return key === undefined ? [] : [{ kind: fieldKind(name), key }];
  });
}

function valuesOf(list: Json | undefined): { value: string; type: Json | undefined }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) =>
    isObject(item) && typeof item["value"] === "string"
      ? [{ value: item["value"], type: item["type"] }]
      : [],
  );
}

function foldJson(value: Json): Json {
  if (typeof value === "string") return fold(value);
  if (Array.isArray(value)) return value.map(foldJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.toLowerCase(), foldJson(inner)]),
  );
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
