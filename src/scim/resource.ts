/** Resources as clients send them. RFC 7643 §3, RFC 7644 §3.3, §3.5.1. */
import { assignAll } from "./assign.ts";
import { findAttribute, findExtension, sameName } from "./attribute.ts";
import type { ResourceType } from "./attribute.ts";
import {
  canonicalize,
  keepImmutable,
  requireAttributes,
  withImmutable,
  withUnknown,
} from "./canonical.ts";
import { ScimError } from "./error.ts";
import { checkLimits } from "./field-limits.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { takeMembers, toMemberIds } from "./members.ts";
import { settlePhone, type Carried } from "./phone-rules.ts";
import type { Profile } from "./profile.ts";

export interface ParsedResource {
  /** In canonical form (canonical.ts). */
  attributes: JsonObject;
  /** Ids of a group's members in the order given; undefined when the body does not name them. */
  members?: string[];
  /** Its length is checked and nothing else; it is not among the attributes. */
  password?: string;
  passwordSet: boolean;
  activeGiven: boolean;
}

/**
 * The body of a POST, or of a PUT with `existing` (the canonical attributes to be replaced).
 * Throws `invalidSyntax` for a body that is no resource of the type, `invalidValue` for a value
 * that its attribute does not take, `mutability` for a changed immutable attribute.
 */
export function parseResource(
  body: unknown,
  type: ResourceType,
  profile: Profile,
  options: { existing?: JsonObject } = {},
): ParsedResource {
  if (!isObject(body)) throw new ScimError("invalidSyntax", "The body is not a JSON object");
  if (!profile.lenientSchemas) checkSchemas(body, type);
  const { rest, changes } =
    type.name === "Group" ? takeMembers(body, "replace", profile) : { rest: body, changes: [] };
  // Every name adds to a resource that is still empty.
  const draft = assignAll({}, rest, { op: "add", type, profile });
  const attributes = complete(draft, options.existing ?? {}, type, profile);
  const { password } = draft;
  return {
    attributes,
    ...(changes.length === 0 ? {} : { members: toMemberIds(changes) }),
    passwordSet: password !== undefined,
    ...(typeof password === "string" ? { password } : {}),
    activeGiven: draft["active"] !== undefined,
  };
}

/** All that is in a body is carried by it. */
const ALL: Carried = { number: true, region: true };

/** Fills in what the body leaves to us, and checks the whole. */
function complete(
  draft: JsonObject,
  existing: JsonObject,
  type: ResourceType,
  profile: Profile,
): JsonObject {
  const kept = withUnknown(withImmutable(draft, existing, type), existing, type);
  const { active = existing["active"] ?? true } = kept;
  const switched = findAttribute(type.schema.attributes, "active") !== undefined;
  const whole = settlePhone(switched ? { ...kept, active } : kept, {}, ALL, profile);
  const attributes = canonicalize(whole, existing, type, profile);
  checkLimits(attributes, existing, type, profile);
  requireAttributes(attributes, type);
  keepImmutable(attributes, existing, type);
  return attributes;
}

/** RFC 7643 §3: `schemas` names the core schema and every extension in the body, and no other. */
function checkSchemas(body: JsonObject, type: ResourceType): void {
  const schemas = Object.entries(body).find(([name]) => sameName(name, "schemas"))?.[1];
  if (!Array.isArray(schemas) || schemas.length === 0) {
    throw new ScimError("invalidSyntax", '"schemas" is not a list of URNs');
  }
  const urns = schemas.map((urn) => (typeof urn === "string" ? urn : ""));
  const isCore = (urn: string) => sameName(urn, type.schema.id);
  if (!urns.some(isCore)) {
    throw new ScimError("invalidSyntax", `"schemas" does not contain ${type.schema.id}`);
  }
  if (!urns.every((urn) => isCore(urn) || findExtension(type, urn) !== undefined)) {
    throw new ScimError("invalidSyntax", `"schemas" has a URN that a ${type.name} does not take`);
  }
  for (const name of Object.keys(body)) {
    const extension = findExtension(type, name);
    if (extension === undefined || urns.some((urn) => sameName(urn, extension.id))) continue;
    throw new ScimError("invalidSyntax", `"schemas" does not contain ${extension.id}`);
  }
}
