/**
 * Where attributes stand in the tables. Text of an attribute that is not case-exact comes out as
 * fold() makes it; an absent attribute is NULL.
 */
import { keyOf, type Attribute, type Schema } from "../scim/attribute.ts";
import { ScimError } from "../scim/error.ts";
import { SCHEMA_ENTERPRISE } from "../scim/messages.ts";
import type { Target } from "../scim/resolve.ts";
import { locationColumn, membershipValues, type Leaf, type Values } from "./memberships.ts";
import { joined, literal } from "./parameters.ts";
import { aliasOf, parentSeen, type Question } from "./scope.ts";

/** The rows of the leaf's attribute, or undefined where it has one value at most. */
export function valuesOf(leaf: Leaf, question: Question): Values | undefined {
  const { extension, attribute } = leaf.target;
  if (!attribute.multiValued) return undefined;
  const memberships = membershipValues(leaf, question);
  if (memberships !== undefined) return memberships;
  const isSchemas = extension === undefined && attribute.name === "schemas";
  return isSchemas ? schemaValues(question) : jsonValues(leaf.target, question);
}

/** The column, or the expression, of an attribute that has one value at most. */
export function columnOf(target: Target, question: Question): string {
  const own = target.extension === undefined ? ownColumn(target, question) : placeColumn(target);
  return own ?? jsonColumn(target, question);
}

/**
 * What the primary value of a multi-valued attribute holds or, without such, the first one. Not for
 * memberships.
 */
export function firstColumn({ extension, attribute, sub }: Target, question: Question): string {
  const { schema } = question.type;
  if (extension === undefined && attribute.name === "schemas") return literal(schema.id);
  const path = jsonPath([extension, attribute.name]);
  const rows = `json_each(${jsonOf(attribute, question)}, ${literal(spelled(path, attribute))})`;
  const column = sub === undefined ? "e.value" : elementColumn(path, attribute, sub, question);
  const isPrimary = attribute.subAttributes?.some(({ name }) => name === "primary") ?? false;
  const primary = isPrimary ? `coalesce(json_extract(e.value, '$."primary"'), 0) = 0, ` : "";
  return `(SELECT ${column} FROM ${rows} e ORDER BY ${primary}e.key LIMIT 1)`;
}

/** SQL that is 1 where a complex attribute has anything in it. */
export function hasContent(leaf: Leaf, question: Question): string {
  const { extension, attribute } = leaf.target;
  if (extension === undefined && attribute.name === "meta") return "1";
  const memberships = membershipValues(leaf, question);
  if (memberships !== undefined) return memberships.has("1");
  const path = jsonPath([extension, attribute.name]);
  return `EXISTS (SELECT 1 FROM json_tree(${aliasOf(question)}.attributes, ${literal(path)}) t
    WHERE t.atom <> '')`;
}

function ownColumn({ attribute, sub }: Target, question: Question): string | undefined {
  const alias = aliasOf(question);
  switch (attribute.name) {
    case "id":
      return `${alias}.id`;
    case "externalId":
      return externalIdColumn(question);
    case "userName":
      return "u.user_name_key";
    case "displayName":
      return alias === "u" ? undefined : `${alias}.name_key`;
    case "code":
      return alias === "o" ? "o.code_key" : undefined;
    case "parent":
      return alias === "o" ? parentSeen(question, "o") : undefined;
    case "order":
      return alias === "o" ? "o.sort_order" : undefined;
    case "meta":
      return sub === undefined ? undefined : metaColumn(sub, question);
    default:
      return undefined;
  }
}

/** Kept beside the attributes: src/scim/placement.ts. */
function placeColumn({ extension, attribute }: Target): string | undefined {
  const isPlace = extension === SCHEMA_ENTERPRISE && attribute.name === "organizationId";
  return isPlace ? "u.organization_id" : undefined;
}

/** A label inside its source: to another source it is as if there were none. */
function externalIdColumn(question: Question): string {
  const { scope, parameters } = question;
  const alias = aliasOf(question);
  if (scope.sourceId === undefined) return `${alias}.external_id`;
  return `iif(${alias}.source_id = ${parameters.bind(scope.sourceId)}, ${alias}.external_id, NULL)`;
}

function metaColumn(sub: Attribute, question: Question): string | undefined {
  const alias = aliasOf(question);
  switch (sub.name) {
    case "resourceType":
      return literal(question.type.name);
    case "created":
      return `${alias}.created_at`;
    case "lastModified":
      return `${alias}.updated_at`;
    case "version":
      return `('W/"' || ${alias}.version || '"')`;
    case "location":
      return locationColumn(`${question.type.endpoint}/`, alias, question);
    default:
      return undefined;
  }
}

/** `schemas` is made of what is there: the core schema, and the extensions with content. */
function schemaValues(question: Question): Values {
  const { schema, extensions } = question.type;
  const core = `SELECT ${literal(schema.id)} AS value`;
  const others = extensions.map(({ schema: extension }) => {
    return `SELECT ${literal(extension.id)} WHERE ${isShown(extension, question)}`;
  });
  const rows = [core, ...others].join(" UNION ALL ");
  return {
    has: (condition) => `EXISTS (SELECT 1 FROM (${rows}) e WHERE ${condition})`,
    column: () => "e.value",
  };
}

/** Of custom fields a source sees those it has chosen, and others may be there beside them. */
function isShown(extension: Schema, question: Question): string {
  const key = keyOf(extension);
  const paths =
    extension.keptAs === undefined
      ? [jsonPath([key])]
      : extension.attributes.map(({ name }) => jsonPath([key, name]));
  const kept = `${aliasOf(question)}.attributes`;
  return joined(
    "OR",
    paths.map((path) => `json_type(${kept}, ${literal(path)}) IS NOT NULL`),
  );
}

function jsonColumn({ extension, attribute, sub }: Target, question: Question): string {
  const names = [extension, attribute.name, sub?.name];
  const path = spelled(jsonPath(names), sub ?? attribute);
  return `json_extract(${jsonOf(sub ?? attribute, question)}, ${literal(path)})`;
}

function jsonValues({ extension, attribute }: Target, question: Question): Values {
  const path = jsonPath([extension, attribute.name]);
  const rows = `json_each(${jsonOf(attribute, question)}, ${literal(spelled(path, attribute))})`;
  return {
    has: (condition) => `EXISTS (SELECT 1 FROM ${rows} e WHERE ${condition})`,
    column: (sub) =>
      sub === undefined ? "e.value" : elementColumn(path, attribute, sub, question),
  };
}

/** The sub-attribute of the element `e`, from the other JSON where the letter case is another. */
function elementColumn(path: string, whole: Attribute, sub: Attribute, question: Question): string {
  const name = spelled(`."${sub.name}"`, sub);
  if (whole.caseExact === sub.caseExact) return `json_extract(e.value, ${literal(`$${name}`)})`;
  const start = literal(`${spelled(path, sub)}[`);
  return `json_extract(${jsonOf(sub, question)}, ${start} || e.key || ${literal(`]${name}`)})`;
}

function jsonOf({ type, caseExact }: Attribute, question: Question): string {
  if (type === "dateTime") {
    throw new ScimError("invalidFilter", "The filter cannot be answered: it compares times");
  }
  const alias = aliasOf(question);
  if (caseExact) return `${alias}.attributes`;
  return `coalesce(${alias}.folded, lower(${alias}.attributes))`;
}

/** Names are quoted: those of extensions have dots and colons. */
function jsonPath(names: readonly (string | undefined)[]): string {
  return `$${names.map((name) => (name === undefined ? "" : `."${name}"`)).join("")}`;
}

/** The folded JSON has its names in lower case. */
function spelled(path: string, { caseExact }: Attribute): string {
  return caseExact ? path : path.toLowerCase();
}
