/** What a decided change of a user is told as: to the client, and to the log. */
import type { EventType } from "../directory/events.ts";
import { shownPlacement } from "../scim/placement.ts";
import type { Decided, Deciding } from "./deciding.ts";
import type { Outcome, WrittenResource } from "./operation.ts";
import type { FurtherChange } from "./placing.ts";
import type { ReadUser } from "./snapshot.ts";
import { changedNames } from "./working-set.ts";

export function written(
  status: 200 | 201,
  user: ReadUser,
  type: EventType,
  attributes: string[],
  by: Deciding,
  further: FurtherChange | undefined,
): Decided {
  const organizations = further && {
    organizationsAdded: further.added,
    organizationsRemoved: further.removed,
  };
  return {
    outcome: answer(status, user, by),
    change: {
      user,
      further,
      effect: {
        type,
        resourceType: "User",
        resourceId: user.id,
        changes: { attributes, ...organizations },
      },
    },
  };
}

export function answer(status: 200 | 201, user: ReadUser, by: Deciding): Outcome {
  return { ok: true, status, resource: shownUser(user, by) };
}

export function shownUser(
  user: ReadUser,
  { source, profile }: Pick<Deciding, "source" | "profile">,
): WrittenResource {
  const { id, organizationId, version, createdAt, updatedAt } = user;
  const attributes = shownPlacement(user.attributes, organizationId, source.targetId, profile);
  return { id, attributes, version, createdAt, updatedAt };
}

/** Names of what differs between two states of a user. */
export function namesBetween(before: ReadUser, after: ReadUser): string[] {
  const names = changedNames(before.attributes, after.attributes);
  return before.organizationId === after.organizationId ? names : [...names, "organizationId"];
}
