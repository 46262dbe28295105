/** `muster tokens …` and `muster secrets …`: the bearer tokens and the client secrets of a source. */
import { z } from "zod";
import { request } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { findSource } from "./source-commands.ts";
import { wholeNumber } from "./stop.ts";

const credential = z.looseObject({
  id: z.string(),
  hint: z.string(),
  status: z.string(),
  expired: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
  warnings: z.array(z.string()),
});
type Credential = z.infer<typeof credential>;

const created = credential.extend({ secret: z.string() });

interface Noun {
  /** Of the path. */
  readonly collection: "tokens" | "client-secrets";
  readonly label: string;
}

const TOKENS: Noun = { collection: "tokens", label: "Token" };
const SECRETS: Noun = { collection: "client-secrets", label: "Client secret" };

function tableOf(credentials: readonly Credential[]): string {
  const rows = credentials.map((one) => [
    one.id,
    one.hint === "" ? "" : `…${one.hint}`,
    one.expired ? "expired" : one.status,
    one.expiresAt,
    one.lastUsedAt ?? "never",
    one.warnings.map((warning) => warning.replaceAll("_", " ")).join(", "),
  ]);
  return table(["ID", "ENDS IN", "STATUS", "EXPIRES", "LAST USED", "WARNINGS"], rows);
}

async function pathOf({ collection }: Noun, { api, positionals }: Call): Promise<string> {
  const [named = "", one] = positionals;
  const { id } = await findSource(api, named);
  const path = `/data-sources/${id}/${collection}`;
  return one === undefined ? path : `${path}/${encodeURIComponent(one)}`;
}

function shown({ label }: Noun, made: z.infer<typeof created>): Output {
  const { id, secret, expiresAt } = made;
  const indent = " ".repeat(label.length);
  return {
    json: made,
    text: `${label}  ${secret}\n${indent}  shown only now, valid until ${expiresAt} (${id})\n`,
  };
}

function listing(noun: Noun) {
  return async (call: Call): Promise<Output> => {
    const list = z.object({ data: z.array(credential) });
    const { data } = await request(call.api, "GET", await pathOf(noun, call), list);
    return { json: data, text: tableOf(data) };
  };
}

function adding(noun: Noun) {
  return async (call: Call): Promise<Output> => {
    const { days } = call.options;
    const body = days === undefined ? {} : { expiresInDays: wholeNumber(days, "days", 1, 1_096) };
    return shown(noun, await request(call.api, "POST", await pathOf(noun, call), created, body));
  };
}

function rotating(noun: Noun) {
  return async (call: Call): Promise<Output> => {
    const overlapHours = wholeNumber(call.options["overlap"] ?? "24", "overlap", 0, 24);
    const path = `${await pathOf(noun, call)}/rotate`;
    return shown(noun, await request(call.api, "POST", path, created, { overlapHours }));
  };
}

function switching(noun: Noun, action: "enable" | "disable") {
  return async (call: Call): Promise<Output> => {
    const path = `${await pathOf(noun, call)}/${action}`;
    const changed = await request(call.api, "POST", path, credential);
    return { json: changed, text: tableOf([changed]) };
  };
}

function removing(noun: Noun) {
  return async (call: Call): Promise<Output> => {
    await request(call.api, "DELETE", await pathOf(noun, call), z.null());
    const [, id = ""] = call.positionals;
    return { json: { id }, text: `${id} is removed\n` };
  };
}

const SOURCE = ["source"];
const SOURCE_TOKEN = ["source", "token"];
const SOURCE_SECRET = ["source", "secret"];
const DAYS = { days: "DAYS" };
const OVERLAP = { overlap: "HOURS" };

export const credentialCommands: Readonly<Record<string, Command>> = {
  "tokens list": {
    positionals: SOURCE,
    options: {},
    summary: "lists a source's tokens",
    run: listing(TOKENS),
  },
  "tokens add": {
    positionals: SOURCE,
    options: DAYS,
    summary: "makes one more token (a source has at most two)",
    run: adding(TOKENS),
  },
  "tokens enable": {
    positionals: SOURCE_TOKEN,
    options: {},
    summary: "lets it in again",
    run: switching(TOKENS, "enable"),
  },
  "tokens disable": {
    positionals: SOURCE_TOKEN,
    options: {},
    summary: "refuses it from now on",
    run: switching(TOKENS, "disable"),
  },
  "tokens rm": {
    positionals: SOURCE_TOKEN,
    options: {},
    summary: "removes a disabled one",
    run: removing(TOKENS),
  },
  "tokens rotate": {
    positionals: SOURCE_TOKEN,
    options: OVERLAP,
    summary: "makes its successor; the old one works on for 0 to 24 hours (24)",
    run: rotating(TOKENS),
  },
  "secrets list": {
    positionals: SOURCE,
    options: {},
    summary: "lists a source's client secrets",
    run: listing(SECRETS),
  },
  "secrets add": {
    positionals: SOURCE,
    options: DAYS,
    summary: "makes one more client secret (a source has at most two)",
    run: adding(SECRETS),
  },
  "secrets enable": {
    positionals: SOURCE_SECRET,
    options: {},
    summary: "lets its client in again",
    run: switching(SECRETS, "enable"),
  },
  "secrets disable": {
    positionals: SOURCE_SECRET,
    options: {},
    summary: "refuses it and its access tokens from now on",
    run: switching(SECRETS, "disable"),
  },
  "secrets rm": {
    positionals: SOURCE_SECRET,
    options: {},
    summary: "removes a disabled one",
    run: removing(SECRETS),
  },
  "secrets rotate": {
    positionals: SOURCE_SECRET,
    options: OVERLAP,
    summary: "makes its successor; the old one works on for 0 to 24 hours (24)",
    run: rotating(SECRETS),
  },
};
