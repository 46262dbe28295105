/** Short forms for writing schemas down. RFC 7643 §2.2 gives the characteristics left unsaid. */
import type { Attribute } from "./attribute.ts";

type Characteristics = Partial<Omit<Attribute, "name" | "description">>;

/** A string that is singular, optional, readWrite, not case-exact, and returned by default. */
export function attribute(
  name: string,
  description: string,
  characteristics: Characteristics = {},
): Attribute {
  return {
    name,
    type: "string",
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    ...characteristics,
  };
}

export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  characteristics: Characteristics = {},
): Attribute {
  return attribute(name, description, { ...characteristics, type: "complex", subAttributes });
}

/** RFC 7643 §2.3.7: references are case-exact. */
export function reference(
  name: string,
  description: string,
  referenceTypes: readonly string[],
  characteristics: Characteristics = {},
): Attribute {
  return attribute(name, description, {
    ...characteristics,
    type: "reference",
    caseExact: true,
    referenceTypes,
  });
}

/** RFC 7643 §2.4: the sub-attributes a multi-valued attribute has unless it says otherwise, and `more`. */
export function plural(
  name: string,
  description: string,
  value: Attribute,
  types: readonly string[] = [],
  more: readonly Attribute[] = [],
): Attribute {
  return complex(
    name,
    description,
    [
      value,
      attribute("display", "A name for the value, for display."),
      kind(types),
      attribute("primary", "Whether this is the preferred value.", { type: "boolean" }),
      ...more,
    ],
    { multiValued: true },
  );
}

/** The `type` of a value; the canonical values are suggestions (RFC 7643 §2.4). */
export function kind(types: readonly string[]): Attribute {
  const characteristics = types.length === 0 ? {} : { canonicalValues: types };
  return attribute("type", "What the value is for.", characteristics);
}
