/** `muster orgs …`: the directory's tree. */
import { z } from "zod";
import { requestAll } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { getting } from "./directory-commands.ts";
import { inDirectory } from "./key-commands.ts";
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

export const organizationCommands: Readonly<Record<string, Command>> = {
  "orgs list": {
    positionals: [],
    options: { parent: "ID", search: "TEXT", directory: "DIRECTORY", limit: "NUMBER" },
    summary: "lists the top of the tree, what is below --parent, or what --search finds",
    run: runList,
  },
  "orgs get": {
    positionals: ["id"],
    options: { directory: "DIRECTORY" },
    summary: "shows one organization",
    run: getting("/organizations", organization),
  },
};
