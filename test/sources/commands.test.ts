/** Random requests to two sources of one directory, some of them in trouble, against a model. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import { claim, newSource } from "../support/client.ts";
import { command, type Real } from "../support/commands.ts";
import { dump, restore, without } from "../support/dump.ts";
import { violations } from "../support/invariants.ts";
import { Model } from "../support/model.ts";
import { keepQuiet } from "../support/quiet.ts";

const SEQUENCES = 200;
const COMMANDS = 8;

keepQuiet();
vi.setConfig({ testTimeout: 120_000 });

/** What both sources show is what the model has, each resource as a line of text. */
async function compareAll(model: Model, { sources }: Real): Promise<void> {
  for (const [owner, { call }] of sources.entries()) {
    const users = model.users.filter((user) => user.owner === owner && user.gone === 0);
    const shownUsers = await call("GET", "/Users?count=200");
    expect(resourcesOf(shownUsers.body).map(userLine).toSorted()).toEqual(
      users
        .map((user) =>
          userLine({ ...attributesOf(user), meta: { version: `W/"${user.version}"` } }),
        )
        .toSorted(),
    );
    const groups = model.groups.filter((group) => group.owner === owner && group.gone === 0);
    const shownGroups = await call("GET", "/Groups?attributes=displayName,members");
    expect(resourcesOf(shownGroups.body).map(groupLine).toSorted()).toEqual(
      groups
        .map(({ id, name: displayName, members }) => {
          return groupLine({ id, displayName, members: [...members].map((value) => ({ value })) });
        })
        .toSorted(),
    );
  }
}

function attributesOf(user: Model["users"][number]): JsonObject {
  const { id, userName, active, externalId = null, displayName = null } = user;
  return { id, userName, active, externalId, displayName };
}

function resourcesOf({ Resources }: JsonObject): JsonObject[] {
  return Array.isArray(Resources) ? Resources.filter(isObject) : [];
}

function userLine({ id, userName, externalId, displayName, active, meta }: JsonObject): string {
  const version = isObject(meta) ? meta["version"] : undefined;
  return JSON.stringify([id, userName, externalId ?? null, displayName ?? null, active, version]);
}

function groupLine({ id, displayName, members }: JsonObject): string {
  const list = Array.isArray(members) ? members.filter(isObject) : [];
  const values = list.map(({ value }) => JSON.stringify(value));
  return JSON.stringify([id, displayName, values.toSorted()]);
}

it(`answers and keeps what the model does, over ${SEQUENCES} sequences of requests`, async () => {
  const admin = await claim();
  const real = { admin, sources: [await newSource(admin, "okta"), await newSource(admin, "okta")] };
  const start = without(await dump(), "epochs");
  await fc.assert(
    fc.asyncProperty(
      fc.commands([command], { maxCommands: COMMANDS, size: "max" }),
      async (commands) => {
        await restore(start);
        const model = new Model();
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await compareAll(model, real);
        expect(await violations()).toEqual([]);
      },
    ),
    { numRuns: SEQUENCES },
  );
});
