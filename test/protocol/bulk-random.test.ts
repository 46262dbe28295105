/** Random Bulks, with references in any order, against a model that knows nothing of groups of 64. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import { bulk, operationsIn } from "../support/bulk.ts";
import { isPost, operations, runModel, type Model, type Op } from "../support/bulk-model.ts";
import { oneSource, type Source } from "../support/client.ts";
import { dump, restore, rowsOf, without } from "../support/dump.ts";
import { violationsOf } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import { ENTERPRISE, groupBody, idAt, patchBody, textAt, userBody } from "../support/scim.ts";

keepQuiet();
vi.setConfig({ testTimeout: 120_000 });

const RUNS = 150;
const BULKS = 3;

function operationOf(op: Op, index: number): JsonObject {
  const ref = (at: number): string => `bulkId:b${at}`;
  const bulkId = `b${index}`;
  const patch = (path: string, value: JsonObject): JsonObject => ({
    method: "PATCH",
    path,
    data: patchBody(value),
  });
  switch (op.kind) {
    case "user": {
      const manager = op.manager === null ? {} : { manager: { value: ref(op.manager) } };
      const data = userBody({ userName: `user${op.name}`, [ENTERPRISE]: manager });
      return { method: "POST", path: "/Users", bulkId, data };
    }
    case "group": {
      const data = groupBody(`group${op.name}`, op.members.map(ref));
      return { method: "POST", path: "/Groups", bulkId, data };
    }
    case "title":
      return patch(`/Users/${ref(op.at)}`, { op: "add", path: "title", value: `t${index}` });
    case "join": {
      const value = [{ value: ref(op.member) }];
      return patch(`/Groups/${ref(op.at)}`, { op: "add", path: "members", value });
    }
    case "leave": {
      const path = `members[value eq "${ref(op.member)}"]`;
      return patch(`/Groups/${ref(op.at)}`, { op: "remove", path });
    }
    case "deleteUser":
      return { method: "DELETE", path: `/Users/${ref(op.at)}` };
    case "deleteGroup":
      return { method: "DELETE", path: `/Groups/${ref(op.at)}` };
    case "broken":
      return { method: "GET", path: "/Users" };
  }
}

/** The model's ids with those they have become. */
type Known = Map<string, string>;

async function check(source: Source, model: Model, known: Known, list: Op[]): Promise<void> {
  const answer = operationsIn(await bulk(source, list.map(operationOf)));
  const { statuses, ids } = runModel(model, list);
  expect(answer.map((one) => Number(one["status"]))).toEqual(statuses);
  for (const [index, op] of list.entries()) {
    const location = textAt(answer[index] ?? {}, "location");
    const id = ids[index];
    if (!isPost(op) || location === "" || id === undefined) continue;
    expect(known.get(id) ?? idAt(location)).toBe(idAt(location));
    known.set(id, idAt(location));
  }
  await compare(model, known);
}

async function compare(model: Model, known: Known): Promise<void> {
  const real = await dump();
  expect(violationsOf(real)).toEqual([]);
  const members = rowsOf(real, "members");
  const users = rowsOf(real, "users");
  const idOfSeq = new Map(users.map(({ seq, id }) => [seq, id]));
  const live = (table: string) => rowsOf(real, table).filter((row) => row["deleted_at"] === null);
  const people = live("users").map(({ id, attributes }) => {
    const { userName, title = null, [ENTERPRISE]: extension } = objectOf(attributes);
    const manager = isObject(extension) ? (extension["manager"] ?? null) : null;
    return [id, userName, title, isObject(manager) ? (manager["value"] ?? null) : null];
  });
  const meant = [...model.users].flatMap(([id, { name, title, manager, isDeleted }]) =>
    isDeleted ? [] : [[known.get(id), `user${name}`, title, manager && known.get(manager)]],
  );
  expect(sorted(people)).toEqual(sorted(meant));
  const groups = live("groups").map(({ id, seq, name_key }) => {
    const of = members.filter((row) => row["group_seq"] === seq);
    return [id, name_key, sorted(of.map((row) => idOfSeq.get(row["user_seq"] ?? null)))];
  });
  const expected = [...model.groups].flatMap(([id, { name, members: all, isDeleted }]) =>
    isDeleted
      ? []
      : [[known.get(id), `group${name}`, sorted([...all].map((one) => known.get(one)))]],
  );
  expect(sorted(groups)).toEqual(sorted(expected));
}

function sorted(list: readonly unknown[]): string[] {
  return list.map((one) => JSON.stringify(one)).sort();
}

function objectOf(text: unknown): JsonObject {
  const value: unknown = JSON.parse(String(text));
  return isObject(value) ? value : {};
}

it("come to what the model says, one after the other", async () => {
  const source = await oneSource("okta");
  const start = without(await dump(), "epochs");
  const bulks = fc.array(operations, { minLength: 1, maxLength: BULKS });
  await fc.assert(
    fc.asyncProperty(bulks, async (lists) => {
      const model: Model = { users: new Map(), groups: new Map(), clock: 0 };
      const known: Known = new Map();
      await restore(start);
      for (const list of lists) await check(source, model, known, list);
    }),
    { numRuns: RUNS },
  );
});
