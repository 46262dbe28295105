/** PATCH as a pure function. RFC 7644 §3.5.2. */
import { assign, assignAll } from "./assign.ts";
import { assignedNames } from "./assigned.ts";
import { findExtension, type ResourceType } from "./attribute.ts";
import { canonicalize, keepImmutable, keepRequired } from "./canonical.ts";
import { ScimError } from "./error.ts";
import { equalJson, isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { parsePath } from "./filter.ts";
import { findKey } from "./key.ts";
import { checkLimits } from "./field-limits.ts";
import type { PatchOperation } from "./messages.ts";
import { resolvePath } from "./path.ts";
import { settlePhone } from "./phone-rules.ts";
import type { ResolvedPath } from "./path.ts";
import { isWritable, nameOf } from "./place.ts";
import type { AttributePlace, Edit, Rules } from "./place.ts";
import type { Profile } from "./profile.ts";
import { atOperation, brief, invalidValue } from "./refusals.ts";
import { remove } from "./remove.ts";
import { respell } from "./resolve.ts";

/** An operation with its place in the request, where others were taken out before it. */
export interface NumberedOperation extends PatchOperation {
  readonly index?: number;
}

/**
 * Applies all operations in order, or throws and applies none. `attributes` are canonical and stay
 * untouched; when nothing changes, the very same object is returned. A group's `members` have to be
 * taken out before (members.ts). Throws `invalidPath`, `invalidFilter`, `invalidSyntax`,
 * `invalidValue`, `mutability`, `noTarget` or `payload_too_large`.
 */
export function applyPatch(
  attributes: JsonObject,
  operations: readonly NumberedOperation[],
  type: ResourceType,
  profile: Profile,
): JsonObject {
  const rules = { type, profile };
  const draft = settled(
    applyOperations(attributes, operations, rules),
    attributes,
    () => assignedNames(operations, rules),
    profile,
  );
  const { active } = attributes;
  // A user is always active or not: taking `active` away leaves it as it is, as a PUT without it.
  const whole = active === undefined ? draft : { active, ...draft };
  const result = canonicalize(whole, attributes, type, profile);
  checkLimits(result, attributes, type, profile);
  keepRequired(result, attributes, type);
  keepImmutable(result, attributes, type);
  return equalJson(result, attributes) ? attributes : result;
}

/** The region of a phone is looked after where the operations wrote to either. */
function settled(
  draft: JsonObject,
  before: JsonObject,
  namesOf: () => ReadonlySet<string>,
  profile: Profile,
): JsonObject {
  const { phoneNumbers, phoneRegion } = draft;
  if (phoneNumbers === before["phoneNumbers"] && phoneRegion === before["phoneRegion"]) {
    return draft;
  }
  const names = namesOf();
  const carried = { number: names.has("phoneNumbers"), region: names.has("phoneRegion") };
  return settlePhone(draft, before, carried, profile);
}

function applyOperations(
  attributes: JsonObject,
  operations: readonly NumberedOperation[],
  rules: Rules,
): JsonObject {
  return operations.reduce(
    (draft, operation, i) =>
      atOperation(operation.index ?? i, () => applyOperation(draft, operation, rules)),
    attributes,
  );
}

function applyOperation(draft: JsonObject, operation: PatchOperation, rules: Rules): JsonObject {
  const { op, value } = operation;
  if (op === "remove") return applyRemove(draft, operation, rules);
  // RFC 7644 §3.12, invalidValue: "A required value was missing".
  if (value === undefined) throw invalidValue("value", "is required");
  const edit = { ...rules, op };
  if (operation.path === undefined) return assignWithoutPath(draft, value, edit);
  const path = getPath(operation.path, rules);
  if (path === undefined) return draft;
  return assign(draft, path, op === "add" ? toList(path, value) : value, edit);
}

function applyRemove(draft: JsonObject, operation: PatchOperation, rules: Rules): JsonObject {
  if (operation.path === undefined) throw new ScimError("noTarget", '"remove" requires a "path"');
  const path = getPath(operation.path, rules);
  return path === undefined ? draft : remove(draft, path, operation.value, rules);
}

/** RFC 7644 §3.5.2.1: a new value is added to a multi-valued attribute; it may come alone. */
function toList({ attribute, sub, filter }: ResolvedPath, value: Json): Json {
  const whole = attribute?.multiValued === true && sub === undefined && filter === undefined;
  return whole && !Array.isArray(value) ? [value] : value;
}

/**
 * Undefined for a path that is to be passed over. Throws `invalidPath` for another that no schema
 * knows, `mutability` for one that is not to be written.
 */
function getPath(text: string, { type, profile }: Rules): ResolvedPath | undefined {
  const path = resolvePath(text, type, profile);
  if (path === undefined) {
    if (profile.unknownAttributes === "ignore" && isUnchosen(text, type)) return undefined;
    throw new ScimError("invalidPath", `A ${type.name} has no attribute "${brief(text)}"`);
  }
  if (path.attribute !== undefined) {
    refuseReadOnly({ ...path, attribute: path.attribute }, type);
  }
  return path;
}

/**
 * Whether a path is in the namespace of custom fields and names none that was chosen. Entra sends
 * one PATCH for all it maps, and what is kept of that has to arrive.
 */
function isUnchosen(text: string, type: ResourceType): boolean {
  const { schema } = respell(parsePath(text).path, type);
  return schema !== undefined && findExtension(type, schema)?.keptAs !== undefined;
}

function refuseReadOnly(place: AttributePlace, type: ResourceType): void {
  if (!isWritable(place, type)) {
    throw new ScimError("mutability", `"${nameOf(place)}" cannot be changed`);
  }
}

function assignWithoutPath(draft: JsonObject, value: Json, edit: Edit): JsonObject {
  if (!isObject(value)) {
    throw invalidValue("value", "is not an object of attributes, and there is no path");
  }
  for (const name of Object.keys(value)) checkKey(name, edit);
  return assignAll(draft, value, edit);
}

/**
 * Without `expandKeys` a value without a path has plain attributes only. What is read-only there
 * (Okta sends the `id`) is passed over by those profiles that pass over unknown attributes.
 */
function checkKey(name: string, { type, profile }: Edit): void {
  const path = findKey(name, { type, profile });
  if (path === undefined) return;
  if (path.attribute !== undefined) {
    if (profile.unknownAttributes === "reject") {
      refuseReadOnly({ ...path, attribute: path.attribute }, type);
    }
  } else if (!profile.expandKeys) {
    throw new ScimError("invalidSyntax", `"${brief(name)}" is not a plain attribute`);
  }
}
