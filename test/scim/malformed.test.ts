/** Whatever is parsed: it is understood, or refused with an error of the client's, and nothing is changed. */
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { parseJson } from "../../src/scim/body.ts";
import { ScimError } from "../../src/scim/error.ts";
import { parseFilter, parsePath } from "../../src/scim/filter.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { matches } from "../../src/scim/match.ts";
import { splitMembers } from "../../src/scim/members.ts";
import { parseSearchRequest } from "../../src/scim/list-query.ts";
import { MESSAGE_PATCH, parsePatchOp } from "../../src/scim/messages.ts";
import { applyPatch } from "../../src/scim/patch.ts";
import { PROFILES, type Profile } from "../../src/scim/profile.ts";
import { parseProjection } from "../../src/scim/projection.ts";
import { resolveFilter } from "../../src/scim/resolve.ts";
import { parseResource } from "../../src/scim/resource.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import {
  FILTERS,
  GROUP_BODIES,
  json,
  mutatedText,
  operation,
  PATCH_BODIES,
  path,
  PATHS,
  POISON,
  SEARCH_BODIES,
  USER_BODIES,
} from "../support/malformed.ts";
import { PATIENCE, report, scaled } from "../support/scale.ts";

const inherited = Reflect.ownKeys(Object.prototype);
afterAll(() => expect(Reflect.ownKeys(Object.prototype)).toEqual(inherited));

const ANN: JsonObject = {
  userName: "ann",
  active: true,
  name: { givenName: "Ann", familyName: "B" },
  emails: [
    { value: "a@x", type: "work", primary: true },
    { value: "b@x", type: "home" },
  ],
};
const STAFF: JsonObject = { displayName: "staff" };
const profiles = fc.constantFrom<Profile>(PROFILES.okta, PROFILES.rfc, PROFILES.standard);

/** What became of it: 0 where it was understood. Any error but a client's fails the test. */
function statusOf(parse: () => unknown): number {
  try {
    parse();
    return 0;
  } catch (error) {
    if (error instanceof ScimError && error.status >= 400 && error.status < 500)
      return error.status;
    throw error;
  }
}

function patchWith(body: unknown, profile: Profile): void {
  const operations = parsePatchOp(body, profile);
  const before = JSON.stringify([ANN, STAFF]);
  statusOf(() => applyPatch(ANN, operations, USER, profile));
  statusOf(() => applyPatch(STAFF, splitMembers(operations, profile).operations, GROUP, profile));
  expect(JSON.stringify([ANN, STAFF])).toBe(before);
}

interface Part {
  /** How many of a hundred cases. */
  readonly share: number;
  readonly cases: fc.Arbitrary<{ readonly input: unknown; readonly run: (by: Profile) => void }>;
}

function part<T>(
  share: number,
  inputs: fc.Arbitrary<T>,
  parse: (input: T, by: Profile) => void,
): Part {
  return { share, cases: inputs.map((input) => ({ input, run: (by) => parse(input, by) })) };
}

const parts: Readonly<Record<string, Part>> = {
  "resources whose bytes went wrong": part(
    20,
    mutatedText([...USER_BODIES, ...GROUP_BODIES]),
    (text, profile) => {
      const body = parseJson(text);
      statusOf(() => parseResource(body, USER, profile));
      parseResource(body, GROUP, profile);
    },
  ),
  "resources of any shape": part(15, json, (body, profile) => {
    statusOf(() => parseResource(body, USER, profile));
    parseResource(body, GROUP, profile);
  }),
  "patches whose bytes went wrong": part(15, mutatedText(PATCH_BODIES), (text, profile) =>
    patchWith(parseJson(text), profile),
  ),
  "patches of any shape": part(
    15,
    fc
      .array(operation, { minLength: 1, maxLength: 4 })
      .map((list) => ({ schemas: [MESSAGE_PATCH], Operations: list })),
    patchWith,
  ),
  filters: part(20, mutatedText(FILTERS), (text, profile) => {
    const filter = parseFilter(text);
    statusOf(() => matches(resolveFilter(filter, GROUP, profile), STAFF));
    matches(resolveFilter(filter, USER, profile), ANN);
  }),
  paths: part(10, fc.oneof(path, mutatedText(PATHS)), (text) => void parsePath(text)),
  "searches and projections": part(
    5,
    fc.tuple(mutatedText(SEARCH_BODIES), mutatedText([PATHS.join(), POISON.join()])),
    ([text, names], profile) => {
      statusOf(() => parseProjection({ attributes: names, excludedAttributes: names }, USER));
      parseProjection(parseSearchRequest(parseJson(text), profile), USER);
    },
  ),
};

let parsed = 0;

it.each(Object.entries(parts))("refuses or understands %s", PATIENCE, (_, { share, cases }) => {
  let refused = 0;
  const property = fc.property(cases, profiles, ({ run }, profile) => {
    parsed++;
    if (statusOf(() => run(profile)) !== 0) refused++;
  });
  fc.assert(property, { numRuns: scaled(800 * share) });
  expect(refused).toBeGreaterThan(0);
});

it("has tried eighty thousand of them", (context) => {
  expect(parsed).toBeGreaterThanOrEqual(scaled(80_000));
  report(context, "malformed texts to the parsers", { cases: parsed });
});
