/** `muster orgs …`: the directory's tree. */
import { z } from "zod";
import { request, requestAll } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { acting, DIRECTORY, getting, gone, LIMIT, pathOf } from "./listing.ts";
import { wholeNumber } from "./stop.ts";

const step = z.looseObject({ displayName: z.string() });

const organization = z.looseObject({
  id: z.string(),
  displayName: z.string(),
  code: z.string().nullable(),
  userCount: z.number(),
  /** Of what was searched for; the top first. */
  path: z.array(step).optional(),
});
type Organization = z.infer<typeof organization>;

/** One level of the tree, or wherever the text of `--search` is found. */
async function runList({ api, options }: Call): Promise<Output> {
  const limit = wholeNumber(options["limit"] ?? "100", "limit", 1, 1_000_000);
  const { parent: parentId, search: q } = options;
  const query = {
    ...(await inDirectory(api, options["directory"])),
    ...(parentId === undefined ? {} : { parentId }),
    ...(q === undefined ? {} : { q }),
  };
  const { data, nextCursor } = await requestAll(api, "/organizations", organization, {
    query,
    limit,
  });
  const rows = data.map((one) => [placeOf(one), String(one.userCount), one.code ?? "", one.id]);
  const more = nextCursor === null ? "" : `There are more: --limit ${limit * 10}\n`;
  return { json: data, text: table(["NAME", "USERS", "CODE", "ID"], rows) + more };
}

function placeOf({ displayName, path }: Organization): string {
  return path === undefined ? displayName : path.map((one) => one.displayName).join(" / ");
}

async function runAdd({ api, options }: Call): Promise<Output> {
  const { name: displayName, parent: parentId, code } = options;
  const made = await request(api, "POST", "/organizations", organization, {
    displayName,
    ...(parentId === undefined ? {} : { parentId }),
    ...(code === undefined ? {} : { code }),
    ...(await inDirectory(api, options["directory"])),
  });
  return shown(made);
}

async function runMove(call: Call): Promise<Output> {
  return change(call, { parentId: call.options["to"] });
}

async function runRename(call: Call): Promise<Output> {
  return change(call, { displayName: call.options["name"] });
}

async function change(call: Call, body: Readonly<Record<string, unknown>>): Promise<Output> {
  const path = await pathOf(call, "/organizations");
  return shown(await request(call.api, "PATCH", path, organization, body));
}

async function runDelete(call: Call): Promise<Output> {
  const { "move-users-to": moveUsersTo } = call.options;
  const more = moveUsersTo === undefined ? {} : { moveUsersTo };
  await request(call.api, "DELETE", await pathOf(call, "/organizations", more), z.null());
  return gone(call, "organization");
}

function shown(one: Organization): Output {
  return { json: one, text: `${placeOf(one)}  (${one.id})\n` };
}

export const organizationCommands: Readonly<Record<string, Command>> = {
  "orgs list": {
    positionals: [],
    options: { parent: "ID", search: "TEXT", ...LIMIT },
    summary: "lists the top of the tree, what is below --parent, or what --search finds",
    run: runList,
  },
  "orgs get": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "shows one organization",
    run: getting("/organizations", organization),
  },
  "orgs add": {
    positionals: [],
    options: { name: "NAME", parent: "ID", code: "CODE", ...DIRECTORY },
    required: ["name"],
    summary: "makes an organization that belongs to no source, below the root without --parent",
    run: runAdd,
  },
  "orgs move": {
    positionals: ["id"],
    options: { to: "ID", ...DIRECTORY },
    required: ["to"],
    summary: "moves an organization, with all that is below it, below another",
    run: runMove,
  },
  "orgs rename": {
    positionals: ["id"],
    options: { name: "NAME", ...DIRECTORY },
    required: ["name"],
    summary: "gives an organization another name",
    run: runRename,
  },
  "orgs delete": {
    positionals: ["id"],
    options: { "move-users-to": "ID", ...DIRECTORY },
    summary: "deletes an empty organization, or one whose people move first",
    run: runDelete,
  },
  "orgs restore": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "brings a deleted organization back, below the one that it was in",
    run: acting("/organizations", "restore", organization, shown),
  },
};
