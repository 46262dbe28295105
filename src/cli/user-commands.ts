/** `muster users …`: people, looked at and tended by hand. */
import { z } from "zod";
import { request } from "./api.ts";
import type { Call, Command, Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { acting, deleting, DIRECTORY, FILTER, getting, listing, pathOf } from "./listing.ts";

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

const placedUser = directoryUser.extend({ organizationId: z.string() });

async function runAdd({ api, options }: Call): Promise<Output> {
  const { "user-name": userName, name, email, organization } = options;
  const attributes = {
    ...(name === undefined ? {} : { displayName: name }),
    ...(email === undefined ? {} : { emails: [{ value: email, type: "work", primary: true }] }),
  };
  const made = await request(api, "POST", "/users", placedUser, {
    userName,
    attributes,
    ...(organization === undefined ? {} : { organizationId: organization }),
    ...(await inDirectory(api, options["directory"])),
  });
  return shown(made);
}

async function runMove(call: Call): Promise<Output> {
  const path = await pathOf(call, "/users");
  const body = { organizationId: call.options["to"] };
  return shown(await request(call.api, "PATCH", path, placedUser, body));
}

function shown(user: z.infer<typeof placedUser>): Output {
  const { userName, active, organizationId, id } = user;
  const state = active ? "enabled" : "disabled";
  return { json: user, text: `${userName}  ${state}, in ${organizationId} (${id})\n` };
}

export const userCommands: Readonly<Record<string, Command>> = {
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
  "users add": {
    positionals: [],
    options: {
      "user-name": "NAME",
      name: "DISPLAY-NAME",
      email: "ADDRESS",
      organization: "ID",
      ...DIRECTORY,
    },
    required: ["user-name"],
    summary: "makes a person who belongs to no source, in the root unless told otherwise",
    run: runAdd,
  },
  "users move": {
    positionals: ["id"],
    options: { to: "ID", ...DIRECTORY },
    required: ["to"],
    summary: "puts a person into another organization",
    run: runMove,
  },
  "users enable": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "switches a person on",
    run: acting("/users", "enable", placedUser, shown),
  },
  "users disable": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "switches a person off",
    run: acting("/users", "disable", placedUser, shown),
  },
  "users delete": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "deletes a person, whose names are free at once",
    run: deleting("/users", "user"),
  },
  "users restore": {
    positionals: ["id"],
    options: DIRECTORY,
    summary: "brings a deleted person back, without groups and password",
    run: acting("/users", "restore", placedUser, shown),
  },
};
