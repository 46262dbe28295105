/** People of an upstream, in the shape of RFC 7643 or of the second dialect. */
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "../scim/messages.ts";
import { contactOf } from "./upstream-contact.ts";
import {
  idOf,
  labelOf,
  lastModifiedOf,
  memberOf,
  textOf,
  timeOf,
  truthOf,
  type Members,
  type Report,
} from "./upstream-json.ts";
import type { UpstreamUser } from "./upstream-page.ts";

const ENTERPRISE = SCHEMA_ENTERPRISE.toLowerCase();
/** The primary organization and twenty further ones. */
const ORGANIZATIONS_MAX = 21;

/** What is read here, or is the upstream's own business. A password would be one that was set there. */
const READ_HERE = new Set(
  [
    ["schemas", "id", "externalid", "meta", "username", "displayname", "active", "password"],
    ["emails", "phonenumbers", "groups", "group", "organization", "extendfields", "expiredate"],
    ["createdate", "lastmodifieddate", "lastmodified", ENTERPRISE],
  ].flat(),
);

/** Reports what stands in the way; undefined without an id. */
export function readUser(
  raw: JsonObject,
  members: Members,
  report: Report,
): UpstreamUser | undefined {
  const externalId = labelOf(members) ?? report("id", "is required");
  const enterprise = objectAt(members, ENTERPRISE, report);
  const isDialect = DIALECT_NAMES.some((name) => members.has(name));
  const body = {
    ...othersOf(raw),
    ...attributesOf(members, report),
    ...(isDialect ? {} : extensionOf(enterprise)),
  };
  const placement = isDialect ? undefined : organizationsIn(enterprise);
  const organizations = idsOf(members.get("organization"), "organization", report);
  if ((organizations?.length ?? 0) > ORGANIZATIONS_MAX) {
    report("organization", `has more than ${ORGANIZATIONS_MAX} ids`);
  }
  const groups = groupsOf(members, report);
  const fields = isDialect ? fieldsOf(members, enterprise, report) : undefined;
  if (externalId === undefined) return undefined;
  return {
    type: "User",
    externalId,
    body: { schemas: schemasOf(body), externalId, ...body },
    organizations: organizations ?? placement?.ids,
    organizationsMayBeNames: organizations === undefined && placement?.mayBeNames === true,
    fields,
    groups,
    lastModified: lastModifiedOf(members),
  };
}

const DIALECT_NAMES = ["organization", "group", "extendfields"];

/**
 * The body with the custom attributes that came without a namespace under the source's, whose
 * schema takes of them what it knows.
 */
export function withFields({ body, fields }: UpstreamUser, namespace: string | null): JsonObject {
  if (namespace === null || fields === undefined || Object.keys(fields).length === 0) return body;
  const whole = { ...body, [namespace]: { ...fields, ...objectOf(body[namespace]) } };
  return { ...whole, schemas: schemasOf(whole) };
}

function schemasOf(body: JsonObject): string[] {
  const urns = Object.keys(body).filter((name) => /^urn:/i.test(name));
  return [SCHEMA_USER, ...urns.filter((urn) => urn !== SCHEMA_USER)];
}

function attributesOf(members: Members, report: Report): JsonObject {
  const userName = textOf(members.get("username"));
  if (userName === undefined) report("userName", "is required");
  const displayName = displayNameOf(members);
  const emails = contactOf(members.get("emails"), "emails", report);
  const phoneNumbers = contactOf(members.get("phonenumbers"), "phoneNumbers", report);
  const expireDate = expireDateOf(members.get("expiredate"), report);
  return {
    userName: userName ?? "",
    ...(displayName !== undefined && { displayName }),
    active: activeOf(members.get("active"), report) ?? true,
    ...(emails !== undefined && { emails }),
    ...(phoneNumbers !== undefined && { phoneNumbers }),
    ...(expireDate !== undefined && { expireDate }),
  };
}

/** As they are: the run reads them by the source's profile. RFC 7643 §2.5: null is no value. */
function othersOf(raw: JsonObject): JsonObject {
  const others = Object.entries(raw).filter(([name, value]) => {
    const key = name.toLowerCase();
    return !READ_HERE.has(key) && value !== null && (key !== "name" || isObject(value));
  });
  return Object.fromEntries(others);
}

/** What the upstream shows, or what the parts of the name make. */
function displayNameOf(members: Members): string | undefined {
  const shown = textOf(members.get("displayname"));
  const name = members.get("name");
  if (shown !== undefined || !isObject(name)) return shown ?? textOf(name);
  const parts = ["givenName", "familyName"].flatMap((part) => textOf(memberOf(name, part)) ?? []);
  return textOf(memberOf(name, "formatted")) ?? textOf(parts.join(" "));
}

/** Undefined where nothing is said. */
function activeOf(value: Json | undefined, report: Report): boolean | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return truthOf(value) ?? report("active", "is not a boolean");
}

function expireDateOf(value: Json | undefined, report: Report): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const time = typeof value === "string" ? timeOf(value) : undefined;
  return time === undefined ? report("expireDate", "is not a time") : new Date(time).toISOString();
}

function objectAt(members: Members, name: string, report: Report): JsonObject {
  const value = members.get(name) ?? null;
  if (value !== null && !isObject(value)) report(name, "is not an object");
  return objectOf(value);
}

function objectOf(value: Json | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {};
}

const PLACEMENT_NAMES = ["organization", "organizationid"];

/** The enterprise extension without what says where the person belongs: that is in ids upstream. */
function extensionOf(enterprise: JsonObject): JsonObject {
  const others = Object.entries(enterprise).filter(
    ([name, value]) => !PLACEMENT_NAMES.includes(name.toLowerCase()) && value !== null,
  );
  return others.length === 0 ? {} : { [SCHEMA_ENTERPRISE]: Object.fromEntries(others) };
}

interface Placement {
  readonly ids: readonly string[];
  readonly mayBeNames: boolean;
}

function organizationsIn(enterprise: JsonObject): Placement | undefined {
  const id = textOf(memberOf(enterprise, "organizationId"));
  const text = id ?? textOf(memberOf(enterprise, "organization"));
  return text === undefined ? undefined : { ids: [text], mayBeNames: id === undefined };
}

/** The second dialect has custom attributes in either place. */
function fieldsOf(members: Members, enterprise: JsonObject, report: Report): JsonObject {
  return { ...enterprise, ...objectAt(members, "extendfields", report) };
}

/** Undefined where the record says nothing of them. */
function idsOf(list: Json | undefined, name: string, report: Report): string[] | undefined {
  if (list === undefined || list === null) return undefined;
  const given = Array.isArray(list) ? list : [list];
  const ids = given.flatMap((value) => idOf(value) ?? []);
  return ids.length === given.length ? [...new Set(ids)] : report(name, "is not a list of ids");
}

/** RFC 7643 §4.1.2 has memberships through other groups beside the direct ones. */
function groupsOf(members: Members, report: Report): UpstreamUser["groups"] {
  const name = members.has("group") ? "group" : "groups";
  const list = members.get(name);
  const ids = idsOf(list, name, report);
  if (ids === undefined) return undefined;
  const direct = (Array.isArray(list) ? list : [list ?? null]).filter(
    (value) => !isIndirect(value),
  );
  const named = direct.map((value): [string, string] => {
    const id = idOf(value) ?? "";
    return [id, nameOf(value) ?? id];
  });
  return [...new Map(named)].map(([id, displayName]) => ({ id, displayName }));
}

function isIndirect(value: Json): boolean {
  return isObject(value) && memberOf(value, "type") === "indirect";
}

function nameOf(value: Json): string | undefined {
  if (!isObject(value)) return undefined;
  return textOf(memberOf(value, "display")) ?? textOf(memberOf(value, "displayName"));
}
