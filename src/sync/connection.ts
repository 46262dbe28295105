/** How the upstream of a source is reached: its settings, and its secret in clear. */
import { openSecret, readMasterKeys } from "../sources/sealed-secret.ts";
import { neededSecret, notPulled } from "../sources/settings-upstream.ts";
import type { Source } from "../sources/source.ts";
import type { Connection } from "./upstream-page.ts";

/**
 * Throws ScimError `not_a_pull_source`, `upstream_secret_needed`, and `unavailable` where the
 * secret can't be opened: its key is missing.
 */
export async function connectionOf(
  env: Pick<Env, "MASTER_KEY" | "LOOPBACK_UPSTREAMS">,
  source: Source,
): Promise<Connection> {
  const { id: sourceId, upstream } = source;
  if (upstream === null) throw notPulled();
  const secret = await openSecret(
    readMasterKeys(env),
    { sourceId, upstream },
    neededSecret(source),
  );
  return { upstream, secret, allowLoopback: allowsLoopback(env) };
}

/** For development: on a public network, a loopback address is somebody else's way in. */
export function allowsLoopback({ LOOPBACK_UPSTREAMS }: Pick<Env, "LOOPBACK_UPSTREAMS">): boolean {
  return LOOPBACK_UPSTREAMS === "allow";
}
