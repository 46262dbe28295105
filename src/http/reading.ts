/** Reads of the directory on somebody's behalf, each behind the gate. */
import type { Database, Row, Statement } from "../directory/database.ts";
import type { Scope } from "../directory/read.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { admit, besideStanding, parseStanding, standingStatement } from "../sources/gate.ts";
import type { Permission, Source } from "../sources/source.ts";
import { reloadSource, type SourceKeyed } from "./authenticate.ts";
import type { AppContext } from "./context.ts";

export interface Reading {
  readonly c: AppContext;
  /** What locations begin with: read once, as a page needs it for each resource. */
  readonly base: string;
  readonly db: Database;
  readonly caller: SourceKeyed;
  readonly source: Source;
  /** What it takes. */
  readonly permissions: readonly Permission[];
}

const PERMISSIONS = {
  User: { read: "user:read", write: "user:write" },
  Group: { read: "group:read", write: "group:write" },
  Organization: { read: "organization:read", write: "organization:write" },
} as const;

export function readingOf(type: ResourceType): Permission {
  return PERMISSIONS[type.name].read;
}

export function writingOf(type: ResourceType): Permission {
  return PERMISSIONS[type.name].write;
}

/** Runs the statements behind the gate, in one batch; rows are given only to whom it lets pass. */
export async function gated(
  reading: Reading,
  statements: readonly Statement[],
): Promise<readonly (readonly Row[])[]> {
  const [standing, ...rows] = await reading.db.batch([
    standingStatement(reading.caller),
    ...statements,
  ]);
  await admitReader(reading, standing?.[0]);
  return rows;
}

/** The same for a statement whose only row, if it has one, is of a resource. */
export async function gatedRow(reading: Reading, statement: Statement): Promise<Row | undefined> {
  const [rows] = await reading.db.batch([besideStanding(statement, reading.caller)]);
  const row = rows?.[0];
  await admitReader(reading, row);
  return row?.["id"] === null ? undefined : row;
}

/** Throws unless the caller may read; where the source was configured anew, that is remembered. */
async function admitReader(
  { c, caller, source, permissions }: Reading,
  row: Row | undefined,
): Promise<void> {
  c.set("proved", true);
  const { isOf, token } = parseStanding(row);
  const current = isOf(source) ? source : await reloadSource(c, caller);
  const now = Date.now();
  admit(current, token, undefined, now);
  for (const permission of permissions) admit(current, token, permission, now);
}

export function scopeOf({ directoryId, id, ...source }: Source): Scope {
  const isEmpty = !source.scopeHasOrganizations && !source.scopeHasGroups;
  const groups = isEmpty ? "none" : source.scopeHasGroups ? "listed" : "own";
  return { directoryId, sourceId: id, groups };
}
