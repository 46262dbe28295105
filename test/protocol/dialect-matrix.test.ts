/**
 * Who may use which route of the second dialect and which token endpoint, on an object of its own
 * source (the first status), on one of another source of the directory (the second), and on one of
 * another directory (the third). The routes are the app's, so that a new one is in here by itself.
 * After a change that is meant: `npx vitest run --config test/vitest.config.ts
 * test/protocol/dialect-matrix.test.ts --update`, and read the difference.
 */
import { expect, it } from "vitest";
import { createApp } from "../../src/http/app.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { adminOf, newKey, type Call } from "../support/admins.ts";
import { idOf } from "../support/answer.ts";
import { anyone, secondToken } from "../support/callers.ts";
import { call, newSource, ORIGIN, type Source } from "../support/client.ts";
import { accessTokenOf, newClient } from "../support/clients.ts";
import { newOrganization, newUser, newUserBody } from "../support/dialect.ts";
import { savedShards } from "../support/dump.ts";
import { keepQuiet } from "../support/quiet.ts";
import { idAt, textAt } from "../support/scim.ts";

keepQuiet();

const ROUTES = createApp()
  .routes.filter(({ path, method }) => /^\/(scim\/api|oauth)\//.test(path) && method !== "ALL")
  .map(({ path, method }) => `${method} ${path}`);

interface Held {
  readonly Users: string;
  readonly Organizations: string;
}

async function held(source: Source, userName: string): Promise<Held> {
  return {
    Users: idAt(await newUser(source, { userName })),
    Organizations: idAt(await newOrganization(source)),
  };
}

async function callersOf(admin: Call, source: Source): Promise<Record<string, string>> {
  const disabled = await secondToken(admin, source);
  await admin("POST", `/data-sources/${source.id}/tokens/${disabled.id}/disable`);
  const idle = await newSource(admin, "standard");
  await admin("POST", `/data-sources/${idle.id}/disable`);
  const { body } = await admin("GET", "/directories/default");
  const application = await admin("POST", "/application-keys", {
    name: "Intranet",
    access: "write",
    organizationIds: [textAt(body, "rootOrganizationId")],
  });
  const client = await newClient(admin, source);
  const ended = await accessTokenOf(client);
  const secret = `/data-sources/${source.id}/client-secrets/${client.secretId}`;
  await admin("POST", `${secret}/disable`);
  await admin("DELETE", secret);
  return {
    none: "",
    "disabled token": disabled.secret,
    "token of a disabled source": idle.token,
    "access token of a deleted secret": ended,
    "application key": textAt(application.body, "secret"),
    "owner's key": (await newKey("owner")).secret,
    "access token": await accessTokenOf(await newClient(admin, source)),
    token: source.token,
  };
}

function bodyOf(route: string): JsonObject | undefined {
  if (!/^(POST|PUT) \/scim\/api\/v2/.test(route)) return undefined;
  if (route.includes("Organizations")) return { displayName: "Mine" };
  return route.startsWith("PUT") ? { displayName: "Mine" } : newUserBody({ userName: "fresh" });
}

async function statusOf(route: string, of: Held, secret: string): Promise<number> {
  const [method = "", path = ""] = route.split(" ");
  const id = path.includes("Users") ? of.Users : of.Organizations;
  const body = bodyOf(route);
  const { status } = await call(method, `${ORIGIN}${path.replace(":id", id)}`, {
    body,
    headers: anyone({
      ...(secret === "" ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    }),
  });
  return status;
}

it("the matrix of the second dialect is the one that is checked in", async () => {
  const admin = await adminOf("owner");
  const directory = await admin("POST", "/directories", { name: "Other" });
  const source = await newSource(admin, "standard");
  const all = [
    await held(source, "own"),
    await held(await newSource(admin, "standard"), "others"),
    await held(await newSource(admin, "standard", { directoryId: idOf(directory) }), "foreign"),
  ];
  const callers = await callersOf(admin, source);
  const bringBack = await savedShards();
  const matrix: Record<string, Record<string, string>> = {};
  for (const route of ROUTES.toSorted()) {
    const row: Record<string, string> = {};
    for (const [caller, secret] of Object.entries(callers)) {
      await bringBack();
      const statuses: number[] = [];
      for (const one of all) statuses.push(await statusOf(route, one, secret));
      row[caller] = statuses.join(" ");
    }
    matrix[route] = row;
  }
  const text = `${JSON.stringify(matrix, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("./dialect-matrix.json");
});
