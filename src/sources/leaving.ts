/** What becomes of the people of a source that is deleted: they are disabled or deleted first, so many at a time. */
import {
  ConstraintViolation,
  type Database,
  type Row,
  type Statement,
} from "../directory/database.ts";
import { diffOf } from "../directory/diff.ts";
import { eventStatements, type Event } from "../directory/events.ts";
import { forgetStatements } from "../directory/passwords.ts";
import { parseUser, type User } from "../directory/user.ts";
import { leaveAllGroups } from "../directory/write-members.ts";
import { placementStatements } from "../directory/write-placements.ts";
import { userStatements } from "../directory/write-users.ts";
import { ScimError } from "../scim/error.ts";
import { auditStatements, HEAD, parseHead, sealed, type AuditEntry } from "./audit.ts";
import { NO_CLAIMS } from "./claims.ts";
import type { RunCall } from "./operation.ts";
import type { Pepper } from "./secret.ts";

export interface Leaving {
  readonly sourceId: string;
  readonly fate: "disable" | "delete";
  readonly by: RunCall;
  readonly peppers: readonly Pepper[];
}

/** A batch is bounded by what one transaction may take, a request by what it may wait for. */
const AT_ONCE = 100;
const BATCHES = 20;
/** Of those who are changed by others at the same moment. */
const TRIES = 3;

/** How many there are with whom something is left to be done. No index has them: this reads the table. */
export async function countPeople(
  db: Database,
  { sourceId, fate }: Pick<Leaving, "sourceId" | "fate">,
): Promise<number> {
  const sql = `SELECT count(*) AS n FROM users WHERE ${meant(fate)}`;
  const [rows] = await db.batch([{ sql, params: [sourceId] }]);
  return Number(rows?.[0]?.["n"] ?? 0);
}

/**
 * Goes through up to 2,000 of them. Whether there are more; asked again, it goes on with those. Each
 * batch asserts that the source is still there and not enabled. Throws ScimError `unavailable`.
 */
export async function leave(db: Database, leaving: Leaving, now: number): Promise<boolean> {
  let after = -1;
  for (let batches = 0; batches < BATCHES; batches++) {
    const last = await leaveOnce(db, leaving, after, now);
    if (last === undefined) return false;
    after = last;
  }
  return true;
}

/** The last one's place in the table; undefined when nobody was left. */
async function leaveOnce(
  db: Database,
  leaving: Leaving,
  after: number,
  now: number,
): Promise<number | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const [rows = [], heads = []] = await db.batch([
      nextStatement(leaving, after),
      { sql: HEAD.replaceAll(":row", "?1"), params: [leaving.sourceId] },
    ]);
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const entries = auditEntries(leaving, rows, now);
    const audit = await sealed(leaving.peppers, leaving.sourceId, parseHead(heads[0]), entries);
    try {
      await db.batch([...statements(leaving, rows, now), ...auditStatements(audit)]);
      return Number(last["seq"]);
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
    }
  }
  throw new ScimError("unavailable", "The source or its people are being changed by others", {
    retryAfterSeconds: 1,
  });
}

function nextStatement({ sourceId, fate }: Leaving, after: number): Statement {
  const sql = `SELECT * FROM users WHERE seq > ?2 AND ${meant(fate)} ORDER BY seq LIMIT ${AT_ONCE}`;
  return { sql, params: [sourceId, after] };
}

function meant(fate: Leaving["fate"]): string {
  const active = fate === "disable" ? "AND active = 1" : "";
  return `+source_id = ?1 AND deleted_at IS NULL ${active}`;
}

function statements(leaving: Leaving, rows: readonly Row[], now: number): Statement[] {
  const changes = rows.map(parseUser).map((before) => {
    return { before, after: afterwards(before, leaving.fate, now) };
  });
  const gone = leaving.fate === "delete" ? changes.map(({ after }) => after.id) : [];
  const seqs = leaving.fate === "delete" ? rows.map((row) => Number(row["seq"])) : [];
  return [
    { sql: ASSERT_OFF, params: [leaving.sourceId] },
    ...placementStatements({ places: [], moved: [], further: [], gone }),
    ...userStatements(changes, NO_CLAIMS),
    ...seqs.flatMap((seq, index) => leaveAllGroups({ seq, id: gone[index] ?? "" }, now)),
    ...forgetStatements(gone),
    ...eventStatements(changes.map(({ before, after }) => eventOf(leaving, before, after, now))),
  ];
}

const ASSERT_OFF = `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
  SELECT 1 FROM data_sources WHERE id = ?1 AND deleted_at IS NULL AND status <> 'enabled')`;

function afterwards(user: User, fate: Leaving["fate"], now: number): User {
  const next = { ...user, version: user.version + 1, updatedAt: now };
  if (fate === "delete") return { ...next, deletedAt: now };
  return { ...next, attributes: { ...user.attributes, active: false } };
}

/** An entry for each batch: with the one of the deletion itself, they are the source's chain. */
function auditEntries(
  { sourceId, fate, by }: Leaving,
  rows: readonly Row[],
  at: number,
): AuditEntry[] {
  const { actor, role, requestId } = by;
  if (role === undefined) return [];
  const action = fate === "disable" ? "source.people_disabled" : "source.people_deleted";
  const diff = { people: { from: rows.map((row) => String(row["id"])) } };
  const about = { targetType: "DataSource", targetId: sourceId };
  return [{ at, actor, role, action, ...about, diff, requestId }];
}

function eventOf(
  { sourceId, fate, by: { actor, requestId } }: Leaving,
  before: User,
  after: User,
  at: number,
): Event {
  const by = { directoryId: after.directoryId, sourceId, at, actor, requestId };
  const about = { resourceType: "User", resourceId: after.id, version: after.version } as const;
  if (fate === "disable") {
    const diff = diffOf(before.attributes, after.attributes);
    return { ...by, ...about, type: "user.disabled", changes: { attributes: ["active"] }, diff };
  }
  const { organizationId, attributes } = before;
  const diff = diffOf({ ...attributes, organizationId, sourceId }, {});
  return { ...by, ...about, type: "user.deleted", changes: {}, diff };
}
