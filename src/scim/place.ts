/** Where an attribute stands in a draft of a resource. Drafts are copied, never changed. */
import type { Attribute, ResourceType } from "./attribute.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { ownValue } from "./object.ts";
import type { ResolvedPath } from "./path.ts";
import type { Profile } from "./profile.ts";

/** By whose rules something is written. */
export interface Rules {
  readonly type: ResourceType;
  readonly profile: Profile;
}

/** A write: by `add`, or by `replace`, whose rules differ where values are already. */
export interface Edit extends Rules {
  readonly op: "add" | "replace";
}

/** A path that names an attribute, not a schema as a whole. */
export type AttributePlace = ResolvedPath & { attribute: Attribute };

/** Read-only attributes are not for clients to write; a group's members are kept apart from it. */
export function isWritable({ attribute, sub }: AttributePlace, type: ResourceType): boolean {
  if (type.name === "Group" && attribute.name === "members") return false;
  return attribute.mutability !== "readOnly" && sub?.mutability !== "readOnly";
}

/** The attribute as an error message names it. */
export function nameOf({ extension, attribute }: AttributePlace): string {
  const { name, namespace = extension } = attribute;
  return namespace === undefined ? name : `${namespace}:${name}`;
}

export function valueAt(
  draft: JsonObject,
  { extension, attribute }: AttributePlace,
): Json | undefined {
  const holder = extension === undefined ? draft : ownValue(draft, extension);
  return isObject(holder) ? ownValue(holder, attribute.name) : undefined;
}

/** A copy of the draft with the attribute's value; undefined takes it away. */
export function withValue(
  draft: JsonObject,
  { extension, attribute }: AttributePlace,
  value: Json | undefined,
): JsonObject {
  if (extension === undefined) return withName(draft, attribute.name, value);
  const holder = ownValue(draft, extension);
  return withName(
    draft,
    extension,
    withName(isObject(holder) ? holder : {}, attribute.name, value),
  );
}

function withName(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  return value === undefined ? withoutName(object, name) : { ...object, [name]: value };
}

export function withoutName(object: JsonObject, name: string): JsonObject {
  const { [name]: _value, ...rest } = object;
  return rest;
}
