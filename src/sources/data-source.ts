/** The Durable Object of a data source: all its writes pass here, one group after the other. */
import { DurableObject } from "cloudflare:workers";
import { DEADLINE_MS, openDatabase } from "../directory/database.ts";
import { shardOf } from "../directory/ids.ts";
import { logError } from "../directory/log.ts";
import type { Refusal } from "../scim/error.ts";
import { commitGroup, Superseded, type Holder } from "./group-commit.ts";
import { keysOfOperation } from "./keys.ts";
import {
  isResourceRequest,
  type DataSourceCalls,
  type Outcome,
  type ResourceOperation,
  type WriteRequest,
} from "./operation.ts";
import { useStatements } from "./token-use.ts";

interface Waiting {
  readonly request: WriteRequest;
  readonly since: number;
  readonly answer: (outcome: Outcome) => void;
}

/** A group is bounded so that its statements stay below a megabyte and its batch below a second. */
const GROUP_OPERATIONS = 64;
/** So many groups of 20,000 members each are as much as an object's memory is asked to hold. */
const WHOLE_GROUPS = 8;
const QUEUE_LENGTH = 200;
const QUEUE_MS = 10_000;
const USE_FLUSH_MS = 60_000;

/**
 * Named by the source's id. An object alone is not a lock, since calls to it interleave at every
 * await: hence the queue, and the epoch that fences off an instance that was superseded.
 */
export class DataSource extends DurableObject<Env> implements DataSourceCalls {
  readonly #queue: Waiting[] = [];
  readonly #lastUsed = new Map<string, number>();
  #running = false;
  #holder: Holder | undefined;

  /** Milliseconds since the epoch; a test may set another clock. */
  protected now(): number {
    return Date.now();
  }

  /** How long one call to the database may take; a test may be less patient. */
  protected deadlineMs(): number {
    return DEADLINE_MS;
  }

  /** Carries out a write. Never throws: errors don't survive the RPC. */
  write(request: WriteRequest): Promise<Outcome> {
    const isSetting = !isResourceRequest(request);
    if (!isSetting && this.#queue.length >= QUEUE_LENGTH) return Promise.resolve(refused(FULL));
    return new Promise((answer) => {
      const waiting = { request, since: this.now(), answer };
      // A client that floods its source must not keep an admin from switching it off.
      if (isSetting) this.#queue.splice(settingsAhead(this.#queue), 0, waiting);
      else this.#queue.push(waiting);
      if (!this.#running) void this.#run();
    });
  }

  /** Notes when tokens were last used; up to a minute of it may be lost. */
  async noteUse(uses: readonly (readonly [tokenId: string, at: number])[]): Promise<void> {
    for (const [id, at] of uses) {
      this.#lastUsed.set(id, Math.max(at, this.#lastUsed.get(id) ?? 0));
    }
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(this.now() + USE_FLUSH_MS);
    }
  }

  override async alarm(): Promise<void> {
    const uses = [...this.#lastUsed];
    if (uses.length > 0) await this.#open().db.batch(useStatements(uses));
    for (const [id, at] of uses) {
      if (this.#lastUsed.get(id) === at) this.#lastUsed.delete(id);
    }
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let group = this.#next(); group.length > 0; group = this.#next()) {
        const outcomes = await this.#commit(group.map(({ request }) => request));
        group.forEach(({ answer }, index) => answer(outcomes[index] ?? refused(STOPPED)));
      }
    } finally {
      this.#running = false;
    }
  }

  async #commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    try {
      return await commitGroup(this.#open(), requests);
    } catch (error) {
      if (error instanceof Superseded) this.ctx.abort("Superseded by a newer instance");
      logError("data-source", error);
      return requests.map(() => refused(STOPPED));
    }
  }

  /** What has waited too long is answered, not carried out: its client has given up on it. */
  #next(): Waiting[] {
    const latest = this.now() - QUEUE_MS;
    while (this.#queue[0] !== undefined && this.#queue[0].since < latest) {
      this.#queue.shift()?.answer(refused(LATE));
    }
    return this.#queue.splice(0, groupLength(this.#queue));
  }

  #open(): Holder {
    if (this.#holder !== undefined) return this.#holder;
    const object = this.ctx.id.name ?? "";
    const { kv } = this.ctx.storage;
    const stored = kv.get<number>("epoch");
    this.#holder = {
      object,
      db: openDatabase(this.env, shardOf(object) ?? "00", () => this.deadlineMs()),
      epoch: undefined,
      highestEpoch: stored ?? 0,
      profile: undefined,
      now: () => this.now(),
      remember: (epoch) => kv.put("epoch", epoch),
    };
    return this.#holder;
  }
}

/**
 * A change of settings stands alone: what follows it is decided under the new ones. A deleted user
 * leaves groups that nobody has read: what follows is decided when that is written.
 */
function groupLength(queue: readonly Waiting[]): number {
  let length = 0;
  let wholeGroups = 0;
  let before: Kind | undefined;
  for (const { request } of queue.slice(0, GROUP_OPERATIONS)) {
    const kind = kindOf(request);
    if (kind === "setting") return Math.max(length, 1);
    if (before === "user.delete" && kind !== "user.delete") return length;
    if (needsAllMembers(request) && ++wholeGroups > WHOLE_GROUPS) return length;
    before = kind;
    length++;
  }
  return length;
}

function needsAllMembers(request: WriteRequest): boolean {
  if (!isResourceRequest(request) || !request.operation.kind.startsWith("group.")) return false;
  // A repeated POST with members replaces those of the group that is there.
  if (request.operation.kind === "group.create") return true;
  return keysOfOperation(request.operation, undefined).membersOf.size > 0;
}

function settingsAhead(queue: readonly Waiting[]): number {
  const first = queue.findIndex(({ request }) => isResourceRequest(request));
  return first === -1 ? queue.length : first;
}

type Kind = ResourceOperation["kind"] | "setting";

function kindOf(request: WriteRequest): Kind {
  return isResourceRequest(request) ? request.operation.kind : "setting";
}

const FULL: Refusal = {
  reason: "rate_limited",
  detail: "Too many writes of this data source are waiting",
  retryAfterSeconds: 2,
};
const LATE: Refusal = {
  reason: "unavailable",
  detail: "The write waited too long and was not carried out",
  retryAfterSeconds: 5,
};
const STOPPED: Refusal = {
  reason: "unavailable",
  detail: "The write could not be carried out",
  retryAfterSeconds: 1,
};

function refused(refusal: Refusal): Outcome {
  return { ok: false, refusal };
}
