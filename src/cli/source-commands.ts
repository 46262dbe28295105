/** `muster sources …` and `muster tokens …` */
import { z } from "zod";
import { PROFILE_NAMES } from "../scim/profile.ts";
import { request, requestAll, type Api } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { EXIT, Stop, wholeNumber } from "./stop.ts";

const source = z.looseObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  mode: z.string(),
  profile: z.string(),
  status: z.string(),
  scimBaseUrl: z.string(),
});
export type SourceAnswer = z.infer<typeof source>;

const createdSource = source.extend({
  token: z.object({ id: z.string(), secret: z.string(), expiresAt: z.string() }),
});

const token = z.looseObject({
  id: z.string(),
  hint: z.string(),
  status: z.string(),
  expired: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
type TokenAnswer = z.infer<typeof token>;

const createdToken = token.extend({ secret: z.string() });

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

async function runAdd({ api, options, flags }: Call): Promise<Output> {
  const { name = "", profile = "", mode = "push", kind, description } = options;
  const created = await addSource(api, {
    name,
    profile,
    mode,
    ...(kind === undefined ? {} : { kind }),
    ...(description === undefined ? {} : { description }),
    ...(await inDirectory(api, options["directory"])),
    ...(flags.has("closed") ? { apiOpen: false } : {}),
  });
  const { id, scimBaseUrl, token: first } = created;
  return {
    json: { id, scimBaseUrl, token: first.secret },
    text: [
      `Data source  ${created.name} (${id})`,
      `Base URL     ${scimBaseUrl}`,
      `Token        ${first.secret}`,
      `             shown only now, valid until ${first.expiresAt}`,
      ...(flags.has("closed") ? ["API          closed: muster permissions … --open --all"] : []),
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

function describeToken({ id, hint, status, expired, expiresAt, lastUsedAt }: TokenAnswer) {
  return [id, `…${hint}`, expired ? "expired" : status, expiresAt, lastUsedAt ?? "never"];
}

function tokensTable(tokens: readonly TokenAnswer[]): string {
  return table(["ID", "ENDS IN", "STATUS", "EXPIRES", "LAST USED"], tokens.map(describeToken));
}

async function runTokens({ api, positionals: [named = ""] }: Call): Promise<Output> {
  const { id } = await findSource(api, named);
  const { data } = await request(
    api,
    "GET",
    `/data-sources/${id}/tokens`,
    z.object({ data: z.array(token) }),
  );
  return { json: data, text: tokensTable(data) };
}

function newToken(created: z.infer<typeof createdToken>): Output {
  const { id, secret, expiresAt } = created;
  return {
    json: created,
    text: `Token  ${secret}\n       shown only now, valid until ${expiresAt} (${id})\n`,
  };
}

async function runAddToken({ api, positionals: [named = ""], options }: Call): Promise<Output> {
  const { id } = await findSource(api, named);
  const body =
    options["days"] === undefined
      ? {}
      : { expiresInDays: wholeNumber(options["days"], "days", 1, 1_096) };
  return newToken(await request(api, "POST", `/data-sources/${id}/tokens`, createdToken, body));
}

async function runRotate(call: Call): Promise<Output> {
  const [named = "", tokenId = ""] = call.positionals;
  const { id } = await findSource(call.api, named);
  const overlapHours = wholeNumber(call.options["overlap"] ?? "24", "overlap", 0, 24);
  const path = `/data-sources/${id}/tokens/${encodeURIComponent(tokenId)}/rotate`;
  return newToken(await request(call.api, "POST", path, createdToken, { overlapHours }));
}

function switchingToken(action: "enable" | "disable") {
  return async ({ api, positionals: [named = "", tokenId = ""] }: Call): Promise<Output> => {
    const { id } = await findSource(api, named);
    const path = `/data-sources/${id}/tokens/${encodeURIComponent(tokenId)}/${action}`;
    const changed = await request(api, "POST", path, token);
    return { json: changed, text: tokensTable([changed]) };
  };
}

async function runRemoveToken({ api, positionals }: Call): Promise<Output> {
  const [named = "", tokenId = ""] = positionals;
  const { id } = await findSource(api, named);
  const path = `/data-sources/${id}/tokens/${encodeURIComponent(tokenId)}`;
  await request(api, "DELETE", path, z.null());
  return { json: { id: tokenId }, text: `${tokenId} is removed\n` };
}

const SOURCE = ["source"];
const SOURCE_TOKEN = ["source", "token"];

export const sourceCommands: Readonly<Record<string, Command>> = {
  "sources add": {
    positionals: [],
    options: {
      name: "NAME",
      profile: PROFILE_NAMES.join("|"),
      mode: "push",
      kind: "standard|custom",
      description: "TEXT",
      directory: "DIRECTORY",
    },
    flags: ["closed"],
    required: ["name", "profile"],
    summary:
      "adds a data source, with its API open for all permissions unless --closed, and prints its base URL and its first token",
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
  "tokens list": {
    positionals: SOURCE,
    options: {},
    summary: "lists a source's tokens",
    run: runTokens,
  },
  "tokens add": {
    positionals: SOURCE,
    options: { days: "DAYS" },
    summary: "makes one more token (a source has at most two)",
    run: runAddToken,
  },
  "tokens enable": {
    positionals: SOURCE_TOKEN,
    options: {},
    summary: "lets it in again",
    run: switchingToken("enable"),
  },
  "tokens disable": {
    positionals: SOURCE_TOKEN,
    options: {},
    summary: "refuses it from now on",
    run: switchingToken("disable"),
  },
  "tokens rm": {
    positionals: SOURCE_TOKEN,
    options: {},
    summary: "removes a disabled one",
    run: runRemoveToken,
  },
  "tokens rotate": {
    positionals: SOURCE_TOKEN,
    options: { overlap: "HOURS" },
    summary: "makes its successor; the old one works on for 0 to 24 hours (24)",
    run: runRotate,
  },
};
