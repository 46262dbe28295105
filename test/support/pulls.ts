/** Pull sources, and runs of them, as tests set them up. */
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import { parseRun, type Run } from "../../src/sync/run.ts";
import type { RunAnswer, RunStart } from "../../src/sources/operation.ts";
import type { Upstream } from "../../src/sources/upstream.ts";
import type { Script } from "../../src/cli/upstream/script.ts";
import type { Admin } from "./client.ts";
import { faults } from "./faults.ts";
import { textAt } from "./scim.ts";
import { newUpstream, type TestUpstream } from "./upstream.ts";

/** Of a script: these records and no others. */
export function exactly(given: readonly JsonObject[]) {
  return { count: given.length, given, exactly: true };
}

export interface Pulled {
  readonly id: string;
  readonly targetId: string;
  readonly upstream: TestUpstream;
}

/** A source that pulls a directory of its own. */
export async function newPulled(
  admin: Admin,
  script: Script,
  more: Partial<Upstream> & { readonly source?: JsonObject; readonly withGroups?: boolean } = {},
): Promise<Pulled> {
  const { source: settings = {}, withGroups = false, ...rest } = more;
  const made = await newUpstream(script, withGroups ? rest : { groupUrl: null, ...rest });
  const { upstream, secret } = made.connection;
  const body = {
    name: `Pulled ${crypto.randomUUID()}`,
    mode: "pull",
    upstream,
    clientSecret: secret,
    ...settings,
  };
  const answer = await admin("POST", "/data-sources", body);
  if (answer.status !== 201) throw new Error(answer.text);
  const { body: shown } = answer;
  return {
    id: textAt(shown, "id"),
    targetId: textAt(shown, "targetOrganizationId"),
    upstream: made,
  };
}

export function startOf(more: Partial<RunStart> = {}): RunStart {
  return {
    runId: `run_00${crypto.randomUUID()}`,
    trigger: "manual",
    kind: "full",
    dryRun: false,
    actor: "key_test",
    role: "operator",
    requestId: "test",
    ...more,
  };
}

export function start({ id }: Pick<Pulled, "id">, call: RunStart): Promise<RunAnswer> {
  return env.SOURCE.getByName(id).startRun(call);
}

/** Runs it to its end. */
export async function pull(source: Pick<Pulled, "id">, more: Partial<RunStart> = {}): Promise<Run> {
  const call = startOf(more);
  const answer = await start(source, call);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return ended(source, call.runId);
}

const LOOKS = 20_000;

/** The object's alarms, one after the other, until the run is over. */
export async function ended({ id }: Pick<Pulled, "id">, runId: string): Promise<Run> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const run = await runOf(runId);
    if (run.endedAt !== null) return run;
    const hasRung = await runDurableObjectAlarm(env.SOURCE.getByName(id));
    // A run that waits has its time come.
    if (hasRung) faults.now = (faults.now ?? Date.now()) + 60_000;
    // One that is at it needs its turn: the platform looks for answers from outside, and for timers
    // that are due, only while nobody asks it for anything.
    else await scheduler.wait(1);
  }
  throw new Error("The run doesn't end");
}

export async function runOf(runId: string): Promise<Run> {
  const row = await env.DB.prepare("SELECT * FROM runs WHERE id = ?").bind(runId).first();
  if (row === null) throw new Error("There is no such run");
  return parseRun(
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value as string])),
  );
}

export interface RecordRow {
  readonly resource_type: string;
  readonly external_id: string | null;
  readonly resource_id: string | null;
  readonly name: string | null;
  readonly action: string;
  readonly result: string;
  readonly code: string | null;
  readonly detail: string | null;
}

export async function recordsOf(runId: string): Promise<RecordRow[]> {
  const { results } = await env.DB.prepare("SELECT * FROM run_records WHERE run_id = ? ORDER BY n")
    .bind(runId)
    .all<RecordRow>();
  return results;
}

/** The source's live people as [externalId, attributes], in the order of their labels. */
export async function peopleOf({ id }: Pick<Pulled, "id">): Promise<JsonObject[]> {
  const { results } = await env.DB.prepare(
    `SELECT u.attributes, o.display_name AS organization, u.active FROM users u
      JOIN organizations o ON o.id = u.organization_id
      WHERE u.source_id = ? AND u.deleted_at IS NULL ORDER BY u.external_id`,
  )
    .bind(id)
    .all<{ attributes: string; organization: string; active: number }>();
  return results.map(({ attributes, organization, active }) => {
    const parsed: unknown = JSON.parse(attributes);
    return { ...(isObject(parsed) ? parsed : {}), organization, active: active === 1 };
  });
}

/** The source's live organizations as "name < parent", by name; the target is called so. */
export async function organizationsOf({ id, targetId }: Pulled): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT o.display_name AS name, iif(p.id = ?2, 'target', p.display_name) AS parent
      FROM organizations o JOIN organizations p ON p.id = o.parent_id
      WHERE o.source_id = ?1 AND o.deleted_at IS NULL AND o.id <> ?2 ORDER BY o.display_name`,
  )
    .bind(id, targetId)
    .all<{ name: string; parent: string }>();
  return results.map(({ name, parent }) => `${name} < ${parent}`);
}
