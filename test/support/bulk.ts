/** Bulk requests as tests write them, and their answers by operation. RFC 7644 §3.7. */
import { expect } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { MESSAGE_BULK_REQUEST, MESSAGE_BULK_RESPONSE } from "../../src/scim/messages.ts";
import type { Answer, Source } from "./client.ts";
import { ENTERPRISE, groupBody, objectsIn, textAt, userBody } from "./scim.ts";

export function bulk(
  source: Source,
  operations: readonly JsonObject[],
  more: JsonObject = {},
): Promise<Answer> {
  return source.call("POST", "/Bulk", bulkBody(operations, more));
}

export function bulkBody(operations: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { schemas: [MESSAGE_BULK_REQUEST], ...more, Operations: [...operations] };
}

export function bulkOfOne(
  method: string,
  path: string,
  data: JsonObject,
  version = "",
): JsonObject {
  return bulkBody([{ method, path, bulkId: "b", version, data }]);
}

export function postUser(bulkId: string, attributes: JsonObject = {}): JsonObject {
  const data = userBody({ userName: `${bulkId}@bulk.test`, ...attributes });
  return { method: "POST", path: "/Users", bulkId, data };
}

export function postGroup(bulkId: string, members: readonly string[] = []): JsonObject {
  return { method: "POST", path: "/Groups", bulkId, data: groupBody(bulkId, members) };
}

/** An extension that names somebody's manager. */
export function managedBy(value: string): JsonObject {
  return { [ENTERPRISE]: { manager: { value } } };
}

/** The operations of an answer that is as RFC 7644 §3.7.3 has it. */
export function operationsIn({ status, body, text }: Answer): JsonObject[] {
  expect(status, text).toBe(200);
  expect(body["schemas"]).toEqual([MESSAGE_BULK_RESPONSE]);
  const operations = objectsIn(body["Operations"]);
  for (const { status: code, location, response, method } of operations) {
    const isDone = typeof code === "string" && /^20[014]$/.test(code);
    expect(isDone, text).toBe(response === undefined);
    if (isDone) expect(typeof location, text).toBe("string");
    if (!isDone && method === "POST") expect(location).toBe(undefined);
  }
  return operations;
}

export function statusesIn(answer: Answer): string[] {
  return operationsIn(answer).map((operation) => textAt(operation, "status"));
}

/** Where each operation's resource stands below the base URL; "" where none was given. */
export function pathsIn(answer: Answer, { base }: Source): string[] {
  return operationsIn(answer).map((one) => textAt(one, "location").replace(base, ""));
}
