/** When admin keys were last used: written at most once a minute for each, after the answer. */
import { keyUseStatement, type AdminKey } from "../../sources/admin-keys.ts";
import { openAdminDatabase } from "./place.ts";

const EVERY_MS = 60_000;

/** What this isolate has written itself, and the row it read may not show yet. */
const written = new Map<string, number>();
const WRITTEN_MAX = 1_000;

export function recordKeyUse(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  { id, lastUsedAt }: Pick<AdminKey, "id" | "lastUsedAt">,
  now: number,
): void {
  if (now - Math.max(lastUsedAt ?? 0, written.get(id) ?? 0) < EVERY_MS) return;
  if (written.size >= WRITTEN_MAX) written.clear();
  written.set(id, now);
  const write = openAdminDatabase(env).batch([keyUseStatement(id, now)]);
  // Losing a minute of it is allowed; failing a request for it is not.
  context.waitUntil(Promise.allSettled([write]));
}
