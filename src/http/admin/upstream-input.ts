/** What admins say of an upstream, into settings with a sealed secret. The secret in clear goes no further. */
import type { z } from "zod";
import { randomBytes } from "../../directory/ids.ts";
import { invalidValue } from "../../scim/refusals.ts";
import {
  isSealedUnder,
  originsText,
  readMasterKeys,
  resealSecret,
  sealSecret,
} from "../../sources/sealed-secret.ts";
import {
  changedUpstream,
  neededSecret,
  newUpstream,
  notPulled,
  rescheduled,
  type SealedSecret,
  type UpstreamChange,
} from "../../sources/settings-upstream.ts";
import type { Source } from "../../sources/source.ts";
import type { Upstream } from "../../sources/upstream.ts";
import { allowsLoopback } from "../../sync/connection.ts";
import { checkUpstreamUrl } from "../../sync/upstream-url.ts";
import type { upstreamBody, upstreamChanges } from "./upstream-contracts.ts";

interface Secrets {
  readonly clientSecret?: string | undefined;
  readonly token?: string | undefined;
}

export interface UpstreamInput extends Secrets {
  readonly upstream?: z.infer<typeof upstreamChanges> | undefined;
}

/** Throws ScimError `invalidValue`, `upstream_url_refused`. */
export function upstreamOf(
  env: Env,
  { upstream, ...secrets }: Secrets & { readonly upstream: z.infer<typeof upstreamBody> },
): Upstream {
  const settings = newUpstream(upstream, secrets.token !== undefined);
  checkAddresses(env, settings);
  checkKind(settings, secrets);
  return settings;
}

/**
 * The source with its secret, if there is one, and its first run. Throws ScimError `unavailable`,
 * and `upstream_secret_needed` for one that begins enabled without.
 */
export async function withSecret(
  env: Env,
  source: Source,
  secrets: Secrets,
  now: number,
): Promise<Source> {
  const secret = secretIn(secrets);
  const { id: sourceId, upstream } = source;
  if (upstream === null) return source;
  const upstreamSecret =
    secret === undefined
      ? null
      : await sealSecret(readMasterKeys(env), { sourceId, upstream }, secret, randomBytes);
  const complete = { ...source, upstreamSecret };
  if (source.status === "enabled") neededSecret(complete);
  return rescheduled(undefined, complete, now);
}

/**
 * What changes about the upstream of a source. A secret that stands under an older key is sealed
 * anew along with whatever else is changed. Throws ScimError `not_a_pull_source`, `invalidValue`,
 * `upstream_url_refused`, `unavailable`.
 */
export async function upstreamChangeOf(
  env: Env,
  source: Source,
  { upstream: settings, ...secrets }: UpstreamInput,
): Promise<UpstreamChange | undefined> {
  const secret = secretIn(secrets);
  if (source.upstream === null) {
    if (settings === undefined && secret === undefined) return undefined;
    throw notPulled();
  }
  const upstream = changedUpstream(source.upstream, settings ?? {});
  checkAddresses(env, upstream);
  checkKind(upstream, secrets);
  if (secret === undefined) return { settings, secret: await sealedAnew(env, source) };
  const place = { sourceId: source.id, upstream };
  const sealed = await sealSecret(readMasterKeys(env), place, secret, randomBytes);
  return { settings, secret: { sealed, origins: originsText(upstream) } };
}

/** Undefined where there is nothing to do, or the key it is under is gone: then it is to be given again. */
async function sealedAnew(
  env: Env,
  { id: sourceId, upstream, upstreamSecret: replaces }: Source,
): Promise<SealedSecret | undefined> {
  if (upstream === null || replaces === null) return undefined;
  try {
    const keys = readMasterKeys(env);
    if (isSealedUnder(keys, replaces)) return undefined;
    const place = { sourceId, upstream };
    const sealed = await resealSecret(keys, place, replaces, randomBytes);
    return { sealed, origins: originsText(upstream), replaces };
  } catch {
    return undefined;
  }
}

function secretIn({ clientSecret, token }: Secrets): string | undefined {
  return clientSecret ?? token;
}

/** Throws ScimError `upstream_url_refused`. */
export function checkAddresses(env: Env, upstream: Upstream): void {
  const { tokenUrl, userUrl, orgUrl, groupUrl } = upstream;
  const allowLoopback = allowsLoopback(env);
  for (const url of [tokenUrl, userUrl, orgUrl, groupUrl]) {
    if (url !== null) checkUpstreamUrl(url, { allowLoopback });
  }
}

/** Throws ScimError `invalidValue` for a client secret where the token is fixed, and the reverse. */
export function checkKind({ tokenStyle }: Upstream, { clientSecret, token }: Secrets): void {
  if (tokenStyle === "fixed" && clientSecret !== undefined) {
    throw invalidValue("clientSecret", "doesn't go with a fixed token");
  }
  if (tokenStyle !== "fixed" && token !== undefined) {
    throw invalidValue("token", "doesn't go with client credentials");
  }
}
