/**
 * The organization a user belongs to. It is kept beside the attributes, and the enterprise
 * extension shows and takes its id: as `organizationId`, and where the dialect says so as
 * `organization`.
 */
import { findAttribute } from "./attribute.ts";
import { ENTERPRISE_SCHEMA } from "./enterprise-schema.ts";
import { isObject, type JsonObject } from "./json.ts";
import { SCHEMA_ENTERPRISE } from "./messages.ts";
import type { Profile } from "./profile.ts";
import { invalidValue } from "./refusals.ts";
import type { ResolvedFilter, Target } from "./resolve.ts";

type Dialect = Pick<Profile, "enterpriseOrganization">;

export interface Placed {
  /** Without what they said of the place. */
  readonly attributes: JsonObject;
  /** Undefined where they said nothing of it: then nobody moves. */
  readonly organizationId: string | undefined;
}

/**
 * The attributes as they are shown. `organizationId` is an attribute of ours: a client whose users
 * are where those without an organization are put is not shown what it never sent.
 */
export function shownPlacement(
  attributes: JsonObject,
  organizationId: string,
  targetId: string,
  dialect: Dialect,
): JsonObject {
  if (organizationId === targetId && !isId(dialect)) return attributes;
  return withPlacement(attributes, organizationId, dialect);
}

/** The attributes with the place among them, for a client to change. */
export function withPlacement(
  attributes: JsonObject,
  organizationId: string,
  dialect: Dialect,
): JsonObject {
  const name = isId(dialect) ? "organization" : "organizationId";
  const extension = { ...extensionOf(attributes), [name]: organizationId };
  return { ...attributes, [SCHEMA_ENTERPRISE]: extension };
}

/**
 * The attributes as they are kept, and the place that was named. `shown` is where the attributes
 * had the user before they were patched: only the other name can have been changed. Throws
 * `invalidValue` for two places.
 */
export function takePlacement(attributes: JsonObject, dialect: Dialect, shown?: string): Placed {
  const { organizationId, ...others } = extensionOf(attributes);
  const { organization, ...rest } = others;
  const given = isId(dialect) ? [organization, organizationId] : [organizationId];
  const named = given.filter((id) => typeof id === "string" && id !== "" && id !== shown);
  const [id, ...more] = new Set(named);
  if (more.length > 0) {
    throw invalidValue(`${SCHEMA_ENTERPRISE}:organizationId`, 'is not what "organization" names');
  }
  return {
    attributes: withExtension(attributes, isId(dialect) ? rest : others),
    organizationId: typeof id === "string" ? id : undefined,
  };
}

/** The filter with the place asked for under one name. */
export function filterByPlacement(filter: ResolvedFilter, dialect: Dialect): ResolvedFilter {
  switch (filter.kind) {
    case "and":
    case "or":
      return {
        ...filter,
        filters: filter.filters.map((part) => filterByPlacement(part, dialect)),
      };
    case "not":
      return { ...filter, filter: filterByPlacement(filter.filter, dialect) };
    default:
      return { ...filter, target: targetOfPlacement(filter.target, dialect) };
  }
}

export function targetOfPlacement(target: Target, dialect: Dialect): Target {
  const { extension, attribute } = target;
  if (extension !== SCHEMA_ENTERPRISE || attribute.name !== "organization" || !isId(dialect)) {
    return target;
  }
  const id = findAttribute(ENTERPRISE_SCHEMA.attributes, "organizationId");
  return id === undefined ? target : { ...target, attribute: id };
}

function isId({ enterpriseOrganization }: Dialect): boolean {
  return enterpriseOrganization === "id";
}

function extensionOf(attributes: JsonObject): JsonObject {
  const extension = attributes[SCHEMA_ENTERPRISE];
  return isObject(extension) ? extension : {};
}

function withExtension(attributes: JsonObject, extension: JsonObject): JsonObject {
  if (Object.keys(extension).length > 0) return { ...attributes, [SCHEMA_ENTERPRISE]: extension };
  const { [SCHEMA_ENTERPRISE]: _, ...rest } = attributes;
  return rest;
}
