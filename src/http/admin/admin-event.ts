/**
 * What admins do without an object that would do it for them: to the deployment as a whole, whose
 * log is the default directory's, or to a directory. Its audit is a chain of its own in each shard.
 */
import type { Context } from "hono";
import { ConstraintViolation, type Database, type Statement } from "../../directory/database.ts";
import type { Diff } from "../../directory/diff.ts";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { eventStatements, type Event } from "../../directory/events.ts";
import { ScimError } from "../../scim/error.ts";
import { auditStatements, DEPLOYMENT, readHead, sealed } from "../../sources/audit.ts";
import type { Role } from "../../sources/admin-keys.ts";
import { readPeppers } from "../../sources/secret.ts";
import type { AdminEnv } from "./router.ts";

export interface AdminChange extends Pick<
  Event,
  "type" | "resourceType" | "resourceId" | "at" | "version"
> {
  readonly diff: Diff;
  /** The default one, where no other is named. */
  readonly directoryId?: string;
  /** Who does it; the admin who asks, where nobody else is named. */
  readonly by?: { readonly id: string; readonly role: Role };
}

/** Somebody else's entry in between is found out by the batch; then the same is sealed anew. */
const TRIES = 20;

/**
 * Writes the statements with the event and the audit of what they do, in one batch. Throws
 * ConstraintViolation when it is the statements that can't be written, ScimError `unavailable`.
 */
export async function writeAudited(
  c: Context<AdminEnv>,
  db: Database,
  change: AdminChange,
  statements: readonly Statement[],
): Promise<void> {
  let head = await readHead(db, DEPLOYMENT);
  for (let tries = 0; tries < TRIES; tries++) {
    const rows = await sealed(readPeppers(c.env), DEPLOYMENT, head, [entryOf(c, change)]);
    try {
      await db.batch([...statements, ...eventOf(c, change), ...auditStatements(rows)]);
      return;
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
      const now = await readHead(db, DEPLOYMENT);
      if (now.hmac === head.hmac) throw error;
      head = now;
    }
  }
  throw new ScimError("unavailable", "Many changes are made at the moment", {
    retryAfterSeconds: 1,
  });
}

function entryOf(c: Context<AdminEnv>, change: AdminChange) {
  const { id: actor, role } = change.by ?? c.get("admin");
  const { at, type: action, resourceType: targetType, resourceId: targetId, diff } = change;
  return { at, actor, role, action, targetType, targetId, diff, requestId: c.get("requestId") };
}

/** What is new is named by its values, not by what changed about it. */
function eventOf(
  c: Context<AdminEnv>,
  { by, directoryId = DEFAULT_DIRECTORY, ...change }: AdminChange,
): Statement[] {
  const names = Object.entries(change.diff).flatMap(([path, { from }]) =>
    from === undefined ? [] : [path],
  );
  return eventStatements([
    {
      ...change,
      directoryId,
      sourceId: null,
      actor: (by ?? c.get("admin")).id,
      requestId: c.get("requestId"),
      changes: names.length === 0 ? {} : { attributes: names },
    },
  ]);
}
