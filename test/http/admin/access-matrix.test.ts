/**
 * Who may use which route, on an object of the default directory (the first status) and on one of
 * another (the second). The routes are those of the OpenAPI document, so that a new one is in here
 * by itself. After a change that is meant: `npx vitest run --config test/vitest.config.ts
 * test/http/admin/access-matrix.test.ts --update`, and read the difference.
 */
import { describe, expect, it } from "vitest";
import { adminApp } from "../../../src/http/admin/app.ts";
import { isObject, type JsonObject } from "../../../src/scim/json.ts";
import {
  INPUTS,
  newAdminWorld,
  type AdminWorld,
  type Input,
} from "../../support/admin-operations.ts";
import { newKey, withHeaders } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { anyone, secondToken } from "../../support/callers.ts";
import { call, newSource, ORIGIN, type Answer } from "../../support/client.ts";
import { accessTokenOf, newClient } from "../../support/clients.ts";
import { savedShards } from "../../support/dump.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { textAt } from "../../support/scim.ts";

keepQuiet();

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

const document: unknown = await (await adminApp().request("/openapi.json")).json();

const OPERATIONS: readonly Operation[] = entriesOf(document, "paths").flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) =>
    isObject(operation) && path.startsWith("/api/v1/")
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

/** From the one who may least, so that what the others do comes later. */
const CALLERS = [
  "none",
  "SCIM token",
  "disabled token",
  "access token",
  "revoked key",
  "revoked application",
  "application elsewhere",
  "application read",
  "application write",
  "viewer",
  "operator",
  "owner",
  "owner by cookie",
] as const;

/** What each sends along. */
type Callers = Readonly<Record<(typeof CALLERS)[number], Record<string, string>>>;

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

async function callersOf({ owner, source }: AdminWorld): Promise<Callers> {
  const { body } = await owner("GET", "/directories/default");
  const root = textAt(body, "rootOrganizationId");
  const application = async (access: string, organizationId = root): Promise<Answer> =>
    owner("POST", "/application-keys", { name: access, access, organizationIds: [organizationId] });
  const secretOf = (made: Answer) => bearer(textAt(made.body, "secret"));
  const elsewhere = idOf(await owner("POST", "/organizations", { displayName: "Elsewhere" }));
  const revoked = await application("write");
  await owner("DELETE", `/application-keys/${idOf(revoked)}`);
  const key = await newKey("owner");
  await owner("DELETE", `/admin-keys/${key.id}`);
  // A source has two tokens at most: those of the world's are asked for.
  const spare = await newSource(owner, "okta");
  const disabled = await secondToken(owner, spare);
  await owner("POST", `/data-sources/${spare.id}/tokens/${disabled.id}/disable`);
  return {
    none: {},
    "SCIM token": bearer(source.token),
    "disabled token": bearer(disabled.secret),
    "access token": bearer(await accessTokenOf(await newClient(owner, spare))),
    "revoked key": bearer(key.secret),
    "revoked application": secretOf(revoked),
    "application elsewhere": secretOf(await application("write", elsewhere)),
    "application read": secretOf(await application("read")),
    "application write": secretOf(await application("write")),
    viewer: bearer((await newKey("viewer")).secret),
    operator: bearer((await newKey("operator")).secret),
    owner: bearer((await newKey("owner")).secret),
    "owner by cookie": await cookieOf((await newKey("owner")).secret),
  };
}

/** With what the console sends beside its cookie. */
async function cookieOf(key: string): Promise<Record<string, string>> {
  const { headers } = await withHeaders(anyone({}))("POST", "/session", { key });
  const [cookie = ""] = (headers.get("set-cookie") ?? "").split(";");
  return { cookie, "x-muster-request": "1", origin: ORIGIN, "sec-fetch-site": "same-origin" };
}

async function statusOf(
  { method, path }: Operation,
  { params = {}, query = {}, body }: Input,
  caller: Record<string, string>,
): Promise<number> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const { status } = await call(
    method,
    `${ORIGIN}${filled}?${new URLSearchParams(query).toString()}`,
    {
      body,
      headers: anyone({
        ...caller,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      }),
    },
  );
  return status;
}

const matrix: Record<string, Record<string, string>> = {};

interface Worlds {
  readonly own: AdminWorld;
  readonly foreign: AdminWorld;
  readonly callers: Callers;
}

async function newWorlds(): Promise<Worlds> {
  const own = await newAdminWorld();
  const foreign = await newAdminWorld({ directoryId: own.directoryId });
  return { own, foreign, callers: await callersOf(own) };
}

async function rowOf(
  operation: Operation,
  { own, foreign, callers }: Worlds,
): Promise<Record<string, string>> {
  const input = INPUTS[operation.id];
  if (input === undefined) throw new Error(`Nobody knows how to call ${operation.id}`);
  const row: Record<string, string> = {};
  for (const caller of CALLERS) {
    const sent = callers[caller];
    const statuses = [
      await statusOf(operation, input(own), sent),
      await statusOf(operation, input(foreign), sent),
    ];
    row[caller] = statuses.join(" ");
  }
  return row;
}

const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

describe("the matrix of routes and roles", () => {
  // What only reads leaves its worlds as they were: they are built once.
  it("of all that reads", { timeout: 60_000 }, async () => {
    const worlds = await newWorlds();
    for (const operation of OPERATIONS.filter(({ method }) => method === "GET")) {
      matrix[nameOf(operation)] = await rowOf(operation, worlds);
    }
  });

  it("of all that writes, each in the same worlds", { timeout: 120_000 }, async () => {
    const worlds = await newWorlds();
    const bringBack = await savedShards();
    for (const operation of OPERATIONS.filter(({ method }) => method !== "GET")) {
      await bringBack();
      matrix[nameOf(operation)] = await rowOf(operation, worlds);
    }
  });

  it("is the one that is checked in", async () => {
    const sorted = Object.entries(matrix).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("./access-matrix.json");
  });
});
