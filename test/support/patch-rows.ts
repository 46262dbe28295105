import { expect, it } from "vitest";
import type { ResourceType } from "../../src/scim/attribute.ts";
import type { Reason } from "../../src/scim/error.ts";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import type { PatchOperation } from "../../src/scim/messages.ts";
import { applyPatch } from "../../src/scim/patch.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import type { ProfileName } from "../../src/scim/profile.ts";
import { USER } from "../../src/scim/schemas.ts";
import { refusalOf } from "./refusal.ts";

/** The attributes after, the reason of a refusal, or "same" for the very same object. */
type Outcome = JsonObject | Reason | "same";

export interface PatchRow {
  name: string;
  before: JsonObject;
  operations: PatchOperation[];
  /** One outcome for all profiles, or one for entra and okta (and standard) and one for rfc. */
  after: Outcome | { lenient: Outcome; rfc: Outcome };
  /** The profiles that take part; `standard` knows work contacts only. */
  profiles?: readonly ProfileName[];
  type?: ResourceType;
}

export const add = (path: string, value: Json): PatchOperation => ({ op: "add", path, value });
export const replace = (path: string, value: Json): PatchOperation => ({
  op: "replace",
  path,
  value,
});
export const remove = (path: string, value?: Json): PatchOperation =>
  value === undefined ? { op: "remove", path } : { op: "remove", path, value };
export const merge = (value: Json): PatchOperation => ({ op: "replace", value });

const ALL: readonly ProfileName[] = ["standard", "entra", "okta", "rfc"];

/** One test for each row and profile. */
export function testRows(rows: readonly PatchRow[]): void {
  const cases = rows.flatMap((row) =>
    (row.profiles ?? ALL).map((profile) => ({ ...row, profile, outcome: outcomeOf(row, profile) })),
  );
  it.each(cases)("$name ($profile)", ({ before, operations, outcome, profile, type = USER }) => {
    const snapshot = structuredClone({ before, operations });
    const run = () => applyPatch(before, operations, type, PROFILES[profile]);
    if (outcome === "same") expect(run()).toBe(before);
    else if (typeof outcome === "string") expect(refusalOf(run).reason).toBe(outcome);
    else expect(run()).toStrictEqual(outcome);
    expect({ before, operations }).toStrictEqual(snapshot);
  });
}

function outcomeOf({ after }: PatchRow, profile: ProfileName): Outcome {
  if (typeof after === "string" || !isPair(after)) return after;
  return profile === "rfc" ? after.rfc : after.lenient;
}

function isPair(after: PatchRow["after"]): after is { lenient: Outcome; rfc: Outcome } {
  return typeof after === "object" && "lenient" in after;
}
