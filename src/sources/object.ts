/** Asking the object of a data source to write: the RPC, and the few times it may be tried again. */
import { FIRST_SHARD } from "../directory/directory.ts";
import { shardOf } from "../directory/ids.ts";
import { ScimError } from "../scim/error.ts";
import type {
  DataSourceCalls,
  Outcome,
  ResourceRequest,
  RunAnswer,
  WriteRequest,
} from "./operation.ts";

const TRIES = 3;
const DIRECTORY = "directory:";

/** The object that writes to a directory on behalf of no source: its name. */
export function directoryObject(directoryId: string): string {
  return `${DIRECTORY}${directoryId}`;
}

/** The directory that an object's name tells, where it writes on behalf of no source. */
export function directoryOfObject(name: string): string | undefined {
  return name.startsWith(DIRECTORY) ? name.slice(DIRECTORY.length) : undefined;
}

/** The shard that an object's name tells; the default directory's says none. */
export function shardOfObject(name: string): string {
  return shardOf(directoryOfObject(name) ?? name) ?? FIRST_SHARD;
}

/**
 * The outcome of a write. The same operation id is sent again when the object was lost on the
 * way: the operation log then tells what was done already. Throws ScimError `unavailable`.
 */
export function askObject(env: Env, sourceId: string, request: WriteRequest): Promise<Outcome> {
  return reach(env, sourceId, (object) => object.write(request));
}

/**
 * The same for the operations of a Bulk, each with an operation id of its own: they are carried
 * out in their order, as few groups as can be, and each has its own outcome.
 */
export function askObjectAll(
  env: Env,
  sourceId: string,
  requests: readonly ResourceRequest[],
): Promise<readonly Outcome[]> {
  return reach(env, sourceId, (object) => object.writeAll(requests));
}

/** What an admin says of the runs and holds of a source; each may be said again. */
export function askRuns(
  env: Env,
  sourceId: string,
  ask: (
    object: Pick<DataSourceCalls, "startRun" | "cancelRun" | "decideHold">,
  ) => Promise<RunAnswer>,
): Promise<RunAnswer> {
  return reach(env, sourceId, ask);
}

async function reach<T>(
  env: Env,
  sourceId: string,
  ask: (object: DataSourceCalls) => Promise<T>,
): Promise<T> {
  let cause: unknown;
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      // A stub that has failed stays broken.
      return await ask(env.SOURCE.getByName(sourceId));
    } catch (error) {
      cause = error;
      if (isOverloaded(error)) break;
    }
  }
  throw new ScimError("unavailable", "The data source could not be reached", {
    cause,
    retryAfterSeconds: 2,
  });
}

/** An overloaded object must not be asked again; any other failure is of the way there or back. */
function isOverloaded(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "overloaded") === true;
}
