/** A source's configuration is remembered by the isolate, and may have changed since. */
import { ScimError } from "../scim/error.ts";
import type { Source } from "../sources/source.ts";
import { reloadSource, sourceOf, type SourceKeyed } from "./authenticate.ts";
import type { AppContext } from "./context.ts";

/** How often a request is read anew because the source was configured anew meanwhile. */
export const CONFIG_CHANGES = 3;

/**
 * What `read` gives under the configuration in force, which is the one that `read` meets or finds
 * in the database. Throws what it refuses under that one, and `unavailable` when there is no end
 * to the changes.
 */
export async function underConfiguration<T>(
  c: AppContext,
  caller: SourceKeyed,
  read: (source: Source) => T | Promise<T>,
): Promise<T> {
  let source = await sourceOf(c, caller);
  for (let changes = 0; changes < CONFIG_CHANGES; changes++) {
    const result = await refusalOr(() => read(source));
    const isRefused = result instanceof ScimError;
    const isOfThis = (current: Source) => current.configVersion === source.configVersion;
    const current =
      isRefused && !c.get("proved") ? await reloadSource(c, caller) : await sourceOf(c, caller);
    if (isOfThis(current)) {
      if (isRefused) throw result;
      return result;
    }
    source = current;
  }
  throw beingConfigured();
}

/** What `work` gives, or the refusal it throws; a fault is thrown on. */
export async function refusalOr<T>(work: () => T | Promise<T>): Promise<T | ScimError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ScimError && error.status < 500) return error;
    throw error;
  }
}

export function beingConfigured(): ScimError {
  return new ScimError("unavailable", "The data source is being configured", {
    retryAfterSeconds: 1,
  });
}
