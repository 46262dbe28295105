/** Refused requests as they are gathered: counted the same wherever they are added up. */
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ActivityBuffer,
  HOUR_MS,
  REFUSAL_KINDS,
  SUPPRESSED,
  type Refused,
} from "../../src/sources/activity.ts";
import { activityStatements } from "../../src/sources/activity-statements.ts";
import { claim, newSource } from "../support/client.ts";
import { failCall, resetFaults } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { refusalsOf } from "../support/refused.ts";
import { scaled } from "../support/scale.ts";
import { measure } from "../support/measure.ts";

keepQuiet();

const HOURS = [0, HOUR_MS];

function refused(hour: number, kind: number, at: number): Refused {
  return {
    hour,
    operation: "POST /Users",
    code: "invalidValue",
    path: "",
    record: `r${kind}`,
    resourceType: "User",
    recordId: null,
    userNameKey: `r${kind}`,
    externalId: null,
    count: 1,
    firstAt: hour + at,
    lastAt: hour + at,
    actor: "tok",
    requestId: `q${at}`,
    detail: "",
  };
}

type Counted = Map<string, number>;

/** The first five hundred kinds of an hour by themselves, the others together. */
function model(all: readonly Refused[]): Counted {
  const counted: Counted = new Map();
  const kinds = new Map<number, Set<string>>();
  for (const { hour, record, count } of all) {
    const known = kinds.get(hour) ?? new Set();
    kinds.set(hour, known);
    if (known.size < REFUSAL_KINDS) known.add(record);
    const key = `${hour} ${known.has(record) ? record : SUPPRESSED}`;
    counted.set(key, (counted.get(key) ?? 0) + count);
  }
  return counted;
}

describe("what is gathered", () => {
  it("comes to the same through one buffer, through several, and in the database", async () => {
    const admin = await claim();
    const step = fc.tuple(fc.constantFrom(...HOURS), fc.nat(620), fc.nat(9));
    const run = fc.asyncProperty(
      fc.array(step, { minLength: 900, maxLength: 1_600, size: "max" }),
      fc.array(fc.nat(1_600), { maxLength: 6 }),
      async (steps, cuts) => {
        const source = await newSource(admin, "okta");
        const all = steps.map(([hour, kind], at) => refused(hour, kind, at));
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        for (const [index, from] of bounds.entries()) {
          const [isolate, object] = [new ActivityBuffer(), new ActivityBuffer()];
          isolate.add({ refusals: all.slice(from, bounds[index + 1] ?? all.length) });
          object.add(isolate.take());
          expect(isolate.isEmpty()).toBe(true);
          await measure(activityStatements(source.id, crypto.randomUUID(), object.take()));
        }
        const { results } = await env.DB.prepare(
          "SELECT hour, record, code, n FROM refusals WHERE source_id = ?",
        )
          .bind(source.id)
          .run<{ hour: number; record: string; code: string; n: number }>();
        const stored = new Map(
          results.map(({ hour, record, code, n }) => [
            `${hour} ${code === SUPPRESSED ? code : record}`,
            n,
          ]),
        );
        expect(stored).toEqual(model(all));
      },
    );
    await fc.assert(run, { numRuns: scaled(4) });
  });

  it("is written once, also where the reply to the first try was lost", async () => {
    const admin = await claim();
    const source = await newSource(admin, "okta");
    await source.call("GET", "/Users/nobody");
    failCall("object", 1, "after");
    expect((await admin("GET", `/data-sources/${source.id}/refusals`)).status).toBe(503);
    resetFaults();
    const [only] = await refusalsOf(admin, source);
    expect(only).toMatchObject({ count: 1 });
    const { body } = await admin("GET", `/data-sources/${source.id}/request-counts`);
    expect(body["totals"]).toEqual({ "4xx": 1 });
  });
});
