/** The names in a body, or in a PATCH value without a path, and what they stand for. */
import { keyOf, type Attribute, type ResourceType } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { SCHEMA_ENTERPRISE } from "./messages.ts";
import { resolvePath } from "./path.ts";
import type { ResolvedPath } from "./path.ts";
import type { Rules } from "./place.ts";
import { COMMON_ATTRIBUTES } from "./schemas.ts";

/**
 * An attribute or an extension, and with `expandKeys` whatever a PATCH path may say
 * (`name.givenName`, `urn:…:User:department`, `emails[type eq "work"].value`). Undefined when no
 * schema knows it. Throws `invalidPath` or `invalidFilter` for brackets that say nothing.
 */
export function findKey(name: string, { type, profile }: Rules): ResolvedPath | undefined {
  const { attributes, extensions, urns } = getVocabulary(type);
  const key = name.toLowerCase();
  const attribute = attributes.get(key);
  if (attribute !== undefined) return { attribute };
  const extension = extensions.get(profile.lenientSchemas ? (LEGACY_URNS.get(key) ?? key) : key);
  if (extension !== undefined) return { extension };
  const [head = ""] = key.split(/[.[]/, 1);
  const known = attributes.has(head) || urns.some((urn) => key.startsWith(urn));
  return known && profile.expandKeys ? findPath(name, { type, profile }) : undefined;
}

/** A name that is no path is just unknown; one with brackets was meant to be one. */
function findPath(name: string, { type, profile }: Rules): ResolvedPath | undefined {
  try {
    return resolvePath(name, type, profile);
  } catch (error) {
    if (error instanceof ScimError && !name.includes("[")) return undefined;
    throw error;
  }
}

// OneLogin uses the URN of SCIM 1.1 as the object's key; Entra once forgot a colon.
const LEGACY_URNS = new Map(
  [
    "urn:scim:schemas:extension:enterprise:1.0",
    "urn:scim:schemas:extension:enterprise:2.0",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0user",
  ].map((urn) => [urn, SCHEMA_ENTERPRISE.toLowerCase()]),
);

/** Whether some client means the enterprise extension by it. */
export function isLegacyUrn(urn: string): boolean {
  return LEGACY_URNS.has(urn.toLowerCase());
}

/** What a type's schemas know, by names and URNs in lower case. */
interface Vocabulary {
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** The names they are kept under. */
  readonly extensions: ReadonlyMap<string, string>;
  /** Of the core schema too. */
  readonly urns: readonly string[];
}

const vocabularies = new WeakMap<ResourceType, Vocabulary>();

/** Made once for each type: a body may have tens of thousands of names. */
function getVocabulary(type: ResourceType): Vocabulary {
  const known = vocabularies.get(type);
  if (known !== undefined) return known;
  const attributes = [...COMMON_ATTRIBUTES, ...type.schema.attributes];
  const extensions = new Map(
    type.extensions.map(({ schema }) => [schema.id.toLowerCase(), keyOf(schema)]),
  );
  const vocabulary = {
    attributes: new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute])),
    extensions,
    urns: [type.schema.id.toLowerCase(), ...extensions.keys()],
  };
  vocabularies.set(type, vocabulary);
  return vocabulary;
}
