/** Moves in a tree that only a dry run knows. */
import type { MoveFacts } from "./organization-reads.ts";

/** The id above each organization; of the root there is none. */
export type Parents = ReadonlyMap<string, string | undefined>;

/** How deep it would stand below the parent, what is below it then, and whether that is the parent. */
export function moveWithin(
  parents: Parents,
  id: string,
  parentId: string,
): Pick<MoveFacts, "depth" | "height" | "cycle"> {
  const above = chainFrom(parents, parentId);
  const below = Map.groupBy(parents.keys(), (child) => parents.get(child));
  let height = -1;
  for (let level = [id]; level.length > 0 && height <= parents.size; height++) {
    level = level.flatMap((one) => below.get(one) ?? []);
  }
  return { depth: above.length, height, cycle: above.includes(id) };
}

/** Levels below the root. */
export function depthIn(parents: Parents, id: string): number {
  return chainFrom(parents, id).length - 1;
}

/** From the organization itself up to the root. */
function chainFrom(parents: Parents, id: string): string[] {
  const chain: string[] = [];
  for (let at: string | undefined = id; at !== undefined; at = parents.get(at)) {
    if (chain.includes(at)) break;
    chain.push(at);
  }
  return chain;
}
