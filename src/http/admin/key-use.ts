/** When keys were last used: written at most once a minute for each, after the answer. */
import type { Database, Statement } from "../../directory/database.ts";

const EVERY_MS = 60_000;

/** What this isolate has written itself, and the row it read may not show yet. */
const written = new Map<string, number>();
const WRITTEN_MAX = 1_000;

/** `statement` writes it, into the database that has the key. */
export function recordKeyUse(
  db: Database,
  context: Pick<ExecutionContext, "waitUntil">,
  { id, lastUsedAt }: { readonly id: string; readonly lastUsedAt: number | null },
  statement: (id: string, at: number) => Statement,
): void {
  const now = Date.now();
  if (now - Math.max(lastUsedAt ?? 0, written.get(id) ?? 0) < EVERY_MS) return;
  if (written.size >= WRITTEN_MAX) written.clear();
  written.set(id, now);
  // Losing a minute of it is allowed; failing a request for it is not.
  context.waitUntil(Promise.allSettled([db.batch([statement(id, now)])]));
}
