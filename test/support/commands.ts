/** Random requests to the sources of one directory, some of them in trouble, and what the model makes of them. */
import { abortAllDurableObjects, evictAllDurableObjects } from "cloudflare:test";
import fc from "fast-check";
import { expect } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { idOf } from "./answer.ts";
import type { Admin, Answer, Source } from "./client.ts";
import { endFaults, failCall, faults, type Mode } from "./faults.ts";
import type { Answered, Model, UserBody } from "./model.ts";
import { isPutOff } from "./writes.ts";

export interface Real {
  readonly admin: Admin;
  readonly sources: readonly Source[];
}

/** What is asked of a source, and what the model makes of it; `id` is the answer's. */
interface Plan {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  readonly ifMatch?: number | undefined;
  readonly expected: (id: string) => Answered;
}

interface Action {
  readonly text: unknown;
  readonly plan: (model: Model, owner: number) => Plan;
}

interface Trouble {
  readonly call: number;
  readonly mode: Mode | "evict" | "abort";
}

class Command implements fc.AsyncCommand<Model, Real> {
  readonly owner: number;
  readonly action: Action;
  readonly trouble: Trouble | undefined;

  constructor(owner: number, action: Action, trouble: Trouble | undefined) {
    this.owner = owner;
    this.action = action;
    this.trouble = trouble;
  }

  check(): boolean {
    return true;
  }

  toString(): string {
    return JSON.stringify([this.owner, this.action.text, this.trouble]);
  }

  async run(model: Model, { admin, sources }: Real): Promise<void> {
    const { method, path, body, ifMatch, expected } = this.action.plan(model, this.owner);
    const source = sources[this.owner];
    const headers = ifMatch === undefined ? {} : { "if-match": `W/"${ifMatch}"` };
    const send = (): Promise<Answer> | undefined =>
      path === SETTINGS
        ? admin(method, `/data-sources/${source?.id}`, body)
        : source?.call(method, path, body, headers);
    // Each deletion has a moment of its own, since the last one counts.
    faults.now = (faults.now ?? Date.now()) + 1000;
    await startTrouble(this.trouble);
    let answer = await send();
    endFaults();
    if (answer !== undefined && isPutOff(answer)) answer = await send();
    compare(answer, expected(answer?.status === 201 ? idOf(answer) : NOBODY));
  }
}

async function startTrouble(trouble: Trouble | undefined): Promise<void> {
  if (trouble === undefined) return;
  const { mode, call } = trouble;
  if (mode === "evict") await evictAllDurableObjects();
  else if (mode === "abort") await abortAllDurableObjects();
  else failCall("object", call, mode);
}

function compare(answer: Answer | undefined, { status, user, group }: Answered): void {
  expect([answer?.status, answer?.text]).toEqual([status, answer?.text]);
  if (status > 201) return;
  const id = (user ?? group)?.id;
  if (id !== undefined) expect(answer?.body["id"]).toBe(id);
  if (user !== undefined) expect(answer?.headers.get("etag")).toBe(`W/"${user.version}"`);
}

const SETTINGS = "settings";
const NOBODY = "019a0000-0000-7000-8000-00000000ffff";

// Users and groups are meant by the order in which they came.
const userPath = (model: Model, n: number): string => `/Users/${model.users[n]?.id ?? NOBODY}`;
const groupPath = (model: Model, n: number): string => `/Groups/${model.groups[n]?.id ?? NOBODY}`;
const idsOf = (model: Model, users: readonly number[]): string[] => [
  ...new Set(users.map((n) => model.users[n]?.id ?? NOBODY)),
];
const valuesOf = (ids: readonly string[]): Json => ids.map((value) => ({ value }));
const patchOf = (op: string, path: string, value: Json): JsonObject => ({
  Operations: [{ op, path, value }],
});

const number = fc.nat({ max: 4 });
const numbers = fc.uniqueArray(number, { minLength: 1, maxLength: 3 });
const name = fc.constantFrom("ann", "Ann", "bob", "cy");
const groupName = fc.constantFrom("staff", "Staff", "guests");
const some = {
  externalId: fc.constantFrom("1", "2"),
  displayName: fc.constantFrom("A", "B"),
  active: fc.boolean(),
};
const body = fc.record({ userName: name, ...some }, { requiredKeys: ["userName"] });
/** The version to insist on: none, the one there is, or an older one. */
const insisted = fc.constantFrom(undefined, undefined, 0, -1);
const versionOf = (model: Model, n: number, ahead: number | undefined): number | undefined =>
  ahead === undefined ? undefined : (model.users[n]?.version ?? 1) + ahead;

const createUser = body.map((given): Action => ({
  text: ["create user", given],
  plan: (model, owner) => ({
    method: "POST",
    path: "/Users",
    body: { ...given },
    expected: (id) => model.createUser(owner, given, id),
  }),
}));

const putUser = fc.tuple(number, body, insisted).map(([n, given, ahead]): Action => ({
  text: ["put user", n, given, ahead],
  plan: (model, owner) => {
    const [path, ifMatch] = [userPath(model, n), versionOf(model, n, ahead)];
    const whole: UserBody = { externalId: undefined, displayName: undefined, ...given };
    const expected = () => model.updateUser(owner, idsOf(model, [n])[0] ?? "", whole, ifMatch);
    return { method: "PUT", path, body: { ...given }, ifMatch, expected };
  },
}));

const patchUser = fc
  .tuple(number, fc.record({ userName: name, ...some }, { requiredKeys: [] }), insisted)
  .map(([n, given, ahead]): Action => ({
    text: ["patch user", n, given, ahead],
    plan: (model, owner) => {
      const [path, ifMatch] = [userPath(model, n), versionOf(model, n, ahead)];
      const expected = () => model.updateUser(owner, idsOf(model, [n])[0] ?? "", given, ifMatch);
      const operations = { Operations: [{ op: "replace", value: { ...given } }] };
      return { method: "PATCH", path, body: operations, ifMatch, expected };
    },
  }));

const removal = fc.tuple(fc.constantFrom("user", "group"), number).map(([what, n]): Action => ({
  text: ["delete", what, n],
  plan: (model, owner) => {
    const path = what === "user" ? userPath(model, n) : groupPath(model, n);
    return {
      method: "DELETE",
      path,
      expected: () => model.remove(owner, path.split("/")[2] ?? ""),
    };
  },
}));

const createGroup = fc.tuple(groupName, numbers).map(([displayName, users]): Action => ({
  text: ["create group", displayName, users],
  plan: (model, owner) => {
    const ids = idsOf(model, users);
    return {
      method: "POST",
      path: "/Groups",
      body: { displayName, members: valuesOf(ids) },
      expected: (id) => model.createGroup(owner, displayName, ids, id),
    };
  },
}));

const changeMembers = fc
  .tuple(number, fc.constantFrom("add", "remove", "replace"), numbers)
  .map(([n, op, users]): Action => ({
    text: ["change members", n, op, users],
    plan: (model, owner) => {
      const [path, ids] = [groupPath(model, n), idsOf(model, users)];
      return {
        method: "PATCH",
        path,
        body: patchOf(op, "members", valuesOf(ids)),
        expected: () => model.changeMembers(owner, path.split("/")[2] ?? "", op, ids),
      };
    },
  }));

const renameGroup = fc.tuple(number, groupName).map(([n, displayName]): Action => ({
  text: ["rename group", n, displayName],
  plan: (model, owner) => {
    const path = groupPath(model, n);
    return {
      method: "PATCH",
      path,
      body: patchOf("replace", "displayName", displayName),
      expected: () => model.renameGroup(owner, path.split("/")[2] ?? "", displayName),
    };
  },
}));

const settings = fc.constantFrom("a", "b").map((description): Action => ({
  text: ["settings", description],
  plan: () => ({
    method: "PATCH",
    path: SETTINGS,
    body: { description },
    expected: () => ({ status: 200 }),
  }),
}));

const action = fc.oneof(
  { weight: 5, arbitrary: createUser },
  { weight: 2, arbitrary: putUser },
  { weight: 4, arbitrary: patchUser },
  { weight: 3, arbitrary: removal },
  { weight: 2, arbitrary: createGroup },
  { weight: 3, arbitrary: changeMembers },
  renameGroup,
  settings,
);

const trouble: fc.Arbitrary<Trouble | undefined> = fc.option(
  fc.record({
    call: fc.integer({ min: 1, max: 3 }),
    mode: fc.constantFrom("before", "after", "hang", "hang-after", "evict", "abort"),
  }),
  { nil: undefined, freq: 1 },
);

/** A request to one of two sources, rarely the second. */
export const command = fc
  .tuple(fc.constantFrom(0, 0, 0, 1), action, trouble)
  .map((parts) => new Command(...parts));
