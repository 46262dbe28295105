/** The Durable Object of a data source, with the runs of one that is pulled: a chain of alarms. */
import { randomBytes, uuidv7 } from "../directory/ids.ts";
import { logError } from "../directory/log.ts";
import { toRefusal } from "../scim/error.ts";
import { asScimError } from "../sources/decide.ts";
import { DataSource as WritingSource } from "../sources/data-source.ts";
import { Superseded } from "../sources/group-commit.ts";
import type {
  DataSourceCalls,
  HoldDecision,
  Outcome,
  RunAnswer,
  RunCall,
  RunStart,
  WriteRequest,
} from "../sources/operation.ts";
import { applyApproved } from "./pull-approved.ts";
import { cancelRun } from "./cancel.ts";
import { emptyMemory, type Carrier } from "./carrier.ts";
import { connectionOf } from "./connection.ts";
import { takeStep } from "./pull.ts";
import { startRun } from "./run-start.ts";
import {
  APPROVAL,
  giveUp,
  isGivenUp,
  MISTAKE_MS,
  standing,
  troubleAfter,
  WAIT_MAX_MS,
  waitAfter,
  type Trouble,
} from "./run-trouble.ts";
import { Seen } from "./seen.ts";
import { BOUNDS, type Bounds } from "./upstream-fetch.ts";

/** A slice stays far below what one invocation may take. */
const SLICE_STEPS = 200;
const SLICE_MS = 60_000;
/** A decision has been written by then, or will not be. */
const DECIDING_MS = 60_000;
const ENABLING: readonly string[] = ["source.enable", "provisioning.enable"];
/** When the run is to go on, in the object's own storage: its alarm has other purposes as well. */
const WAKE = "run:wake";
const TROUBLE = "run:trouble";

/** Two that are set for the same time are told apart. */
interface Wake {
  readonly at: number;
  readonly id: string;
}

export class DataSource extends WritingSource implements DataSourceCalls {
  readonly #memory = emptyMemory();

  async startRun(start: RunStart): Promise<RunAnswer> {
    return this.#answered(async () => {
      const begin = () => this.alone((holder) => startRun(holder, start));
      const first = await begin();
      // Of a lost reply the same id tells what came of it.
      const answer = first.ok || first.refusal.reason !== "unavailable" ? first : await begin();
      if (answer.ok || answer.refusal.reason === "unavailable") await this.#wakeAt(this.now());
      return answer;
    });
  }

  async cancelRun(call: RunCall & { readonly runId: string }): Promise<RunAnswer> {
    return this.#answered(() => cancelRun(this.#carrier(), call));
  }

  /** What was found missing in a run is removed as soon as an admin has agreed. */
  override async decideHold(decision: HoldDecision): Promise<RunAnswer> {
    const isApproval = decision.decision === "approved";
    // An instance that is lost once it is decided leaves an alarm that takes it up.
    if (isApproval) await this.#wakeIfIdle(this.now() + DECIDING_MS);
    const answer = await super.decideHold(decision);
    const isPerhaps = answer.ok || answer.refusal.reason === "unavailable";
    if (isApproval && isPerhaps) await this.#wakeAt(this.now());
    return answer;
  }

  /** What was agreed to while the source was off is waiting for it to be on. */
  override async write(request: WriteRequest): Promise<Outcome> {
    const outcome = await super.write(request);
    const { source } = (outcome.ok ? outcome.state : undefined) ?? {};
    const isOn = ENABLING.includes(request.operation.kind);
    if (isOn && source?.mode === "pull") await this.#wakeIfIdle(this.now());
    return outcome;
  }

  async tick(): Promise<void> {
    const wake = this.ctx.storage.kv.get<Wake>(WAKE);
    const now = this.now();
    // A time that no run waits for was set by a clock that was put back since.
    const isDue = wake === undefined || wake.at <= now || wake.at > now + WAIT_MAX_MS;
    if (isDue) await this.#wakeAt(now);
  }

  override async alarm(): Promise<void> {
    const wake = this.ctx.storage.kv.get<Wake>(WAKE);
    try {
      await super.alarm();
    } finally {
      if (wake !== undefined && wake.at <= this.now()) await this.#goOn(wake);
      else if (wake !== undefined) await this.#wakeAt(wake.at);
    }
  }

  /** A start that came while the last run was found to be over has set another time. */
  async #goOn(wake: Wake): Promise<void> {
    const waitMs = await this.#slice();
    const { kv } = this.ctx.storage;
    if (kv.get<Wake>(WAKE)?.id !== wake.id) return;
    if (waitMs === undefined) {
      kv.delete(WAKE);
      kv.delete(TROUBLE);
    } else await this.#wakeAt(this.now() + waitMs);
  }

  /** How long to wait before the next slice; undefined when the run is over. */
  async #slice(): Promise<number | undefined> {
    const carrier = this.#carrier();
    // A call that another invocation began may have ended with it.
    carrier.memory.ahead = undefined;
    const end = this.now() + SLICE_MS;
    try {
      let step = applyApproved;
      for (let steps = 0; steps < SLICE_STEPS && this.now() < end; steps++) {
        const next = await step(carrier);
        if (step === applyApproved && next.kind === "done") {
          step = takeStep;
          continue;
        }
        if (next.kind === "done") return undefined;
        if (next.kind === "wait") return next.ms;
        if (next.kind === "putOff") return await this.#afterTrouble(carrier, next.ms);
      }
      return 0;
    } catch (error) {
      if (error instanceof Superseded) throw error;
      logError("run", error);
      carrier.memory.going = undefined;
      return this.#afterTrouble(carrier, MISTAKE_MS);
    }
  }

  /** Slower and slower, and not for ever; undefined where the run was ended. */
  async #afterTrouble(carrier: Carrier, ms: number): Promise<number | undefined> {
    const { kv } = this.ctx.storage;
    try {
      const run = await standing(carrier.holder);
      const at = run ?? APPROVAL;
      const trouble = troubleAfter(kv.get<Trouble>(TROUBLE), at, this.now());
      kv.put(TROUBLE, trouble);
      // What an admin agreed to stays so: it is tried again, more and more seldom.
      if (run === undefined || !isGivenUp(trouble, this.now())) return waitAfter(trouble, ms);
      await giveUp(carrier, at);
      return undefined;
    } catch (error) {
      // Of a database that answers nothing nobody can say where the run is: it ends when that does.
      logError("run", error);
      return MISTAKE_MS;
    }
  }

  /** Not before what a run waits for. */
  async #wakeIfIdle(time: number): Promise<void> {
    if (this.ctx.storage.kv.get(WAKE) === undefined) await this.#wakeAt(time);
  }

  async #wakeAt(time: number): Promise<void> {
    this.ctx.storage.kv.put(WAKE, { at: time, id: crypto.randomUUID() } satisfies Wake);
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > time) await this.ctx.storage.setAlarm(time);
  }

  async #answered(work: () => Promise<RunAnswer>): Promise<RunAnswer> {
    try {
      return await work();
    } catch (error) {
      return { ok: false, refusal: toRefusal(asScimError(error)) };
    }
  }

  /** Others where an upstream is too slow, or says too much, for a test to wait for. */
  protected upstreamBounds(): Bounds {
    return BOUNDS;
  }

  #carrier(): Carrier {
    return {
      holder: this.holder(),
      memory: this.#memory,
      seen: (runId) => new Seen(this.ctx.storage.kv, runId),
      connect: (source) => connectionOf(this.env, source),
      fetcher: (request) => fetch(request),
      bounds: this.upstreamBounds(),
      exclusively: (work) => this.alone(() => work()),
      random: () => Math.random(),
      newId: () => uuidv7(this.now(), randomBytes(10)),
    };
  }
}
