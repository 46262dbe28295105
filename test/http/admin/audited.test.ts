/**
 * Whatever admins change is in the audit: every route of the OpenAPI document that isn't a GET, so
 * that a new one is in here by itself.
 */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { adminApp } from "../../../src/http/admin/app.ts";
import { isObject, type JsonObject } from "../../../src/scim/json.ts";
import { INPUTS, newAdminWorld, type AdminWorld } from "../../support/admin-operations.ts";
import { anyone } from "../../support/callers.ts";
import { call, ORIGIN } from "../../support/client.ts";
import { savedShards, type Dump } from "../../support/dump.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

keepQuiet();

/** With what they are asked here, these leave every row as it was. */
const CHANGE_NOTHING = [
  "testDataSource",
  "verifyPassword",
  "verifyAudit",
  // Enabled, or disabled, already.
  "enableProvisioning",
  "enableUser",
  "disableToken",
  // The one that it is.
  "replaceTarget",
  // A key that was sent as such has no session.
  "deleteSession",
];

/** How many entries another operation than all others has. */
const ENTRIES: Readonly<Record<string, number>> = {
  ...Object.fromEntries(CHANGE_NOTHING.map((id) => [id, 0])),
  // A session is its key's, whose making and end are in the audit.
  createSession: 0,
  // The user in it is moved first.
  deleteOrganization: 2,
};

const document: unknown = await (await adminApp().request("/openapi.json")).json();

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

const CHANGING: readonly Operation[] = entriesOf(document, "paths").flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) =>
    isObject(operation) && path.startsWith("/api/v1/") && method !== "get"
      ? [{ id: textAt(operation, "operationId"), method: method.toUpperCase(), path }]
      : [],
  ),
);

function entriesOf(value: unknown, name: string): [string, JsonObject][] {
  const inner = isObject(value) ? value[name] : undefined;
  return Object.entries(isObject(inner) ? inner : {}).filter(
    (entry): entry is [string, JsonObject] => isObject(entry[1]),
  );
}

async function statusOf({ id, method, path }: Operation, world: AdminWorld): Promise<number> {
  const { params = {}, query = {}, body } = INPUTS[id]?.(world) ?? {};
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const url = `${ORIGIN}${filled}?${new URLSearchParams(query).toString()}`;
  const headers = anyone({
    authorization: `Bearer ${world.ownerKey}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  });
  const { status } = await call(method, url, { body, headers });
  return status;
}

/** Of both shards. */
async function rowsNow(): Promise<Dump> {
  const shards = { first: env.DB, second: env.DB_01 };
  const dumps = await Promise.all(
    Object.entries(shards).map(async ([shard, db]) =>
      Object.entries(await steadyDump(db)).map(([table, rows]) => ({ shard, table, rows })),
    ),
  );
  return Object.fromEntries(
    dumps.flat().map(({ shard, table, rows }) => [`${shard}.${table}`, rows]),
  );
}

it("has one entry of each successful operation that changes something", async () => {
  const world = await newAdminWorld();
  const bringBack = await savedShards();
  const entries: Record<string, number> = {};
  const unchanged: string[] = [];
  for (const operation of CHANGING) {
    await bringBack();
    const before = await rowsNow();
    const status = await statusOf(operation, world);
    expect([operation.id, status >= 200 && status < 300]).toEqual([operation.id, true]);
    const changed = differences(before, await rowsNow());
    entries[operation.id] = changed.filter(({ table }) => table.endsWith(".audit")).length;
    if (changed.length === 0) unchanged.push(operation.id);
  }
  const expected = CHANGING.map(({ id }) => [id, ENTRIES[id] ?? 1]);
  expect(entries).toEqual(Object.fromEntries(expected));
  expect(unchanged.sort()).toEqual(CHANGE_NOTHING.toSorted());
});
