/** Disabling those whose time has come. */
import { NO_CLAIMS } from "../sources/claims.ts";
import { ConstraintViolation, type Database } from "../directory/database.ts";
import { eventStatements, SYSTEM, type Event } from "../directory/events.ts";
import { diffOf } from "../directory/diff.ts";
import { dueStatement, turnsStatement } from "../directory/expiry.ts";
import { numberIn } from "../directory/row.ts";
import { parseUser, type User } from "../directory/user.ts";
import { userStatements } from "../directory/write-users.ts";

/** What one transaction may take. */
const AT_ONCE = 200;
/** What one tick may take, of the calls that an invocation has; the next one goes on. */
const BATCHES = 50;
/** Of those who are being changed at the same moment the next tick takes care. */
const TRIES = 3;

/** `now` in epoch milliseconds. Disables up to 10,000, those of all directories in turn. */
export async function expireUsers(db: Database, now: number, requestId: string): Promise<void> {
  const [rows = []] = await db.batch([turnsStatement(now, AT_ONCE * BATCHES)]);
  const seqs = rows.map((row) => numberIn(row, "seq"));
  for (let from = 0; from < seqs.length; from += AT_ONCE) {
    await expireBatch(db, seqs.slice(from, from + AT_ONCE), now, requestId);
  }
}

/** Users changed meanwhile are read anew: their date may be another. */
async function expireBatch(
  db: Database,
  seqs: readonly number[],
  now: number,
  requestId: string,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const [rows = []] = await db.batch([dueStatement(now, seqs)]);
    if (rows.length === 0) return;
    const changes = rows.map(parseUser).map((before) => ({ before, after: expired(before, now) }));
    const events = changes.map((change) => eventOf(change, now, requestId));
    try {
      await db.batch([...userStatements(changes, NO_CLAIMS), ...eventStatements(events)]);
      return;
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
    }
  }
}

function expired(user: User, now: number): User {
  const attributes = { ...user.attributes, active: false };
  return { ...user, attributes, version: user.version + 1, updatedAt: now };
}

interface Expiry {
  readonly before: User;
  readonly after: User;
}

function eventOf({ before, after }: Expiry, at: number, requestId: string): Event {
  return {
    directoryId: after.directoryId,
    sourceId: after.sourceId,
    at,
    type: "user.expired",
    resourceType: "User",
    resourceId: after.id,
    actor: SYSTEM,
    requestId,
    changes: { attributes: ["active"] },
    diff: diffOf(before.attributes, after.attributes),
    version: after.version,
  };
}
