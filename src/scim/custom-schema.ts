/** Custom fields as a schema: the directory's own, named by each data source under its namespace. */
import { sameName, type Attribute, type ResourceType, type Schema } from "./attribute.ts";
import { attribute } from "./characteristics.ts";
import { parsePath } from "./filter.ts";
import { isLegacyUrn } from "./key.ts";
import { respell } from "./resolve.ts";
import { GROUP, USER } from "./schemas.ts";

export const FIELD_TYPES = ["string", "number", "boolean", "choice"] as const;

/** What a schema has to know of a custom field. */
export interface Field {
  /** Lower-case letters and `_`. */
  readonly name: string;
  readonly label: string;
  readonly type: (typeof FIELD_TYPES)[number];
  readonly required: boolean;
  readonly unique: boolean;
  /** Of a choice: the values that may be chosen now. */
  readonly values: readonly string[];
}

/**
 * Under which name the values of all custom fields are kept: they are the directory's, whatever
 * each data source calls them. It is also the namespace that Okta suggests.
 */
export const FIELDS_KEY = "urn:ietf:params:scim:schemas:extension:customfield:2.0:User";

/** The User of a data source that knows the fields under the namespace. */
export function userWith(namespace: string, fields: readonly Field[]): ResourceType {
  const schema: Schema = {
    id: namespace,
    name: "CustomFields",
    description: "Custom fields of the directory",
    attributes: fields.map((field) => fieldAttribute(field, namespace)),
    keptAs: FIELDS_KEY,
  };
  // RFC 7643 §6: a required extension has to be in every resource, and with it what it requires.
  const required = fields.some((field) => field.required);
  return { ...USER, extensions: [...USER.extensions, { schema, required }] };
}

const TYPES = {
  string: "string",
  number: "decimal",
  boolean: "boolean",
  choice: "string",
} as const;

function fieldAttribute(field: Field, namespace: string): Attribute {
  const choices =
    field.type === "choice" ? { canonicalValues: field.values, restricted: true } : {};
  return attribute(field.name, field.label, {
    type: TYPES[field.type],
    required: field.required,
    uniqueness: field.unique ? "server" : "none",
    namespace,
    ...choices,
  });
}

const URN = /^urn:[a-z0-9][a-z0-9-]{1,31}:[^\s"'()[\]{}<>\\^`|%,?#/]+$/i;
const URN_LENGTH = 256;
const RESERVED = ["urn:ietf:params:scim:schemas:core:", "urn:ietf:params:scim:api:"];

/**
 * Why a text can't be a namespace, or undefined when it can. RFC 8141 allows more, but what is no
 * part of a PATCH path or a filter would name fields that nobody could ask for.
 */
export function namespaceProblem(text: string): string | undefined {
  if (text.length > URN_LENGTH) return `has more than ${URN_LENGTH} characters`;
  if (!URN.test(text) || text.endsWith(":")) return "is not a URN, e.g. " + FIELDS_KEY;
  const known = [USER, GROUP].flatMap((type) => [
    type.schema.id,
    ...type.extensions.map(({ schema }) => schema.id),
  ]);
  const lower = text.toLowerCase();
  const isOurs =
    RESERVED.some((prefix) => lower.startsWith(prefix)) ||
    known.some((urn) => sameName(urn, text) || lower.startsWith(`${urn.toLowerCase()}:`)) ||
    isLegacyUrn(text);
  if (isOurs) return "is the URN of a schema that is there already";
  return isReadable(text) ? undefined : "can't be told from a name in a path";
}

/** Whether a path with the URN before a name comes out as these two. */
function isReadable(urn: string): boolean {
  const type = userWith(urn, []);
  const written = `${urn}:a_b`;
  try {
    const { schema, attribute: name, subAttribute } = respell(parsePath(written).path, type);
    return schema === urn && name === "a_b" && subAttribute === undefined;
  } catch {
    return false;
  }
}
