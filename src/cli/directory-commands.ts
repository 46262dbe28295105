/** `muster users …`, `muster groups …`, `muster events …`: what the directory holds. */
import { z } from "zod";
import { request, requestAll, type Api } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { findSource } from "./source-commands.ts";
import { wholeNumber } from "./stop.ts";

export const directoryUser = z.looseObject({
  id: z.string(),
  sourceId: z.string().nullable(),
  active: z.boolean(),
  userName: z.string(),
  attributes: z.record(z.string(), z.json()),
  version: z.number(),
  updatedAt: z.string(),
});
export type DirectoryUser = z.infer<typeof directoryUser>;

export const directoryGroup = z.looseObject({
  id: z.string(),
  sourceId: z.string().nullable(),
  displayName: z.string(),
  memberCount: z.number(),
  attributes: z.record(z.string(), z.json()),
  version: z.number(),
  updatedAt: z.string(),
});
export type DirectoryGroup = z.infer<typeof directoryGroup>;

const event = z.looseObject({
  seq: z.number(),
  at: z.string(),
  type: z.string(),
  sourceId: z.string().nullable(),
  resourceType: z.string(),
  resourceId: z.string(),
  changes: z.json(),
});

const member = z.looseObject({ id: z.string() });

/** The ids of a group's members. */
export async function memberIds(
  api: Api,
  groupId: string,
  query: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { data } = await requestAll(api, `/groups/${groupId}/members`, member, { query });
  return data.map(({ id }) => id);
}

/** Reads `--limit` items (100) of a list and shows them as rows. */
function listing<T>(
  path: string,
  item: z.ZodType<T>,
  headings: readonly string[],
  row: (item: T) => string[],
) {
  return async ({ api, options }: Call): Promise<Output> => {
    const limit = wholeNumber(options["limit"] ?? "100", "limit", 1, 1_000_000);
    const query = await queryOf(api, options);
    const { data, nextCursor } = await requestAll(api, path, item, { query, limit });
    const more = nextCursor === null ? "" : `There are more: --limit ${limit * 10}\n`;
    return { json: data, text: table(headings, data.map(row)) + more };
  };
}

/** Options that go into the query as they are. */
const PLAIN = ["filter", "resource", "type", "action", "actor", "from", "to"];

async function queryOf(api: Api, options: Call["options"]): Promise<Record<string, string>> {
  const { directory, source: named } = options;
  const plain = PLAIN.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(plain),
    ...(await inDirectory(api, directory)),
    ...(named === undefined ? {} : { source: (await findSource(api, named)).id }),
  };
}

/** Shows one item whole. */
export function getting(path: string, item: z.ZodType) {
  return async ({ api, positionals: [id = ""], options }: Call): Promise<Output> => {
    const query = new URLSearchParams(await inDirectory(api, options["directory"])).toString();
    const one = `${path}/${encodeURIComponent(id)}?${query}`;
    const found = await request(api, "GET", one, item);
    return { json: found, text: `${JSON.stringify(found, null, 2)}\n` };
  };
}

async function runMembers({ api, positionals: [id = ""], options }: Call): Promise<Output> {
  const query = await inDirectory(api, options["directory"]);
  const ids = await memberIds(api, encodeURIComponent(id), query);
  return { json: ids, text: ids.map((one) => `${one}\n`).join("") };
}

const DIRECTORY = { directory: "DIRECTORY" };
const LIMIT = { ...DIRECTORY, limit: "NUMBER" };
const FILTER = { filter: "SCIM-FILTER", ...LIMIT };

export const directoryCommands: Readonly<Record<string, Command>> = {
  "users list": {
    positionals: [],
    options: FILTER,
    summary: "lists people, e.g. --filter 'userName sw \"a\"'",
    run: listing("/users", directoryUser, ["USER NAME", "ACTIVE", "ID"], (user) => [
      user.userName,
      user.active ? "yes" : "no",
      user.id,
    ]),
  },
  "users get": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "shows one person",
    run: getting("/users", directoryUser),
  },
  "groups list": {
    positionals: [],
    options: FILTER,
    summary: "lists groups",
    run: listing("/groups", directoryGroup, ["NAME", "MEMBERS", "ID"], (group) => [
      group.displayName,
      String(group.memberCount),
      group.id,
    ]),
  },
  "groups get": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "shows one group",
    run: getting("/groups", directoryGroup),
  },
  "groups members": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "lists the ids of a group's members",
    run: runMembers,
  },
  "events list": {
    positionals: [],
    options: {
      source: "SOURCE",
      resource: "ID",
      type: "user.created|…",
      action: "created|…",
      actor: "TOKEN-OR-KEY-ID",
      from: "TIME",
      to: "TIME",
      ...LIMIT,
    },
    summary: "lists what happened, newest first",
    run: listing("/events", event, ["AT", "TYPE", "RESOURCE", "CHANGES"], (one) => [
      one.at,
      one.type,
      `${one.resourceType} ${one.resourceId}`,
      JSON.stringify(one.changes),
    ]),
  },
};
