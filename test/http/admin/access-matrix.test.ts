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
import { newKey } from "../../support/admins.ts";
import { anyone } from "../../support/callers.ts";
import { call, ORIGIN } from "../../support/client.ts";
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
  "application read",
  "application write",
  "viewer",
  "operator",
  "owner",
] as const;

type Secrets = Readonly<Record<(typeof CALLERS)[number], string | undefined>>;

async function secretsOf({ owner, source }: AdminWorld): Promise<Secrets> {
  const { body } = await owner("GET", "/directories/default");
  const organizationIds = [textAt(body, "rootOrganizationId")];
  const application = async (access: string): Promise<string> => {
    const made = await owner("POST", "/application-keys", {
      name: access,
      access,
      organizationIds,
    });
    return textAt(made.body, "secret");
  };
  return {
    none: undefined,
    "SCIM token": source.token,
    "application read": await application("read"),
    "application write": await application("write"),
    viewer: (await newKey("viewer")).secret,
    operator: (await newKey("operator")).secret,
    owner: (await newKey("owner")).secret,
  };
}

async function statusOf(
  { method, path }: Operation,
  { params = {}, query = {}, body }: Input,
  secret: string | undefined,
): Promise<number> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const { status } = await call(
    method,
    `${ORIGIN}${filled}?${new URLSearchParams(query).toString()}`,
    {
      body,
      headers: anyone({
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
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
  readonly secrets: Secrets;
}

async function newWorlds(): Promise<Worlds> {
  const own = await newAdminWorld();
  const foreign = await newAdminWorld({ directoryId: own.directoryId });
  return { own, foreign, secrets: await secretsOf(own) };
}

async function rowOf(
  operation: Operation,
  { own, foreign, secrets }: Worlds,
): Promise<Record<string, string>> {
  const input = INPUTS[operation.id];
  if (input === undefined) throw new Error(`Nobody knows how to call ${operation.id}`);
  const row: Record<string, string> = {};
  for (const caller of CALLERS) {
    const secret = secrets[caller];
    const statuses = [
      await statusOf(operation, input(own), secret),
      await statusOf(operation, input(foreign), secret),
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
