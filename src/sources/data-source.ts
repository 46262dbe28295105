/** The Durable Object of a data source: all its writes pass here, one group after the other. */
import { DurableObject } from "cloudflare:workers";
import { ConstraintViolation, DEADLINE_MS, openDatabase } from "../directory/database.ts";
import type { Statement } from "../directory/database.ts";
import { randomBytes, uuidv7 } from "../directory/ids.ts";
import { logError } from "../directory/log.ts";
import { commitGroup, Superseded, type Committed, type Holder } from "./group-commit.ts";
import { GROUP_OPERATIONS, groupLength, partLength } from "./group-length.ts";
import { isStop, NO_PAST, type Past } from "./references.ts";
import { holdAnswer, holdRequest } from "./hold-operations.ts";
import {
  isDirectoryRequest,
  isResourceRequest,
  type HoldDecision,
  type Outcome,
  type ResourceRequest,
  type RunAnswer,
  type WriteCalls,
  type WriteRequest,
} from "./operation.ts";
import { addObservations, observedStatements, type Observation } from "./observed.ts";
import { shardOfObject } from "./object.ts";
import { FULL, LATE, refused, STOPPED } from "./put-off.ts";
import { ActivityBuffer, type Activity } from "./activity.ts";
import { activityStatements } from "./activity-statements.ts";
import { readPeppers } from "./secret.ts";

/** A write, or so many of a Bulk as a group can hold. */
interface Waiting {
  readonly requests: readonly WriteRequest[];
  /** Only of a Bulk, which shares its groups with nobody. */
  readonly past: Past | undefined;
  readonly since: number;
  readonly answer: (committed: Committed) => void;
}

const QUEUE_LENGTH = 200;
const QUEUE_MS = 10_000;
const FLUSH_MS = 60_000;

/**
 * Named by the source's id. An object alone is not a lock, since calls to it interleave at every
 * await: hence the queue, and the epoch that fences off an instance that was superseded.
 */
export class DataSource extends DurableObject<Env> implements WriteCalls {
  readonly #queue: Waiting[] = [];
  readonly #activity = new ActivityBuffer();
  /** What is being written of it, or was and nobody knows. */
  #flush: readonly Statement[] | undefined;
  readonly #observed = new Map<string, Observation>();
  #running = false;
  /** Kept when the queue is empty again, and when the last of what must be alone is done. */
  #ran: Promise<void> = Promise.resolve();
  #alone: Promise<void> = Promise.resolve();
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
  async write(request: WriteRequest): Promise<Outcome> {
    if (!isSettingRequest(request) && this.#isFull()) return refused(FULL);
    const { outcomes } = await this.#enqueue([request]);
    return outcomes[0] ?? refused(STOPPED);
  }

  /**
   * Carries out the operations of a Bulk in their order. It is let in as a whole or not at all, and
   * each of its groups queues up behind what came meanwhile. What puts one off puts off the rest.
   */
  async writeAll(requests: readonly ResourceRequest[]): Promise<readonly Outcome[]> {
    if (this.#isFull()) return requests.map(() => refused(FULL));
    const outcomes: Outcome[] = [];
    let past = NO_PAST;
    while (outcomes.length < requests.length) {
      const rest = requests.slice(outcomes.length);
      const part = rest.slice(0, partLength(rest));
      const done = await this.#enqueue(part, past);
      outcomes.push(...done.outcomes);
      const stop = done.outcomes.find(isStop);
      if (stop !== undefined) return requests.map((_, index) => outcomes[index] ?? stop);
      ({ past } = done);
    }
    return outcomes;
  }

  /** Notes what requests came to; up to a minute of it may be lost. */
  async noteUse(activity: Activity): Promise<void> {
    this.#activity.add(activity);
    if (!this.#activity.isEmpty()) await this.#settleLater();
  }

  /** Notes what arrived and isn't kept; up to a minute of it may be lost. */
  async noteObserved(observations: readonly Observation[]): Promise<void> {
    addObservations(this.#observed, observations);
    await this.#settleLater();
  }

  async #settleLater(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm(this.now() + FLUSH_MS);
  }

  /** Carries out the work when all that came before it is done, and lets nothing in between. */
  protected alone<T>(work: (holder: Holder) => Promise<T>): Promise<T> {
    const done = this.#alone.then(() => this.#whenIdle(work));
    this.#alone = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #whenIdle<T>(work: (holder: Holder) => Promise<T>): Promise<T> {
    while (this.#running) await this.#ran;
    this.#running = true;
    try {
      return await work(this.holder());
    } catch (error) {
      if (error instanceof Superseded) this.ctx.abort("Superseded by a newer instance");
      throw error;
    } finally {
      this.#running = false;
      if (this.#queue.length > 0) this.#start();
    }
  }

  #start(): void {
    this.#ran = this.#run();
  }

  override async alarm(): Promise<void> {
    await this.settle();
  }

  /** What was written must not be added again: some of it may be lost instead. */
  async #writeObserved(): Promise<void> {
    const { db, object } = this.holder();
    const observed = observedStatements(object, [...this.#observed.values()]);
    this.#observed.clear();
    if (observed.length > 0) await db.batch(observed);
  }

  /** Throws ScimError `unavailable`; then the same is written again the next time. */
  async settle(): Promise<void> {
    const { db, object } = this.holder();
    while (this.#flush !== undefined || !this.#activity.isEmpty()) {
      const flush = (this.#flush ??= activityStatements(
        object,
        crypto.randomUUID(),
        this.#activity.take(),
      ));
      try {
        await db.batch(flush);
      } catch (error) {
        // It was written before, and only the reply was lost.
        if (!(error instanceof ConstraintViolation)) throw error;
      }
      if (this.#flush === flush) this.#flush = undefined;
    }
    await this.#writeObserved();
  }

  async decideHold(decision: HoldDecision): Promise<RunAnswer> {
    const opId = uuidv7(this.now(), randomBytes(10));
    return holdAnswer(await this.write(holdRequest(decision, this.ctx.id.name ?? "", opId)));
  }

  #isFull(): boolean {
    return this.#queue.reduce((sum, { requests }) => sum + requests.length, 0) >= QUEUE_LENGTH;
  }

  #enqueue(requests: readonly WriteRequest[], past?: Past): Promise<Committed> {
    return new Promise((answer) => {
      const waiting = { requests, past, since: this.now(), answer };
      // A client that floods its source must not keep an admin from switching it off.
      if (isSetting(waiting)) this.#queue.splice(settingsAhead(this.#queue), 0, waiting);
      else this.#queue.push(waiting);
      if (!this.#running) this.#start();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let group = this.#next(); group.length > 0; group = this.#next()) {
        const requests = group.flatMap((waiting) => waiting.requests);
        const { outcomes, past } = await this.#commit(requests, group[0]?.past);
        const rest = [...outcomes];
        for (const { answer, requests: own } of group) {
          answer({ outcomes: rest.splice(0, own.length), past });
        }
      }
    } finally {
      this.#running = false;
    }
  }

  async #commit(requests: readonly WriteRequest[], past = NO_PAST): Promise<Committed> {
    try {
      return await commitGroup(this.holder(), requests, past);
    } catch (error) {
      if (error instanceof Superseded) this.ctx.abort("Superseded by a newer instance");
      logError("data-source", error);
      return { outcomes: requests.map(() => refused(STOPPED)), past };
    }
  }

  /** What has waited too long is answered, not carried out: its client has given up on it. */
  #next(): Waiting[] {
    const latest = this.now() - QUEUE_MS;
    while (this.#queue[0] !== undefined && this.#queue[0].since < latest) {
      const late = this.#queue.shift();
      late?.answer({ outcomes: late.requests.map(() => refused(LATE)), past: NO_PAST });
    }
    if (this.#queue[0]?.past !== undefined) return this.#queue.splice(0, 1);
    const bulk = this.#queue.findIndex(({ past }) => past !== undefined);
    const singles = this.#queue.slice(0, bulk === -1 ? GROUP_OPERATIONS : bulk);
    return this.#queue.splice(0, groupLength(singles.flatMap(({ requests }) => requests)));
  }

  protected holder(): Holder {
    if (this.#holder !== undefined) return this.#holder;
    const object = this.ctx.id.name ?? "";
    const { kv } = this.ctx.storage;
    const stored = kv.get<number>("epoch");
    this.#holder = {
      object,
      db: openDatabase(this.env, shardOfObject(object), () => this.deadlineMs()),
      epoch: undefined,
      highestEpoch: stored ?? 0,
      known: undefined,
      expectsNew: false,
      now: () => this.now(),
      peppers: () => readPeppers(this.env),
      remember: (epoch) => kv.put("epoch", epoch),
    };
    return this.#holder;
  }
}

function settingsAhead(queue: readonly Waiting[]): number {
  const first = queue.findIndex((waiting) => !isSetting(waiting));
  return first === -1 ? queue.length : first;
}

function isSettingRequest(request: WriteRequest): boolean {
  return !isResourceRequest(request) && !isDirectoryRequest(request);
}

function isSetting({ requests }: Pick<Waiting, "requests">): boolean {
  return !requests.every(isResourceRequest);
}
