import fc from "fast-check";
import { expect, it } from "vitest";
import { ScimError } from "../../src/scim/error.ts";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import type { PatchOperation } from "../../src/scim/messages.ts";
import { applyPatch } from "../../src/scim/patch.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import type { Profile } from "../../src/scim/profile.ts";
import { parseResource } from "../../src/scim/resource.ts";
import { USER } from "../../src/scim/schemas.ts";
import { runModel } from "../support/patch-model.ts";
import type { Condition, Element, Model, Step } from "../support/patch-model.ts";

const text = fc.constantFrom("a", "b", "A", "work", "home");
const nullable = fc.option(text, { freq: 4 });
const op = fc.constantFrom("add" as const, "replace" as const, "remove" as const);
const element: fc.Arbitrary<Element> = fc.record(
  { value: text, display: text, type: text, primary: fc.boolean() },
  { requiredKeys: [] },
);
const listName = fc.constantFrom("emails" as const, "roles" as const);
const textName = fc.constantFrom("title", "nickName", "department", "employeeNumber");
const part = fc.constantFrom("givenName" as const, "familyName" as const);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    sub: fc.constantFrom("value" as const, "type" as const),
    operator: fc.constantFrom("eq" as const, "eq" as const, "ne" as const, "sw" as const),
    value: text,
  }),
  fc.record({
    sub: fc.constant("primary" as const),
    operator: fc.constantFrom("eq" as const, "ne" as const),
    value: fc.boolean(),
  }),
);

const selected = fc.oneof(
  fc.record({ sub: fc.constantFrom("value", "display", "type"), value: nullable }),
  fc.record({ sub: fc.constant("primary"), value: fc.option(fc.boolean()) }),
  fc.record({ value: fc.option(element) }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("text"), op, attribute: textName, value: nullable }),
  fc.record({ kind: fc.constant("part"), op, attribute: part, value: nullable }),
  fc.record({
    kind: fc.constant("name"),
    op,
    value: fc.option(
      fc.record({ givenName: nullable, familyName: nullable }, { requiredKeys: [] }),
    ),
  }),
  fc.record({
    kind: fc.constant("list"),
    op,
    attribute: listName,
    value: fc.option(fc.array(element, { maxLength: 3 })),
  }),
  fc.tuple(op, listName, condition, selected).map(([each, attribute, where, what]) => ({
    kind: "selected",
    op: each,
    attribute,
    condition: where,
    ...what,
  })),
) as fc.Arbitrary<Step>;

/** How a step is written: names in capitals or not, with a path or as a key of the value. */
const style = fc.record({ capitals: fc.boolean(), key: fc.boolean(), words: fc.boolean() });
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function toPath(each: Step): { head: string; filter?: Condition; sub?: string } {
  switch (each.kind) {
    case "text":
      return {
        head: isExtended(each.attribute)
          ? `${SCHEMA_ENTERPRISE}:${each.attribute}`
          : each.attribute,
      };
    case "part":
      return { head: "name", sub: each.attribute };
    case "name":
      return { head: "name" };
    case "list":
      return { head: each.attribute };
    case "selected":
      return {
        head: each.attribute,
        filter: each.condition,
        ...(each.sub ? { sub: each.sub } : {}),
      };
  }
}

const isExtended = (name: string) => name === "department" || name === "employeeNumber";

function toOperation(each: Step, { capitals, key, words }: Style, strict: boolean): PatchOperation {
  const spell = (name: string) => (capitals ? name.toUpperCase() : name);
  const { head, filter, sub } = toPath(each);
  const literal = (value: unknown) =>
    JSON.stringify(
      words && !strict && typeof value === "boolean" ? (value ? "True" : "False") : value,
    );
  const brackets = filter
    ? `[${spell(filter.sub)} ${filter.operator} ${literal(filter.value)}]`
    : "";
  const path = `${spell(head)}${brackets}${sub === undefined ? "" : `.${spell(sub)}`}`;
  if (each.op === "remove") return { op: "remove", path };
  const value = toJson(each.value);
  const plain = brackets === "" && sub === undefined && !head.includes(":");
  return key && (plain || !strict)
    ? { op: each.op, value: { [path]: value } }
    : { op: each.op, path, value };
}

const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value));

function toUser({ department, employeeNumber, ...core }: Model): JsonObject {
  const extension = {
    ...(department && { department }),
    ...(employeeNumber && { employeeNumber }),
  };
  const extended = Object.keys(extension).length === 0 ? {} : { [SCHEMA_ENTERPRISE]: extension };
  return { userName: "ann", active: true, ...(toJson(core) as JsonObject), ...extended };
}

/** The attributes as a POST leaves them. */
function parse(attributes: JsonObject, profile: Profile): JsonObject {
  const schemas = [SCHEMA_USER, SCHEMA_ENTERPRISE];
  return parseResource({ schemas, ...attributes }, USER, profile).attributes;
}

it("agrees with the model", { timeout: 120_000 }, () => {
  const steps = (size: number) => fc.array(fc.tuple(step, style), { maxLength: size });
  let changed = 0;
  fc.assert(
    fc.property(steps(6), steps(6), fc.boolean(), (setup, tested, strict) => {
      const profile = strict ? PROFILES.rfc : PROFILES.entra;
      const model =
        runModel(
          {},
          setup.map(([each]) => each),
          false,
        ) ?? {};
      const before = parse(toUser(model), profile);
      const snapshot = JSON.stringify(before);
      const operations = tested.map(([each, how]) => toOperation(each, how, strict));
      const expected = runModel(
        model,
        tested.map(([each]) => each),
        strict,
      );
      let after: JsonObject;
      try {
        after = applyPatch(before, operations, USER, profile);
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        if (expected !== undefined) expect.fail(error.message);
        return;
      } finally {
        expect(JSON.stringify(before)).toBe(snapshot);
      }
      if (expected === undefined) expect.fail("The model refuses this");
      expect(after).toStrictEqual(toUser(expected));
      // Equal content is the same object, and the other way round.
      if (after !== before) expect(after).not.toStrictEqual(before);
      expect(JSON.stringify(parse(after, profile))).toBe(JSON.stringify(after));
      if (after !== before) changed++;
    }),
    { numRuns: 6_000 },
  );
  // The sequences must not all be refused or without effect.
  expect(changed).toBeGreaterThan(1_000);
});

it("refuses malformed operations with a ScimError of 4xx only", { timeout: 120_000 }, () => {
  const path = fc.oneof(
    fc.constantFrom(
      "__proto__",
      "constructor.prototype",
      "emails[",
      'emails[type eq "work"].value',
      "name",
      "name.__proto__",
      "groups",
      "id",
      "password",
      "active",
      "emails.primary",
      "roles[not (value pr)]",
      'emails[primary eq "True"]',
      SCHEMA_USER,
      SCHEMA_ENTERPRISE,
      `${SCHEMA_ENTERPRISE}:manager`,
      `${SCHEMA_ENTERPRISE}:manager.value`,
      "x509Certificates",
      "userName",
    ),
    fc.string({ maxLength: 12 }),
  );
  const leaf = fc.constantFrom<unknown>("", "x", null, true, "False", 0, 1e300, [], {});
  const keys = fc.oneof(path, fc.constantFrom("value", "type", "primary", "givenName", "toString"));
  const value = fc.oneof(
    leaf,
    fc.dictionary(keys, fc.oneof(leaf, fc.dictionary(keys, leaf))),
    fc.array(fc.oneof(leaf, fc.dictionary(keys, leaf)), { maxLength: 3 }),
    fc.jsonValue(),
  );
  const operation = fc.record(
    { op: fc.constantFrom("add", "replace", "remove"), path, value },
    { requiredKeys: ["op"] },
  );
  const before: JsonObject = {
    userName: "ann",
    active: true,
    name: { givenName: "A" },
    emails: [{ value: "a", type: "work" }],
    [SCHEMA_ENTERPRISE]: { manager: { value: "m" } },
  };
  const snapshot = JSON.stringify(before);
  const prototype = Object.getOwnPropertyNames(Object.prototype).join();
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(operation, { minLength: 1, maxLength: 2 }),
      fc.constantFrom(...Object.values(PROFILES)),
      (operations, profile) => {
        try {
          applyPatch(before, operations as PatchOperation[], USER, profile);
        } catch (error) {
          if (!(error instanceof ScimError) || error.status < 400 || error.status > 499)
            throw error;
          refused++;
        }
        if (JSON.stringify(before) !== snapshot) expect.fail("The input was changed");
      },
    ),
    { numRuns: 20_000 },
  );
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(prototype);

  expect(refused).toBeGreaterThan(5_000);
  expect(refused).toBeLessThan(19_900);
});
