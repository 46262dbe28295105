/** When tokens were last used, gathered per isolate and told to the sources' objects now and then. */
import type { SourceKeyed } from "./authenticate.ts";

const FLUSH_MS = 10_000;

const uses = new Map<string, Map<string, number>>();
let flushedAt = 0;

/** Costs a request nothing: what is told is told after the answer, once in ten seconds. */
export function recordUse(
  env: Env,
  context: Pick<ExecutionContext, "waitUntil">,
  { sourceId, tokenId }: SourceKeyed,
  now: number,
): void {
  const ofSource = uses.get(sourceId) ?? new Map<string, number>();
  uses.set(sourceId, ofSource.set(tokenId, now));
  if (now - flushedAt < FLUSH_MS) return;
  flushedAt = now;
  const told = [...uses].map(([id, tokens]) => env.SOURCE.getByName(id).noteUse([...tokens]));
  uses.clear();
  // Losing a minute of it is allowed; failing a request for it is not.
  context.waitUntil(Promise.allSettled(told));
}
