/** `muster doctor`: what stands in the way of serving, or soon will, each with what mends it. */
import { z } from "zod";
import { getReadiness, request, requestAll, type Api } from "./api.ts";
import type { Call, Command, Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { sinceTime } from "./log-commands.ts";

interface Finding {
  /** `warn` is to be known, `fail` to be mended. */
  readonly level: "ok" | "warn" | "fail";
  readonly name: string;
  readonly detail: string;
  readonly fix?: string | undefined;
}

/** Since then Node runs TypeScript as it is. */
const NODE_LEAST = [22, 18] as const;

const source = z.looseObject({
  id: z.string(),
  name: z.string(),
  mode: z.string(),
  status: z.string(),
  apiOpen: z.boolean(),
  provisioning: z.boolean(),
  upstream: z
    .looseObject({
      schedule: z.looseObject({ kind: z.string() }),
      nextRunAt: z.string().nullable(),
    })
    .nullable(),
});
type Source = z.infer<typeof source>;

const scope = z.looseObject({ organizationIds: z.array(z.string()) });

const credentials = z.object({
  data: z.array(
    z.looseObject({ id: z.string(), expiresAt: z.string(), warnings: z.array(z.string()) }),
  ),
});

const refusal = z.looseObject({ code: z.string(), count: z.number(), fix: z.string().nullable() });

const runs = z.object({
  data: z.array(
    z.looseObject({
      id: z.string(),
      dryRun: z.boolean(),
      status: z.string(),
      reason: z.string().nullable(),
    }),
  ),
});

const holdPage = z.object({ hold: z.looseObject({ count: z.number() }).nullable() });

/** Among so many there is one that was more than tried. */
const RUNS = 20;
/** Some ticks of the cron, so that one that is late is no complaint. */
const LATE_MS = 10 * 60_000;

const MUSTER = "npm run muster --";

/** So many kinds of refusals of a source are looked at. */
const REFUSALS = 1_000;

async function runDoctor({ api, options }: Call): Promise<Output> {
  const query = await inDirectory(api, options["directory"]);
  const readiness = await getReadiness(api);
  const { data: sources } = await requestAll(api, "/data-sources", source, { query });
  const each: Finding[] = [];
  // One after the other: an instance in trouble is not to be pressed.
  for (const one of sources) each.push(...(await findingsOf(api, one)));
  const findings = [
    nodeFinding(process.versions.node),
    passed("instance", `${api.url} answers`),
    ...readiness.checks.map(({ ok, ...check }) => ({ ...check, level: levelOf(ok) })),
    ...each,
  ];
  const failed = findings.filter(({ level }) => level === "fail").length;
  const complaint = failed === 0 ? undefined : `${failed} of it has to be mended`;
  return { json: findings, text: findings.map(toLine).join(""), complaint };
}

function levelOf(ok: boolean): Finding["level"] {
  return ok ? "ok" : "fail";
}

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [least, leastMinor] = NODE_LEAST;
  const isNew = major > least || (major === least && minor >= leastMinor);
  const name = "node";
  if (isNew) return passed(name, `Node ${version}`);
  const detail = `Node ${version} is older than ${NODE_LEAST.join(".")}`;
  return { level: "fail", name, detail, fix: "npm ci" };
}

async function findingsOf(api: Api, one: Source): Promise<Finding[]> {
  const found = [
    ...stateOf(one),
    ...(await scopeOf(api, one)),
    ...(await (one.mode === "pull" ? pullOf : credentialsOfBoth)(api, one)),
    ...(await holdOf(api, one)),
    ...(await refusalsOf(api, one)),
  ];
  return found.length === 0 ? [passed(nameOf(one), "Nothing to tell")] : found;
}

function stateOf(one: Source): Finding[] {
  const { id, mode, status, apiOpen, provisioning } = one;
  const name = nameOf(one);
  const states: readonly (readonly [boolean, string, string | undefined])[] = [
    [status !== "enabled", `It is ${status}`, `${MUSTER} sources enable ${id}`],
    // Nothing is pushed to a source that is pulled: there is nothing to open.
    [mode === "push" && !apiOpen, "Its API is closed", `${MUSTER} permissions ${id} --open`],
    [!provisioning, "Its provisioning is off: nothing is written", undefined],
  ];
  return states.flatMap(([isSo, detail, fix]) =>
    isSo ? [{ level: "warn", name, detail, fix } as const] : [],
  );
}

async function scopeOf(api: Api, one: Source): Promise<Finding[]> {
  const { organizationIds } = await request(api, "GET", `/data-sources/${one.id}/scope`, scope);
  if (organizationIds.length > 0) return [];
  const fix = `${MUSTER} scope ${one.id} --organizations ID,…`;
  const detail = "Its scope has no organization: nobody is created";
  return [{ level: "warn", name: nameOf(one), detail, fix }];
}

async function pullOf(api: Api, one: Source): Promise<Finding[]> {
  return [...scheduleOf(one, Date.now()), ...(await lastRunOf(api, one))];
}

/** A source that isn't enabled has no schedule that could stand still. */
function scheduleOf({ status, upstream, ...one }: Source, now: number): Finding[] {
  if (status !== "enabled" || upstream === null || upstream.schedule.kind === "manual") return [];
  const { nextRunAt } = upstream;
  if (nextRunAt !== null && Date.parse(nextRunAt) > now - LATE_MS) return [];
  const since = nextRunAt === null ? "nothing is due" : `a run was due at ${nextRunAt}`;
  const name = nameOf(one);
  const fix = `${MUSTER} sync ${one.id} --wait`;
  return [{ level: "fail", name, detail: `Its schedule stands still: ${since}`, fix }];
}

const TOLD = ["failed", "partial", "cancelled"];

/** What is held is told of the hold, which later runs leave. */
async function lastRunOf(api: Api, one: Source): Promise<Finding[]> {
  const { data } = await request(api, "GET", `/data-sources/${one.id}/runs?limit=${RUNS}`, runs);
  const last = data.find(({ dryRun, status }) => !dryRun && !/^(queued|running)$/.test(status));
  const name = nameOf(one);
  if (data.length === 0) {
    const fix = `${MUSTER} sync ${one.id} --wait`;
    return [{ level: "warn", name, detail: "It was never pulled", fix }];
  }
  if (last === undefined || !TOLD.includes(last.status)) return [];
  const level = last.status === "failed" ? "fail" : "warn";
  const why = last.reason === null ? "" : ` (${last.reason})`;
  const fix = `${MUSTER} runs show ${last.id} --failed`;
  return [{ level, name, detail: `Its last run ended ${last.status}${why}`, fix }];
}

async function holdOf(api: Api, one: Source): Promise<Finding[]> {
  const { hold } = await request(api, "GET", `/data-sources/${one.id}/hold?limit=1`, holdPage);
  if (hold === null) return [];
  const detail = `${hold.count} removals are held until somebody decides`;
  return [{ level: "warn", name: nameOf(one), detail, fix: `${MUSTER} held ${one.id}` }];
}

async function credentialsOfBoth(api: Api, one: Source): Promise<Finding[]> {
  return [
    ...(await credentialsOf(api, one, "tokens")),
    ...(await credentialsOf(api, one, "client-secrets")),
  ];
}

const LABELS = { tokens: "Token", "client-secrets": "Client secret" } as const;
const COMMANDS = { tokens: "tokens", "client-secrets": "secrets" } as const;

async function credentialsOf(
  api: Api,
  one: Source,
  collection: keyof typeof LABELS,
): Promise<Finding[]> {
  const path = `/data-sources/${one.id}/${collection}`;
  const { data } = await request(api, "GET", path, credentials);
  return data.flatMap(({ id, expiresAt, warnings }) =>
    warnings.map((warning): Finding => {
      const told = warning.replaceAll("_", " ");
      const detail = `${LABELS[collection]} ${id} ${told} (valid until ${expiresAt})`;
      const isOver = warning === "expired";
      const fix = `${MUSTER} ${COMMANDS[collection]} rotate ${one.id} ${id}`;
      return { level: isOver ? "fail" : "warn", name: nameOf(one), detail, fix };
    }),
  );
}

/** Those of the last day, by code, with what the catalogue of errors advises. */
async function refusalsOf(api: Api, one: Source): Promise<Finding[]> {
  const query = { from: sinceTime("24h", Date.now()) };
  const path = `/data-sources/${one.id}/refusals`;
  const { data, nextCursor } = await requestAll(api, path, refusal, { query, limit: REFUSALS });
  const counts = new Map<string, { count: number; fix: string | null }>();
  for (const { code, count, fix } of data) {
    counts.set(code, { count: count + (counts.get(code)?.count ?? 0), fix });
  }
  const least = nextCursor === null ? "" : "at least ";
  const byCount = [...counts].toSorted(([, a], [, b]) => b.count - a.count);
  return byCount.map(([code, { count, fix }]) => ({
    level: "warn",
    name: nameOf(one),
    detail: `Refused ${least}${count} times within a day: ${code}`,
    fix: fix ?? undefined,
  }));
}

function nameOf({ name }: Pick<Source, "name">): string {
  return `source ${name}`;
}

function passed(name: string, detail: string): Finding {
  return { level: "ok", name, detail };
}

function toLine({ level, name, detail, fix }: Finding): string {
  const line = `${level.padEnd(4)}  ${name}: ${detail}\n`;
  return fix === undefined ? line : `${line}      ${fix}\n`;
}

export const doctorCommands: Readonly<Record<string, Command>> = {
  doctor: {
    positionals: [],
    options: { directory: "DIRECTORY" },
    summary: "tells what stands in the way of serving, or soon will, and what mends it",
    run: runDoctor,
  },
};
