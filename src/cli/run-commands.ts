/** `muster sync`, `muster runs`, `muster held`, `muster sources test`: sources that are pulled. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { request, requestAll, type Api } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { findSource } from "./source-commands.ts";
import { EXIT, Stop, wholeNumber } from "./stop.ts";

const tally = z.record(z.string(), z.number());
const run = z.looseObject({
  id: z.string(),
  dataSourceId: z.string(),
  trigger: z.string(),
  kind: z.string(),
  dryRun: z.boolean(),
  status: z.string(),
  counts: z.record(z.string(), tally),
  progress: z.object({ phase: z.string(), read: z.number(), total: z.number().nullable() }),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  createdAt: z.string(),
});
type Run = z.infer<typeof run>;

const record = z.looseObject({
  resourceType: z.string(),
  externalId: z.string().nullable(),
  name: z.string().nullable(),
  action: z.string(),
  result: z.string(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
});

const hold = z.looseObject({
  id: z.string(),
  reason: z.string(),
  setHash: z.string(),
  count: z.number(),
  runId: z.string().nullable(),
});
const held = z.looseObject({
  resourceType: z.string(),
  resourceId: z.string(),
  action: z.string(),
  name: z.string().nullable(),
  memberName: z.string().nullable(),
});
const holdPage = z.object({ hold: hold.nullable() });

const testResult = z.looseObject({
  ok: z.boolean(),
  steps: z.array(
    z.looseObject({
      step: z.string(),
      ok: z.boolean(),
      count: z.number().nullable(),
      total: z.number().nullable(),
      ms: z.number(),
      code: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
});

async function runTest({ api, positionals: [named = ""] }: Call): Promise<Output> {
  const { id } = await findSource(api, named);
  const result = await request(api, "POST", `/data-sources/${id}/test`, testResult, {});
  const rows = result.steps.map(({ step, ok, count, total, ms, code, detail }) => [
    step,
    ok ? "ok" : "FAILED",
    count === null ? "" : `${count} of ${total ?? "?"}`,
    `${ms} ms`,
    [code, detail].filter((part) => part !== null).join(": "),
  ]);
  const shown = { json: result, text: table(["STEP", "RESULT", "RECORDS", "TIME", "WHY"], rows) };
  return result.ok ? shown : { ...shown, complaint: "The upstream can't be read" };
}

async function runSync({ api, positionals: [named = ""], flags, options }: Call): Promise<Output> {
  const settings = settingsIn(options["settings"]);
  if (settings !== undefined && !flags.has("dry-run")) {
    throw new Stop(EXIT.usage, "--settings goes with --dry-run: they are not kept");
  }
  if (flags.has("full") && flags.has("incremental")) {
    throw new Stop(EXIT.usage, "Give one of --full and --incremental");
  }
  const { id } = await findSource(api, named);
  const body = {
    kind: flags.has("incremental") ? "incremental" : "full",
    dryRun: flags.has("dry-run"),
    settings,
  };
  const started = await request(api, "POST", `/data-sources/${id}/sync`, run, body);
  if (!flags.has("wait")) {
    return { json: started, text: `${started.id} is ${started.status}: muster runs show …\n` };
  }
  const ended = await waitFor(api, started);
  const shown = { json: ended, text: summary(ended) };
  return ended.status === "success" ? shown : { ...shown, complaint: whyNot(ended) };
}

/** What they may be the server says. */
function settingsIn(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  try {
    return z.looseObject({}).parse(JSON.parse(text));
  } catch {
    throw new Stop(EXIT.usage, "--settings is not a JSON object");
  }
}

/** Every second at first; a long run is asked about less often. */
async function waitFor(api: Api, started: Run): Promise<Run> {
  const begun = Date.now();
  let now = started;
  while (now.status === "queued" || now.status === "running") {
    showProgress(now);
    await sleep(Date.now() - begun < 30_000 ? 1_000 : 2_000);
    now = await request(api, "GET", `/sync-runs/${started.id}`, run);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  return now;
}

const BAR_LENGTH = 20;

/** For a person who watches; what is piped stays readable. */
function showProgress({ progress: { phase, read, total } }: Run): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r\u001b[K${phase} ${barOf(read, total)}`);
}

/** Without a total there is no share to show. */
export function barOf(read: number, total: number | null): string {
  if (total === null || total === 0) return String(read);
  const done = Math.round((Math.min(read, total) / total) * BAR_LENGTH);
  return `${"▓".repeat(done)}${"░".repeat(BAR_LENGTH - done)} ${read} / ${total}`;
}

const COLUMNS = "created updated disabled enabled deleted unchanged failed held".split(" ");

function summary(one: Run): string {
  const rows = Object.entries(one.counts).map(([type, counts]) => [
    type,
    String(counts["read"] ?? 0),
    ...COLUMNS.map((name) => String(counts[name] ?? 0)),
  ]);
  const head = `${one.id}  ${one.kind}${one.dryRun ? ", dry" : ""}  ${one.status}\n`;
  return head + table(["", "READ", ...COLUMNS.map((name) => name.toUpperCase())], rows);
}

function whyNot({ status, reason, detail }: Run): string {
  return [`The run is ${status}`, reason, detail].filter((part) => part !== null).join(": ");
}

async function runList({ api, options }: Call): Promise<Output> {
  const limit = wholeNumber(options["limit"] ?? "20", "limit", 1, 1_000_000);
  const { source: named } = options;
  const path =
    named === undefined ? "/sync-runs" : `/data-sources/${(await findSource(api, named)).id}/runs`;
  const query = named === undefined ? await inDirectory(api, options["directory"]) : {};
  const { data } = await requestAll(api, path, run, { query, limit });
  const rows = data.map((one) => [
    one.createdAt,
    one.id,
    one.trigger,
    one.kind + (one.dryRun ? ", dry" : ""),
    one.status,
    one.reason ?? "",
  ]);
  return { json: data, text: table(["AT", "RUN", "BY", "KIND", "STATUS", "REASON"], rows) };
}

async function runShow({ api, positionals: [id = ""], flags, options }: Call): Promise<Output> {
  const limit = wholeNumber(options["limit"] ?? "100", "limit", 1, 1_000_000);
  const one = await request(api, "GET", `/sync-runs/${encodeURIComponent(id)}`, run);
  const query: Record<string, string> = flags.has("failed") ? { result: "failed" } : {};
  const { data } = await requestAll(api, `/sync-runs/${one.id}/records`, record, { query, limit });
  const rows = data.map(({ resourceType, name, externalId, action, result, code, detail }) => [
    resourceType,
    name ?? externalId ?? "",
    action,
    result,
    [code, detail].filter((part) => part !== null).join(": "),
  ]);
  const text = summary(one) + table(["TYPE", "RECORD", "ACTION", "RESULT", "WHY"], rows);
  return { json: { ...one, records: data }, text };
}

/** The run as it was a moment ago: it ends before its next page. */
async function runCancel({ api, positionals: [id = ""] }: Call): Promise<Output> {
  const one = await request(api, "POST", `/sync-runs/${encodeURIComponent(id)}/cancel`, run);
  return {
    json: one,
    text: `${one.id} ends before its next page; what it has done stays
`,
  };
}

/** Decides about the set that is shown, and no other. */
async function runHeld({ api, positionals: [named = ""], flags }: Call): Promise<Output> {
  if (flags.has("approve") && flags.has("reject")) {
    throw new Stop(EXIT.usage, "Give one of --approve and --reject");
  }
  const { id, name } = await findSource(api, named);
  const path = `/data-sources/${id}/hold`;
  const { hold: waiting } = await request(api, "GET", `${path}?limit=1`, holdPage);
  if (waiting === null)
    return { json: { hold: null, data: [] }, text: `Nothing of ${name} waits\n` };
  const { data } = await requestAll(api, path, held);
  const rows = data.map(({ action, resourceType, name, memberName, resourceId }) => [
    action,
    resourceType,
    [name ?? "", memberName].filter((part) => part !== null).join(": "),
    resourceId,
  ]);
  const text = `${waiting.count} wait (${waiting.reason})\n${table(["ACTION", "TYPE", "NAME", "ID"], rows)}`;
  const decision = ["approve", "reject"].find((one) => flags.has(one));
  if (decision === undefined) return { json: { hold: waiting, data }, text };
  await request(api, "POST", `${path}/${decision}`, z.null(), { setHash: waiting.setHash });
  return { json: { hold: waiting, data, decision }, text: `${text}${decision}: done\n` };
}

const SOURCE = ["source"];

export const runCommands: Readonly<Record<string, Command>> = {
  "sources test": {
    positionals: SOURCE,
    options: {},
    summary: "reads a token and a page of each list of the upstream, and keeps nothing",
    run: runTest,
  },
  sync: {
    positionals: SOURCE,
    options: { settings: "JSON" },
    flags: ["full", "incremental", "dry-run", "wait"],
    summary:
      "has a source pulled, whole unless --incremental; --dry-run only says what it would do, with --settings under others than the source has; --wait ends with 1 unless all went well",
    run: runSync,
  },
  "runs show": {
    positionals: ["run"],
    options: { limit: "N" },
    flags: ["failed"],
    summary: "shows a run and what it did record by record",
    run: runShow,
  },
  "runs cancel": {
    positionals: ["run"],
    options: {},
    summary: "ends a run before its next page; what it has done stays",
    run: runCancel,
  },
  runs: {
    positionals: [],
    options: { source: "SOURCE", directory: "DIRECTORY", limit: "N" },
    summary: "lists runs, newest first",
    run: runList,
  },
  held: {
    positionals: SOURCE,
    options: {},
    flags: ["approve", "reject"],
    summary: "shows the removals that wait, and decides about exactly those",
    run: runHeld,
  },
};
