/** What has been removed and held back once the operations decided so far are written. */
import type { Refusal } from "../scim/error.ts";
import type {
  HoldReason,
  MembersRemoved,
  PushFacts,
  Removal,
  RemovalAction,
  Standing,
} from "./guard.ts";
import type { GuardFacts } from "./guard-reads.ts";
import type { Held, Hold } from "./holds.ts";
import { pairKey } from "./keys.ts";
import type { Outcome, WriteRequest } from "./operation.ts";

/** What an operation removes, or would have. */
export interface Removals {
  readonly counted: readonly Removal[];
  /** What has to wait, and is not in a hold yet. */
  readonly held: readonly Removal[];
  /** The hold that it waits in; a new one begins with it. */
  readonly hold?: { readonly id: string; readonly reason: HoldReason };
}

/** An operation that put something into the hold. */
export interface HeldBack {
  readonly request: WriteRequest;
  readonly refusal: Refusal;
  readonly hold: { readonly id: string; readonly reason: HoldReason };
}

export class GuardSet {
  readonly facts: GuardFacts;
  removed: number;
  readonly groups: Map<string, MembersRemoved>;
  /** "type id" → action of what joins the hold which waits. */
  readonly joining = new Map<string, RemovalAction>();
  readonly heldBack: HeldBack[] = [];
  /** By operation, members whom a pulled list would have taken out of its group. */
  readonly spared = new Map<string, readonly string[]>();
  /** Holds that were decided. */
  readonly decided = new Map<string, Hold>();

  constructor(facts: GuardFacts) {
    this.facts = facts;
    this.removed = facts.removed;
    this.groups = new Map(facts.groups);
  }

  pushed(): PushFacts {
    const { removed, groups, facts } = this;
    const standings = (removal: Removal) => this.standings(removal);
    return { removed, active: facts.active, groups, standings };
  }

  /** The hold that waits, or will. */
  get waitingId(): string | undefined {
    return this.facts.waiting?.id ?? this.heldBack[0]?.hold.id;
  }

  note({ counted, held, hold }: Removals, request: WriteRequest, outcome: Outcome): void {
    for (const removal of counted) this.#count(removal);
    for (const removal of held) this.joining.set(keyOf(removal), removal.action);
    if (held.length === 0 || hold === undefined) return;
    if (outcome.ok || typeof outcome.refusal === "string") return;
    this.heldBack.push({ request, refusal: outcome.refusal, hold });
  }

  /** A hold that was asked for by its id. */
  hold(id: string): Hold | undefined {
    return this.decided.get(id) ?? this.facts.holds.find((hold) => hold.id === id);
  }

  /** Of what joins it, and of all that is in the waiting hold then. */
  held(): { readonly joining: readonly Held[]; readonly all: readonly Held[] } {
    const all = new Map([...this.facts.lines, ...this.joining]);
    return { joining: [...this.joining].map(heldOf), all: [...all].map(heldOf) };
  }

  /** What an admin said about it, and whether it waits. */
  standings(removal: Removal): readonly Standing[] {
    const stored = this.facts.standings.get(keyOf(removal)) ?? [];
    const action = this.joining.get(keyOf(removal));
    return action === undefined ? stored : [...stored, { status: "waiting", action, decidedAt: 0 }];
  }

  #count({ resourceType, resourceId, count, members }: Removal): void {
    if (resourceType === "User") this.removed += count;
    else {
      const before = this.groups.get(resourceId) ?? { members, removed: 0 };
      this.groups.set(resourceId, { ...before, removed: before.removed + count });
    }
  }
}

function keyOf({ resourceType, resourceId }: Removal): string {
  return pairKey(resourceType, resourceId);
}

function heldOf([key, action]: readonly [string, RemovalAction]): Held {
  const [resourceType = "", resourceId = ""] = key.split(" ");
  return { resourceType, resourceId, action };
}
