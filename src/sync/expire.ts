/** Disabling those whose time has come, as one batch per shard. */
import { NO_CLAIMS } from "../sources/claims.ts";
import { ConstraintViolation, type Database } from "../directory/database.ts";
import { eventStatements, SYSTEM, type Event } from "../directory/events.ts";
import { diffOf } from "../directory/diff.ts";
import { dueStatement } from "../directory/expiry.ts";
import { parseUser, type User } from "../directory/user.ts";
import { userStatements } from "../directory/write-users.ts";

/** A batch is bounded, so that one tick stays short; the next one goes on. */
const AT_ONCE = 200;
/** Of those who are being changed at the same moment the next tick takes care. */
const TRIES = 3;

/** `now` in epoch milliseconds. Users changed meanwhile are read anew: their date may be another. */
export async function expireUsers(db: Database, now: number, requestId: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const [rows = []] = await db.batch([dueStatement(now, AT_ONCE)]);
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
