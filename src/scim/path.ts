/** PATCH paths looked up in the schemas. RFC 7644 §3.5.2. */
import { findAttribute, findExtension, keyOf, sameName } from "./attribute.ts";
import type { Attribute, ResourceType } from "./attribute.ts";
import { parsePath } from "./filter.ts";
import type { AttributePath, PatchPath } from "./filter.ts";
import type { Profile } from "./profile.ts";
import { findTarget, resolveValueFilter, respell } from "./resolve.ts";
import type { ResolvedFilter, Target } from "./resolve.ts";

/**
 * What a PATCH path names. Without `attribute` it is the extension as a whole, and without either
 * (the core URN alone) the resource.
 */
export interface ResolvedPath {
  /** The name the extension is kept under. */
  extension?: string;
  attribute?: Attribute;
  sub?: Attribute;
  /** Selects values of `attribute`; its targets are sub-attributes. */
  filter?: ResolvedFilter;
}

/**
 * Undefined for a well-formed path that no schema knows, be it by its sub-attribute. Throws
 * `invalidPath` for a malformed path, `invalidFilter` for a selection that cannot be answered.
 */
export function resolvePath(
  path: string | PatchPath,
  type: ResourceType,
  profile: Profile,
): ResolvedPath | undefined {
  const parsed = typeof path === "string" ? parsePath(path) : path;
  const written = respell(parsed.path, type);
  if (written.attribute === "") return findWhole(written, parsed, type);
  const target = findTarget(written, type) ?? findUnprefixed(written, type, profile);
  if (target === undefined || parsed.filter === undefined) return target;
  return { ...target, filter: resolveValueFilter(parsed.filter, target.attribute, profile) };
}

/**
 * An extension's attribute without its URN, where the core schema has none of that name. Entra sends
 * it: test/clients/entra-legacy/manager-by-bare-name.json.
 */
function findUnprefixed(
  path: AttributePath,
  type: ResourceType,
  { lenientSchemas }: Profile,
): Target | undefined {
  const { schema, attribute } = path;
  if (!lenientSchemas || schema !== undefined || findTarget({ attribute }, type)) return undefined;
  const extension = type.extensions.find((known) =>
    findAttribute(known.schema.attributes, attribute),
  );
  return extension && findTarget({ ...path, schema: extension.schema.id }, type);
}

/** A URN alone. It has no values to select and no sub-attributes. */
function findWhole(
  { schema = "" }: AttributePath,
  { path, filter }: PatchPath,
  type: ResourceType,
): ResolvedPath | undefined {
  if (filter !== undefined || path.subAttribute !== undefined) return undefined;
  if (sameName(schema, type.schema.id)) return {};
  const extension = findExtension(type, schema);
  return extension && { extension: keyOf(extension) };
}
