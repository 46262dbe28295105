/** Organizations that an upstream has no more: their people are moved out, and they go, from the bottom. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { SCHEMA_ENTERPRISE as ENTERPRISE } from "../../src/scim/messages.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import {
  exactly,
  newPulled,
  organizationsOf,
  peopleOf,
  pull,
  recordsOf,
  type Pulled,
} from "../support/pulls.ts";
import { pulledAsPlanned } from "../support/plans.ts";
import { keepQuiet } from "../support/quiet.ts";
import { objectsIn, textAt } from "../support/scim.ts";
import { putScope } from "../support/trees.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const place = (id: string, parent?: string): JsonObject => ({
  id,
  displayName: id.toUpperCase(),
  ...(parent !== undefined && { parent }),
});
const person = (id: string, organizationId?: string): JsonObject => ({
  id,
  userName: id,
  ...(organizationId !== undefined && { [ENTERPRISE]: { organizationId } }),
});
const others = Array.from({ length: 12 }, (_, n) => person(`other${n}`));
const directory = (organizations: readonly JsonObject[], people: readonly JsonObject[]) => ({
  organizations: exactly(organizations),
  people: exactly([...people, ...others]),
});

/** Where a person of the source is. */
const isIn = async (source: Pulled, userName: string) =>
  (await peopleOf(source)).find((one) => one["userName"] === userName)?.["organization"];
const targetOf = async ({ targetId }: Pulled) =>
  textAt((await admin("GET", `/organizations/${targetId}`)).body, "displayName");
const idOf = async (externalId: string) => {
  const sql = "SELECT id FROM organizations WHERE external_id = ? AND deleted_at IS NULL";
  return String(await env.DB.prepare(sql).bind(externalId).first("id"));
};

describe("organizations that are gone", () => {
  it("are left by those who were in them, and planned as they go", async () => {
    const tree = [place("a"), place("b", "a"), place("c", "b"), place("d"), place("e", "b")];
    const people = [person("ann", "c"), person("bob", "b"), person("cy", "b"), person("di", "d")];
    const source = await newPulled(admin, directory(tree, people), { pageSize: 5 });
    await pull(source);
    // Cy is disabled, Bob is no more after that, Ann's record says what it said, E goes elsewhere.
    await source.upstream.replace(
      directory(tree, [people[0] ?? {}, people[1] ?? {}, person("di", "d")]),
    );
    await pull(source);
    const rest = [place("d"), place("e", "d")];
    await source.upstream.replace(directory(rest, [person("ann", "c"), person("di", "d")]));
    const run = await pulledAsPlanned(source);
    expect([run.status, run.counts.Organization.deleted]).toEqual(["success", 3]);
    expect(await organizationsOf(source)).toEqual(["D < target", "E < D"]);
    const target = await targetOf(source);
    for (const name of ["ann", "bob", "cy"]) expect(await isIn(source, name)).toBe(target);
    expect(await isIn(source, "di")).toBe("D");
    // Her record still names it: that is told once.
    expect(await recordsOf((await pull(source)).id)).toMatchObject([
      { external_id: "ann", code: "organization_unknown", diff: null },
    ]);
    expect(await recordsOf((await pull(source)).id)).toEqual([]);
  });

  it("are left by those who had them beside their own", async () => {
    const tree = [place("a"), place("b"), place("c")];
    const people = [person("ann", "a"), person("bob", "b")];
    const source = await newPulled(admin, directory(tree, people));
    await pull(source);
    const [ann, b, c] = [
      await env.DB.prepare("SELECT id FROM users WHERE external_id = 'ann'").first<string>("id"),
      await idOf("b"),
      await idOf("c"),
    ];
    await env.DB.batch(
      [b, c].map((id) =>
        env.DB.prepare(
          "INSERT INTO user_organizations (user_id, organization_id) VALUES (?, ?)",
        ).bind(ann, id),
      ),
    );
    await source.upstream.replace(
      directory([place("a"), place("c")], [person("ann", "a"), person("bob")]),
    );
    const run = await pulledAsPlanned(source);
    expect([run.status, run.counts.Organization.deleted]).toEqual(["success", 1]);
    const { results } = await env.DB.prepare(
      "SELECT organization_id AS id FROM user_organizations",
    ).all();
    expect(results).toEqual([{ id: c }]);
    expect(await isIn(source, "ann")).toBe("A");
  });

  it("stay where somebody else's people or organizations are in them", async () => {
    const tree = [place("a"), place("b"), place("c", "b"), place("d")];
    const source = await newPulled(admin, directory(tree, [person("ann", "a")]));
    await pull(source);
    const user = { userName: "eve", organizationId: await idOf("a") };
    const made = await admin("POST", "/users", user);
    expect(made.status, made.text).toBe(201);
    const below = await admin("POST", "/organizations", {
      displayName: "Ours",
      parentId: await idOf("c"),
    });
    expect(below.status, below.text).toBe(201);
    await source.upstream.replace(directory([place("d")], [person("ann", "a")]));
    const run = await pulledAsPlanned(source);
    expect([run.status, run.counts.Organization.failed]).toEqual(["partial", 3]);
    const failed = (await recordsOf(run.id)).filter(({ result }) => result === "failed");
    expect(failed.map((one) => [one.external_id, one.code])).toEqual([
      ["c", "organization_not_empty"],
      ["a", "organization_not_empty"],
      ["b", "organization_not_empty"],
    ]);
    expect(await isIn(source, "ann")).toBe(await targetOf(source));
  });

  it("that are out of the scope stay, with those who have them beside their own", async () => {
    const tree = [place("a"), place("b"), place("c", "a")];
    const people = [{ ...person("ann"), organization: ["b", "c"] }];
    const source = await newPulled(admin, directory(tree, people));
    await pull(source);
    const b = await idOf("b");
    await putScope(admin, source, { organizationIds: [b], targetOrganizationId: b });
    await source.upstream.replace(directory([place("a"), place("b")], people));
    const run = await pull(source);
    const failed = (await recordsOf(run.id)).filter(({ action }) => action === "delete");
    expect(failed).toMatchObject([{ external_id: "c", result: "failed" }]);
    expect(await isIn(source, "ann")).toBe("B");
    expect(await violations()).toEqual([]);
  });

  it("stay where one is the target, with those who are in it", async () => {
    const source = await newPulled(
      admin,
      directory([place("a"), place("b")], [person("ann", "a")]),
    );
    await pull(source);
    const [a, own] = [await idOf("a"), source.targetId];
    await putScope(admin, source, { organizationIds: [own], targetOrganizationId: a });
    await source.upstream.replace(directory([place("b")], [person("ann", "a")]));
    const run = await pulledAsPlanned(source);
    expect([run.status, run.counts.Organization.failed]).toEqual(["partial", 1]);
    expect(await isIn(source, "ann")).toBe("A");
  });

  it("go as a whole tree with their people where an admin agrees", async () => {
    const tree = ["a", "b", "c", "d", "e"].map((id, n, all) => place(id, all[n - 1]));
    const people = ["ann", "bob", "cy"].map((id, n) => person(id, ["e", "c", "a"][n]));
    const source = await newPulled(admin, directory([...tree, place("z")], people));
    await pull(source);
    await source.upstream.replace(directory([place("z")], []));
    const runId = `run_00${crypto.randomUUID().replaceAll("-", "")}`;
    const run = await pull(source, { runId });
    expect([run.status, run.counts.Organization.held]).toEqual(["held", 5]);
    const { body } = await admin("GET", `/sync-runs/${run.id}/held`);
    const [{ setHash = "" } = {}] = objectsIn([body["hold"] ?? null]);
    const answer = await admin("POST", `/sync-runs/${run.id}/approve-held`, { setHash });
    expect(answer.status, answer.text).toBe(204);
    await pull(source);
    expect(await organizationsOf(source)).toEqual(["Z < target"]);
    const target = await targetOf(source);
    for (const name of ["ann", "bob", "cy"]) expect(await isIn(source, name)).toBe(target);
    const told = (await recordsOf(run.id)).filter(({ result }) => result !== "held");
    const lines = told.map((one) => `${one.external_id} ${one.action} ${one.result}`);
    expect(lines.toSorted((a, b) => a.localeCompare(b))).toEqual([
      "a delete success",
      "ann disable success",
      "b delete success",
      "bob disable success",
      "c delete success",
      "cy disable success",
      "d delete success",
      "e delete success",
    ]);
    expect(await violations()).toEqual([]);
  });
});
