/** What custom fields cost the database, and that filters on them find what the matcher says. */
import fc from "fast-check";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { FIELDS_KEY, userWith, type Field } from "../../src/scim/custom-schema.ts";
import { parseFilter } from "../../src/scim/filter.ts";
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import { matches } from "../../src/scim/match.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { resolveFilter } from "../../src/scim/resolve.ts";
import { claim, type Answer } from "../support/client.ts";
import { faults, resetFaults } from "../support/faults.ts";
import { ENTRA_URN, newField, sourceWith, userUnder } from "../support/fields.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { SCALE, SEED } from "../support/scale.ts";
import { created, find, idsOf, patch, userBody } from "../support/scim.ts";

keepQuiet();

async function costOf(run: () => Promise<Answer>, status = 200) {
  resetFaults();
  const answer = await run();
  expect(answer.status, answer.text).toBe(status);
  const { calls, rows } = faults;
  return { trips: calls.worker + calls.object, read: rows.read, written: rows.written };
}

it("costs a row for each value that is indexed, and one more where it is unique", async () => {
  const admin = await claim();
  const ids = [
    await newField(admin, "cost_center"),
    await newField(admin, "level", "number"),
    await newField(admin, "badge", "string", { unique: true }),
    await newField(admin, "remote", "boolean"),
  ];
  const source = await sourceWith(admin, "entra", ENTRA_URN, ids);
  // Until the isolate knows the source and the object has claimed its epoch.
  await created(source, "/Users", userBody({ userName: "warm" }));
  const fields = { cost_center: "C-17", level: 3, badge: "B-1", remote: true };
  const post = (userName: string, given: JsonObject) => () =>
    source.call("POST", "/Users", userUnder(ENTRA_URN, given, { userName }));
  const plain = await costOf(post("plain", {}), 201);
  const full = await costOf(post("full", fields), 201);
  expect(full.trips).toBe(2);
  expect(full.written).toBe(plain.written + 4);
  expect(full.read).toBeLessThanOrEqual(24 + 8);
  const again = await costOf(post("full", fields));
  expect([again.trips, again.written]).toEqual([1, 0]);
  expect(again.read).toBeLessThanOrEqual(14);
  const found = await find(source, `${ENTRA_URN}:badge eq "b-1"`);
  const [id = ""] = idsOf(found);
  for (const filter of ['badge eq "b-1"', 'cost_center eq "c-17"', "level eq 3"]) {
    const cost = await costOf(() => find(source, `${ENTRA_URN}:${filter}`));
    expect([filter, cost.trips, cost.written]).toEqual([filter, 1, 0]);
    expect(cost.read, filter).toBeLessThanOrEqual(10);
  }
  const read = await costOf(() => source.call("GET", `/Users/${id}`));
  expect(read.read).toBeLessThanOrEqual(10);
  const change = { op: "replace", path: `${ENTRA_URN}:cost_center`, value: "C-18" };
  const patched = await costOf(() => patch(source, `/Users/${id}`, change));
  expect([patched.trips, patched.written <= 8 + 2]).toEqual([2, true]);
  expect(await violations()).toEqual([]);
});

const TYPES = { text: "string", size: "number", flag: "boolean" } as const;
const FIELDS: Field[] = Object.entries(TYPES).map(([name, type]) => ({
  name,
  label: name,
  type,
  required: false,
  unique: false,
  values: [],
}));

const text = fc.constantFrom("a", "B", "ab", "É", "x y", "ß", "10");
const size = fc.constantFrom(-1, 0, 1, 1.5, 10, 1e21);
const someone = fc.record({ text, size, flag: fc.boolean() }, { requiredKeys: [] });

const ORDER = ["eq", "ne", "gt", "ge", "lt", "le"];
const operator = fc.constantFrom(...ORDER);
const onText = fc
  .tuple(fc.constantFrom(...ORDER, "co", "sw", "ew"), text)
  .map(([op, value]) => `@text ${op} ${JSON.stringify(value)}`);
const onSize = fc.tuple(operator, size).map(([op, value]) => `@size ${op} ${value}`);
const onFlag = fc
  .tuple(fc.constantFrom("eq", "ne"), fc.boolean())
  .map(([op, value]) => `@flag ${op} ${value}`);
const presence = fc
  .tuple(fc.constantFrom("text", "size", "flag"), fc.constantFrom("pr", "eq null", "ne null"))
  .map(([name, test]) => `@${name} ${test}`);
const comparison = fc.oneof(onText, onSize, onFlag, presence);
const filters = fc
  .array(fc.tuple(comparison, fc.constantFrom("and", "or"), fc.boolean()), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) =>
    parts
      .map(([one, word, not], i) => `${i === 0 ? "" : ` ${word} `}${not ? `not (${one})` : one}`)
      .join(""),
  );

it("finds by a filter on fields those whom the matcher says", async () => {
  const admin = await claim();
  const ids = await Promise.all(
    Object.entries(TYPES).map(([name, type]) => newField(admin, name, type)),
  );
  const source = await sourceWith(admin, "entra", ENTRA_URN, ids);
  const seed = SEED;
  const people = fc.sample(someone, { seed, numRuns: 14 });
  for (const [i, fields] of people.entries()) {
    const body = userUnder(ENTRA_URN, fields, { userName: `user${i}` });
    await created(source, "/Users", body);
  }
  const type = userWith(ENTRA_URN, FIELDS);
  const rows = await env.DB.prepare("SELECT id, attributes FROM users ORDER BY id").all();
  await fc.assert(
    fc.asyncProperty(filters, async (template) => {
      const filter = template.replaceAll("@", `${ENTRA_URN}:`);
      const resolved = resolveFilter(parseFilter(filter), type, PROFILES.entra);
      const expected = rows.results.flatMap(({ id, attributes }) => {
        const kept: unknown = JSON.parse(String(attributes));
        return isObject(kept) && matches(resolved, kept) ? [String(id)] : [];
      });
      expect(idsOf(await find(source, filter)).sort()).toEqual(expected);
    }),
    { seed, numRuns: 60 * SCALE },
  );
  const stored = rows.results.filter(({ attributes }) => String(attributes).includes(FIELDS_KEY));
  expect(stored.length).toBeGreaterThan(0);
});
