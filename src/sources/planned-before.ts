/** What a dry run planned so far, laid over what is stored: later steps are decided on both. */
import type { Contents, MoveFacts, ReadOrganization } from "./organization-reads.ts";
import type { ReadGroup, ReadUser, Snapshot } from "./snapshot.ts";

/** The id above each organization; of the root there is none. */
export type Parents = ReadonlyMap<string, string | undefined>;

export type Left = Pick<Contents, "children" | "people">;

/** What a dry run would have made before: it counts as there. */
export interface PlannedBefore {
  readonly organizations?: readonly ReadOrganization[];
  /** The whole tree of the directory, where organizations are moved in it. */
  readonly parents?: Parents | undefined;
  readonly groups?: readonly ReadGroup[];
  readonly users?: readonly ReadUser[];
  /** By "kind key" the id of who holds a value that is one's alone; null where nobody does any more. */
  readonly unique?: ReadonlyMap<string, string | null>;
  /** What it would have left in the organizations that it would delete. */
  readonly left?: ReadonlyMap<string, Left>;
}

/**
 * The snapshot as it would be then. Of a move, who would lose sight of what is taken from what is
 * stored, and of what lies below one, the depth.
 */
export function withPlanned(snapshot: Snapshot, planned: PlannedBefore | undefined): Snapshot {
  if (planned === undefined) return snapshot;
  const { tree } = snapshot;
  const contents = [...tree.contents].map(
    ([id, facts]) => [id, { ...facts, ...planned.left?.get(id) }] as const,
  );
  return {
    ...snapshot,
    users: newest(snapshot.users, planned.users),
    groups: newest(snapshot.groups, planned.groups),
    uniqueValues: holdersOf(snapshot, planned.unique ?? new Map()),
    tree: {
      ...tree,
      organizations: newest(tree.organizations, planned.organizations),
      contents: new Map(contents),
      moves: planned.parents === undefined ? tree.moves : movesIn(planned.parents, tree.moves),
    },
  };
}

function movesIn(parents: Parents, stored: Snapshot["tree"]["moves"]): Snapshot["tree"]["moves"] {
  return new Map(
    [...stored].map(([key, facts]) => {
      const [id = "", parentId = ""] = key.split(" ");
      return [key, { ...facts, ...moveWithin(parents, id, parentId) }];
    }),
  );
}

function holdersOf(
  { keys, uniqueValues }: Snapshot,
  planned: ReadonlyMap<string, string | null>,
): Snapshot["uniqueValues"] {
  const holders = [...keys.uniqueValues].flatMap((key) => {
    const holder = planned.has(key) ? planned.get(key) : uniqueValues.get(key);
    return typeof holder === "string" ? [[key, holder] as const] : [];
  });
  return new Map(holders);
}

function newest<T extends { readonly id: string }>(
  stored: readonly T[],
  planned: readonly T[] = [],
): readonly T[] {
  const newer = new Set(planned.map(({ id }) => id));
  return [...stored.filter(({ id }) => !newer.has(id)), ...planned];
}

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
