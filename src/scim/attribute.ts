/** Attribute characteristics as data. RFC 7643 §2.2, §7. */

export type AttributeType =
  "string" | "boolean" | "decimal" | "integer" | "dateTime" | "reference" | "binary" | "complex";

/** RFC 7643 §7: the characteristics of one attribute. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: "readOnly" | "readWrite" | "immutable" | "writeOnly";
  readonly returned: "always" | "never" | "default" | "request";
  readonly uniqueness: "none" | "server" | "global";
  readonly canonicalValues?: readonly string[];
  /** Whether the canonical values are the only ones (RFC 7643 §7 leaves that to the provider). */
  readonly restricted?: boolean;
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /** Of a custom field: the URN under which the data source in question knows it. */
  readonly namespace?: string;
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
  /** The name its attributes are kept under, where that is not the URN on the wire. */
  readonly keptAs?: string;
}

/** RFC 7643 §6: a resource type with the schemas that make it up. */
export interface ResourceType {
  readonly name: "User" | "Group" | "Organization";
  readonly endpoint: "/Users" | "/Groups" | "/Organizations";
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly { readonly schema: Schema; readonly required: boolean }[];
}

/** Attribute names are compared without regard to case (RFC 7643 §2.1). They are ASCII. */
export function sameName(a: string, b: string): boolean {
  // Most names that are compared differ: their lengths mostly say so at once.
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());
}

export function findAttribute(
  attributes: readonly Attribute[] | undefined,
  name: string,
): Attribute | undefined {
  if (attributes === undefined) return undefined;
  const known = byName.get(attributes) ?? indexOf(attributes);
  return known.get(name.toLowerCase());
}

const byName = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** In lower case; of two the first. */
function indexOf(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  const index = new Map(
    attributes.map((attribute) => [attribute.name.toLowerCase(), attribute] as const).toReversed(),
  );
  byName.set(attributes, index);
  return index;
}

/** The name under which an extension's attributes are kept. */
export function keyOf({ id, keptAs = id }: Schema): string {
  return keptAs;
}

/** Finds an extension of the type by the name it is kept under. */
export function extensionKept(type: ResourceType, key: string): Schema | undefined {
  return type.extensions.find(({ schema }) => keyOf(schema) === key)?.schema;
}

/** Finds an extension of the type by its URN, in any letter case. */
export function findExtension(type: ResourceType, urn: string): Schema | undefined {
  return type.extensions.find(({ schema }) => sameName(schema.id, urn))?.schema;
}
