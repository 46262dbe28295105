/** Names, addresses, secrets and queries that must not get out, and requests that hold them. */
import type { JsonObject } from "../../src/scim/json.ts";
import type { Admin, Answer, Source } from "./client.ts";
import { groupBody, patchBody, userBody } from "./scim.ts";

export const CANARY = {
  userName: "canary.username@people.test",
  email: "canary.email@mail.test",
  phone: "+49 30 7700770077",
  externalId: "canary-external-id",
  displayName: "Canary Displayname",
  title: "Canary Title",
  password: "canary-Passw0rd-canary",
  organization: "Canary Organization",
  filter: "canary.filter@people.test",
  query: "canary-query",
  body: "canary-body",
  header: "canary header",
};

export const CANARIES = Object.values(CANARY);

export function userWith(more: JsonObject = {}): JsonObject {
  const { userName, email, phone, externalId, displayName, title, password } = CANARY;
  return userBody({
    userName,
    externalId,
    displayName,
    title,
    password,
    emails: [{ value: email, type: "work" }],
    phoneNumbers: [{ value: phone, type: "work" }],
    ...more,
  });
}

export interface CanaryWorld {
  readonly admin: Admin;
  readonly source: Source;
  /** Paths of the user and the group that the canaries are in. */
  readonly user: string;
  readonly group: string;
  /** Every answer so far. */
  readonly answers: Answer[];
  readonly ask: (
    method: string,
    path: string,
    body?: JsonObject | string,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
}

export function query(filter: string): string {
  return `/Users?filter=${encodeURIComponent(filter)}&note=${CANARY.query}`;
}

/** A request for each kind of error, with canaries wherever they fit. */
export const ERRORS: readonly [status: number, (world: CanaryWorld) => Promise<Answer>][] = [
  [400, ({ ask }) => ask("GET", query(`userName eq "${CANARY.filter}`))],
  [400, ({ ask }) => ask("GET", query(`userName eq ${CANARY.filter}`))],
  [400, ({ ask }) => ask("GET", query(`active gt "${CANARY.filter}"`))],
  [400, ({ ask }) => ask("GET", query(`password eq "${CANARY.password}"`))],
  [400, ({ ask }) => ask("GET", query(`meta.created gt "${CANARY.filter}"`))],
  [400, ({ ask }) => ask("GET", `/Users?count=${CANARY.query}`)],
  [400, ({ ask }) => ask("GET", `/Users?attributes=${CANARY.query}&excludedAttributes=id`)],
  [400, ({ ask }) => ask("POST", "/Users", `{"userName":"${CANARY.body}",`)],
  [400, ({ ask }) => ask("POST", "/Users", `{"a":1,\n    at ${CANARY.body}}`)],
  [400, ({ ask }) => ask("POST", "/Users", `["${CANARY.body}"]`)],
  [400, ({ ask }) => ask("POST", "/Users", userWith({ active: CANARY.body }))],
  [400, ({ ask }) => ask("POST", "/Users", userWith({ emails: CANARY.email }))],
  [400, ({ ask }) => ask("POST", "/Users", userWith({ userName: CANARY.userName.repeat(20) }))],
  [400, ({ ask }) => ask("POST", "/Groups", groupBody(CANARY.displayName, [CANARY.externalId]))],
  [400, ({ ask, user }) => ask("PATCH", user, patchBody({ op: CANARY.body, path: "title" }))],
  [
    400,
    ({ ask, user }) =>
      ask(
        "PATCH",
        user,
        patchBody({ op: "replace", path: `emails[value eq "${CANARY.email}"`, value: "x" }),
      ),
  ],
  [
    400,
    ({ ask, user }) =>
      ask("PATCH", user, patchBody({ op: "replace", path: "active", value: CANARY.body })),
  ],
  [
    400,
    ({ ask, user }) =>
      ask("PATCH", user, patchBody({ op: "replace", path: "id", value: CANARY.body })),
  ],
  [401, ({ ask }) => ask("GET", "/Users", undefined, { authorization: `Bearer ${CANARY.body}` })],
  [
    401,
    ({ ask }) => ask("GET", "/Users", undefined, { authorization: `Basic ${CANARY.password}` }),
  ],
  [403, ({ ask }) => ask("GET", `/Schemas?filter=${CANARY.filter}`)],
  [404, ({ ask }) => ask("GET", `/Users/${CANARY.externalId}`)],
  [404, ({ ask }) => ask("DELETE", `/Groups/${CANARY.externalId}`)],
  [404, ({ ask }) => ask("GET", `/${CANARY.query}?${CANARY.query}`)],
  [404, ({ ask }) => ask("GET", `/Schemas/${CANARY.query}`)],
  [405, ({ ask }) => ask("PATCH", `/Users?${CANARY.query}`)],
  [409, ({ ask }) => ask("POST", "/Users", userWith({ externalId: "another" }))],
  [412, ({ ask, user }) => ask("PUT", user, userWith(), { "if-match": 'W/"77"' })],
  [413, ({ ask }) => ask("POST", "/Users", userWith({ title: CANARY.title.repeat(30_000) }))],
  [414, ({ ask }) => ask("GET", `/Users?filter=${CANARY.filter.repeat(400)}`)],
  [415, ({ ask }) => ask("POST", "/Users", userWith(), { "content-type": CANARY.body })],
  [501, ({ ask }) => ask("GET", `/Me?${CANARY.query}`)],
];
