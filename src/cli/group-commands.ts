/** `muster groups …`: groups and who is in them. */
import { z } from "zod";
import { request, requestAll, type Api } from "./api.ts";
import { idsIn, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { acting, deleting, DIRECTORY, FILTER, getting, listing, pathOf } from "./listing.ts";

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

async function runAdd({ api, options }: Call): Promise<Output> {
  const { name: displayName, members } = options;
  const made = await request(api, "POST", "/groups", directoryGroup, {
    displayName,
    ...(members === undefined ? {} : { members: idsIn(members) }),
    ...(await inDirectory(api, options["directory"])),
  });
  return shown(made);
}

/** Lists them, unless it is told who comes and who goes. */
async function runMembers(call: Call): Promise<Output> {
  const {
    api,
    positionals: [id = ""],
    options,
  } = call;
  const { add, remove } = options;
  if (add === undefined && remove === undefined) {
    const query = await inDirectory(api, options["directory"]);
    const ids = await memberIds(api, encodeURIComponent(id), query);
    return { json: ids, text: ids.map((one) => `${one}\n`).join("") };
  }
  const path = await pathOf(call, "/groups", { action: "/members" });
  const body = { add: idsIn(add ?? ""), remove: idsIn(remove ?? "") };
  return shown(await request(api, "POST", path, directoryGroup, body));
}

function shown(group: DirectoryGroup): Output {
  const { displayName, memberCount, id } = group;
  return { json: group, text: `${displayName}  members: ${memberCount} (${id})\n` };
}

export const groupCommands: Readonly<Record<string, Command>> = {
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
  "groups add": {
    positionals: [],
    options: { name: "NAME", members: "ID,…", ...DIRECTORY },
    required: ["name"],
    summary: "makes a group that belongs to no source",
    run: runAdd,
  },
  "groups members": {
    positionals: ["id"],
    options: { add: "ID,…", remove: "ID,…", ...DIRECTORY },
    summary: "lists the ids of a group's members, or changes who is in it",
    run: runMembers,
  },
  "groups delete": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "deletes a group",
    run: deleting("/groups", "group"),
  },
  "groups restore": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "brings a deleted group back, without members",
    run: acting("/groups", "restore", directoryGroup, shown),
  },
};
