/** What happened, one row per effective change, in the batch of the change itself. */
import type { Statement } from "./database.ts";
import { rowStatements } from "./write-rows.ts";

export interface Event {
  readonly directoryId: string;
  readonly sourceId: string | null;
  readonly at: number;
  /** For instance "user.created". */
  readonly type: string;
  readonly resourceType: "User" | "Group" | "DataSource";
  readonly resourceId: string;
  /** The credential: a token's or an admin key's id. */
  readonly actor: string;
  readonly requestId: string;
  /** Names of attributes and ids of members; never a value. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
}

export function eventStatements(events: readonly Event[]): Statement[] {
  return rowStatements(
    INSERT,
    events.map((event) => ({ ...event, changes: JSON.stringify(event.changes) })),
  );
}

const INSERT = `INSERT INTO events (directory_id, source_id, at, type, resource_type, resource_id,
    actor, request_id, changes)
  SELECT :row ->> 'directoryId', :row ->> 'sourceId', :row ->> 'at', :row ->> 'type',
    :row ->> 'resourceType', :row ->> 'resourceId', :row ->> 'actor', :row ->> 'requestId',
    :row ->> 'changes'
  :from`;
