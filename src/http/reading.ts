/** Reads of the directory on somebody's behalf, each behind the gate. */
import type { Database, Row, Statement } from "../directory/database.ts";
import type { Scope } from "../directory/read.ts";
import type { ResourceType } from "../scim/attribute.ts";
import { admit, gateStatement, parseGate } from "../sources/gate.ts";
import type { Permission, Source } from "../sources/source.ts";
import type { SourceKeyed } from "./authenticate.ts";
import type { AppContext } from "./context.ts";
import { rememberSource } from "./source-cache.ts";

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

/**
 * Runs the statements behind the gate, in one batch. What the gate says is remembered; the rows
 * are given only when it lets the caller pass.
 */
export async function gated(
  { c, db, caller, permissions }: Reading,
  statements: readonly Statement[],
): Promise<readonly (readonly Row[])[]> {
  const gate = gateStatement(caller.sourceId, caller.tokenId);
  const [gateRows, ...rows] = await db.batch([gate, ...statements]);
  c.set("proved", true);
  const { source, token } = parseGate(gateRows?.[0]);
  const now = Date.now();
  const admitted = admit(source, token, undefined, now);
  for (const permission of permissions) admit(source, token, permission, now);
  rememberSource(admitted);
  return rows;
}

export function scopeOf({ directoryId, id }: Source): Scope {
  return { directoryId, sourceId: id };
}
