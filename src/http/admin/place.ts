/** Where a directory or a data source is kept. */
import { bindingName, openDatabase, shardsOf, type Database } from "../../directory/database.ts";
import {
  DEFAULT_DIRECTORY,
  findDirectory,
  FIRST_SHARD,
  usedShards,
} from "../../directory/directory.ts";
import { shardOf } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";

export interface Place {
  readonly directoryId: string;
  readonly shard: string;
  readonly db: Database;
}

/** Directories and their shards as this isolate found them: neither ever changes. */
const shards = new Map([[DEFAULT_DIRECTORY, FIRST_SHARD]]);
const SHARDS_MAX = 5_000;

/** Directories, admin keys, sessions and the claim live in the first shard. */
export function openAdminDatabase(env: Env): Database {
  return openDatabase(env, FIRST_SHARD);
}

/** Throws ScimError `not_found`, or `unavailable` when the directory's shard is not bound. */
export async function placeOf(env: Env, directoryId: string): Promise<Place> {
  const shard = shards.get(directoryId) ?? (await findShard(env, directoryId));
  return { directoryId, shard, db: openDatabase(env, shard) };
}

async function findShard(env: Env, directoryId: string): Promise<string> {
  const directory = await findDirectory(openAdminDatabase(env), directoryId);
  if (directory === undefined) throw new ScimError("not_found", "There is no such directory");
  if (shards.size >= SHARDS_MAX) shards.clear();
  shards.set(directoryId, directory.shard);
  return directory.shard;
}

/**
 * The shard a source's id names. Throws ScimError `not_found` for an id that can't be a source's,
 * and `unavailable` where its shard has directories but no binding.
 */
export async function sourceShard(env: Env, sourceId: string): Promise<string> {
  const shard = sourceId.startsWith("ds_") ? shardOf(sourceId) : undefined;
  if (shard === undefined) return refuseUnknownSource();
  await requireShard(env, shard, refuseUnknownSource);
  return shard;
}

export async function openSourceDatabase(env: Env, sourceId: string): Promise<Database> {
  return openDatabase(env, await sourceShard(env, sourceId));
}

export function refuseUnknownSource(): never {
  throw new ScimError("not_found", "There is no such data source");
}

/**
 * Returns when the shard is bound. Anybody can write a shard code into an id, so one that nothing
 * lives in is what `refuse` says; one that something lives in is out of order: `unavailable`.
 */
export async function requireShard(env: Env, shard: string, refuse: () => never): Promise<void> {
  if (shardsOf(env).includes(shard)) return;
  if (!(await usedShards(openAdminDatabase(env))).includes(shard)) refuse();
  throw new ScimError("unavailable", `The binding ${bindingName(shard)} is missing`, {
    retryAfterSeconds: 60,
  });
}
