/** What a run makes of an upstream that can't be reached or understood: whole runs, one row of faults after the other. */
import { beforeEach, expect, it } from "vitest";
import {
  LOOPS,
  type Act,
  type Fault,
  type Route,
  type Script,
} from "../../src/cli/upstream/script.ts";
import { claim, type Admin } from "../support/client.ts";
import {
  modelOf,
  newStory,
  restored,
  runUnder,
  turned,
  unharmedRun,
  type Story,
} from "../support/converge.ts";
import { faults } from "../support/faults.ts";
import { keepQuiet } from "../support/quiet.ts";
import { Random } from "../support/random.ts";
import { report, SEED } from "../support/scale.ts";
import { answers, newUpstream } from "../support/upstream.ts";
import type { Run } from "../../src/sync/run.ts";

keepQuiet();

const PEOPLE = [0, 1, 2, 3];
const LONG = { timeout: 100_000 };

let admin: Admin;
let story: Story;

beforeEach(async () => {
  admin = await claim();
  story = await newStory(admin, modelOf(PEOPLE));
});

let turns = 0;

/** Now and then the upstream has changed as well, so that there is something to be done wrong. */
async function tried(faults: readonly Fault[], n: number, script: Script = {}): Promise<Run> {
  const { model } = story;
  const isTurn = n % 4 === 3;
  return runUnder(story, { faults, script, model: isTurn ? turned(model, turns++) : model });
}

/** At one call of a list, or at that and all that follow: then the run can't go well. */
interface At {
  readonly on: Route;
  readonly call: number;
  readonly onwards: boolean;
}

/** There are two pages of people and one of organizations. */
function placesOf(count: number, random: Random): At[] {
  return Array.from({ length: count }, (_, n) => {
    const on = random.chance(0.8) ? "Users" : "Organizations";
    return { on, call: on === "Users" ? 1 + (n % 2) : 1, onwards: random.chance(0.4) };
  });
}

/** A run of each act at a page of its own: it goes well, or fails, and then for that reason. */
async function tryEach(acts: readonly Act[], reasons: readonly string[]): Promise<void> {
  const places = placesOf(acts.length, new Random(SEED));
  for (const [n, act] of acts.entries()) {
    const at = places[n];
    if (at === undefined) continue;
    const run = await tried([{ ...at, act }], n);
    expect([act, at, run.status]).toEqual([act, at, at.onwards ? "failed" : "success"]);
    if (at.onwards) expect(reasons).toContain(run.reason);
  }
}

const TOKEN_ACTS: readonly Act[] = [
  ...[400, 401, 403, 404, 405, 410, 418, 429, 500, 502, 503, 302].map((status) => answers(status)),
  answers(200),
  answers(200, { access_token: "" }),
  answers(200, []),
  answers(200, "<html>Sign in</html>"),
  answers(200, { error: "invalid_client" }),
  answers(200, { errcode: 40101 }),
  { kind: "reset" },
  { kind: "cut", bytes: 9, framing: "close" },
];

it("F-43 fails without a token, and asks for no page", LONG, async () => {
  for (const [n, act] of TOKEN_ACTS.entries()) {
    const run = await tried([{ on: "token", act }], n);
    const { User, Organization } = run.counts;
    expect([act, run.status, User.read, Organization.read]).toEqual([act, "failed", 0, 0]);
  }
});

it("F-44 asks once for another token, and fails where that is none", LONG, async () => {
  const act: Act = { kind: "expire" };
  for (let n = 0; n < 20; n++) {
    const on = n % 5 === 4 ? "Organizations" : "Users";
    const call = on === "Users" ? 1 + (n % 2) : 1;
    const isTwice = n % 3 === 2;
    const calls = isTwice ? [call, call + 1] : [call, call + 2].slice(0, 1 + (n % 3));
    const faults = calls.map((one) => ({ on, call: one, act }) as const);
    const run = await tried(faults, n);
    const reason = isTwice ? "upstream_auth_failed" : null;
    expect([on, calls, run.reason]).toEqual([on, calls, reason]);
  }
});

const DATE = "Sun, 22 Nov 2026 12:01:30 GMT";
const HEADERS = [
  ["0", "1", " 120 ", "60", "900", "901", "99999999999999999999999999", "-1", "1.5", "1e3"],
  ["10s", "120, 60", "", "soon", DATE, "Sun Nov 22 12:01:30 2026", "2026-11-22T12:01:30Z"],
  ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"],
].flat();

it("F-45 waits as it is told, or as is sensible, and goes on", LONG, async () => {
  const all = [undefined, ...HEADERS].map((value, n) =>
    answers(n % 3 === 0 ? 503 : 429, {}, value === undefined ? {} : { "retry-after": value }),
  );
  expect(all).toHaveLength(20);
  await tryEach(all, ["upstream_rate_limited", "upstream_unavailable"]);
});

it("F-46 goes on after an outage, or fails by one that lasts", LONG, async () => {
  const statuses = [500, 501, 502, 503, 504, 507, 520, 522, 524, 599, 408, 425];
  const acts: readonly Act[] = [
    ...statuses.map((status) => answers(status, "<html>Bad gateway</html>")),
    ...Array.from({ length: 5 }, (): Act => ({ kind: "reset" })),
    ...[0, 1, 40].map((bytes): Act => ({ kind: "cut", bytes, framing: "length" })),
  ];
  const reasons = ["upstream_unavailable", "upstream_timeout", "upstream_rate_limited"];
  await tryEach(acts, reasons);
});

it("F-47 believes no page that is cut off, or is none", LONG, async () => {
  const random = new Random(SEED);
  const cuts = Array.from({ length: 12 }, () => random.below(140));
  const acts: readonly Act[] = [
    ...cuts.map((bytes): Act => ({ kind: "cut", bytes, framing: "close" })),
    answers(200, ""),
    answers(200, "<!doctype html><title>Sign in</title>"),
    answers(200, '{"totalResults":0,"Resources":[]'),
    answers(200, '{"totalResults":0,"Resources":[]} trailing'),
    { ...answers(200, '{"totalResults":0,"Resources":[]}'), encoding: "utf16le" },
    answers(200, { error: { code: 503 }, Resources: [] }),
    answers(200, { errcode: 50001, Resources: [] }),
    answers(200, { errcode: 42901, Resources: [] }),
  ];
  expect(acts).toHaveLength(20);
  await tryEach(acts, ["upstream_malformed", "upstream_unavailable", "upstream_rate_limited"]);
});

const KB = 1_024;
const FLOOD: Act = { kind: "flood" };
const DRIP: Act = { kind: "drip", everyMs: 7 };
const ABOVE: readonly Act[] = [
  { kind: "bomb", bytes: 64 * KB + 1 },
  { kind: "bomb", bytes: 5_000 * KB },
];
const large = (bytes: number): Act => answers(200, { Resources: [], padding: "x".repeat(bytes) });

/** What never ends, or is too much, at each call that a run makes. */
const ENDLESS: readonly (readonly [Pick<Fault, "on" | "call" | "one">, readonly Act[]])[] = [
  [{ on: "token" }, [FLOOD, DRIP, ...ABOVE]],
  [{ on: "Organizations" }, [FLOOD, DRIP, large(64 * KB)]],
  [{ on: "Users", call: 1 }, [FLOOD, DRIP, large(65 * KB), ...ABOVE]],
  [{ on: "Users", call: 2 }, [FLOOD, DRIP, large(500 * KB)]],
  [{ on: "Groups" }, [FLOOD, DRIP, ABOVE[1] ?? FLOOD]],
];

it("F-48 ends where an answer doesn't", LONG, async () => {
  story = await newStory(admin, modelOf([10, 11, 12, 13]), { withGroups: true });
  let runs = 0;
  for (const [where, acts] of ENDLESS) {
    for (const act of acts) {
      const onwards = act.kind === "drip";
      const run = await bounded([{ ...where, onwards, act }]);
      const reason = onwards ? "upstream_timeout" : "upstream_too_large";
      expect([where, act.kind, run.status, run.reason]).toEqual([
        where,
        act.kind,
        "failed",
        reason,
      ]);
      runs++;
    }
  }
  expect(runs).toBe(18);
});

it("F-48 misses nobody of whom an answer without an end tells", LONG, async () => {
  for (const act of [FLOOD, DRIP, large(64 * KB)]) {
    const [, ...people] = story.model.people;
    const run = await bounded([{ on: "Users", one: true, act }], { ...story.model, people });
    expect([act.kind, run.status, run.counts.User.disabled]).toEqual([act.kind, "success", 0]);
  }
});

it("F-48 reads no more than ten megabytes", LONG, async () => {
  for (const act of [FLOOD, { kind: "bomb", bytes: 10 * KB * KB + 1 }] as const) {
    const run = await tried([{ on: "Users", act }], 0);
    expect([act.kind, run.status, run.reason]).toEqual([act.kind, "failed", "upstream_too_large"]);
  }
});

/**
 * A run that gives each answer a few bytes, or, where one drips, a moment: on a busy machine others
 * miss that as well, and are asked for again. What comes after it may take what it takes.
 */
async function bounded(acts: readonly Fault[], model = story.model): Promise<Run> {
  const drips = acts.some(({ act }) => act.kind === "drip");
  faults.bounds = drips ? { totalMs: 200 } : { bytes: 64 * KB };
  const run = await unharmedRun(story, { faults: acts, model });
  faults.bounds = {};
  await restored(story, story.model);
  return run;
}

it("F-49 fails by a redirect, and follows none", LONG, async () => {
  const target = await newUpstream({ people: { count: 1 } });
  const statuses = [300, 301, 302, 303, 305, 307, 308];
  for (const status of statuses) {
    for (const [n, on] of (["token", "Users", "Organizations"] as const).entries()) {
      const act = answers(status, "", { location: `${target.otherBase}/${on}` });
      const run = await tried([{ on, act }], status + n);
      expect([status, on, run.status, run.reason]).toEqual([
        status,
        on,
        "failed",
        "upstream_redirected",
      ]);
    }
  }
  expect(await target.asked()).toEqual([]);
});

it("F-50 comes out of every circle, and misses nobody for it", LONG, async (context) => {
  let runs = 0;
  for (const loop of LOOPS) {
    for (const paging of ["startIndex", "cursor"] as const) {
      for (const shape of ["scim", "dialect"] as const) {
        const faults: Fault[] = [{ on: "Users", act: { kind: "loop", loop } }];
        const run = await tried(faults, runs, { paging, shape, pageMax: 1 });
        const isNone = paging === "startIndex" && (loop === "sameCursor" || loop === "earlier");
        const shown = [loop, paging, shape];
        expect([...shown, run.status]).toEqual([...shown, isNone ? "success" : "partial"]);
        if (!isNone) expect(run.counts.User.disabled).toBe(0);
        runs++;
      }
    }
  }
  expect(runs).toBe(24);
  report(context, "Pulls of upstreams that go in circles", { runs });
});
