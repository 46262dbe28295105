/** Resource types as a data source knows them: with the custom fields that it has chosen. */
import type { ChosenField } from "../directory/custom-field.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { userWith } from "../scim/custom-schema.ts";
import type { Source } from "./source.ts";

const made = new WeakMap<readonly ChosenField[], Map<string, ResourceType>>();

/** The same object for the same configuration: what is known of a type is kept by it. */
export function typeFor(
  { namespace, fields }: Pick<Source, "namespace" | "fields">,
  type: ResourceType,
): ResourceType {
  if (type.name !== "User" || namespace === null) return type;
  const known = made.get(fields) ?? new Map<string, ResourceType>();
  const user = known.get(namespace) ?? userWith(namespace, fields);
  made.set(fields, known.set(namespace, user));
  return user;
}
