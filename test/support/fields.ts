/** Custom fields for tests: made, chosen, and told of what was observed. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { idOf } from "./answer.ts";
import { newSource, type Admin, type Source } from "./client.ts";
import { CORE, objectsIn } from "./scim.ts";

/** As Okta suggests it, and as Entra builds it. */
export const OKTA_URN = "urn:ietf:params:scim:schemas:extension:customfield:2.0:User";
export const ENTRA_URN = "urn:ietf:params:scim:schemas:extension:Contoso_HR:2.0:User";

/** Makes a field of the default directory and gives its id. */
export async function newField(
  admin: Admin,
  name: string,
  type = "string",
  more: JsonObject = {},
): Promise<string> {
  const answer = await admin("POST", "/fields", { name, label: `The ${name}`, type, ...more });
  expect(answer.status, answer.text).toBe(201);
  return idOf(answer);
}

export async function choose(
  admin: Admin,
  { id }: Source,
  namespace: string | null,
  fieldIds: readonly string[],
): Promise<void> {
  const answer = await admin("PUT", `/data-sources/${id}/fields`, {
    namespace,
    fieldIds: [...fieldIds],
  });
  expect(answer.status, answer.text).toBe(200);
}

/** A source that has chosen fields under a namespace. */
export async function sourceWith(
  admin: Admin,
  profile: string,
  namespace: string,
  fieldIds: readonly string[],
): Promise<Source> {
  const source = await newSource(admin, profile);
  await choose(admin, source, namespace, fieldIds);
  return source;
}

/** The body of a user with values under a URN. */
export function userUnder(urn: string, fields: JsonObject, more: JsonObject = {}): JsonObject {
  return { schemas: [CORE, urn], userName: "ann@one.test", [urn]: fields, ...more };
}

let hours = 0;

/** What was observed of the source, after `send` and when all buffers were written. */
export async function observedAfter(
  admin: Admin,
  { id }: Source,
  send: () => Promise<unknown>,
): Promise<JsonObject[]> {
  // Whatever other tests left in the isolate's buffer, the next request empties it.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ++hours * 3_600_000 });
  try {
    await send();
  } finally {
    vi.useRealTimers();
  }
  const stub = env.SOURCE.getByName(id);
  await stub.noteUse({});
  await runDurableObjectAlarm(stub);
  const { body } = await admin("GET", `/data-sources/${id}/observed-attributes`);
  return objectsIn(body["data"]);
}
