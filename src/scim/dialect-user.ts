/** Users of the second dialect: what a request says of one, and what is shown of one. */
import type { ResourceType } from "./attribute.ts";
import { FIELDS_KEY } from "./custom-schema.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "./messages.ts";
import { phoneOf } from "./phone.ts";
import { invalidValue } from "./refusals.ts";
import type { KeptResource } from "./represent.ts";
import { unmappedIn } from "./unmapped.ts";
import { assignments, idsIn, toDateTime, utcTime, type Assignment } from "./dialect-values.ts";

/** The primary organization and twenty further ones. */
const ORGANIZATIONS_MAX = 21;
const GROUPS_MAX = 1_000;

export interface GivenUser {
  readonly attributes: readonly Assignment[];
  /** Where the body has a list: all but the first, which is the primary one. */
  readonly furtherOrganizations?: readonly string[];
  readonly groups?: readonly string[];
}

/** Attributes that are SCIM's by their names; a PUT takes no others. */
const KEPT = ["displayName", "description"];
const CREATED = ["userName", "password", ...KEPT];
/** What else the documents name. The two times are ours to know. */
const OTHERS = [
  ["organization", "group", "emails", "phoneNumbers"],
  ["expireDate", "createDate", "lastModifiedDate", "extendFields"],
].flat();

/** The user of a POST. Throws `invalidValue`. */
export function newUserOf(body: JsonObject, type: ResourceType): GivenUser {
  const { displayName } = body;
  if (displayName === undefined || displayName === null || displayName === "") {
    throw invalidValue("displayName", "is required");
  }
  return givenUser(body, CREATED, type);
}

/** What a PUT says of a user: of userName, password and active it can't. Throws `invalidValue`. */
export function changedUserOf(body: JsonObject, type: ResourceType): GivenUser {
  return givenUser(body, KEPT, type);
}

function givenUser(body: JsonObject, names: readonly string[], type: ResourceType): GivenUser {
  const organizations = idsIn(body, "organization", ORGANIZATIONS_MAX);
  const groups = idsIn(body, "group", GROUPS_MAX);
  const [primary, ...furtherOrganizations] = organizations ?? [];
  return {
    attributes: [
      ...assignments(body, names),
      ...assignments(body, ["expireDate"]).map(({ name, value }) => ({
        name,
        value: typeof value === "string" ? toDateTime(value) : value,
      })),
      ...contactIn(body, "emails"),
      ...contactIn(body, "phoneNumbers"),
      ...(primary === undefined
        ? []
        : [{ extension: SCHEMA_ENTERPRISE, name: "organizationId", value: primary }]),
      ...fieldsIn(body, type),
    ],
    ...(organizations !== undefined && { furtherOrganizations }),
    ...(groups !== undefined && { groups }),
  };
}

/** Of several the first one counts; they have no type, which makes it the one for work. */
function contactIn(body: JsonObject, name: "emails" | "phoneNumbers"): Assignment[] {
  const { [name]: list } = body;
  if (list === undefined) return [];
  if (list === null) return [{ name, value: null }];
  if (!Array.isArray(list)) throw invalidValue(name, "is not a list");
  const [first] = list;
  if (first === undefined) return [{ name, value: null }];
  if (!isObject(first) || first["value"] === undefined) {
    throw invalidValue(name, "has an element without a value");
  }
  return [{ name, value: [{ value: first["value"], type: first["type"] ?? "work" }] }];
}

/** Of the directory's custom fields those that the data source has chosen. */
function fieldsIn({ extendFields: given }: JsonObject, type: ResourceType): Assignment[] {
  if (given === undefined || given === null) return [];
  if (!isObject(given)) throw invalidValue("extendFields", "is not an object");
  const schema = fieldSchema(type);
  if (schema === undefined) return [];
  return assignments(
    given,
    schema.attributes.map(({ name }) => name),
  ).map((one) => ({ ...one, extension: schema.id }));
}

function fieldSchema({ extensions }: ResourceType): ResourceType["schema"] | undefined {
  return extensions.find(({ schema }) => schema.keptAs === FIELDS_KEY)?.schema;
}

/** Paths of what the body says and nothing here keeps, as unmapped.ts has them. */
export function unmappedOf(body: JsonObject, type: ResourceType): string[] {
  const { extendFields = {}, ...rest } = body;
  const foreign = Object.entries(rest).filter(
    ([name]) => !CREATED.includes(name) && !OTHERS.includes(name),
  );
  const urn = fieldSchema(type)?.id ?? FIELDS_KEY;
  return unmappedIn({ ...Object.fromEntries(foreign), [urn]: extendFields }, type);
}

/** A user and what it belongs to, in ids. */
export interface ShownUser extends Omit<KeptResource, "groups" | "members"> {
  /** The primary one first. */
  readonly organizations: readonly string[];
  readonly groups: readonly string[];
}

/** `type` says which custom fields are shown. */
export function showUser(user: ShownUser, type: ResourceType): JsonObject {
  const { id, attributes, organizations, groups } = user;
  const { userName = "", displayName = userName, description, expireDate } = attributes;
  return {
    schemas: [SCHEMA_USER, SCHEMA_ENTERPRISE],
    id,
    displayName,
    userName,
    active: attributes["active"] !== false,
    organization: [...organizations],
    group: [...groups],
    ...listOf("emails", addressesOf(attributes)),
    ...listOf("phoneNumbers", numbersOf(attributes)),
    ...(description !== undefined && { description }),
    ...(typeof expireDate === "string" && { expireDate: utcTime(Date.parse(expireDate)) }),
    [SCHEMA_ENTERPRISE]: fieldsOf(attributes, type),
    meta: {
      resourceType: "User",
      created: utcTime(user.created),
      lastModified: utcTime(user.lastModified),
      version: String(user.version),
    },
  };
}

function listOf(name: string, values: readonly Json[]): JsonObject {
  return values.length === 0 ? {} : { [name]: values.map((value) => ({ value })) };
}

function addressesOf({ emails }: JsonObject): Json[] {
  if (!Array.isArray(emails)) return [];
  return emails.flatMap((email) => (isObject(email) ? (email["value"] ?? []) : []));
}

/** The one that counts, its region set apart. */
function numbersOf(attributes: JsonObject): Json[] {
  const phone = phoneOf(attributes);
  if (phone === undefined) return [];
  return [phone.region === null ? phone.number : `+${phone.region}-${phone.number}`];
}

function fieldsOf({ [FIELDS_KEY]: kept }: JsonObject, type: ResourceType): JsonObject {
  const values = isObject(kept) ? kept : {};
  const chosen = fieldSchema(type)?.attributes ?? [];
  return Object.fromEntries(
    assignments(
      values,
      chosen.map(({ name }) => name),
    ).map(({ name, value }) => [name, value]),
  );
}
