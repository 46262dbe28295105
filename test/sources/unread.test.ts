/** People whom nobody has heard of are created without being looked for; whoever is known is found all the same. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Outcome, ResourceRequest } from "../../src/sources/operation.ts";
import { claim, newSource, oneSource, type Admin, type Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { choose, newField, OKTA_URN } from "../support/fields.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource, writeTogether } from "../support/rpc.ts";
import * as scim from "../support/scim.ts";
import { newOrganization, targetOf } from "../support/tree.ts";
import { putScope } from "../support/trees.ts";

keepQuiet();
vi.setConfig({ testTimeout: 60_000 });

function creation(source: Source, attributes: JsonObject): ResourceRequest {
  const created = resource({ active: true, ...attributes });
  return requestOf(source, { kind: "user.create", id: newId(), resource: created });
}

function named(source: Source, ...userNames: string[]): ResourceRequest[] {
  return userNames.map((userName) => creation(source, { userName }));
}

/** A source whose object has just created somebody, and so expects more of that. */
async function expectant(profile = "okta"): Promise<Source> {
  const source = await oneSource(profile);
  await scim.newUser(source, { userName: "first@x" });
  return source;
}

function statusesOf(outcomes: readonly Outcome[]): (number | string)[] {
  return outcomes.map((outcome) => {
    if (outcome.ok) return outcome.status;
    return typeof outcome.refusal === "string" ? outcome.refusal : outcome.refusal.reason;
  });
}

/** The calls to the database that the requests took, in a group of their own. */
async function callsOf(source: Source, requests: readonly ResourceRequest[]) {
  let calls = 0;
  const outcomes = await writeTogether(source, requests, ({ place, moment }) => {
    if (place === "object" && moment === "before") calls++;
    return undefined;
  });
  return { calls, statuses: statusesOf(outcomes) };
}

const NAMES = ["ann", "bob", "cid", "dan", "eve"];

describe("a group of creations", () => {
  it("takes one call where all are new", async () => {
    const source = await expectant();
    const { calls, statuses } = await callsOf(source, named(source, ...NAMES));
    expect({ calls, statuses }).toEqual({ calls: 1, statuses: NAMES.map(() => 201) });
    expect(rowsOf(await dump(), "users")).toHaveLength(6);
    expect(await violations()).toEqual([]);
  });

  it("takes one call also with contacts and fields that nobody else may have, and two with a place", async () => {
    const admin = await claim();
    const fieldId = await newField(admin, "badge", "string", { unique: true });
    const given: Settings = { profile: "standard", withField: true, isEmpty: false };
    const here = await prepared(admin, given, { fieldId, foreign: newId() }, "y");
    const people = (more: JsonObject, mark: string) =>
      NAMES.map((name) => {
        const emails = [{ value: `${name}${mark}@x`, type: "work" }];
        const fields = { [OKTA_URN]: { badge: `${name}${mark}` } };
        return requestFor(here, { userName: `${name}${mark}`, emails, ...fields, ...more });
      });
    const all = NAMES.map(() => 201);
    const dates = { expireDate: "2999-01-01T00:00:00Z" };
    const unread = await callsOf(here.source, people(dates, "1"));
    expect(unread).toEqual({ calls: 1, statuses: all });
    const placed = { [scim.ENTERPRISE]: { organizationId: "child" } };
    expect(await callsOf(here.source, people(placed, "2"))).toEqual({ calls: 2, statuses: all });
  });

  it("is read after all where somebody is known, and the next one before it is written", async () => {
    const source = await expectant();
    const again = await callsOf(source, named(source, ...NAMES, "FIRST@x"));
    expect(again).toEqual({ calls: 3, statuses: [...NAMES.map(() => 201), 200] });
    const third = await callsOf(source, named(source, ...NAMES));
    expect(third).toEqual({ calls: 1, statuses: NAMES.map(() => 200) });
    expect(rowsOf(await dump(), "users")).toHaveLength(6);
    expect(await violations()).toEqual([]);
  });

  // One is enough to have all of them read: so each comes alone.
  it.each([
    ["by name", { userName: "gone@x" }, { userName: "Gone@x" }],
    ["by label", { userName: "lost@x", externalId: "7" }, { userName: "other@x", externalId: "7" }],
  ])("brings back whom the source has deleted, %s", async (_how, gone, again) => {
    const source = await expectant();
    const path = await scim.newUser(source, gone);
    expect((await source.call("DELETE", path)).status).toBe(204);
    const outcomes = await writeTogether(source, [
      ...named(source, ...NAMES),
      creation(source, again),
    ]);
    const last = outcomes.at(-1);
    expect(last?.ok === true ? last.resource?.id : undefined).toBe(scim.idAt(path));
    expect(await violations()).toEqual([]);
  });

  it("finds the same person twice in it", async () => {
    const source = await expectant();
    const { statuses } = await callsOf(source, named(source, "ann", "bob", "ann", "cid", "BOB"));
    expect(statuses).toEqual([201, 201, 200, 201, 200]);
    expect(await violations()).toEqual([]);
  });

  it("is decided under settings that changed since", async () => {
    const source = await expectant();
    const requests = named(source, ...NAMES);
    await env.DB.prepare("UPDATE data_sources SET config_version = 2").run();
    const outcomes = await writeTogether(source, requests);
    expect(statusesOf(outcomes)).toEqual(NAMES.map(() => "stale_config"));
    expect(rowsOf(await dump(), "users")).toHaveLength(1);
  });

  it.each(["before", "after"] as const)("is settled when its reply is lost (%s)", async (lost) => {
    const source = await expectant();
    const requests = named(source, ...NAMES);
    let calls = 0;
    const outcomes = await writeTogether(source, requests, ({ place, moment }) => {
      if (place !== "object" || moment !== lost || calls++ > 0) return undefined;
      throw new Error("D1_ERROR: Network connection lost.");
    });
    const stub = env.SOURCE.getByName(source.id);
    const again = await Promise.all(requests.map((request) => stub.write(request)));
    for (const statuses of [outcomes, again].map(statusesOf)) {
      expect(statuses).toEqual(NAMES.map(() => 201));
    }
    expect(rowsOf(await dump(), "users")).toHaveLength(6);
    expect(await violations()).toEqual([]);
  });
});

/** What a request says of the place: a word for an organization of its own source's, or for one that isn't. */
const PLACES = ["target", "child", "foreign", "nobody"] as const;

const person = fc.record(
  {
    userName: fc.constantFrom("a@x", "A@x", "b@x", "c@x", "d@x", "e@x", "f@x", "g@x", "h@x"),
    externalId: fc.constantFrom("1", "2", "3"),
    emails: fc.constantFrom("m@x", "n@x").map((value) => [{ value, type: "work" }]),
    expireDate: fc.constantFrom("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"),
    [OKTA_URN]: fc.record({ badge: fc.constantFrom("7@x", "8@x") }),
    [scim.ENTERPRISE]: fc.record({ organizationId: fc.constantFrom(...PLACES) }),
  },
  { requiredKeys: ["userName"] },
);

/** How a source was set up: with a unique field, and a scope that may have been set empty since. */
const settings = fc.record({
  profile: fc.constantFrom("okta", "standard", "rfc"),
  withField: fc.boolean(),
  isEmpty: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});

interface Prepared {
  readonly source: Source;
  readonly configVersion: number;
  readonly mark: string;
  readonly withField: boolean;
  /** Word → id. */
  readonly places: Readonly<Record<(typeof PLACES)[number], string>>;
}

type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;

async function prepared(
  admin: Admin,
  { profile, withField, isEmpty }: Settings,
  { fieldId, foreign }: { readonly fieldId: string; readonly foreign: string },
  mark: string,
): Promise<Prepared> {
  const source = await newSource(admin, profile);
  if (withField) await choose(admin, source, OKTA_URN, [fieldId]);
  const child = scim.idAt(await newOrganization(source));
  await scim.newUser(source, { userName: `first@${mark}` });
  const target = await targetOf(source);
  if (isEmpty) await putScope(admin, source, { organizationIds: [] });
  const sql = "SELECT config_version FROM data_sources WHERE id = ?";
  const configVersion = await env.DB.prepare(sql).bind(source.id).first<number>("config_version");
  const places = { target, child, foreign, nobody: newId() };
  return { source, configVersion: configVersion ?? 0, mark, withField, places };
}

/**
 * The same person for nobody else: names and values are one directory's, organizations one source's.
 * A field that the source hasn't chosen would not come out of a body.
 */
function requestFor(
  { source, configVersion, mark, withField, places }: Prepared,
  one: JsonObject,
): ResourceRequest {
  const { [OKTA_URN]: fields, ...rest } = one;
  const known = withField && fields !== undefined ? { ...rest, [OKTA_URN]: fields } : rest;
  const marked = JSON.stringify(known).replaceAll("@x", `@${mark}`);
  const text = PLACES.reduce(
    (all, word) => all.replaceAll(`"${word}"`, `"${places[word]}"`),
    marked,
  );
  const own: JsonObject = JSON.parse(text);
  return { ...creation(source, own), configVersion };
}

/** Everybody of the source, in words that are the same for another source. */
async function peopleOf({ source, mark, places }: Prepared): Promise<unknown> {
  const sql = `SELECT attributes, organization_id, active, expires_at, version FROM users
    WHERE source_id = ? ORDER BY user_name_key`;
  const { results } = await env.DB.prepare(sql).bind(source.id).all();
  const text = JSON.stringify(results).replaceAll(`@${mark}`, "@x");
  return JSON.parse(PLACES.reduce((all, word) => all.replaceAll(places[word], word), text));
}

it("comes to what it comes to when it is read first", async () => {
  const groups = fc.array(fc.array(person, { minLength: 1, maxLength: 8 }), { maxLength: 4 });
  const admin = await claim();
  const fieldId = await newField(admin, "badge", "string", { unique: true });
  const foreign = await targetOf(await newSource(admin, "okta"));
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(groups, settings, async (all, given) => {
      const mark = runs++;
      const others = { fieldId, foreign };
      const [together, alone] = [
        await prepared(admin, given, others, `t${mark}`),
        await prepared(admin, given, others, `a${mark}`),
      ];
      for (const group of all) {
        const outcomes = await writeTogether(
          together.source,
          group.map((one) => requestFor(together, one)),
        );
        // One by one nothing is left unread.
        const single: Outcome[] = [];
        for (const one of group) {
          single.push(...(await writeTogether(alone.source, [requestFor(alone, one)])));
        }
        expect(statusesOf(outcomes)).toEqual(statusesOf(single));
      }
      expect(await peopleOf(together)).toEqual(await peopleOf(alone));
      expect(await violations()).toEqual([]);
    }),
    { numRuns: 25, endOnFailure: true },
  );
});
