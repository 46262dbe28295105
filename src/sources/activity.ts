/**
 * What is told of requests beside what they change: counts, refusals, the last use of tokens and
 * credentials that did not work. Gathered by each isolate, then by the source's object, then
 * written; each of the three merges in the same way.
 */

export const HOUR_MS = 3_600_000;

/** So many kinds of refusals are told apart in a source and hour; the rest is counted. */
export const REFUSAL_KINDS = 500;

/** So many credentials that did not work are kept of a source, the last ones. */
export const ATTEMPTS_KEPT = 20;

/** The code of the row that counts what was too much to be told apart. */
export const SUPPRESSED = "suppressed";

/** A refusal, and how often there was one of its kind in that hour. */
export interface Refused {
  /** When the hour began. */
  readonly hour: number;
  /** Method and path of what was asked for: `POST /Users`. */
  readonly operation: string;
  readonly code: string;
  /** The attribute at fault, where one is. */
  readonly path: string;
  /** What was meant: an id, else a name, else a label; empty where nothing was. */
  readonly record: string;
  readonly resourceType: string | null;
  readonly recordId: string | null;
  readonly userNameKey: string | null;
  readonly externalId: string | null;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Credential, request and sentence of the last one. */
  readonly actor: string;
  readonly requestId: string;
  readonly detail: string;
}

export interface RequestCount {
  readonly hour: number;
  readonly route: string;
  /** The first digit of the status. */
  readonly status: number;
  readonly count: number;
}

export interface Attempt {
  readonly at: number;
  readonly why: string;
  readonly hint: string;
  readonly userAgent: string;
}

export type TokenUse = readonly [tokenId: string, at: number];

/** Plain data: it crosses an RPC. */
export interface Activity {
  readonly uses?: readonly TokenUse[];
  readonly counts?: readonly RequestCount[];
  readonly refusals?: readonly Refused[];
  readonly attempts?: readonly Attempt[];
  /** When requests of the source were seen first and last. */
  readonly seen?: readonly [first: number, last: number] | undefined;
}

/** What was noted of one source and not told yet. */
export class ActivityBuffer {
  readonly #uses = new Map<string, number>();
  readonly #counts = new Map<string, RequestCount>();
  readonly #refusals = new Map<string, Refused>();
  /** By hour: how many kinds there are. */
  readonly #kinds = new Map<number, number>();
  #attempts: readonly Attempt[] = [];
  #seen: readonly [number, number] | undefined;

  add({ uses = [], counts = [], refusals = [], attempts = [], seen }: Activity): void {
    for (const [id, at] of uses) this.#uses.set(id, Math.max(at, this.#uses.get(id) ?? 0));
    for (const one of counts) this.#count(one);
    for (const one of refusals) this.#refuse(one);
    this.#attempts = [...this.#attempts, ...attempts].slice(-ATTEMPTS_KEPT);
    if (seen === undefined) return;
    const [first, last] = this.#seen ?? seen;
    this.#seen = [Math.min(first, seen[0]), Math.max(last, seen[1])];
  }

  isEmpty(): boolean {
    const sizes = [this.#uses, this.#counts, this.#refusals].map(({ size }) => size);
    return sizes.every((size) => size === 0) && this.#attempts.length === 0;
  }

  /** All of it; afterwards there is nothing. */
  take(): Activity {
    const activity: Activity = {
      uses: [...this.#uses],
      counts: [...this.#counts.values()],
      refusals: [...this.#refusals.values()],
      attempts: this.#attempts,
      seen: this.#seen,
    };
    for (const map of [this.#uses, this.#counts, this.#refusals, this.#kinds]) map.clear();
    this.#attempts = [];
    this.#seen = undefined;
    return activity;
  }

  #count(one: RequestCount): void {
    const key = JSON.stringify([one.hour, one.route, one.status]);
    const before = this.#counts.get(key)?.count ?? 0;
    this.#counts.set(key, { ...one, count: before + one.count });
  }

  #refuse(one: Refused): void {
    const known = this.#refusals.get(keyOf(one));
    const kinds = this.#kinds.get(one.hour) ?? 0;
    if (known === undefined && one.code !== SUPPRESSED && kinds >= REFUSAL_KINDS) {
      this.#refuse(suppressed(one));
      return;
    }
    if (known === undefined && one.code !== SUPPRESSED) this.#kinds.set(one.hour, kinds + 1);
    this.#refusals.set(keyOf(one), known === undefined ? one : together(known, one));
  }
}

/** The refusals of one kind. */
function together(a: Refused, b: Refused): Refused {
  const last = b.lastAt >= a.lastAt ? b : a;
  const firstAt = Math.min(a.firstAt, b.firstAt);
  return { ...last, firstAt, count: a.count + b.count };
}

function keyOf({ hour, operation, code, path, record }: Refused): string {
  return JSON.stringify([hour, operation, code, path, record]);
}

/** What remains of a refusal that is one kind too many. */
function suppressed({ hour, count, firstAt, lastAt, actor, requestId }: Refused): Refused {
  return {
    hour,
    count,
    firstAt,
    lastAt,
    actor,
    requestId,
    operation: "",
    code: SUPPRESSED,
    path: "",
    record: "",
    detail: "",
    resourceType: null,
    recordId: null,
    userNameKey: null,
    externalId: null,
  };
}

export function hourOf(at: number): number {
  return at - (at % HOUR_MS);
}
