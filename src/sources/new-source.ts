/** A new data source: its id, the key of its URL, and what it may do until somebody says otherwise. */
import { prefixedId, uuidv7 } from "../directory/ids.ts";
import type { Profile, ProfileName } from "../scim/profile.ts";
import type { RandomBytes } from "./secret.ts";
import { newSourceKey } from "./source-key.ts";
import type { Permission, Source } from "./source.ts";
import type { Upstream } from "./upstream.ts";

export interface SourceInput {
  readonly name: string;
  readonly description: string;
  readonly kind: Source["kind"];
  readonly status: "draft" | "enabled";
  readonly profileName: ProfileName;
  readonly switches: Partial<Profile>;
  readonly apiOpen: boolean;
  readonly permissions: readonly Permission[];
  /** Of a pull source; its secret is sealed for the id that it gets here. */
  readonly upstream?: Upstream | undefined;
}

interface Place {
  readonly directoryId: string;
  readonly shard: string;
  readonly targetId: string;
  readonly scopeHasGroups: boolean;
}

/** Whether the API of a push source is open is said by whoever makes it. */
export function newSource(
  input: SourceInput,
  { shard, ...place }: Place,
  now: number,
  randomBytes: RandomBytes,
): Source {
  return {
    ...input,
    ...place,
    id: prefixedId("ds", shard, uuidv7(now, randomBytes(10))),
    key: newSourceKey(input.name, shard, randomBytes),
    mode: input.upstream === undefined ? "push" : "pull",
    type: "scim",
    provisioning: true,
    scopeHasOrganizations: true,
    ratePerSecond: null,
    namespace: null,
    fields: [],
    upstream: input.upstream ?? null,
    upstreamSecret: null,
    nextRunAt: null,
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  };
}
