/** Puts values where paths point, on a draft of a resource. RFC 7644 §3.5.2.1, §3.5.2.3. */
import { extensionKept, findAttribute, keyOf, type Schema } from "./attribute.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { findKey } from "./key.ts";
import { isUnassigned } from "./object.ts";
import type { ResolvedPath } from "./path.ts";
import { isWritable, nameOf, valueAt, withoutName, withValue } from "./place.ts";
import type { AttributePlace, Edit } from "./place.ts";
import { invalidValue, refuseKey, refuseRepeatedNames, refuseUnknown } from "./refusals.ts";
import { assignSelected, assignToEach } from "./selection.ts";
import { mergeSingle, parseValue, parseValues } from "./value.ts";
import { addValues, demoteOthers } from "./values.ts";

/**
 * Assigns every name of a body, or of a PATCH value without a path, one after the other. Read-only
 * attributes are passed over. Returns a new draft.
 */
export function assignAll(draft: JsonObject, value: JsonObject, edit: Edit): JsonObject {
  refuseRepeatedNames(value, "");
  let result = draft;
  for (const [name, given] of Object.entries(value)) {
    const path = findKey(name, edit);
    if (path !== undefined) result = assign(result, path, given, edit);
    else refuseKey(name, edit.profile);
  }
  return result;
}

/** Assigns a value to what the path names. Returns a new draft. */
export function assign(draft: JsonObject, path: ResolvedPath, value: Json, edit: Edit): JsonObject {
  const { attribute } = path;
  if (attribute === undefined) return assignWhole(draft, path, value, edit);
  const place = { ...path, attribute };
  if (!isWritable(place, edit.type)) return draft;
  return withValue(draft, place, changeValue(valueAt(draft, place), place, value, edit));
}

/** The new value of one attribute; undefined is unassigned. */
function changeValue(
  current: Json | undefined,
  place: AttributePlace,
  value: Json,
  edit: Edit,
): Json | undefined {
  const { attribute, sub, filter } = place;
  const path = nameOf(place);
  if (attribute.multiValued) {
    const values = Array.isArray(current) ? current : [];
    if (filter !== undefined) return assignSelected(values, { ...place, filter }, value, edit);
    if (sub !== undefined) return assignToEach(values, { ...place, sub }, value, edit);
    return assignValues(values, place, value, edit);
  }
  if (sub === undefined && isUnassigned(value)) return undefined;
  if (attribute.type !== "complex") return parseValue(attribute, value, path, edit.profile);
  const object = sub === undefined ? value : { [sub.name]: value };
  return mergeSingle(isObject(current) ? current : {}, attribute, object, path, edit.profile);
}

/** RFC 7644 §3.5.2.1: `add` appends, §3.5.2.3: `replace` replaces all. */
function assignValues(current: Json[], place: AttributePlace, value: Json, edit: Edit): Json[] {
  const path = nameOf(place);
  const given = isUnassigned(value)
    ? undefined
    : parseValues(place.attribute, value, path, edit.profile);
  if (edit.op === "replace") return given ?? [];
  return given === undefined ? current : demoteOthers(addValues(current, given), given);
}

/** A schema as a whole: an extension's object, or attributes under the core schema's URN. */
function assignWhole(
  draft: JsonObject,
  { extension }: ResolvedPath,
  value: Json,
  edit: Edit,
): JsonObject {
  const kept = extension === undefined ? undefined : extensionKept(edit.type, extension);
  const path = (kept ?? edit.type.schema).id;
  if (value === null && extension !== undefined) {
    return edit.op === "add" ? draft : withoutName(draft, extension);
  }
  if (!isObject(value)) throw invalidValue(path, "is not an object");
  return kept === undefined
    ? assignAll(draft, value, edit)
    : assignExtension(draft, kept, value, edit);
}

function assignExtension(
  draft: JsonObject,
  schema: Schema,
  value: JsonObject,
  edit: Edit,
): JsonObject {
  refuseRepeatedNames(value, schema.id);
  let result = draft;
  for (const [name, given] of Object.entries(value)) {
    const attribute = findAttribute(schema.attributes, name);
    if (attribute === undefined) refuseUnknown(`${schema.id}:${name}`, edit.profile);
    else result = assign(result, { extension: keyOf(schema), attribute }, given, edit);
  }
  return result;
}
