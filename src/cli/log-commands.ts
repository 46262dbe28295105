/** `muster why …`, `muster log …`, `muster changes …`, `muster events …`: what happened, and why. */
import { z } from "zod";
import { request, requestAll, type Api } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { LIMIT, listing } from "./listing.ts";
import { findSource } from "./source-commands.ts";
import { EXIT, Stop, wholeNumber } from "./stop.ts";

const historyItem = z.looseObject({ at: z.string(), sentence: z.string(), outcome: z.string() });

const logItem = z.looseObject({
  at: z.string(),
  type: z.string(),
  resourceType: z.string(),
  resourceId: z.string(),
  requestId: z.string(),
  changes: z.record(z.string(), z.array(z.string())),
  refusal: z
    .looseObject({
      operation: z.string(),
      code: z.string(),
      record: z.string(),
      detail: z.string(),
      count: z.number(),
    })
    .optional(),
});

const change = z.looseObject({
  seq: z.number(),
  at: z.string(),
  type: z.string(),
  resourceId: z.string(),
  version: z.number().nullable(),
  attributes: z.array(z.string()),
});

const changePage = z.object({
  data: z.array(change),
  nextCursor: z.string(),
  hasMore: z.boolean(),
});

const event = z.looseObject({
  seq: z.number(),
  at: z.string(),
  type: z.string(),
  sourceId: z.string().nullable(),
  resourceType: z.string(),
  resourceId: z.string(),
  changes: z.json(),
});

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time, or so long ago: `30m`, `24h`, `7d`. Throws Stop. */
export function sinceTime(text: string, now: number): string {
  const [, number, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const length = UNITS[unit];
  const time =
    number === undefined || length === undefined ? Date.parse(text) : now - Number(number) * length;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new Stop(EXIT.usage, "--since must be a time, or as long ago as 30m, 24h or 7d");
}

async function runWhy({ api, positionals: [userName = ""], options }: Call): Promise<Output> {
  const limit = wholeNumber(options["limit"] ?? "100", "limit", 1, 1_000_000);
  const query = { ...(await inDirectory(api, options["directory"])), userName };
  const { data, nextCursor } = await requestAll(api, "/why", historyItem, { query, limit });
  const lines = data.map(({ at, sentence }) => `${at}  ${sentence}\n`);
  return { json: data, text: lines.join("") + more(nextCursor, limit) };
}

async function runLog({ api, options, flags }: Call): Promise<Output> {
  const limit = wholeNumber(options["limit"] ?? "100", "limit", 1, 1_000_000);
  const { source: named, since } = options;
  const failed = flags.has("failed");
  const query = {
    ...(await inDirectory(api, options["directory"])),
    ...(named === undefined ? {} : { source: await idOf(api, named, flags) }),
    ...(since === undefined ? {} : { from: sinceTime(since, Date.now()) }),
    outcome: failed ? "refused" : "done",
  };
  const { data, nextCursor } = await requestAll(api, "/events", logItem, { query, limit });
  const text = failed ? failures(data) : done(data);
  return { json: data, text: text + more(nextCursor, limit) };
}

/** The id; looking at a source's refusals has those written that it remembers. */
async function idOf(api: Api, named: string, flags: Call["flags"]): Promise<string> {
  const { id } = await findSource(api, named);
  if (flags.has("failed"))
    await request(api, "GET", `/data-sources/${id}/refusals?limit=1`, z.unknown());
  return id;
}

type LogItem = z.infer<typeof logItem>;

function done(items: readonly LogItem[]): string {
  const rows = items.map(({ at, type, resourceType, resourceId, changes }) => [
    at,
    type,
    `${resourceType} ${resourceId}`,
    (changes["attributes"] ?? []).join(", "),
  ]);
  return table(["AT", "TYPE", "RESOURCE", "CHANGED"], rows);
}

function failures(items: readonly LogItem[]): string {
  const rows = items.flatMap(({ at, requestId, refusal }) => {
    if (refusal === undefined) return [];
    const { count, operation, record, code, detail } = refusal;
    return [[at, String(count), operation, record, code, detail, requestId]];
  });
  return table(["LAST AT", "TIMES", "OPERATION", "RECORD", "CODE", "DETAIL", "REQUEST"], rows);
}

/** One page after another, up to the limit, or to the end; with the cursor to come back with. */
async function runChanges({ api, options }: Call): Promise<Output> {
  const limit = wholeNumber(options["limit"] ?? "1000", "limit", 1, 1_000_000);
  const { since, cursor: given } = options;
  const directory = await inDirectory(api, options["directory"]);
  const data: z.infer<typeof change>[] = [];
  let cursor = given;
  let hasMore = true;
  while (hasMore && data.length < limit) {
    const query = new URLSearchParams({
      ...directory,
      limit: String(Math.min(limit - data.length, 200)),
      ...(cursor === undefined ? {} : { cursor }),
      ...(cursor !== undefined || since === undefined
        ? {}
        : { since: sinceTime(since, Date.now()) }),
    });
    const next = await request(api, "GET", `/changes?${query.toString()}`, changePage);
    data.push(...next.data);
    cursor = next.nextCursor;
    hasMore = next.hasMore;
  }
  const rows = data.map(({ at, type, resourceId, version, attributes }) => [
    at,
    type,
    resourceId,
    String(version ?? ""),
    attributes.join(", "),
  ]);
  const text = table(["AT", "TYPE", "ID", "VERSION", "CHANGED"], rows);
  return { json: { data, cursor }, text: `${text}Go on with: --cursor ${cursor}\n` };
}

function more(nextCursor: string | null, limit: number): string {
  return nextCursor === null ? "" : `There are more: --limit ${limit * 10}\n`;
}

export const logCommands: Readonly<Record<string, Command>> = {
  why: {
    positionals: ["userName"],
    options: LIMIT,
    summary: "tells all that touched one person, newest first, the deleted included",
    run: runWhy,
  },
  log: {
    positionals: [],
    options: { source: "SOURCE", since: "TIME|24h", ...LIMIT },
    flags: ["failed"],
    summary: "tells what was done, or with --failed what was refused and why",
    run: runLog,
  },
  changes: {
    positionals: [],
    options: { since: "TIME|24h", cursor: "CURSOR", ...LIMIT },
    summary: "follows the change feed from a time or a cursor",
    run: runChanges,
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
