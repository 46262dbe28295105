/** Sources, tokens, admin keys and directories as the admin API shows them. Secrets and hashes have no way in here. */
import type { z } from "zod";
import type { Directory } from "../../directory/directory.ts";
import type { AdminKey } from "../../sources/admin-keys.ts";
import { isStopped } from "../../sources/settings-upstream.ts";
import type { Source, SourceState, Token } from "../../sources/source.ts";
import { isExpired, type NewToken } from "../../sources/token-rules.ts";
import { endingOf, warningsOf } from "../../sources/token-warnings.ts";
import type { adminKey, directory } from "./contracts.ts";
import type { dataSource, token as tokenContract } from "./source-contracts.ts";

/** `warnings` and the next run change with time alone: a version doesn't count them. */
export function representSource(
  { source, tokens }: SourceState,
  origin: string,
  now: number,
): z.infer<typeof dataSource> {
  return {
    id: source.id,
    directoryId: source.directoryId,
    key: source.key,
    name: source.name,
    description: source.description,
    mode: source.mode,
    type: source.type,
    kind: source.kind,
    status: source.status,
    profile: source.profileName,
    switches: source.switches,
    ratePerSecond: source.ratePerSecond,
    apiOpen: source.apiOpen,
    provisioning: source.provisioning,
    permissions: [...source.permissions],
    targetOrganizationId: source.targetId,
    ...representAddresses(source, origin),
    upstream: representUpstream(source),
    warnings: tokens.flatMap((token) => representEnding(token, now)),
    configVersion: source.configVersion,
    createdAt: toRfc3339(source.createdAt),
    updatedAt: toRfc3339(source.updatedAt),
  };
}

/** Nothing is pushed to a source that is pulled. */
function representAddresses(source: Source, origin: string) {
  if (source.mode === "pull") {
    return { scimBaseUrl: null, clientId: null, tokenUrl: null, userUrl: null, orgUrl: null };
  }
  const scimBaseUrl = `${origin}/scim/${source.key}/v2`;
  return {
    scimBaseUrl,
    clientId: source.id,
    tokenUrl: `${origin}/oauth/token`,
    userUrl: `${scimBaseUrl}/Users`,
    orgUrl: `${scimBaseUrl}/Organizations`,
  };
}

function representUpstream(source: Source) {
  const { upstream, upstreamSecret, nextRunAt } = source;
  if (upstream === null) return null;
  return {
    ...upstream,
    secretSet: upstreamSecret !== null,
    nextRunAt: nextRunAt === null ? null : toRfc3339(nextRunAt),
    scheduleStopped: isStopped(source) ? ("upstream_auth_failed" as const) : null,
  };
}

function representEnding(token: Token, now: number): z.infer<typeof dataSource>["warnings"] {
  return endingOf(token, now).map((code) => ({
    code,
    credentialId: token.id,
    credentialType: token.type,
    expiresAt: toRfc3339(token.expiresAt),
  }));
}

export function representToken(token: Token, now: number): z.infer<typeof tokenContract> {
  const { id, hint, status, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    hint,
    status,
    expired: isExpired(token, now),
    createdAt: toRfc3339(createdAt),
    expiresAt: toRfc3339(expiresAt),
    lastUsedAt: lastUsedAt === null ? null : toRfc3339(lastUsedAt),
    warnings: warningsOf(token, now),
  };
}

/** A token as it is when it was just made. */
export function representNewToken(token: NewToken): z.infer<typeof tokenContract> {
  return representToken({ ...token, status: "enabled", lastUsedAt: null }, token.createdAt);
}

export function representKey(key: AdminKey): z.infer<typeof adminKey> {
  const { id, name, role, hint, version, createdAt, lastUsedAt, revokedAt } = key;
  return {
    id,
    name,
    role,
    hint,
    version,
    createdAt: toRfc3339(createdAt),
    lastUsedAt: lastUsedAt === null ? null : toRfc3339(lastUsedAt),
    revokedAt: revokedAt === null ? null : toRfc3339(revokedAt),
  };
}

export function representDirectory(one: Directory): z.infer<typeof directory> {
  const { id, name, shard, rootId, version, createdAt, updatedAt } = one;
  return {
    id,
    name,
    shard,
    rootOrganizationId: rootId,
    version,
    createdAt: toRfc3339(createdAt),
    updatedAt: toRfc3339(updatedAt),
  };
}

/** Epoch milliseconds as RFC 3339 in UTC. */
export function toRfc3339(time: number): string {
  return new Date(time).toISOString();
}

/** The epoch milliseconds of a time in a query. */
export function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
