/** A new data source: its id, the key of its URL, and what it may do until somebody says otherwise. */
import { prefixedId, uuidv7 } from "../directory/ids.ts";
import type { Profile, ProfileName } from "../scim/profile.ts";
import { randomText, type RandomBytes } from "./secret.ts";
import { PERMISSIONS, type Source } from "./source.ts";

export interface SourceInput {
  readonly name: string;
  readonly description: string;
  readonly kind: Source["kind"];
  readonly status: "draft" | "enabled";
  readonly profileName: ProfileName;
  readonly switches: Partial<Profile>;
}

interface Place {
  readonly directoryId: string;
  readonly shard: string;
  readonly targetId: string;
}

const BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
const SLUG_LENGTH = 24;
const KEY_RANDOM_LENGTH = 8;

/** A push source with every permission: narrowing is a decision, and its absence an outage. */
export function newSource(
  input: SourceInput,
  { directoryId, shard, targetId }: Place,
  now: number,
  randomBytes: RandomBytes,
): Source {
  return {
    ...input,
    id: prefixedId("ds", shard, uuidv7(now, randomBytes(10))),
    directoryId,
    key: newSourceKey(input.name, shard, randomBytes),
    mode: "push",
    type: "scim",
    provisioning: true,
    apiOpen: true,
    permissions: PERMISSIONS,
    targetId,
    ratePerSecond: null,
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * `okta-acme-00x3k9m2qa`: readable, then the shard and something nobody can guess. Letters, digits
 * and hyphens only, because Okta refuses a base URL with an underscore.
 */
export function newSourceKey(name: string, shard: string, randomBytes: RandomBytes): string {
  const unique = shard + randomText(BASE36, KEY_RANDOM_LENGTH, randomBytes);
  const slug = slugOf(name);
  return slug === "" ? unique : `${slug}-${unique}`;
}

function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-/, "");
  return slug.slice(0, SLUG_LENGTH).replace(/-$/, "");
}
