/** Settings that somebody thinks of: a dry run shows what they would do to people, and keeps none of them. */
import { z } from "zod";
import { PROFILE_NAMES, profileSwitches } from "../scim/profile.ts";
import { changeUpstream } from "./settings-upstream.ts";
import { definedSwitches, type Source } from "./source.ts";
import { upstream } from "./upstream.ts";

export const proposal = z.strictObject({
  profile: z.enum(PROFILE_NAMES).optional(),
  /** In place of all that are set apart now. */
  switches: profileSwitches.partial().strict().optional(),
  upstream: upstream.partial().optional(),
});
export type Proposal = z.infer<typeof proposal>;

/** The source as it would be. Throws what changing it throws. */
export function asProposed(source: Source, wanted: Proposal | undefined): Source {
  if (wanted === undefined) return source;
  const { profile = source.profileName, switches, upstream: settings } = wanted;
  return {
    ...changeUpstream(source, { settings }),
    profileName: profile,
    switches: switches === undefined ? source.switches : definedSwitches(switches),
  };
}
