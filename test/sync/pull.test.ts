/** Pulls from a real upstream, from the first one to those that change nothing. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, type Admin } from "../support/client.ts";
import { keepQuiet } from "../support/quiet.ts";
import { violations } from "../support/invariants.ts";
import { newPulled, peopleOf, pull, recordsOf } from "../support/pulls.ts";

keepQuiet();

let admin: Admin;

beforeEach(async () => {
  admin = await claim();
});

const byName = (people: readonly JsonObject[]) => people.map(({ userName }) => userName);

describe("a pull", () => {
  it("brings in people and organizations, and the same again writes nothing", async () => {
    const source = await newPulled(admin, { people: { count: 250 }, organizations: { count: 12 } });
    const first = await pull(source);
    const records = await recordsOf(first.id);
    expect([
      first.status,
      first.reason,
      first.detail,
      records.filter(({ result }) => result === "failed"),
    ]).toEqual(["success", null, null, []]);
    expect(first.counts.User).toMatchObject({ read: 250, created: 250 });
    expect(first.counts.Organization).toMatchObject({ read: 12, created: 12 });
    expect(byName(await peopleOf(source))).toHaveLength(250);
    const second = await pull(source);
    expect(second.status).toBe("success");
    expect(second.counts.User).toMatchObject({ read: 250, unchanged: 250, updated: 0 });
    expect(await recordsOf(second.id)).toEqual([]);
    expect(await violations()).toEqual([]);
  });

  it.each(["startIndex", "cursor"] as const)(
    "asks for each page once, in its turn, by %s, although the next one is asked for early",
    async (paging) => {
      const organizations = { count: 12 };
      const source = await newPulled(admin, { people: { count: 450 }, organizations, paging });
      expect((await pull(source)).counts.User).toMatchObject({ read: 450, created: 450 });
      const paths = (await source.upstream.asked()).map(({ path }) => path);
      const people = paths.filter((path) => path.startsWith("/Users?"));
      expect(people).toHaveLength(5);
      expect(new Set(people).size).toBe(5);
      expect(people).toEqual(paths.slice(-5));
    },
  );
});
