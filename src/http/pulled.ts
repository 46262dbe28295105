/** Nobody pushes to a source that is pulled: at its URL no token is ever good, and everybody is told why. */
import { openDatabase, shardsOf } from "../directory/database.ts";
import { ScimError } from "../scim/error.ts";
import { shardOfKey } from "../sources/source-key.ts";
import type { Source } from "../sources/source.ts";
import type { AppContext } from "./context.ts";

/** Neither a key nor a mode ever changes; where a source is gone, its requests fail as before. */
const known = new Map<string, Source["mode"]>();
const KNOWN_MAX = 5_000;

/** The mode of the source with the key; undefined where there is none. Throws ScimError `unavailable`. */
export async function modeOfKey(env: Env, key: string): Promise<Source["mode"] | undefined> {
  const shard = shardOfKey(key);
  if (shard === undefined || !shardsOf(env).includes(shard)) return undefined;
  const sql = "SELECT mode FROM data_sources WHERE key = ?1 AND deleted_at IS NULL";
  const [rows] = await openDatabase(env, shard).batch([{ sql, params: [key] }]);
  const mode = rows?.[0]?.["mode"];
  return mode === "push" || mode === "pull" ? mode : undefined;
}

/** The error to answer in place of one that says that a token isn't good here. */
export async function errorAtPulled(error: unknown, c: AppContext): Promise<unknown> {
  const key = c.req.param("sourceKey");
  if (!(error instanceof ScimError) || error.status !== 401 || key === undefined) return error;
  return (await rememberedMode(c.env, key)) === "pull" ? refusePush() : error;
}

export function refusePush(): ScimError {
  return new ScimError("source_is_pulled", "The data source is pulled: it takes no requests");
}

/** What can't be read now leaves the answer as it is. */
async function rememberedMode(env: Env, key: string): Promise<Source["mode"] | undefined> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const mode = await modeOfKey(env, key).catch(() => undefined);
  if (mode === undefined) return undefined;
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(key, mode);
  return mode;
}
