/** What requests came to, for whoever asks again. */
import type { Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { fromRefusal, type Refusal } from "../scim/error.ts";
import type { Done } from "./decide.ts";
import type { HeldBack } from "./guard-set.ts";
import { isOfRun, isResourceRequest } from "./operation.ts";
import { isOfBulk, type Settled } from "./references.ts";

/** Of what was refused, that of which something was written: what is held. */
export function logStatements(
  done: readonly Done[],
  heldBack: readonly HeldBack[],
  unlogged: readonly Settled[],
  object: string,
): Statement[] {
  const held = heldBack
    .filter(isAlone)
    .map(({ request, refusal }) => refusedRow(request.opId, refusal));
  return [
    ...rowStatements(LOG, [...oncePerRequest(done.filter(isAlone)).map(logRow), ...held], object),
    ...rowStatements(LOG_ONCE, unlogged.map(settledRow), object),
  ];
}

const LOG = `INSERT INTO op_log (op_id, object, status, resource_id, version, reason, detail)
  SELECT :row ->> 0, ?2, :row ->> 1, :row ->> 2, :row ->> 3, :row ->> 4, :row ->> 5 :from`;

/** Of a Bulk what changed nothing, too: a run of it that was given up on may have logged that. */
const LOG_ONCE = `${LOG} WHERE true ON CONFLICT (op_id) DO NOTHING`;

/** Neither of a Bulk nor of a run, which keep account of theirs themselves. */
function isAlone({ request }: Pick<Done, "request">): boolean {
  return !isOfBulk(request) && !isOfRun(request);
}

/** A request may have had several effects. */
export function oncePerRequest(done: readonly Done[]): Done[] {
  return [...new Map(done.map((one) => [one.request.opId, one])).values()];
}

function logRow({ request, outcome, effect }: Done): (string | number | null)[] {
  const version = isResourceRequest(request) ? (outcome.resource?.version ?? null) : null;
  const resourceId = outcome.resource?.id ?? effect.resourceId;
  return [request.opId, outcome.status, resourceId, version, null, null];
}

function settledRow({ opId, outcome }: Settled): (string | number | null)[] {
  if (!outcome.ok) return refusedRow(opId, outcome.refusal);
  const { status, resource } = outcome;
  return [opId, status, resource?.id ?? null, resource?.version ?? null, null, null];
}

function refusedRow(opId: string, refusal: Refusal): (string | number | null)[] {
  const { reason, detail } = refusal;
  return [opId, fromRefusal(refusal).status, null, null, reason, detail];
}
