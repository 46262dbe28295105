/** A new data source: its id, the key of its URL, and what it may do until somebody says otherwise. */
import { prefixedId, uuidv7 } from "../directory/ids.ts";
import type { Profile, ProfileName } from "../scim/profile.ts";
import type { RandomBytes } from "./secret.ts";
import { newSourceKey } from "./source-key.ts";
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
    namespace: null,
    fields: [],
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  };
}
