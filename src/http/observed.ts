/** What sources send and isn't kept, gathered per isolate and told to their objects now and then. */
import type { ResourceType } from "../scim/attribute.ts";
import { unmappedIn, unmappedInPatch } from "../scim/unmapped.ts";
import { addObservations, type Observation } from "../sources/observed.ts";
import type { ResourceOperation } from "../sources/operation.ts";
import type { AppContext } from "./context.ts";

const FLUSH_MS = 10_000;
const SOURCES_MAX = 1_000;

const observed = new Map<string, Map<string, Observation>>();
let flushedAt = 0;

/** What an operation on a user says that is not kept: paths, as unmapped.ts has them. */
export function unmappedBy(
  operation: ResourceOperation,
  body: unknown,
  type: ResourceType,
): string[] {
  switch (operation.kind) {
    case "user.create":
    case "user.replace":
      return unmappedIn(body, type);
    case "user.patch":
      return unmappedInPatch(operation.operations, type);
    default:
      return [];
  }
}

/** Costs a request nothing: what is told is told after the answer, once in ten seconds. */
export function observe(c: AppContext, paths: readonly string[]): void {
  const caller = c.get("caller");
  if (caller === undefined || paths.length === 0) return;
  const now = Date.now();
  const held = observed.get(caller.sourceId) ?? new Map<string, Observation>();
  addObservations(
    held,
    paths.map((path) => [path, 1, now]),
  );
  if (observed.size < SOURCES_MAX) observed.set(caller.sourceId, held);
  if (now - flushedAt < FLUSH_MS) return;
  flushedAt = now;
  c.executionCtx.waitUntil(tellObserved(c.env));
}

/** Tells all that this isolate holds. Losing some of it is allowed; failing a request for it is not. */
export async function tellObserved(env: Env): Promise<void> {
  const told = [...observed].map(([id, paths]) =>
    env.SOURCE.getByName(id).noteObserved([...paths.values()]),
  );
  observed.clear();
  await Promise.allSettled(told);
}
