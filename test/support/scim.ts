/** What tests of the SCIM endpoints ask and expect, said once. */
import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import { isObject, type Json, type JsonObject } from "../../src/scim/json.ts";
import { MEDIA_TYPE, MESSAGE_ERROR, MESSAGE_PATCH } from "../../src/scim/messages.ts";
import type { Admin, Answer, Source } from "./client.ts";
import { faults } from "./faults.ts";

export const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ORGANIZATION = "urn:ietf:params:scim:schemas:core:2.0:Organization";
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** A body that every profile takes: `schemas` names what is in it. */
export function userBody(attributes: JsonObject): JsonObject {
  const extensions = Object.keys(attributes).filter((name) => name === ENTERPRISE);
  return { schemas: [CORE, ...extensions], userName: "some@one.test", ...attributes };
}

export function groupBody(displayName: string, members: readonly string[] = []): JsonObject {
  return {
    schemas: [GROUP],
    displayName,
    ...(members.length > 0 && { members: members.map((value) => ({ value })) }),
  };
}

export function patchBody(...operations: JsonObject[]): JsonObject {
  return { schemas: [MESSAGE_PATCH], Operations: operations };
}

/** Where a new user or group stands below the base URL. */
export async function newUser(source: Source, attributes: JsonObject = {}): Promise<string> {
  return `/Users/${await created(source, "/Users", userBody(attributes))}`;
}

export async function newGroup(
  source: Source,
  displayName: string,
  members: readonly string[] = [],
): Promise<string> {
  return `/Groups/${await created(source, "/Groups", groupBody(displayName, members))}`;
}

/** The id of what a POST made. */
export async function created(source: Source, path: string, body: JsonObject): Promise<string> {
  const answer = await source.call("POST", path, body);
  expect(answer.status, answer.text).toBe(201);
  return textAt(answer.body, "id");
}

export function idAt(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The values of a group's members, in no promised order. */
export async function membersAt(source: Source, path: string): Promise<string[]> {
  const { body } = await source.call("GET", path);
  return valuesOf(body["members"]).sort();
}

export function valuesOf(list: Json | undefined): string[] {
  return objectsIn(list).map((one) => textAt(one, "value"));
}

/** The ids in a list's answer, in its order. */
export function idsOf({ body }: Answer): string[] {
  return objectsIn(body["Resources"]).map((one) => textAt(one, "id"));
}

export function objectsIn(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function textAt(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

/** A resource without what the server adds. */
export function contentOf({ body }: Answer): JsonObject {
  const { schemas: _schemas, id: _id, meta: _meta, ...content } = body;
  return content;
}

export function patch(source: Source, path: string, ...operations: JsonObject[]): Promise<Answer> {
  return source.call("PATCH", path, patchBody(...operations));
}

export function find(source: Source, filter: string, collection = "/Users"): Promise<Answer> {
  return source.call("GET", `${collection}?filter=${encodeURIComponent(filter)}`);
}

/** RFC 7644 §3.12, and what every answer carries. */
export function expectError(answer: Answer, status: number, scimType?: string): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body).toEqual({
    schemas: [MESSAGE_ERROR],
    status: String(status),
    ...(scimType !== undefined && { scimType }),
    detail: expect.stringMatching(/./),
  });
  expect(answer.headers.get("content-type")).toBe(MEDIA_TYPE);
  expect(answer.headers.get("x-request-id")).toMatch(/^[\w-]{1,64}$/);
}

/** The types of the events of one resource, oldest first. */
export async function eventsOf(admin: Admin, path: string): Promise<string[]> {
  const { body } = await admin("GET", `/events?resource=${idAt(path)}`);
  return objectsIn(body["data"])
    .map((event) => textAt(event, "type"))
    .reverse();
}

/** What must not change where nothing is to happen: the resource as read, its ETag and its events. */
export async function stateAt(admin: Admin, source: Source, path: string): Promise<JsonObject> {
  const { status, text, headers } = await source.call("GET", path);
  return { status, text, etag: headers.get("etag"), events: await eventsOf(admin, path) };
}

/** Runs requests that must leave a resource as it is, without a row written anywhere. */
export async function expectNothingHappens<T>(
  admin: Admin,
  source: Source,
  path: string,
  run: () => Promise<T>,
): Promise<T> {
  const before = await stateAt(admin, source, path);
  const written = faults.rows.written;
  const result = await run();
  expect(faults.rows.written - written, JSON.stringify(result)).toBe(0);
  expect(await stateAt(admin, source, path)).toEqual(before);
  return result;
}

/** A request as it is, without any help: raw body, own headers. */
export async function send(url: string, init: RequestInit): Promise<Answer> {
  return read(await exports.default.fetch(url, init));
}

export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const parsed: unknown = isJson ? JSON.parse(text) : {};
  return {
    status: response.status,
    headers: response.headers,
    body: isObject(parsed) ? parsed : {},
    text,
  };
}

export function bearer({ token }: Source): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
