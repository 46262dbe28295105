/** What every decision about a resource is given, and what it gives back. */
import type { PasswordPolicy } from "../directory/password-policy.ts";
import { ScimError } from "../scim/error.ts";
import type { Profile } from "../scim/profile.ts";
import type { Removals } from "./guard-set.ts";
import type { Outcome } from "./operation.ts";
import type { Claims } from "./claims.ts";
import type { Source } from "./source.ts";
import type { Change } from "./working-set.ts";

/** Who writes: a data source, or people by hand, whom nothing of what they make belongs to. */
export type Acting = Pick<
  Source,
  "directoryId" | "targetId" | "namespace" | "fields" | "permissions"
> & {
  /** Null by hand. */
  readonly id: string | null;
};

/** On whose behalf, when and under which dialect an operation is decided. */
export interface Deciding {
  readonly source: Acting;
  readonly profile: Profile;
  readonly claims: Claims;
  readonly passwords: PasswordPolicy;
  readonly now: number;
  readonly ifMatch: "*" | readonly number[] | undefined;
  /** A whole list of members comes from an upstream: it may be one that lost most of them. */
  readonly isPulled?: boolean;
}

/** What an operation comes to; without a change there is nothing to write. */
export interface Decided {
  readonly outcome: Outcome;
  readonly change?: Change;
  /** What it changes before, and what else: each is an event of its own. */
  readonly steps?: readonly Change[];
  readonly also?: readonly Change[];
  /** What of it the guard counts or, where it is refused for that, holds. */
  readonly removals?: Removals;
  /** Members who are not in an upstream's list, and stay until an admin agrees. */
  readonly spared?: readonly string[];
}

/** A source changes what is its own; by hand all is changed that isn't locked. */
export function mayChange(
  { source }: { readonly source: Pick<Acting, "id"> },
  owned: { readonly sourceId: string | null },
): boolean {
  return source.id === null || source.id === owned.sourceId;
}

/** RFC 7644 §3.14: a version the client insists on that isn't the one we have is refused. */
export function checkVersion(ifMatch: Deciding["ifMatch"], version: number): void {
  if (ifMatch === undefined || ifMatch === "*" || ifMatch.includes(version)) return;
  throw new ScimError("precondition_failed", "The resource has another version by now");
}
