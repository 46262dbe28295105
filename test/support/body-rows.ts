import { expect, it } from "vitest";
import type { ResourceType } from "../../src/scim/attribute.ts";
import type { Reason } from "../../src/scim/error.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { SCHEMA_USER } from "../../src/scim/messages.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import type { ProfileName } from "../../src/scim/profile.ts";
import { parseResource } from "../../src/scim/resource.ts";
import { USER } from "../../src/scim/schemas.ts";
import { refusalOf } from "./refusal.ts";

export const LENIENT: readonly ProfileName[] = ["standard", "entra", "okta"];
export const STRICT: readonly ProfileName[] = ["rfc"];
export const ALL: readonly ProfileName[] = [...LENIENT, ...STRICT];

/** What a body without anything else comes out as. */
export const ANN = { userName: "ann", active: true };

/** The canonical attributes of a user; the body gets the `schemas` that a strict profile wants. */
export function parseUser(body: JsonObject, profile: ProfileName, type = USER): JsonObject {
  const used = type.extensions.map(({ schema }) => schema.id).filter((urn) => urn in body);
  const whole = { schemas: [SCHEMA_USER, ...used], userName: "ann", ...body };
  return parseResource(whole, type, PROFILES[profile]).attributes;
}

export type BodyRow = [
  name: string,
  profiles: readonly ProfileName[],
  body: JsonObject,
  expected: JsonObject | Reason,
];

/** One test for each row and profile. */
export function testBodies(rows: readonly BodyRow[], type: ResourceType = USER): void {
  const cases = rows.flatMap(([name, profiles, body, expected]) =>
    profiles.map((profile) => ({ name, profile, body, expected })),
  );
  it.each(cases)("$name ($profile)", ({ profile, body, expected }) => {
    const run = () => parseUser(body, profile, type);
    if (typeof expected === "string") expect(refusalOf(run).reason).toBe(expected);
    else expect(run()).toStrictEqual(expected);
  });
}
