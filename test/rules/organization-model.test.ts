/** Random trees of two sources that see some of the same: every answer, and the rows at the end, as a model has them. */
import { describe, expect, it } from "vitest";
import type { Answer, Source } from "../support/client.ts";
import { dump, rowsOf } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { Random } from "../support/random.ts";
import * as scim from "../support/scim.ts";
import * as tree from "../support/tree.ts";
import { TreeModel, type Command } from "../support/tree-model.ts";

const COMMANDS = 80;

async function carryOut(source: Source, command: Command): Promise<Answer> {
  const change = (path: string, value: string, attribute: string) =>
    scim.patch(source, path, { op: "replace", path: attribute, value });
  switch (command.kind) {
    case "create": {
      const { parent, name: displayName } = command;
      return source.call("POST", "/Organizations", tree.organizationBody({ displayName, parent }));
    }
    case "move":
      return change(`/Organizations/${command.id}`, command.parent, "parent");
    case "rename":
      return change(`/Organizations/${command.id}`, command.name, "displayName");
    case "delete":
      return source.call("DELETE", `/Organizations/${command.id}`);
    case "hire": {
      const { place, name: userName } = command;
      return source.call("POST", "/Users", tree.placedBody(place, { userName }));
    }
    case "send":
      return change(`/Users/${command.id}`, command.place, `${scim.ENTERPRISE}:organizationId`);
    case "fire":
      return source.call("DELETE", `/Users/${command.id}`);
  }
}

async function start() {
  const { host, guest } = await tree.neighbours();
  const model = new TreeModel(await tree.targetOf(host), await tree.targetOf(guest));
  return { model, sources: { host, guest } };
}

/** Live rows of the sources' own making, as "id place". */
async function kept(table: string, place: string): Promise<string[]> {
  return rowsOf(await dump(), table)
    .filter((row) => row["deleted_at"] === null && row["source_id"] !== null)
    .map((row) => `${row["id"]} ${row[place]}`)
    .sort();
}

describe("random trees", () => {
  it.each([1, 2, 3, 4])("are as the model says (seed %i)", { timeout: 60_000 }, async (seed) => {
    const random = new Random(seed);
    const { model, sources } = await start();
    const statuses = new Set<string>();
    for (let number = 0; number < COMMANDS; number++) {
      const command = model.command(random, number);
      const answer = await carryOut(sources[command.who], command);
      const id = answer.status === 201 ? scim.textAt(answer.body, "id") : undefined;
      const expected = model.apply(command, id);
      expect(answer.status, `${number}: ${JSON.stringify(command)} ${answer.text}`).toBe(expected);
      statuses.add(`${command.kind} ${expected}`);
    }
    const nodes = [...model.nodes.values()].filter(({ owner }) => owner !== undefined);
    expect(await kept("organizations", "parent_id")).toEqual(
      nodes.map(({ id, parent }) => `${id} ${parent}`).sort(),
    );
    const people = [...model.people.values()];
    expect(await kept("users", "organization_id")).toEqual(
      people.map(({ id, place }) => `${id} ${place}`).sort(),
    );
    for (const who of ["host", "guest"] as const) {
      const { body } = await sources[who].call("GET", "/Users?count=0");
      expect(body["totalResults"]).toBe(
        people.filter(({ place }) => model.sees(who, place)).length,
      );
      const list = await sources[who].call("GET", "/Organizations?count=200");
      expect(scim.idsOf(list)).toEqual(
        [...model.nodes.keys()].filter((id) => model.sees(who, id)).sort(),
      );
    }
    expect(statuses.size).toBeGreaterThan(15);
    expect(await violations()).toEqual([]);
  });

  it.each([11, 12])(
    "hold together when both change them at once (seed %i)",
    { timeout: 60_000 },
    async (seed) => {
      const random = new Random(seed);
      const { model, sources } = await start();
      for (let round = 0; round < 25; round++) {
        const commands = random.several(4, 8, (i) => model.command(random, round * 10 + i));
        const answers = await Promise.all(
          commands.map((command) => carryOut(sources[command.who], command)),
        );
        for (const [i, { status, body, text }] of answers.entries()) {
          expect([200, 201, 204, 400, 403, 404, 409], text).toContain(status);
          const command = commands[i];
          if (command === undefined || status >= 300) continue;
          const id = scim.textAt(body, "id");
          // What the model makes of it may be wrong; the ids it knows are enough.
          if (command.kind === "create" || command.kind === "hire") model.apply(command, id);
        }
        expect(await violations(), `round ${round}`).toEqual([]);
      }
    },
  );
});
