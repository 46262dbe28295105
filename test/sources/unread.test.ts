/** People whom nobody has heard of are created without being looked for; whoever is known is found all the same. */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Outcome, ResourceRequest } from "../../src/sources/operation.ts";
import { claim, newSource, oneSource, type Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { newId, requestOf, resource, writeTogether } from "../support/rpc.ts";
import * as scim from "../support/scim.ts";

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

  it("is read after all where somebody is known, and the next one before it is written", async () => {
    const source = await expectant();
    const again = await callsOf(source, named(source, ...NAMES, "FIRST@x"));
    expect(again).toEqual({ calls: 3, statuses: [...NAMES.map(() => 201), 200] });
    const third = await callsOf(source, named(source, ...NAMES));
    expect(third).toEqual({ calls: 1, statuses: NAMES.map(() => 200) });
    expect(rowsOf(await dump(), "users")).toHaveLength(6);
    expect(await violations()).toEqual([]);
  });

  it("brings back whom the source has deleted, by name and by label", async () => {
    const source = await expectant();
    const gone = [{ userName: "gone@x" }, { userName: "lost@x", externalId: "7" }];
    const ids: string[] = [];
    for (const one of gone) {
      const path = await scim.newUser(source, one);
      ids.push(scim.idAt(path));
      expect((await source.call("DELETE", path)).status).toBe(204);
    }
    const back = [{ userName: "Gone@x" }, { userName: "other@x", externalId: "7" }];
    const others = named(source, ...NAMES);
    const outcomes = await writeTogether(source, [
      ...others,
      ...back.map((one) => creation(source, one)),
    ]);
    const shown = outcomes.map((outcome) => (outcome.ok ? outcome.resource?.id : undefined));
    expect(shown.slice(NAMES.length)).toEqual(ids);
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

it("comes to what it comes to when it is read first", async () => {
  const person = fc.record(
    {
      userName: fc.constantFrom("a@x", "A@x", "b@x", "c@x", "d@x", "e@x", "f@x"),
      externalId: fc.constantFrom("1", "2", "3"),
      emails: fc.constantFrom("m@x", "n@x").map((value) => [{ value, type: "work" }]),
    },
    { requiredKeys: ["userName"] },
  );
  const groups = fc.array(fc.array(person, { minLength: 1, maxLength: 8 }), { maxLength: 4 });
  const admin = await claim();
  const profiles = fc.constantFrom("okta", "standard", "rfc");
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(groups, profiles, async (all, profile) => {
      const [source, other] = [await newSource(admin, profile), await newSource(admin, profile)];
      const mark = runs++;
      for (const group of all) {
        const together = await writeTogether(
          source,
          group.map((one) => creation(source, marked(one, `t${mark}`))),
        );
        // One by one nothing is left unread.
        const alone: Outcome[] = [];
        for (const one of group) {
          const single = creation(other, marked(one, `a${mark}`));
          alone.push(...(await writeTogether(other, [single])));
        }
        expect(statusesOf(together)).toEqual(statusesOf(alone));
      }
      expect(await violations()).toEqual([]);
    }),
    { numRuns: 15, endOnFailure: true },
  );
});

/** The same person for nobody else: names and addresses are one directory's. */
function marked<T extends JsonObject>(person: T, mark: string): JsonObject {
  const text = JSON.stringify(person).replaceAll("@x", `@${mark}`);
  const own: JsonObject = JSON.parse(text);
  return own;
}
