/** Random requests to the two sources of a directory, some of them in trouble, compared with the model. */
import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect } from "vitest";
import { isObject, type Json, type JsonObject } from "../../src/scim/json.ts";
import { call, type Admin, type Answer, type Source } from "./client.ts";
import { faults, troubleObject, type Mode } from "./faults.ts";
import type { Answered, ModelGroup, ModelToken, ModelUser } from "./model-state.ts";
import type { Model } from "./model.ts";
import { objectsIn, textAt, valuesOf } from "./scim.ts";
import { isPutOff } from "./writes.ts";

export interface Real {
  readonly admin: Admin;
  readonly sources: readonly Source[];
  /** What all names and labels of the sequence begin with: others use the same sources. */
  readonly prefix: string;
}

/** A request, and what the model makes of it. */
export interface Plan {
  readonly method: string;
  readonly path: string;
  readonly body?: Json | undefined;
  readonly ifMatch?: number | undefined;
  /** Asked of the admin API, below the source. */
  readonly isSetting?: true;
  /** `given` is what a 201 made. */
  readonly expected: (given: ModelToken) => Answered | Listed;
}

/** The resources that a list is to show, in any order. */
export interface Listed {
  readonly status: 200;
  readonly all: readonly (ModelUser | ModelGroup)[];
}

export interface Action {
  readonly text: unknown;
  readonly plan: (model: Model, owner: number, prefix: string) => Plan;
}

interface Trouble {
  readonly call: number;
  readonly mode: Mode | "evict";
}

let sent = 0;

/** How many commands the tests of this file have sent so far. */
export function commandsSent(): number {
  return sent;
}

class Command implements fc.AsyncCommand<Model, Real> {
  readonly owner: number;
  readonly token: number;
  readonly action: Action;
  readonly trouble: Trouble | undefined;

  constructor(owner: number, token: number, action: Action, trouble: Trouble | undefined) {
    this.owner = owner;
    this.token = token;
    this.action = action;
    this.trouble = trouble;
  }

  check(): boolean {
    return true;
  }

  toString(): string {
    return JSON.stringify([this.owner, this.token, this.action.text, this.trouble]);
  }

  async run(model: Model, real: Real): Promise<void> {
    const plan = this.action.plan(model, this.owner, real.prefix);
    const source = real.sources[this.owner];
    const token = tokenOf(model, this.owner, this.token);
    if (source === undefined) return;
    sent++;
    const send = () =>
      plan.isSetting
        ? real.admin(plan.method, `/data-sources/${source.id}${plan.path}`, plan.body)
        : ask(source, token, plan);
    // Each deletion has a moment of its own, since the last one counts.
    faults.now = (faults.now ?? Date.now()) + 1;
    await startTrouble(source.id, this.trouble);
    let answer = await send();
    if (isPutOff(answer)) answer = await send();
    troubleObject(source.id, undefined);
    const status = plan.isSetting ? undefined : model.refusal(this.owner, token);
    compare(answer, status === undefined ? plan.expected(givenBy(answer)) : { status });
  }
}

/** The token asked with: one of the source's, or one that it never had. */
function tokenOf(model: Model, owner: number, n: number): ModelToken | undefined {
  const tokens = model.sources[owner]?.tokens ?? [];
  return n < 0 ? undefined : tokens[n % Math.max(tokens.length, 1)];
}

function ask(source: Source, token: ModelToken | undefined, plan: Plan): Promise<Answer> {
  const { method, path, body, ifMatch } = plan;
  return call(method, `${source.base}${path}`, {
    body,
    headers: {
      authorization: `Bearer ${token?.secret ?? "nothing"}`,
      "content-type": "application/scim+json",
      // As somebody who has not failed before: the limit on failures must not answer.
      "cf-connecting-ip": crypto.randomUUID(),
      ...(ifMatch !== undefined && { "if-match": `W/"${ifMatch}"` }),
    },
  });
}

async function startTrouble(id: string, trouble: Trouble | undefined): Promise<void> {
  if (trouble === undefined) return;
  const { mode, call: at } = trouble;
  const stub = env.SOURCE.getByName(id);
  if (mode === "evict") {
    await stub.noteUse({});
    await evictDurableObject(stub);
  } else troubleObject(id, { left: at, mode });
}

function givenBy({ status, body }: Answer): ModelToken {
  const made = status === 201 ? body : {};
  return { id: textAt(made, "id"), secret: textAt(made, "secret"), enabled: true };
}

function compare(answer: Answer, expected: Answered | Listed): void {
  expect([answer.status, answer.text]).toEqual([expected.status, answer.text]);
  if ("all" in expected) {
    const shown = objectsIn(answer.body["Resources"]).map(lineOf);
    const kept = expected.all.map(modelLine);
    expect(answer.body["totalResults"]).toBe(kept.length);
    // A page holds 200 at most.
    expect(shown).toHaveLength(Math.min(kept.length, 200));
    expect(shown.filter((line) => !kept.includes(line))).toEqual([]);
    expect(new Set(shown).size).toBe(shown.length);
  } else if (expected.one !== undefined) {
    const { one } = expected;
    expect(answer.headers.get("etag")).toBe(`W/"${one.version}"`);
    if (answer.status !== 204) expect(lineOf(answer.body)).toBe(modelLine(one));
  }
}

/** A user or a group as it is shown, in a line of text. */
function lineOf(shown: JsonObject): string {
  const { id, userName, externalId, displayName, active, members, meta } = shown;
  const version = isObject(meta) ? meta["version"] : undefined;
  return userName === undefined
    ? JSON.stringify([id, displayName, valuesOf(members).sort(), version])
    : JSON.stringify([id, userName, externalId, displayName, active, version]);
}

function modelLine(one: ModelUser | ModelGroup): string {
  const { id, displayName } = one;
  const version = `W/"${one.version}"`;
  return "members" in one
    ? JSON.stringify([id, displayName, [...one.members].sort(), version])
    : JSON.stringify([id, one.userName, one.externalId, displayName, one.active, version]);
}

const trouble: fc.Arbitrary<Trouble | undefined> = fc.option(
  fc.record({
    call: fc.integer({ min: 1, max: 3 }),
    mode: fc.constantFrom("before", "after", "evict"),
  }),
  { nil: undefined, freq: 2 },
);

/** What must hold in the end. */
export async function lookAt(
  action: Action,
  owner: number,
  model: Model,
  real: Real,
): Promise<void> {
  await new Command(owner, 0, action, undefined).run(model, real);
}

export type Commands = Iterable<fc.AsyncCommand<Model, Real>>;

/** One of the actions, asked of one of two sources, by one of its tokens or, rarely, by none. */
export function commandsOf(
  actions: fc.Arbitrary<Action>,
  isTroubled: boolean,
  maxCommands: number,
): fc.Arbitrary<Commands> {
  const owner = fc.constantFrom(0, 0, 1);
  const token = fc.constantFrom(...Array.from({ length: 30 }, (_, n) => (n === 0 ? -1 : n & 1)));
  const command = fc
    .tuple(owner, token, actions, isTroubled ? trouble : fc.constant(undefined))
    .map((parts) => new Command(...parts));
  return fc.commands([command], { maxCommands, size: "max" });
}
