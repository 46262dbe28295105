/**
 * Every way to ask for what is another data source's: for each SCIM route the cases that name
 * somebody's people and groups, with the answer that is due when they are another source's.
 */
import type { JsonObject } from "../../src/scim/json.ts";
import { bulkOfOne } from "./bulk.ts";
import {
  FRESH,
  groupFilters,
  organizationFilters,
  queried,
  rootFilters,
  searched,
  userFilters,
  type Attacker,
  type Case,
  type Row,
} from "./isolation-reads.ts";
import { ENTERPRISE, groupBody, patchBody, userBody } from "./scim.ts";
import { organizationBody } from "./tree.ts";

/** An id of every kind where a resource is addressed; a condition must not tell more. */
function addressed(endpoint: string, body?: JsonObject): Row {
  return ({ userId, groupId, goneId, organizationId }) =>
    [userId, groupId, goneId, organizationId, userId.toUpperCase()].flatMap((id) =>
      [{}, { "if-match": 'W/"999"', "if-none-match": "*" }].map((headers) => ({
        what: `${id} ${JSON.stringify(headers)}`,
        path: `${endpoint}/${id}`,
        body,
        headers,
        status: 404,
      })),
    );
}

type Line = readonly [what: string, body: JsonObject, status: number];

function cases(path: string, lines: readonly Line[]): Case[] {
  return lines.map(([what, body, status]) => {
    return { what, path, body, status, tells: status === 409 || status === 403 };
  });
}

/** The work e-mail and phone of others are taken only where the profile keeps them unique. */
function contactStatus({ profile }: Attacker, otherwise: number): number {
  return profile === "standard" ? 409 : otherwise;
}

const work = (value: string) => [{ value, type: "work" }];
const manager = (value: string) => ({ [ENTERPRISE]: { manager: { value } } });

const userCreated: Row = (their, by) => {
  const user = (more: JsonObject) => userBody({ userName: FRESH, ...more });
  const { userName, externalId } = their;
  return cases("/Users", [
    ["id", user({ id: their.userId }), 201],
    ["id of a deleted one", user({ id: their.goneId }), 201],
    ["meta", user({ meta: { location: `${their.base}/Users/${their.userId}` } }), 201],
    ["userName", user({ userName }), 409],
    ["userName in capitals", user({ userName: userName.toUpperCase() }), 409],
    ["userName and id", user({ userName, id: their.userId }), 409],
    ["userName and externalId", user({ userName, externalId }), 409],
    ["userName, own externalId", user({ userName, externalId: by.own.externalId }), 409],
    ["userName of a deleted one", user({ userName: their.goneName }), 201],
    ["externalId", user({ externalId }), 201],
    ["id as externalId", user({ externalId: their.userId }), 201],
    ["id as userName", user({ userName: their.userId }), 201],
    ["e-mail", user({ emails: work(their.email) }), contactStatus(by, 201)],
    ["phone", user({ phoneNumbers: work(their.phone) }), contactStatus(by, 201)],
    ["groups", user({ groups: [{ value: their.groupId }] }), 201],
    ["manager", user(manager(their.userId)), 201],
  ]);
};

const userReplaced: Row = (their, by) => {
  const { userName, externalId } = by.own;
  const user = (more: JsonObject) => userBody({ userName, externalId, ...more });
  return cases(`/Users/${by.own.userId}`, [
    ["id", user({ id: their.userId }), 200],
    ["id of a group", user({ id: their.groupId }), 200],
    ["userName", user({ userName: their.userName }), 409],
    ["userName and id", user({ userName: their.userName, id: their.userId }), 409],
    ["externalId", user({ externalId: their.externalId }), 200],
    ["e-mail", user({ emails: work(their.email) }), contactStatus(by, 200)],
    ["phone", user({ phoneNumbers: work(their.phone) }), contactStatus(by, 200)],
    ["groups", user({ groups: [{ value: their.groupId }] }), 200],
    ["manager", user(manager(their.userId)), 200],
  ]);
};

const userPatched: Row = (their, by) => {
  const { userName } = their;
  const set = (path: string, value: string) => patchBody({ op: "replace", path, value });
  const merge = (value: JsonObject) => patchBody({ op: "replace", value });
  // What is read-only is refused where it is named; beside other names some clients send it along.
  const alongside = by.profile === "rfc" ? 400 : 200;
  return cases(`/Users/${by.own.userId}`, [
    ["id", set("id", their.userId), 400],
    ["id in a value", merge({ id: their.userId, title: "Mine" }), alongside],
    ["id beside Operations", { ...set("title", "Mine"), id: their.userId }, 200],
    ["groups", patchBody({ op: "add", path: "groups", value: [{ value: their.groupId }] }), 400],
    ["userName", set("userName", userName), 409],
    ["userName in a value", merge({ userName }), 409],
    ["externalId", set("externalId", their.externalId), 200],
    ["e-mail", merge({ emails: work(their.email) }), contactStatus(by, 200)],
    ["phone", merge({ phoneNumbers: work(their.phone) }), contactStatus(by, 200)],
    ["manager", set(`${ENTERPRISE}:manager.value`, their.userId), 200],
    ["organization", set(`${ENTERPRISE}:organizationId`, their.organizationId), 403],
  ]);
};

const groupCreated: Row = (their, { own }) => {
  const group = (more: JsonObject) => ({ ...groupBody(FRESH), ...more });
  const location = `${their.base}/Users/${their.userId}`;
  return cases("/Groups", [
    ["member", groupBody(FRESH, [their.userId]), 400],
    ["member after an own one", groupBody(FRESH, [own.userId, their.userId]), 400],
    ["deleted member", groupBody(FRESH, [their.goneId]), 400],
    ["group as member", groupBody(FRESH, [their.groupId]), 400],
    ["member with $ref", group({ members: [{ value: their.userId, $ref: location }] }), 400],
    ["member by $ref alone", group({ members: [{ $ref: location }] }), 400],
    ["id", group({ id: their.groupId }), 201],
    ["displayName", groupBody(their.displayName), 201],
    ["externalId", group({ externalId: their.groupExternalId }), 201],
  ]);
};

const groupReplaced: Row = (their, { own }) => {
  const group = (more: JsonObject) => ({ ...groupBody(own.displayName, [own.userId]), ...more });
  return cases(`/Groups/${own.groupId}`, [
    ["member", groupBody(own.displayName, [own.userId, their.userId]), 400],
    ["group as member", groupBody(own.displayName, [their.groupId]), 400],
    ["id", group({ id: their.groupId }), 200],
    ["displayName", group({ displayName: their.displayName }), 200],
    ["externalId", group({ externalId: their.groupExternalId }), 200],
  ]);
};

const groupPatched: Row = (their, { own, profile }) => {
  const set = (path: string, value: string) => patchBody({ op: "replace", path, value });
  const member = [{ value: their.userId }];
  const removedByValue = profile === "rfc" ? 400 : 204;
  return cases(`/Groups/${own.groupId}`, [
    ["added", patchBody({ op: "add", path: "members", value: member }), 400],
    ["added without a path", patchBody({ op: "add", value: { members: member } }), 400],
    [
      "group added",
      patchBody({ op: "add", path: "members", value: [{ value: their.groupId }] }),
      400,
    ],
    ["members replaced", patchBody({ op: "replace", path: "members", value: member }), 400],
    ["removed", patchBody({ op: "remove", path: `members[value eq "${their.userId}"]` }), 204],
    [
      "removed by value",
      patchBody({ op: "remove", path: "members", value: member }),
      removedByValue,
    ],
    ["id", set("id", their.groupId), 400],
    ["displayName", set("displayName", their.displayName), 204],
    ["externalId", set("externalId", their.groupExternalId), 204],
  ]);
};

const organizationCreated: Row = (their) => {
  const { organizationId: parent, organizationName: displayName, code } = their;
  const one = (more: JsonObject) => organizationBody({ displayName: FRESH, ...more });
  return cases("/Organizations", [
    ["id", one({ id: parent }), 201],
    ["displayName", one({ displayName }), 201],
    ["externalId", one({ externalId: their.groupExternalId }), 201],
    ["code", one({ code }), 409],
    ["code in capitals", one({ code: code.toUpperCase() }), 409],
    ["parent", one({ parent }), 403],
    ["parent and displayName", one({ parent, displayName }), 403],
  ]);
};

const organizationChanged: Row = (their, { own }) => {
  const set = (path: string, value: string) => patchBody({ op: "replace", path, value });
  return cases(`/Organizations/${own.organizationId}`, [
    ["parent", set("parent", their.organizationId), 403],
    ["code", set("code", their.code), 409],
    ["displayName", set("displayName", their.organizationName), 200],
  ]);
};

function both(one: Row, other: Row): Row {
  return (their, by) => [...one(their, by), ...other(their, by)];
}

/** What the rows of single routes try, in a Bulk, which answers 200: in one dialect. */
function inBulk(...rows: readonly (readonly [method: string, row: Row])[]): Row {
  const bulked = (method: string, { what, path, body = {}, headers = {}, status }: Case) => {
    const sent = bulkOfOne(method, path, body, headers["if-match"]);
    return { what: `${method} ${what}`, path: "/Bulk", body: sent, status: 200, each: status };
  };
  const all = (...by: Parameters<Row>) =>
    rows.flatMap(([method, row]) => row(...by).map((one) => bulked(method, one)));
  return (their, by) => (by.profile === "okta" ? all(their, by) : []);
}

const aUser = userBody({ userName: FRESH });
const aGroup = groupBody(FRESH);
const anOrganization = organizationBody({ displayName: FRESH });
const aChange = patchBody({ op: "replace", path: "displayName", value: "Mine" });
const none: Row = () => [];

/** One row for every route. */
export const MATRIX: Readonly<Record<string, Row>> = {
  "GET /ServiceProviderConfig": none,
  "GET /ResourceTypes": none,
  "GET /ResourceTypes/:id": none,
  "GET /Schemas": none,
  "GET /Schemas/:id": none,
  "GET /": queried("/", rootFilters),
  "POST /.search": searched("", rootFilters),
  "POST /Bulk": inBulk(
    ["POST", userCreated],
    ["PUT", both(addressed("/Users", aUser), userReplaced)],
    ["PATCH", both(addressed("/Users", aChange), userPatched)],
    ["DELETE", addressed("/Users")],
    ["POST", groupCreated],
    ["PUT", both(addressed("/Groups", aGroup), groupReplaced)],
    ["PATCH", both(addressed("/Groups", aChange), groupPatched)],
    ["DELETE", addressed("/Groups")],
  ),
  "GET /Users": queried("/Users", userFilters),
  "POST /Users": userCreated,
  "POST /Users/.search": searched("/Users", userFilters),
  "GET /Users/:id": addressed("/Users"),
  "PUT /Users/:id": both(addressed("/Users", aUser), userReplaced),
  "PATCH /Users/:id": both(addressed("/Users", aChange), userPatched),
  "DELETE /Users/:id": addressed("/Users"),
  "GET /Groups": queried("/Groups", groupFilters),
  "POST /Groups": groupCreated,
  "POST /Groups/.search": searched("/Groups", groupFilters),
  "GET /Groups/:id": addressed("/Groups"),
  "PUT /Groups/:id": both(addressed("/Groups", aGroup), groupReplaced),
  "PATCH /Groups/:id": both(addressed("/Groups", aChange), groupPatched),
  "DELETE /Groups/:id": addressed("/Groups"),
  "GET /Organizations": queried("/Organizations", organizationFilters),
  "POST /Organizations": organizationCreated,
  "POST /Organizations/.search": searched("/Organizations", organizationFilters),
  "GET /Organizations/:id": addressed("/Organizations"),
  "PUT /Organizations/:id": addressed("/Organizations", anOrganization),
  "PATCH /Organizations/:id": both(addressed("/Organizations", aChange), organizationChanged),
  "DELETE /Organizations/:id": addressed("/Organizations"),
};
