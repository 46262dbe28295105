import fc from "fast-check";
import { expect, it } from "vitest";
import { ScimError } from "../../src/scim/error.ts";
import { isObject } from "../../src/scim/json.ts";
import { SCHEMA_ENTERPRISE, SCHEMA_USER } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { parseResource } from "../../src/scim/resource.ts";
import { USER } from "../../src/scim/schemas.ts";

const NAMES = [
  "userName",
  "ACTIVE",
  "name",
  "emails",
  "roles",
  "password",
  "__proto__",
  "schemas",
  "x509Certificates",
  SCHEMA_ENTERPRISE,
  `${SCHEMA_ENTERPRISE}:manager`,
  "name.givenName",
  'emails[type eq "work"].value',
  "emails[",
];
const SUBS = [
  "value",
  "type",
  "primary",
  "givenName",
  "manager",
  "department",
  "$ref",
  "constructor",
];

const leaf = fc.oneof(
  fc.constantFrom<unknown>("", "a", "work", "True", null, true, 0, 1.5),
  fc.string(),
);
const object = fc.dictionary(
  fc.constantFrom(...SUBS),
  fc.oneof(leaf, fc.dictionary(fc.constantFrom(...SUBS), leaf)),
);
const value = fc.oneof(leaf, object, fc.array(fc.oneof(leaf, object), { maxLength: 4 }));
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, fc.string());
const body = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(name, value, { maxKeys: 4 }) },
  fc.jsonValue(),
);

it("is a fixpoint, and refuses with a ScimError of 4xx only", { timeout: 120_000 }, () => {
  const schemas = [SCHEMA_USER, SCHEMA_ENTERPRISE];
  let taken = 0;
  fc.assert(
    fc.property(
      body,
      fc.constantFrom(...Object.values(PROFILES)),
      fc.boolean(),
      (input, profile, valid) => {
        const whole = valid && isObject(input) ? { ...input, schemas, userName: "ann" } : input;
        const before = JSON.stringify(whole);
        try {
          const { attributes } = parseResource(whole, USER, profile);
          const again = parseResource({ schemas, ...attributes }, USER, profile).attributes;
          const [once, twice] = [JSON.stringify(attributes), JSON.stringify(again)];
          if (once !== twice) expect(twice).toBe(once);
          taken++;
        } catch (error) {
          if (!(error instanceof ScimError) || error.status < 400 || error.status > 499)
            throw error;
        }
        if (JSON.stringify(whole) !== before) expect.fail("The input was changed");
      },
    ),
    { numRuns: 6_000 },
  );
  // The bodies must not all be refused, nor all be taken.
  expect(taken).toBeGreaterThan(200);
  expect(taken).toBeLessThan(5_500);
});
