/** `muster sources …` */
import { z } from "zod";
import { PROFILE_NAMES } from "../scim/profile.ts";
import { request, requestAll, type Api } from "./api.ts";
import { addPulled, PULL_FLAGS, PULL_OPTIONS } from "./pull-source.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { EXIT, Stop } from "./stop.ts";

const source = z.looseObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  mode: z.string(),
  profile: z.string(),
  status: z.string(),
  /** Null where it is pulled. */
  scimBaseUrl: z.string().nullable(),
});
export type SourceAnswer = z.infer<typeof source>;

const shownSecret = z.object({ id: z.string(), secret: z.string(), expiresAt: z.string() });

const createdSource = source.extend({
  scimBaseUrl: z.string(),
  clientId: z.string(),
  tokenUrl: z.string(),
  userUrl: z.string(),
  orgUrl: z.string(),
  token: shownSecret,
  clientSecret: shownSecret,
});

/** The sources of the default directory, or of the one named. */
export async function allSources(api: Api, named?: string): Promise<SourceAnswer[]> {
  const query = await inDirectory(api, named);
  return (await requestAll(api, "/data-sources", source, { query })).data;
}

/** The source with this id, or with this key or name in the default directory. Throws Stop. */
export async function findSource(api: Api, named: string): Promise<SourceAnswer> {
  if (/^ds_[0-9a-z]{34}$/.test(named)) {
    return request(api, "GET", `/data-sources/${named}`, source);
  }
  const sources = await allSources(api);
  const found =
    sources.find(({ id, key }) => id === named || key === named) ??
    sources.find(({ name }) => name === named);
  if (found === undefined) throw new Stop(EXIT.refused, `not_found: no data source "${named}"`);
  return found;
}

/** Creates a push source and its first token; its API is open unless `apiOpen` says otherwise. */
export async function addSource(
  api: Api,
  body: {
    name: string;
    profile: string;
    mode: string;
    kind?: string;
    description?: string;
    directoryId?: string;
    apiOpen?: boolean;
  },
): Promise<z.infer<typeof createdSource>> {
  return request(api, "POST", "/data-sources", createdSource, {
    apiOpen: true,
    confirm: true,
    ...body,
  });
}

async function runAdd(call: Call): Promise<Output> {
  const { api, options, flags } = call;
  const { name = "", profile = "", mode = "push", kind, description } = options;
  if (mode === "pull") return addPulled(call, await inDirectory(api, options["directory"]));
  if (profile === "") throw new Stop(EXIT.usage, "--profile is missing");
  const created = await addSource(api, {
    name,
    profile,
    mode,
    ...(kind === undefined ? {} : { kind }),
    ...(description === undefined ? {} : { description }),
    ...(await inDirectory(api, options["directory"])),
    ...(flags.has("closed") ? { apiOpen: false } : {}),
  });
  const { id, scimBaseUrl, clientId, tokenUrl, userUrl, orgUrl, token, clientSecret } = created;
  return {
    json: {
      id,
      scimBaseUrl,
      token: token.secret,
      clientId,
      clientSecret: clientSecret.secret,
      tokenUrl,
      userUrl,
      orgUrl,
    },
    text: [
      `Data source    ${created.name} (${id})`,
      `Base URL       ${scimBaseUrl}`,
      `Token          ${token.secret}`,
      `               shown only now, valid until ${token.expiresAt}`,
      "Or, for a client that gets access tokens:",
      `Token URL      ${tokenUrl}`,
      `User URL       ${userUrl}`,
      `Org URL        ${orgUrl}`,
      `Client ID      ${clientId}`,
      `Client secret  ${clientSecret.secret}`,
      `               shown only now, valid until ${clientSecret.expiresAt}`,
      ...(flags.has("closed") ? ["API            closed: muster permissions … --open --all"] : []),
      "",
    ].join("\n"),
  };
}

async function runList({ api, options }: Call): Promise<Output> {
  const sources = await allSources(api, options["directory"]);
  const rows = sources.map((one) => [one.name, one.mode, one.profile, one.status, one.id]);
  return { json: sources, text: table(["NAME", "MODE", "PROFILE", "STATUS", "ID"], rows) };
}

/** POST …/enable or …/disable. */
function switching(action: "enable" | "disable") {
  return async ({ api, positionals: [named = ""] }: Call): Promise<Output> => {
    const { id } = await findSource(api, named);
    const changed = await request(api, "POST", `/data-sources/${id}/${action}`, source);
    return { json: changed, text: `${changed.name} is ${changed.status}\n` };
  };
}

async function runRemove({ api, positionals: [named = ""] }: Call): Promise<Output> {
  const { id, name } = await findSource(api, named);
  const query = new URLSearchParams({ confirm: name });
  await request(api, "DELETE", `/data-sources/${id}?${query.toString()}`, z.null());
  return { json: { id }, text: `${name} is removed; its people are kept\n` };
}

const SOURCE = ["source"];

export const sourceCommands: Readonly<Record<string, Command>> = {
  "sources add": {
    positionals: [],
    options: {
      name: "NAME",
      profile: PROFILE_NAMES.join("|"),
      mode: "push|pull",
      kind: "standard|custom",
      description: "TEXT",
      directory: "DIRECTORY",
      ...PULL_OPTIONS,
    },
    flags: ["closed", ...PULL_FLAGS],
    required: ["name"],
    summary:
      "adds a data source: one that is pushed to with its API open for all permissions unless --closed, and prints its URLs, its first token and its client secret; or one that is pulled, whose secret is MUSTER_UPSTREAM_SECRET, or asked for",
    run: runAdd,
  },
  "sources list": {
    positionals: [],
    options: { directory: "DIRECTORY" },
    summary: "lists them",
    run: runList,
  },
  "sources enable": {
    positionals: SOURCE,
    options: {},
    summary: "lets it in again",
    run: switching("enable"),
  },
  "sources disable": {
    positionals: SOURCE,
    options: {},
    summary: "refuses its requests from now on",
    run: switching("disable"),
  },
  "sources rm": {
    positionals: SOURCE,
    options: {},
    summary: "removes a disabled one; its people are kept",
    run: runRemove,
  },
};
