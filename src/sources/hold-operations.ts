/** An admin's word about a hold: the removals in it may be done, or must not be. */
import { ScimError } from "../scim/error.ts";
import type { Decided } from "./deciding.ts";
import type { Hold } from "./holds.ts";
import { MissingKeys } from "./keys.ts";
import { directoryOfObject } from "./object.ts";
import type {
  HoldDecision,
  HoldOperation,
  Outcome,
  RunAnswer,
  SettingRequest,
} from "./operation.ts";
import type { WorkingSet } from "./working-set.ts";

const HOUR_MS = 3_600_000;
/** How long it stands for what is pushed. */
const STANDS_MS = { approved: 24 * HOUR_MS, rejected: 7 * 24 * HOUR_MS } as const;

const EVENTS = { approved: "hold.approved", rejected: "hold.rejected" } as const;

export function isHoldOperation(operation: { readonly kind: string }): operation is HoldOperation {
  return operation.kind === "hold.decide";
}

/** The decision as a write of the object with that name. */
export function holdRequest(
  { actor, role, requestId, holdId, setHash, decision }: HoldDecision,
  object: string,
  opId: string,
): SettingRequest {
  const directoryId = directoryOfObject(object);
  const operation = { kind: "hold.decide", holdId, setHash, decision, directoryId } as const;
  return { opId, actor, role, requestId, operation };
}

export function holdAnswer(outcome: Outcome): RunAnswer {
  if (outcome.ok) return { ok: true };
  const { refusal } = outcome;
  if (typeof refusal === "object") return { ok: false, refusal };
  return { ok: false, refusal: { reason: "unavailable", detail: refusal, retryAfterSeconds: 1 } };
}

/**
 * What is pushed can be decided otherwise as long as the decision stands; what was missing in a
 * pull can't, since the pull has gone on. Throws ScimError `not_found`, `hold_replaced` and
 * `conflict`, and MissingKeys to be asked again with the hold.
 */
export function decideHold(
  set: WorkingSet,
  actor: string,
  { holdId, setHash, decision, directoryId }: HoldOperation,
  now: number,
): Decided {
  if (!set.snapshot.keys.holdIds.has(holdId)) throw new MissingKeys({ holdIds: [holdId] });
  const isGone = directoryId === undefined && set.snapshot.source === undefined;
  const hold = isGone ? undefined : set.guard.hold(holdId);
  if (hold === undefined) throw new ScimError("not_found", "There is no such hold");
  if (hold.status === "replaced" || hold.setHash !== setHash) {
    throw new ScimError("hold_replaced", "The hold has another set by now");
  }
  const outcome = { ok: true, status: 204 } as const;
  if (hold.status === decision && (hold.until ?? Infinity) > now) return { outcome };
  if (hold.status !== "waiting" && hold.runId !== null) {
    throw new ScimError("conflict", "The hold was decided already");
  }
  const decided: Hold = {
    ...hold,
    status: decision,
    updatedAt: now,
    decidedAt: now,
    decidedBy: actor,
    until: hold.runId === null ? now + STANDS_MS[decision] : null,
  };
  const effect = {
    type: EVENTS[decision],
    resourceType: "Hold",
    resourceId: holdId,
    changes: { attributes: ["status"] },
  } as const;
  return { outcome, change: { hold: decided, effect } };
}
