/** What happened, one row per effective change, in the batch of the change itself. */
import type { Statement } from "./database.ts";
import { boundedDiff, type Diff } from "./diff.ts";
import { rowStatements } from "./write-rows.ts";

/** Every type there is, by what it is about: a list is asked for by them. */
export const EVENT_TYPES = [
  "user.created",
  "user.updated",
  "user.enabled",
  "user.disabled",
  "user.expired",
  "user.reactivated",
  "user.adopted",
  "user.deleted",
  "user.restored",
  "group.created",
  "group.updated",
  "group.deleted",
  "group.restored",
  "organization.created",
  "organization.updated",
  "organization.moved",
  "organization.deleted",
  "organization.restored",
  "source.created",
  "source.updated",
  "source.enabled",
  "source.disabled",
  "source.deleted",
  "source.opened",
  "source.closed",
  "source.permissions_changed",
  "source.provisioning_enabled",
  "source.provisioning_disabled",
  "source.scope_changed",
  "source.target_changed",
  "token.created",
  "token.updated",
  "token.enabled",
  "token.disabled",
  "token.deleted",
  "token.rotated",
  "field.created",
  "field.updated",
  "field.deleted",
  "secret.created",
  "secret.updated",
  "secret.enabled",
  "secret.disabled",
  "secret.deleted",
  "secret.rotated",
  "key.created",
  "key.updated",
  "key.revoked",
  "application.created",
  "application.updated",
  "application.revoked",
  "hold.created",
  "hold.approved",
  "hold.rejected",
  "directory.created",
  "directory.updated",
  "setup.claimed",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const EVENT_RESOURCES = [
  "User",
  "Group",
  "Organization",
  "DataSource",
  "Field",
  "AdminKey",
  "ApplicationKey",
  "Directory",
  "Hold",
] as const;

/** The actor of what no credential did: the schedule. */
export const SYSTEM = "system";

export interface Event {
  readonly directoryId: string;
  readonly sourceId: string | null;
  readonly at: number;
  readonly type: EventType;
  readonly resourceType: (typeof EVENT_RESOURCES)[number];
  readonly resourceId: string;
  /** The credential: the id of a token, a client secret, an admin or application key; or SYSTEM. */
  readonly actor: string;
  readonly requestId: string;
  /** Names of attributes and ids of members, and how many where not all are named; never a value. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
  /** What it was and what it is, by path; secrets have no way in here. */
  readonly diff?: Diff | undefined;
  /** The version that the resource has since. */
  readonly version?: number | undefined;
}

export function eventStatements(events: readonly Event[]): Statement[] {
  return rowStatements(
    INSERT,
    events.map((event) => ({
      ...event,
      changes: JSON.stringify(event.changes),
      diff: event.diff && JSON.stringify(boundedDiff(event.diff)),
    })),
  );
}

const INSERT = `INSERT INTO events (directory_id, source_id, at, type, resource_type, resource_id,
    actor, request_id, changes, diff, version)
  SELECT :row ->> 'directoryId', :row ->> 'sourceId', :row ->> 'at', :row ->> 'type',
    :row ->> 'resourceType', :row ->> 'resourceId', :row ->> 'actor', :row ->> 'requestId',
    :row ->> 'changes', :row ->> 'diff', :row ->> 'version'
  :from`;
