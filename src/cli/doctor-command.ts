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
  status: z.string(),
  apiOpen: z.boolean(),
  provisioning: z.boolean(),
});
type Source = z.infer<typeof source>;

const scope = z.looseObject({ organizationIds: z.array(z.string()) });

const credentials = z.object({
  data: z.array(
    z.looseObject({ id: z.string(), expiresAt: z.string(), warnings: z.array(z.string()) }),
  ),
});

const refusal = z.looseObject({ code: z.string(), count: z.number(), fix: z.string().nullable() });

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
    ...(await credentialsOf(api, one, "tokens")),
    ...(await credentialsOf(api, one, "client-secrets")),
    ...(await refusalsOf(api, one)),
  ];
  return found.length === 0 ? [passed(nameOf(one), "Nothing to tell")] : found;
}

function stateOf(one: Source): Finding[] {
  const { id, status, apiOpen, provisioning } = one;
  const name = nameOf(one);
  const run = "npm run muster --";
  const states: readonly (readonly [boolean, string, string | undefined])[] = [
    [status !== "enabled", `It is ${status}`, `${run} sources enable ${id}`],
    [!apiOpen, "Its API is closed", `${run} permissions ${id} --open`],
    [!provisioning, "Its provisioning is off: nothing is written", undefined],
  ];
  return states.flatMap(([isSo, detail, fix]) =>
    isSo ? [{ level: "warn", name, detail, fix } as const] : [],
  );
}

async function scopeOf(api: Api, one: Source): Promise<Finding[]> {
  const { organizationIds } = await request(api, "GET", `/data-sources/${one.id}/scope`, scope);
  if (organizationIds.length > 0) return [];
  const fix = `npm run muster -- scope ${one.id} --organizations ID,…`;
  const detail = "Its scope has no organization: nobody is created";
  return [{ level: "warn", name: nameOf(one), detail, fix }];
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
      const fix = `npm run muster -- ${COMMANDS[collection]} rotate ${one.id} ${id}`;
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

function nameOf({ name }: Source): string {
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
