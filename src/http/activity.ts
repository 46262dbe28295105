/**
 * What this isolate has seen of requests and not told yet. It costs a request nothing: once in ten
 * seconds all of it is told to the objects of the sources, after an answer.
 */
import { openDatabase, shardsOf } from "../directory/database.ts";
import type { BulkOperation } from "../scim/bulk.ts";
import { ScimError } from "../scim/error.ts";
import { ActivityBuffer, hourOf, type Activity } from "../sources/activity.ts";
import { sourcesByKey } from "../sources/source-reads.ts";
import { shardOfKey } from "../sources/source-key.ts";
import type { AppContext } from "./context.ts";
import { routeOf } from "./routed-path.ts";
import { attemptOf, clientAttemptOf, refusedOf, type Asked } from "./refused.ts";

const FLUSH_MS = 10_000;
/** Anybody can make up the key of a source: of so many the attempts are kept until they are told. */
const KEYS_MAX = 50;

const bySource = new Map<string, ActivityBuffer>();
/** Attempts, by the key in the URL: whose it is, is asked when they are told. */
const byKey = new Map<string, ActivityBuffer>();
/** Since when somebody waits to tell it. A request may be ended before: then another one does. */
let scheduledAt = 0;
const LOST_MS = 30_000;

type Told = Pick<AppContext, "env" | "executionCtx">;

/** Notes that the token was used. */
export function noteTokenUse(
  c: Told,
  { sourceId, tokenId }: { readonly sourceId: string; readonly tokenId: string },
  now: number,
): void {
  note(c, sourceId, { uses: [[tokenId, now]], seen: [now, now] });
}

/** Notes a request that was answered, if its token was known. */
export function noteRequest(c: AppContext, now: number): void {
  const caller = c.get("caller");
  if (caller === undefined) return;
  const template = routeOf(c).replace(/^\/scim(\/:sourceKey|\/api)?\/v2/, "");
  const route = `${c.req.method} ${template}`;
  const status = Math.floor(c.res.status / 100);
  note(c, caller.sourceId, { counts: [{ hour: hourOf(now), route, status, count: 1 }] });
}

/** Notes why a request was refused, or an operation of a Bulk; a fault of ours is none. */
export function noteRefusal(c: AppContext, error: unknown, now: number, operation?: Asked): void {
  if (!(error instanceof ScimError) || isFault(error)) return;
  const caller = c.get("caller");
  if (caller !== undefined) {
    note(c, caller.sourceId, { refusals: [refusedOf(c, caller, error, now, operation)] });
  }
  const client = c.get("client");
  if (client !== undefined && caller !== undefined) {
    note(c, caller.sourceId, { attempts: [clientAttemptOf(c, client.hint, error, now)] });
  } else if (error.status === 401) noteAttempt(c, error, now);
}

/** What is held waits for an admin: it is meant, although its client is told to come again. */
function isFault({ status, reason }: ScimError): boolean {
  return status >= 500 && reason !== "deletions_held";
}

/** Notes an operation of a Bulk, if it was refused. */
export function noteOperation(
  c: AppContext,
  operation: Pick<BulkOperation, "method" | "type" | "id" | "data"> | undefined,
  result: unknown,
): void {
  if (!(result instanceof ScimError)) return;
  noteRefusal(c, result, Date.now(), {
    method: operation?.method ?? "POST",
    endpoint: operation?.type.endpoint ?? "/Bulk",
    id: operation?.id,
    body: operation?.data,
  });
}

function noteAttempt(c: AppContext, error: ScimError, now: number): void {
  const key = c.req.param("sourceKey") ?? "";
  if (shardOfKey(key) === undefined || (byKey.size >= KEYS_MAX && !byKey.has(key))) return;
  bufferOf(byKey, key).add({ attempts: [attemptOf(c, error, now)] });
  schedule(c);
}

/**
 * Tells everything at once and has the source's written, so that whoever looks sees what was up to
 * now; other isolates may be ten seconds behind. Throws ScimError `unavailable`.
 */
export async function settleActivity(env: Env, sourceId: string): Promise<void> {
  await tellAll(env);
  try {
    await env.SOURCE.getByName(sourceId).settle();
  } catch (cause) {
    throw new ScimError("unavailable", "The log of the data source can't be written", {
      cause,
      retryAfterSeconds: 5,
    });
  }
}

function note(c: Told, sourceId: string, activity: Activity): void {
  bufferOf(bySource, sourceId).add(activity);
  schedule(c);
}

function bufferOf(buffers: Map<string, ActivityBuffer>, name: string): ActivityBuffer {
  const buffer = buffers.get(name) ?? new ActivityBuffer();
  buffers.set(name, buffer);
  return buffer;
}

/** The first to note something waits for the others; its answer doesn't. */
function schedule({ env, executionCtx }: Told): void {
  const now = Date.now();
  if (Math.abs(now - scheduledAt) < LOST_MS) return;
  scheduledAt = now;
  executionCtx.waitUntil(
    scheduler.wait(FLUSH_MS).then(() => {
      scheduledAt = 0;
      return tellAll(env);
    }),
  );
}

/** Losing a minute of it is allowed; failing a request for it is not. */
async function tellAll(env: Env): Promise<void> {
  const told = [...bySource].map(([id, buffer]) => [id, buffer.take()] as const);
  bySource.clear();
  const attempts = await attemptsBySource(env);
  const all = [...told, ...attempts].map(([id, activity]) =>
    env.SOURCE.getByName(id).noteUse(activity),
  );
  await Promise.allSettled(all);
}

/** One read for each shard: a request at a URL that nobody has leaves nothing behind. */
async function attemptsBySource(env: Env): Promise<(readonly [string, Activity])[]> {
  const attempts = new Map(byKey);
  byKey.clear();
  if (attempts.size === 0) return [];
  const found = await Promise.allSettled(
    shardsOf(env).map(async (shard) => {
      const keys = [...attempts.keys()].filter((key) => shardOfKey(key) === shard);
      return keys.length === 0 ? [] : sourcesByKey(openDatabase(env, shard), keys);
    }),
  );
  return found.flatMap((shard) =>
    shard.status === "rejected"
      ? []
      : shard.value.map(({ id, key }) => [id, attempts.get(key)?.take() ?? {}] as const),
  );
}
