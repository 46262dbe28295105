/** Those who are gone beyond doubt: a batch of them is disabled or deleted. */
import type { Statement } from "../directory/database.ts";
import { commitRun, type StepDecided } from "../sources/commit-run.ts";
import type { Done } from "../sources/decide.ts";
import type { Outcome, ResourceOperation, ResourceRequest } from "../sources/operation.ts";
import type { Source } from "../sources/source.ts";
import type { DeletionPolicy } from "../sources/upstream.ts";
import { MORE, progressed, putOff, type Carrier, type Next } from "./carrier.ts";
import { hashStatements } from "./known.ts";
import type { Absent } from "./missing-reads.ts";
import { removalOf } from "./missing-rules.ts";
import { actionOf, counted, type Told } from "./outcome.ts";
import { requestOf } from "./plan.ts";
import { wouldBeLeftIn } from "./pull-emptying.ts";
import type { Going } from "./run-rows.ts";

export async function remove(
  carrier: Carrier,
  going: Going,
  source: Source,
  absent: readonly Absent[],
): Promise<Next> {
  const { holder, memory } = carrier;
  const policy = source.upstream?.deletionPolicy ?? "disable";
  const context = { source, runId: going.id, step: going.step };
  const requests = absent.map((one, index) =>
    requestOf({ operation: removal(one, policy) }, context, index),
  );
  const { dryRun } = going;
  const places = absent.flatMap(({ type, id }) => (type === "Organization" ? [id] : []));
  const left = dryRun ? await wouldBeLeftIn(carrier, source, places) : undefined;
  const made = (decided: StepDecided) =>
    progressedBy(going, { absent, requests, policy }, decided, holder.now());
  return carrier.exclusively(async () => {
    const result = await commitRun(holder, {
      requests,
      freed: [],
      dryRun,
      proposal: going.state.proposal,
      ...(left !== undefined && { planned: { left } }),
      statements: (decided) => [
        ...made(decided).statements,
        ...(dryRun ? [] : forgetStatements(absent)),
      ],
    });
    if (!result.ok) return putOff(memory, result.refusal);
    memory.going = made(result).going;
    for (const [index, { id, type }] of absent.entries()) {
      const isDone = result.decision.outcomes[index]?.ok !== false;
      if (dryRun || !isDone) memory.kept.add(id);
      if (dryRun && isDone && type === "Organization") memory.planned.parents?.delete(id);
    }
    return MORE;
  });
}

interface Removing {
  readonly absent: readonly Absent[];
  /** One for each of them. */
  readonly requests: readonly ResourceRequest[];
  readonly policy: DeletionPolicy;
}

/** The run's own rows, and the run as it is then. */
function progressedBy(
  going: Going,
  { absent, requests, policy }: Removing,
  { decision }: StepDecided,
  now: number,
): ReturnType<typeof progressed> {
  const { state, dryRun } = going;
  const told = absent.map((one, index) => {
    const done = decision.done.find(({ request }) => request === requests[index]);
    const line = { ...lineOf(one, policy), result: dryRun ? "planned" : "success" } as const;
    return toldOf(line, decision.outcomes[index], done);
  });
  const counts = counted(going.counts, told, { type: "User", read: 0, unchanged: 0 });
  return progressed(going, { state, counts, told }, now);
}

/** The line with what came of it. */
function toldOf(line: Told, outcome: Outcome | undefined, done: Done | undefined): Told {
  if (outcome?.ok === false) {
    const { refusal } = outcome;
    const { reason, detail } = typeof refusal === "object" ? refusal : {};
    return { ...line, result: "failed", code: reason, detail };
  }
  if (done === undefined) return line;
  return { ...line, action: actionOf(done.effect.type), diff: done.trace.diff };
}

/** Who comes back as they were has to be enabled again: that is no record which is unchanged. */
export function forgetStatements(absent: readonly Pick<Absent, "type" | "id">[]): Statement[] {
  return (["User", "Organization"] as const).flatMap((type) =>
    hashStatements(
      type,
      absent.filter((one) => one.type === type).map(({ id }) => ({ id, hash: "" })),
    ),
  );
}

/** What is told of it while it waits. */
export function lineOf(one: Absent, policy: DeletionPolicy): Told {
  return {
    resourceType: one.type,
    externalId: one.externalId,
    resourceId: one.id,
    name: one.name,
    action: removalOf(one, policy),
    result: "held",
    code: undefined,
    path: undefined,
    detail: undefined,
    diff: undefined,
  };
}

export function removal(
  { type, id }: Pick<Absent, "type" | "id">,
  policy: DeletionPolicy,
): ResourceOperation {
  if (type === "Organization") return { kind: "organization.delete", id };
  if (policy === "delete") return { kind: "user.delete", id };
  return { kind: "user.patch", id, operations: [{ op: "replace", path: "active", value: false }] };
}
