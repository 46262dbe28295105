/**
 * Whom a run has seen: a bit for each row of a table, in chunks, in the object's own storage. They
 * are put there before the batch of their page is sent, so that they can be ahead of it and never
 * behind it, unless the storage was lost: then `isWhole` says so.
 */
import type { Going } from "./run-rows.ts";
import type { UpstreamType } from "./upstream-page.ts";

const CHUNK = 8_192;

type Storage = Pick<DurableObjectStorage["kv"], "get" | "put" | "delete" | "list">;

/** What the last step added: its batch may have to be sent again. */
interface LastStep {
  readonly step: number;
  readonly added: readonly number[];
}

export interface SeenAt {
  /** Of the batch that is about to be sent. */
  readonly step: number;
  /** The last one before it that added somebody. */
  readonly since: number;
}

/** For the step that comes next. */
export function seenAt({ step, state }: Pick<Going, "step" | "state">): SeenAt {
  return { step: step + 1, since: state.seenStep };
}

/** Of one step of the run: what was read is not read again. */
export class Seen {
  readonly #kv: Storage;
  readonly #runId: string;
  readonly #chunks = new Map<string, Uint8Array>();
  #last: { readonly step: number; readonly added: ReadonlySet<number> } | undefined;

  constructor(kv: Storage, runId: string) {
    this.#kv = kv;
    this.#runId = runId;
  }

  has(type: UpstreamType, seq: number): boolean {
    const bits = this.#bits(type, Math.floor(seq / CHUNK));
    return bits !== undefined && isSet(bits, seq % CHUNK);
  }

  /** The same as it was before the batch of this step, which may be tried for the second time. */
  hadBefore(type: UpstreamType, seq: number, step: number): boolean {
    this.#last ??= this.#readLast();
    if (this.#last.step === step && this.#last.added.has(seq)) return false;
    return this.has(type, seq);
  }

  /** One step may add several times. Where something was lost, what comes later makes it whole no more. */
  add(type: UpstreamType, seqs: readonly number[], { step, since }: SeenAt): void {
    if (!this.isWhole(since)) return;
    const fresh = seqs.filter((seq) => !this.hadBefore(type, seq, step));
    const earlier = this.#last?.step === step ? this.#last.added : [];
    const added = [...new Set([...earlier, ...fresh])];
    const chunks = Map.groupBy(seqs, (seq) => Math.floor(seq / CHUNK));
    for (const [chunk, own] of chunks) {
      const bits = this.#bits(type, chunk) ?? new Uint8Array(CHUNK / 8);
      for (const seq of own) set(bits, seq % CHUNK);
      this.#kv.put(this.#key(type, chunk), bits);
      this.#chunks.set(this.#key(type, chunk), bits);
    }
    this.#kv.put(this.#stepKey(), { step, added } satisfies LastStep);
    this.#last = { step, added: new Set(added) };
  }

  /** Whether all bits are there up to the step that added some last. */
  isWhole(step: number): boolean {
    return step === 0 || (this.#kv.get<LastStep>(this.#stepKey())?.step ?? 0) >= step;
  }

  /** Forgets this run, and all those before it. */
  forget(): void {
    for (const [key] of this.#kv.list({ prefix: "seen:" })) this.#kv.delete(key);
    this.#chunks.clear();
    this.#last = undefined;
  }

  #readLast(): { readonly step: number; readonly added: ReadonlySet<number> } {
    const { step, added } = this.#kv.get<LastStep>(this.#stepKey()) ?? { step: 0, added: [] };
    return { step, added: new Set(added) };
  }

  #bits(type: UpstreamType, chunk: number): Uint8Array | undefined {
    const key = this.#key(type, chunk);
    const known = this.#chunks.get(key) ?? this.#kv.get<Uint8Array>(key);
    if (known !== undefined) this.#chunks.set(key, known);
    return known;
  }

  #key(type: UpstreamType, chunk: number): string {
    return `seen:${this.#runId}:${type}:${chunk}`;
  }

  #stepKey(): string {
    return `seen:${this.#runId}:step`;
  }
}

function isSet(bits: Uint8Array, at: number): boolean {
  return ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
}

function set(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}
