/** Sources and tokens as the admin API shows them. Secrets and hashes have no way in here. */
import type { z } from "zod";
import type { Source, Token } from "../../sources/source.ts";
import { isExpired } from "../../sources/token-rules.ts";
import type { dataSource, token as tokenContract } from "./contracts.ts";

export function representSource(source: Source, origin: string): z.infer<typeof dataSource> {
  return {
    id: source.id,
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
    scimBaseUrl: `${origin}/scim/${source.key}/v2`,
    configVersion: source.configVersion,
    createdAt: toRfc3339(source.createdAt),
    updatedAt: toRfc3339(source.updatedAt),
  };
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
  };
}

/** Epoch milliseconds as RFC 3339 in UTC. */
export function toRfc3339(time: number): string {
  return new Date(time).toISOString();
}
