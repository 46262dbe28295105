/** `muster keys …`, `muster applications …` and `muster directories …` */
import { z } from "zod";
import { request, requestAll, type Api } from "./api.ts";
import { idsIn, table, type Call, type Command, type Output } from "./command.ts";
import { EXIT, Stop } from "./stop.ts";

const key = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  hint: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});

const directory = z.looseObject({ id: z.string(), name: z.string(), shard: z.string() });

async function runKeys({ api }: Call): Promise<Output> {
  const { data } = await requestAll(api, "/admin-keys", key);
  const rows = data.map((one) => [
    one.name,
    one.role,
    one.hint === "" ? "" : `…${one.hint}`,
    one.createdAt,
    one.lastUsedAt ?? "never",
    one.revokedAt === null ? "works" : "revoked",
    one.id,
  ]);
  const headings = ["NAME", "ROLE", "ENDS IN", "CREATED", "LAST USED", "STATUS", "ID"];
  return { json: data, text: table(headings, rows) };
}

async function runAddKey({ api, options: { name, role } }: Call): Promise<Output> {
  const created = key.extend({ secret: z.string() });
  const made = await request(api, "POST", "/admin-keys", created, { name, role });
  const text = `Admin key  ${made.secret}\n           shown only now (${made.id}, ${made.role})\n`;
  return { json: made, text };
}

async function runRevoke({ api, positionals: [id = ""] }: Call): Promise<Output> {
  await request(api, "DELETE", `/admin-keys/${encodeURIComponent(id)}`, z.null());
  return { json: { id }, text: `${id} is revoked, and its sessions are over\n` };
}

const application = z.looseObject({
  id: z.string(),
  name: z.string(),
  access: z.string(),
  hint: z.string(),
  organizationIds: z.array(z.string()),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});

async function runApplications({ api, options }: Call): Promise<Output> {
  const query = await inDirectory(api, options["directory"]);
  const { data } = await requestAll(api, "/application-keys", application, { query });
  const rows = data.map((one) => [
    one.name,
    one.access,
    `…${one.hint}`,
    one.lastUsedAt ?? "never",
    one.revokedAt === null ? "works" : "revoked",
    one.id,
  ]);
  const headings = ["NAME", "ACCESS", "ENDS IN", "LAST USED", "STATUS", "ID"];
  return { json: data, text: table(headings, rows) };
}

async function runAddApplication({ api, options }: Call): Promise<Output> {
  const { name, access, scope = "", groups } = options;
  const created = application.extend({ secret: z.string() });
  const made = await request(api, "POST", "/application-keys", created, {
    name,
    organizationIds: idsIn(scope),
    ...(groups === undefined ? {} : { groupIds: idsIn(groups) }),
    ...(access === undefined ? {} : { access }),
    ...(await inDirectory(api, options["directory"])),
  });
  const text = `Application key  ${made.secret}\n                 shown only now (${made.id}, ${made.access})\n`;
  return { json: made, text };
}

async function runRevokeApplication({ api, positionals: [id = ""] }: Call): Promise<Output> {
  await request(api, "DELETE", `/application-keys/${encodeURIComponent(id)}`, z.null());
  return { json: { id }, text: `${id} is revoked\n` };
}

async function runDirectories({ api }: Call): Promise<Output> {
  const { data } = await requestAll(api, "/directories", directory);
  const rows = data.map(({ name, shard, id }) => [name, shard, id]);
  return { json: data, text: table(["NAME", "SHARD", "ID"], rows) };
}

async function runAddDirectory({ api, options: { name, shard } }: Call): Promise<Output> {
  const body = { name, ...(shard === undefined ? {} : { shard }) };
  const made = await request(api, "POST", "/directories", directory, body);
  return { json: made, text: `Directory  ${made.name} (${made.id}) in shard ${made.shard}\n` };
}

/** What to add to a query for `--directory`, which is an id or a name. Throws Stop for an unknown one. */
export async function inDirectory(
  api: Api,
  named: string | undefined,
): Promise<{ directoryId?: string }> {
  if (named === undefined) return {};
  const { data } = await requestAll(api, "/directories", directory);
  const found = data.find(({ id }) => id === named) ?? data.find(({ name }) => name === named);
  if (found === undefined) throw new Stop(EXIT.refused, `not_found: no directory "${named}"`);
  return { directoryId: found.id };
}

export const keyCommands: Readonly<Record<string, Command>> = {
  "keys list": { positionals: [], options: {}, summary: "lists admin keys", run: runKeys },
  "keys add": {
    positionals: [],
    options: { name: "NAME", role: "viewer|operator|owner" },
    required: ["name", "role"],
    summary: "makes an admin key and prints it, once",
    run: runAddKey,
  },
  "keys revoke": {
    positionals: ["id"],
    options: {},
    summary: "ends a key and its sessions at once",
    run: runRevoke,
  },
  "applications list": {
    positionals: [],
    options: { directory: "DIRECTORY" },
    summary: "lists the keys of applications",
    run: runApplications,
  },
  "applications add": {
    positionals: [],
    options: {
      name: "NAME",
      scope: "ID,…",
      groups: "ID,…",
      access: "read|write",
      directory: "DIRECTORY",
    },
    required: ["name", "scope"],
    summary:
      "makes a key for an application and prints it, once; the scope is organizations, and groups to read",
    run: runAddApplication,
  },
  "applications revoke": {
    positionals: ["id"],
    options: {},
    summary: "ends it at once",
    run: runRevokeApplication,
  },
  "directories list": {
    positionals: [],
    options: {},
    summary: "lists directories",
    run: runDirectories,
  },
  "directories add": {
    positionals: [],
    options: { name: "NAME", shard: "00" },
    required: ["name"],
    summary: "makes a directory, in the shard of that code",
    run: runAddDirectory,
  },
};
