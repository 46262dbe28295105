/** What other settings would do, before anybody keeps them. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Script } from "../../src/cli/upstream/script.ts";
import { claim, type Admin } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { ended, exactly, newPulled, pull, type Pulled } from "../support/pulls.ts";
import { expectAgreement } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";
import { textAt } from "../support/scim.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const person = (n: number, more: JsonObject = {}): JsonObject => ({
  id: `p${n}`,
  userName: `person${n}`,
  emails: [{ value: `person${n}@example.com`, type: "work" }],
  ...more,
});
/** Two of them share an address, one has a name that not every profile takes. */
const PEOPLE = [
  ...Array.from({ length: 12 }, (_, n) => person(n)),
  person(12, { emails: [{ value: "person3@example.com", type: "work" }] }),
  person(13, { userName: "zoé smith" }),
];
const script = (people: readonly JsonObject[]): Script => ({
  people: exactly(people),
  organizations: exactly([
    { id: "o1", displayName: "One" },
    { id: "o2", displayName: "Two" },
  ]),
});

const preview = async (source: Pulled, settings: JsonObject) => {
  const body = { dryRun: true, settings };
  const {
    status,
    text,
    body: begun,
  } = await admin("POST", `/data-sources/${source.id}/sync`, body);
  expect(status, text).toBe(202);
  const run = await ended(source, textAt(begun, "id"));
  const shown = await admin("GET", `/sync-runs/${run.id}`);
  expect(shown.body["settings"]).toEqual(settings);
  return run;
};

/** What people are, and what would be done to them. */
async function keptRows() {
  const all = await dump();
  const tables = ["users", "organizations", "unique_values", "missing", "holds", "events"];
  return tables.map((table) => rowsOf(all, table));
}

const SETTINGS: readonly JsonObject[] = [
  { switches: { uniqueContacts: false } },
  { switches: { uniqueContacts: true } },
  { profile: "okta", switches: {} },
  { profile: "rfc" },
  { upstream: { deletionPolicy: "delete" } },
  { upstream: { deletionPolicy: "keep" } },
  { upstream: { userLimit: { least: 0, percent: 0, most: 0 }, pageSize: 3 } },
];

describe("a preview of other settings", () => {
  it.each(SETTINGS)("says line by line what a run does under %j", async (settings) => {
    const source = await newPulled(admin, script(PEOPLE), { pageSize: 5 });
    await pull(source);
    const [, , ...rest] = PEOPLE;
    await source.upstream.replace(script([...rest, person(1, { title: "New" }), person(20)]));
    const path = `/data-sources/${source.id}`;
    const [shown, kept] = [await admin("GET", path), await keptRows()];
    const plan = await preview(source, settings);
    expect([(await admin("GET", path)).body, await keptRows()]).toEqual([shown.body, kept]);
    const patched = await admin("PATCH", path, settings);
    expect(patched.status, patched.text).toBe(200);
    const real = await pull(source);
    await expectAgreement(plan, real);
    expect(real.counts.User.read).toBe(14);
  });

  it("is in the audit with the settings that were thought of", async () => {
    const source = await newPulled(admin, {});
    const settings = { upstream: { deletionPolicy: "delete", pageSize: 3 } };
    await preview(source, settings);
    const { results } = await env.DB.prepare(
      "SELECT changes AS diff FROM audit WHERE action = 'run.started'",
    ).all<{ diff: string }>();
    expect(results.map(({ diff }): unknown => JSON.parse(diff))).toMatchObject([
      { diff: { dryRun: { to: true }, settings: { to: settings } } },
    ]);
  });

  it("is refused where the settings would be, and without a dry run", async () => {
    const source = await newPulled(admin, {});
    const ask = async (body: JsonObject) => {
      const answer = await admin("POST", `/data-sources/${source.id}/sync`, body);
      return [answer.status, answer.body["code"]];
    };
    const of = (settings: JsonObject) => ({ dryRun: true, settings });
    const elsewhere = { upstream: { userUrl: "https://elsewhere.example/Users" } };
    expect(await ask(of(elsewhere))).toEqual([409, "upstream_secret_needed"]);
    const within = { upstream: { userUrl: "https://10.0.0.1/Users" } };
    expect((await ask(of(within)))[1]).toBe("upstream_url_refused");
    expect((await ask({ settings: { switches: {} } }))[0]).toBe(400);
    expect((await ask(of({ name: "Other" })))[0]).toBe(400);
    expect(await ask(of({ profile: "rfc" }))).toEqual([202, undefined]);
  });
});
