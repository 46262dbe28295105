/** What the commands for users, groups, organizations and events have in common: lists, and items by id. */
import { z } from "zod";
import { request, requestAll, type Api } from "./api.ts";
import { table, type Call, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { findSource } from "./source-commands.ts";
import { wholeNumber } from "./stop.ts";

export const DIRECTORY = { directory: "DIRECTORY" };
export const LIMIT = { ...DIRECTORY, limit: "NUMBER" };
export const FILTER = { filter: "SCIM-FILTER", ...LIMIT };

/** Reads `--limit` items (100) of a list and shows them as rows. */
export function listing<T>(
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
  return async (call: Call): Promise<Output> => {
    const found = await request(call.api, "GET", await pathOf(call, path), item);
    return { json: found, text: `${JSON.stringify(found, null, 2)}\n` };
  };
}

/** The path of the item that the command names, or of an action on it, in the directory named. */
export async function pathOf(
  { api, positionals: [id = ""], options }: Call,
  path: string,
  { action = "", ...more }: { readonly action?: string; readonly moveUsersTo?: string } = {},
): Promise<string> {
  const query = { ...(await inDirectory(api, options["directory"])), ...more };
  return `${path}/${encodeURIComponent(id)}${action}?${new URLSearchParams(query).toString()}`;
}

/** Deletes the item; what of that kind it was stands in `noun`. */
export function deleting(path: string, noun: string) {
  return async (call: Call): Promise<Output> => {
    await request(call.api, "DELETE", await pathOf(call, path), z.null());
    return gone(call, noun);
  };
}

/** What is done to the item without a word more. */
export function acting<T>(
  path: string,
  action: "enable" | "disable" | "restore",
  item: z.ZodType<T>,
  shown: (item: T) => Output,
) {
  return async (call: Call): Promise<Output> => {
    const at = await pathOf(call, path, { action: `/${action}` });
    return shown(await request(call.api, "POST", at, item));
  };
}

export function gone({ positionals: [id = ""] }: Call, noun: string): Output {
  return { json: { id }, text: `The ${noun} ${id} is deleted, and can be restored for 30 days\n` };
}
