/** Versions of resources and the conditions on them. RFC 7644 §3.14, RFC 9110 §13. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { type Admin, type Answer, claim, newSource, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

const PROFILES = ["okta", "rfc"];
const KINDS = ["user", "group"] as const;
const cases = PROFILES.flatMap((profile) => KINDS.map((kind) => ({ profile, kind })));

type Kind = (typeof KINDS)[number];

interface World {
  readonly admin: Admin;
  readonly source: Source;
}

/** A resource at version 2, and how each method would change it. */
interface Kept extends World {
  readonly path: string;
  readonly change: (method: Method, headers?: Record<string, string>) => Promise<Answer>;
}
const METHODS = ["PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

async function kept(profile: string, kind: Kind): Promise<Kept> {
  const admin = await claim();
  return keptIn({ admin, source: await newSource(admin, profile) }, kind);
}

async function keptIn({ admin, source }: World, kind: Kind, name = "G"): Promise<Kept> {
  const userName = name;
  const path =
    kind === "user" ? await scim.newUser(source, { userName }) : await scim.newGroup(source, name);
  await scim.patch(source, path, { op: "add", path: "externalId", value: name });
  const bodies: Record<Method, JsonObject | undefined> = {
    PUT: kind === "user" ? scim.userBody({ userName, title: "T" }) : scim.groupBody(`${name}!`),
    PATCH: scim.patchBody({ op: "replace", path: "externalId", value: `${name}!` }),
    DELETE: undefined,
  };
  const change = (method: Method, headers = {}) =>
    source.call(method, path, bodies[method], headers);
  return { admin, source, path, change };
}

async function versionAt({ source, path }: Kept): Promise<string | null> {
  const { headers, body } = await source.call("GET", path);
  expect(body["meta"]).toMatchObject({ version: headers.get("etag") });
  return headers.get("etag");
}

describe.each(cases)("the version of a $kind ($profile)", ({ profile, kind }) => {
  it("grows by one with each effective change, and only then", async () => {
    const it = await kept(profile, kind);
    expect(await versionAt(it)).toBe('W/"2"');
    const changes: JsonObject[] = [
      { op: "replace", path: "externalId", value: "2" },
      { op: "replace", path: "externalId", value: "2" },
      { op: "remove", path: "externalId" },
      { op: "remove", path: "externalId" },
    ];
    const seen = [];
    for (const operation of changes) {
      await scim.patch(it.source, it.path, operation);
      seen.push(await versionAt(it));
    }
    expect(seen).toEqual(['W/"3"', 'W/"3"', 'W/"4"', 'W/"4"']);
    expect((await it.change("PUT")).headers.get("etag")).toBe('W/"5"');
    expect((await it.change("PUT")).headers.get("etag")).toBe('W/"5"');
    expect(await scim.eventsOf(it.admin, it.path)).toHaveLength(5);
  });

  it("stays where a change is taken back within one request, and nothing is written", async () => {
    const it = await kept(profile, kind);
    const backAndForth = () =>
      scim.patch(
        it.source,
        it.path,
        { op: "replace", path: "externalId", value: "2" },
        { op: "replace", path: "externalId", value: "G" },
      );
    await scim.expectNothingHappens(it.admin, it.source, it.path, backAndForth);
    expect(await versionAt(it)).toBe('W/"2"');
  });

  it("is in the answer to a PATCH", async () => {
    const it = await kept(profile, kind);
    expect((await it.change("PATCH")).headers.get("etag")).toBe('W/"3"');
  });
});

const STALE = ['W/"1"', '"1"', 'W/"3"', '"x"', "2", 'W/"02"', 'w/"2"', 'W/"1", "3"', '"2', "W/*"];
const FRESH = ['W/"2"', '"2"', "*", 'W/"1", W/"2"', '"9","2"', ' W/"2" , "7"'];

describe.each(cases)("If-Match on a $kind ($profile)", { timeout: 30_000 }, ({ profile, kind }) => {
  it.each(METHODS)("refuses %s of another version, and nothing is written", async (method) => {
    const it = await kept(profile, kind);
    const answers: Answer[] = [];
    await scim.expectNothingHappens(it.admin, it.source, it.path, async () => {
      for (const version of STALE) answers.push(await it.change(method, { "if-match": version }));
    });
    const refused = STALE.filter((_, i) => answers[i]?.status === 412);
    expect(refused).toEqual(STALE);
    for (const answer of answers) scim.expectError(answer, 412);
  });

  it.each(METHODS)("lets %s of this version pass", async (method) => {
    const world = await kept(profile, kind);
    for (const version of FRESH) {
      const it = await keptIn(world, kind, `Named ${version}`);
      const answer = await it.change(method, { "if-match": version });
      expect([version, answer.status < 300]).toEqual([version, true]);
      expect(await scim.eventsOf(it.admin, it.path)).toHaveLength(3);
    }
  });

  it("lets one of two pass that were based on the same version", async () => {
    const it = await kept(profile, kind);
    const answers = await Promise.all([
      it.change("PUT", { "if-match": 'W/"2"' }),
      it.change("PATCH", { "if-match": 'W/"2"' }),
    ]);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(1);
    expect(await versionAt(it)).toBe('W/"3"');
  });

  it("is no matter to a resource that is not there", async () => {
    const it = await kept(profile, kind);
    await it.change("DELETE");
    for (const method of METHODS) {
      scim.expectError(await it.change(method, { "if-match": 'W/"2"' }), 404);
    }
  });
});

describe.each(cases)("If-None-Match on a $kind ($profile)", ({ profile, kind }) => {
  it("answers 304 without a body to the version that is known", async () => {
    const it = await kept(profile, kind);
    for (const version of FRESH) {
      const answer = await it.source.call("GET", it.path, undefined, { "if-none-match": version });
      expect([version, answer.status, answer.text]).toEqual([version, 304, ""]);
      expect(answer.headers.get("etag")).toBe('W/"2"');
      expect(answer.headers.get("x-request-id")).toMatch(/./);
    }
  });

  it("answers the resource to any other version", async () => {
    const it = await kept(profile, kind);
    for (const version of STALE) {
      const answer = await it.source.call("GET", it.path, undefined, { "if-none-match": version });
      expect([version, answer.status, answer.body["id"]]).toEqual([
        version,
        200,
        scim.idAt(it.path),
      ]);
    }
    const { status } = await it.source.call("GET", "/Users", undefined, { "if-none-match": "*" });
    expect(status).toBe(200);
  });
});
