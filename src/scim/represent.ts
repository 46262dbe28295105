/** The full representation of a resource. RFC 7643 §3.1, §4.1.2, §4.2. */
import { keyOf, type Attribute, type ResourceType } from "./attribute.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { inOrder } from "./object.ts";
import { COMMON_ATTRIBUTES } from "./schemas.ts";
import { formatVersion } from "./version.ts";

/** A resource as it is kept. Times are epoch milliseconds. */
export interface KeptResource {
  readonly id: string;
  /** In canonical form. */
  readonly attributes: JsonObject;
  readonly version: number;
  readonly created: number;
  readonly lastModified: number;
  /** The groups of a user. */
  readonly groups?: readonly { id: string; displayName: string }[];
  /** Ids of the members of a group; absent where they were not read. */
  readonly members?: readonly string[];
}

/**
 * Every attribute that the type's schemas know; projection comes after. `base` is the address that
 * the endpoints stand under, without a slash at its end.
 */
export function represent(type: ResourceType, resource: KeptResource, base: string): JsonObject {
  const { id, attributes } = resource;
  const extensions = toExtensions(type, attributes);
  return {
    schemas: [type.schema.id, ...Object.keys(extensions)],
    id,
    ...inOrder(attributes, shownOf(type)),
    ...toGroups(resource, base),
    ...toMembers(resource, base),
    ...extensions,
    meta: {
      resourceType: type.name,
      created: new Date(resource.created).toISOString(),
      lastModified: new Date(resource.lastModified).toISOString(),
      location: `${base}${type.endpoint}/${id}`,
      version: formatVersion(resource.version),
    },
  };
}

const shown = new WeakMap<ResourceType, readonly Attribute[]>();

/** What stands between `id` and `meta`, in its order. */
function shownOf(type: ResourceType): readonly Attribute[] {
  const known = shown.get(type);
  if (known !== undefined) return known;
  const attributes = [...COMMON_ATTRIBUTES.filter(isKept), ...type.schema.attributes];
  shown.set(type, attributes);
  return attributes;
}

/** Of the common attributes, those that are not ours to fill in. */
function isKept({ mutability }: Attribute): boolean {
  return mutability !== "readOnly";
}

function toExtensions(type: ResourceType, attributes: JsonObject): JsonObject {
  const extensions: JsonObject = {};
  for (const { schema } of type.extensions) {
    const kept = attributes[keyOf(schema)];
    const known = isObject(kept) ? inOrder(kept, schema.attributes) : {};
    if (Object.keys(known).length > 0) extensions[schema.id] = known;
  }
  return extensions;
}

function toGroups({ groups = [] }: KeptResource, base: string): JsonObject {
  const values = groups.map(({ id, displayName }): Json => ({
    value: id,
    $ref: `${base}/Groups/${id}`,
    display: displayName,
    type: "direct",
  }));
  return values.length === 0 ? {} : { groups: values };
}

/**
 * Also none are a list: authentik adds nobody to a group that shows no `members`
 * (test/clients/authentik/groups.json), and RFC 7643 §2.5 makes no difference.
 */
function toMembers({ members }: KeptResource, base: string): JsonObject {
  if (members === undefined) return {};
  const values = members.map((id): Json => ({
    value: id,
    type: "User",
    $ref: `${base}/Users/${id}`,
  }));
  return { members: values };
}
