/** What every decision about a resource is given, and what it gives back. */
import type { PasswordPolicy } from "../directory/password-policy.ts";
import { ScimError } from "../scim/error.ts";
import type { Profile } from "../scim/profile.ts";
import type { Outcome } from "./operation.ts";
import type { Source } from "./source.ts";
import type { Change } from "./working-set.ts";

/** On whose behalf, when and under which dialect an operation is decided. */
export interface Deciding {
  readonly source: Source;
  readonly profile: Profile;
  readonly passwords: PasswordPolicy;
  readonly now: number;
  readonly ifMatch: "*" | readonly number[] | undefined;
}

/** What an operation comes to; without a change there is nothing to write. */
export interface Decided {
  readonly outcome: Outcome;
  readonly change?: Change;
  /** What else it changes: each is an event of its own. */
  readonly also?: readonly Change[];
}

/** RFC 7644 §3.14: a version the client insists on that isn't the one we have is refused. */
export function checkVersion(ifMatch: Deciding["ifMatch"], version: number): void {
  if (ifMatch === undefined || ifMatch === "*" || ifMatch.includes(version)) return;
  throw new ScimError("precondition_failed", "The resource has another version by now");
}
