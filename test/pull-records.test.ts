/** Records that can't be taken, and what becomes of those whom they are about. Pure, so by the hundred. */
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import type { JsonObject } from "../src/scim/json.ts";
import { SCHEMA_ENTERPRISE } from "../src/scim/messages.ts";
import { numbers, peopleIn, personOf, readPage, shown, worldOf } from "./support/pure-pull.ts";

const seed = inject("seed");

const text = (length: number) => "x".repeat(length);
const without = (record: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(record).filter(([own]) => own !== name));

/** A rule of a record, and the nth way to break it. */
const RULES: Readonly<Record<string, (ann: JsonObject, n: number) => JsonObject>> = {
  "an id": (ann) => without(ann, "id"),
  "an id that is text": (ann, n) => ({ ...ann, id: [null, "", " ", [], {}, true][n % 6] ?? null }),
  "a userName": (ann, n) => ({ ...ann, userName: [null, "", "  ", [], {}, true][n % 6] ?? null }),
  "a userName that is one word": (ann, n) => ({
    ...ann,
    userName: `with${" ".repeat(n + 1)}space`,
  }),
  "a userName of some length": (ann, n) => ({ ...ann, userName: text(257 + n * 50) }),
  "each name once": (ann, n) => ({ ...ann, [n % 2 ? "USERNAME" : "DisplayNAME"]: `other ${n}` }),
  "active, a boolean": (ann, n) => ({ ...ann, active: ["perhaps", {}, [], 2, "on"][n % 5] ?? 7 }),
  "e-mails with a value": (ann, n) => ({ ...ann, emails: [{ value: n % 2 ? {} : [n] }] }),
  "phones with a value": (ann, n) => ({ ...ann, phoneNumbers: [{ value: n % 2 ? {} : [n] }] }),
  "phones in their region": (ann, n) => ({
    ...ann,
    phoneNumbers: [{ value: `+86138001000${10 + n}`, phoneRegion: "1" }],
  }),
  "phones that are numbers": (ann, n) => ({ ...ann, phoneNumbers: [{ value: `0086${text(n)}` }] }),
  "an end that is a date": (ann, n) => ({ ...ann, expireDate: n % 2 ? `soon ${n}` : n + 1 }),
  "organizations by id": (ann, n) => ({ ...ann, organization: [...Array(n).fill("o"), {}] }),
  "groups by id": (ann, n) => ({ ...ann, groups: [{ display: `G ${n}` }] }),
  "text without NUL": (ann, n) => ({ ...ann, title: `${text(n)}\0` }),
  "whole characters": (ann, n) => ({ ...ann, name: { givenName: `${text(n)}\ud800` } }),
  "numbers that are": (ann, n) => ({ ...ann, x: [...numbers(n), Infinity] }),
  "a description of some length": (ann, n) => ({ ...ann, description: text(513 + n * 10) }),
  "an extension that is one": (ann, n) => ({ ...ann, [SCHEMA_ENTERPRISE]: `x${n}` }),
  "a name of parts": (ann, n) => ({ ...ann, name: { givenName: { n } } }),
};

/** Among others that are changed, one whose record can't be taken stays as they are. */
function tryRecord(broken: (ann: JsonObject) => JsonObject): void {
  const before = numbers(4).map((n) => personOf(n));
  const world = worldOf(before);
  const old = peopleIn(world).get("p-1");
  const page = before.map((one, n) => (n === 1 ? broken(one) : { ...one, displayName: "New" }));
  const { faults, plan, outcome } = readPage(world, "User", page);
  const failed = outcome.told.filter(({ result }) => result === "failed");
  expect([...faults, ...plan.faults, ...failed]).toHaveLength(1);
  expect(peopleIn(world).get("p-1")).toEqual(old);
  expect([...shown(world, "displayName").values()].filter((name) => name === "New")).toHaveLength(
    3,
  );
  expect(world.users.size).toBe(4);
}

it.each(Object.keys(RULES))("F-58 leaves a person without %s as they are", (rule) => {
  for (const n of numbers(10)) tryRecord((ann) => RULES[rule]?.(ann, n) ?? {});
});

it("F-59 leaves a person whose record is too large, or too deep, as they are", () => {
  let deep: JsonObject = { bottom: true };
  const levels = numbers(60).map(() => (deep = { deep }));
  const sizes = fc.oneof(
    fc.integer({ min: 65_536, max: 200_000 }).map((size) => ({ title: text(size) })),
    fc.integer({ min: 22_000, max: 60_000 }).map((size) => ({ title: "张".repeat(size) })),
    fc.integer({ min: 5_000, max: 12_000 }).map((count) => ({
      emails: numbers(count).map((n) => ({ value: `a${n}@one.test` })),
    })),
    fc.integer({ min: 33_000, max: 200_000 }).map((count) => ({ x: Array(count).fill(0) })),
    fc.integer({ min: 65_536, max: 100_000 }).map((size) => ({ [text(size)]: true })),
    fc.integer({ min: 22, max: 2_000 }).map((count) => ({
      organization: numbers(count).map((n) => `o-${n}`),
    })),
    fc.integer({ min: 16, max: 59 }).map((depth) => ({ x: levels[depth] ?? null })),
  );
  fc.assert(
    fc.property(sizes, (more) => {
      tryRecord((ann) => ({ ...ann, ...more }));
    }),
    { seed, numRuns: 60 },
  );
});
