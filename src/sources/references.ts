/**
 * Operations of one Bulk that name what others of it create (RFC 7644 §3.7.1, §3.7.2). A create is
 * meant to give a certain id, which the others name; one that finds its resource there already, or
 * brings it back, comes to another id, and the names follow it.
 */
import { ScimError, type Refusal } from "../scim/error.ts";
import {
  isResourceRequest,
  type Outcome,
  type ResourceOperation,
  type ResourceRequest,
  type WriteRequest,
} from "./operation.ts";

/** The id a create was meant to give → the one it came to, undefined where it was refused. */
export type Ids = ReadonlyMap<string, string | undefined>;

/** What an operation of a Bulk came to for good: one that was put off is asked for again. */
export interface Settled {
  readonly opId: string;
  readonly outcome: SettledOutcome;
}

type SettledOutcome =
  Extract<Outcome, { ok: true }> | { readonly ok: false; readonly refusal: Refusal };

/** What the operations of the same Bulk that went before came to. */
export interface Past {
  readonly ids: Ids;
  readonly errors: number;
  /**
   * Those since its last batch. They changed nothing, so nothing was written for them; the next
   * batch logs them with its own. Decided again on what that batch wrote they could change
   * something, and a Bulk has an order.
   */
  readonly unlogged: readonly Settled[];
}

export const NO_PAST: Past = { ids: new Map(), errors: 0, unlogged: [] };

/** The past, and what these requests came to. */
export function pastWith(
  past: Past,
  requests: readonly WriteRequest[],
  outcomes: readonly Outcome[],
): Past {
  if (requests.every((request) => tiesOf(request) === undefined)) return past;
  const ids = new Map(past.ids);
  let { errors } = past;
  for (const [index, request] of requests.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    if (!outcome.ok && typeof outcome.refusal !== "string") errors++;
    const meant = meantId(request);
    if (meant !== undefined) ids.set(meant, outcome.ok ? outcome.resource?.id : undefined);
  }
  return { ...past, ids, errors };
}

/** The ids that creates among these of a Bulk are meant to give, each as if it came to it. */
export function asMeant(requests: readonly WriteRequest[]): Ids {
  return new Map(requests.flatMap(meantId).flatMap((id) => (id === undefined ? [] : [[id, id]])));
}

/** What the names in a Bulk stand for while a group of it is decided. */
export class Names {
  past: Past;
  readonly #assumed: Ids;
  readonly #used = new Set<string>();

  constructor(past: Past, assumed: Ids) {
    this.past = past;
    this.#assumed = assumed;
  }

  note(request: WriteRequest, outcome: Outcome): void {
    this.past = pastWith(this.past, [request], [outcome]);
  }

  /** For the log: to be told to whoever asks for the operation again. */
  keep(request: WriteRequest, outcome: Outcome): void {
    if (!isOfBulk(request) || !isSettled(outcome)) return;
    const unlogged = [...this.past.unlogged, { opId: request.opId, outcome }];
    this.past = { ...this.past, unlogged };
  }

  /** The operation with the ids that the resources it names have. Throws ScimError `conflict`. */
  resolve({ operation, ties }: ResourceRequest): ResourceOperation {
    return (ties?.refersTo ?? []).reduce((named, meant) => {
      // Whoever names itself is refused for what else is wrong with it.
      const id = this.#idOf(meant) ?? (this.#isFailedSelf(operation, meant) ? meant : undefined);
      if (id === undefined) throw unresolved();
      return id === meant ? named : renamed(named, meant, id);
    }, operation);
  }

  /** Whether what was assumed of operations that were still to come turned out to be so. */
  areAsAssumed(): boolean {
    return [...this.#used].every((meant) => this.past.ids.get(meant) === this.#assumed.get(meant));
  }

  #isFailedSelf(operation: ResourceOperation, meant: string): boolean {
    return isCreate(operation) && operation.id === meant && this.#assumed.has(meant);
  }

  #idOf(meant: string): string | undefined {
    if (this.past.ids.has(meant)) return this.past.ids.get(meant);
    this.#used.add(meant);
    return this.#assumed.get(meant);
  }
}

/** RFC 7644 §3.7.1: what can't be resolved is 409. */
export function unresolved(): ScimError {
  return new ScimError("conflict", "A bulkId is referenced whose operation did not succeed");
}

/** Nobody outside knows the id that was meant, so it can't stand in the text by chance. */
function renamed(operation: ResourceOperation, meant: string, id: string): ResourceOperation {
  const named: ResourceOperation = JSON.parse(JSON.stringify(operation).replaceAll(meant, id));
  // Somebody's own manager: what is meant for the new one stays so.
  return isCreate(operation) ? { ...named, id: operation.id } : named;
}

/** The last place, not after `at`, before which nothing names what is made behind it. */
export function cutBefore(requests: readonly WriteRequest[], at: number): number | undefined {
  for (let cut = at; cut > 0; cut--) if (isSeparable(requests, cut)) return cut;
  return undefined;
}

function isSeparable(requests: readonly WriteRequest[], at: number): boolean {
  const later = new Set(requests.slice(at).map(meantId));
  const named = requests.slice(0, at).flatMap((request) => tiesOf(request)?.refersTo ?? []);
  return named.every((id) => !later.has(id));
}

function meantId(request: WriteRequest): string | undefined {
  if (!isResourceRequest(request) || request.ties === undefined) return undefined;
  return isCreate(request.operation) ? request.operation.id : undefined;
}

function isCreate({ kind }: ResourceOperation): boolean {
  return kind.endsWith(".create");
}

export function isOfBulk(request: WriteRequest): boolean {
  return tiesOf(request) !== undefined;
}

function isSettled(outcome: Outcome): outcome is SettledOutcome {
  if (outcome.ok) return true;
  return typeof outcome.refusal === "object" && !isStop(outcome);
}

/** What puts off the rest of a Bulk as well. */
export function isStop(outcome: Outcome): boolean {
  if (outcome.ok || outcome.refusal === "not_performed") return false;
  return outcome.refusal === "stale_config" || outcome.refusal.reason === "unavailable";
}

function tiesOf(request: WriteRequest): ResourceRequest["ties"] {
  return isResourceRequest(request) ? request.ties : undefined;
}
