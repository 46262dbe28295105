/** Code and database that don't fit together: nobody is served, and the admin is told what to run. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { SCHEMA_VERSION } from "../../src/directory/schema-version.ts";
import { MESSAGE_ERROR } from "../../src/scim/messages.ts";
import { newSecret } from "../../src/sources/secret.ts";
import { randomBytes } from "../../src/directory/ids.ts";
import { call, claim, newSource, ORIGIN, type Answer, type Source } from "../support/client.ts";
import { newGroup, newUser, objectsIn, patchBody, userBody, groupBody } from "../support/scim.ts";
import { differences, steadyDump } from "../support/unchanged.ts";

interface World {
  readonly source: Source;
  readonly user: string;
  readonly group: string;
}

async function newWorld(): Promise<World> {
  const source = await newSource(await claim(), "okta");
  return { source, user: await newUser(source), group: await newGroup(source, "Group") };
}

/** Each way to read and to write, by a token the isolate knows. */
function everything({ source, user, group }: World): (() => Promise<Answer>)[] {
  const change = patchBody({ op: "replace", path: "displayName", value: "New" });
  return [
    () => source.call("GET", "/Users"),
    () => source.call("GET", '/Users?filter=userName%20eq%20"x"'),
    () => source.call("POST", "/Users/.search", { filter: "active eq true" }),
    () => source.call("GET", user),
    () => source.call("GET", "/Groups"),
    () => source.call("GET", group),
    () => source.call("GET", "/ServiceProviderConfig"),
    () => source.call("POST", "/Users", userBody({ userName: "new@people.test" })),
    () => source.call("PUT", user, userBody({ title: "New" })),
    () => source.call("PATCH", user, change),
    () => source.call("DELETE", user),
    () => source.call("POST", "/Groups", groupBody("New")),
    () => source.call("PUT", group, groupBody("New")),
    () => source.call("PATCH", group, change),
    () => source.call("DELETE", group),
  ];
}

function expectUnavailable({ status, body, headers, text }: Answer): void {
  expect(status, text).toBe(503);
  expect(body).toEqual({
    schemas: [MESSAGE_ERROR],
    status: "503",
    detail: "Migrations are pending",
  });
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
}

async function schemaCheck(): Promise<unknown> {
  const { status, body } = await call("GET", `${ORIGIN}/readyz`);
  expect(status).toBe(503);
  expect(body["ready"]).toBe(false);
  return objectsIn(body["checks"]).find(({ name }) => name === "migrations:DB");
}

const FIX = "npm run -s wrangler -- d1 migrations apply DB --remote";

function setVersion(version: number): Promise<unknown> {
  return env.DB.prepare("UPDATE schema_version SET version = ?").bind(version).run();
}

async function dropTables(): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table'",
  ).run<{ name: string }>();
  const ours = results.filter(({ name }) => !/^(sqlite_|_cf_)/.test(name));
  await env.DB.batch(ours.map(({ name }) => env.DB.prepare(`DROP TABLE ${name}`)));
}

describe.each([SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])("a schema of version %i", (version) => {
  it("serves no read and no write, and nothing is changed", async () => {
    const world = await newWorld();
    await setVersion(version);
    const before = await steadyDump();
    for (const ask of everything(world)) expectUnavailable(await ask());
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("serves no token that the isolate doesn't know", async () => {
    const source = await newSource(await claim(), "okta");
    await setVersion(version);
    expectUnavailable(await source.call("GET", "/Users"));
    expectUnavailable(await source.call("POST", "/Users", userBody({})));
  });

  it("is told by /readyz, with the command that mends it", async () => {
    await setVersion(version);
    expect(await schemaCheck()).toEqual({
      name: "migrations:DB",
      ok: false,
      detail: `The schema is at version ${version}; this code needs version ${SCHEMA_VERSION}`,
      fix: FIX,
    });
  });

  it("is served again as soon as the versions fit", async () => {
    const { source, user } = await newWorld();
    await setVersion(version);
    expectUnavailable(await source.call("GET", user));
    await setVersion(SCHEMA_VERSION);
    expect((await source.call("GET", user)).status).toBe(200);
    expect((await source.call("DELETE", user)).status).toBe(204);
  });
});

describe("a database without tables", () => {
  it("is 503 for every read and write, known token or not", async () => {
    const world = await newWorld();
    await dropTables();
    for (const ask of everything(world)) expectUnavailable(await ask());
    const authorization = `Bearer ${newSecret("scim", "00", randomBytes)}`;
    expectUnavailable(await world.source.call("GET", "/Users", undefined, { authorization }));
    const stranger = await call("GET", `${world.source.base}/Schemas`);
    expectUnavailable(stranger);
  });

  it("is 503 for the admin API", async () => {
    const admin = await claim();
    await dropTables();
    for (const path of ["/data-sources", "/users", "/events", "/me", "/setup"]) {
      const { status, body } = await admin("GET", path);
      expect([status, body["code"]], path).toEqual([503, "unavailable"]);
    }
  });

  it("is told by /readyz, with the command that mends it", async () => {
    await dropTables();
    expect(await schemaCheck()).toEqual({
      name: "migrations:DB",
      ok: false,
      detail: `The schema is missing; this code needs version ${SCHEMA_VERSION}`,
      fix: FIX,
    });
  });

  it("is of use once it is migrated", async () => {
    await dropTables();
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
    const source = await newSource(await claim(), "okta");
    expect((await source.call("POST", "/Users", userBody({}))).status).toBe(201);
  });
});
