/** The last steps of a complete run: those who are missing, and what an admin has agreed to. */
import type { Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { commitCheckpoint, commitRun } from "../sources/commit-run.ts";
import type { Source } from "../sources/source.ts";
import type { DeletionPolicy } from "../sources/upstream.ts";
import { doubtfulIn, NOBODY_DOUBTFUL, readDoubtful, type Doubtful } from "./changed-ids.ts";
import { closed, MORE, progressed, putOff, type Carrier, type Next } from "./carrier.ts";
import type { Held } from "../sources/holds.ts";
import { holdOf } from "./pull-hold.ts";
import { emptyOut } from "./pull-emptying.ts";
import { askForThem, type Asking } from "./ask-missing.ts";
import { judgeAbsence, removalOf, type Judgement } from "./missing-rules.ts";
import { walkAbsent, type Absent, type MissingType, type Walked } from "./missing-reads.ts";
import { counted, type Told } from "./outcome.ts";
import { asPlanned } from "./planned.ts";
import { lineOf, remove } from "./pull-removal.ts";
import { endingOf } from "./run-ending.ts";
import { endStatements, type Ending, type Going } from "./run-rows.ts";
import { reopened, withDoubt, type RunState } from "./run-state.ts";
import { watermarkStatements } from "./watermark.ts";

/** Removals in one batch. */
const AT_ONCE = 200;

/** Applies, holds or notes what is missing; then the run is over. */
export async function settleMissing(
  carrier: Carrier,
  going: Going,
  source: Source,
  asking: Asking,
): Promise<Next> {
  if (!carrier.seen(going.id).isWhole(going.state.seenStep)) {
    const state = withDoubt(
      { ...going.state, phase: "done" },
      "seen_lost",
      "What the run had seen was lost: nobody is taken for missing",
    );
    carrier.memory.going = { ...going, state };
    return MORE;
  }
  const { holder } = carrier;
  const isAnyFailed = going.counts.User.failed > 0;
  const inDoubt = isAnyFailed ? await readDoubtful(holder.db, going.id) : NOBODY_DOUBTFUL;
  const judged = await judge(carrier, going, source, { ...asking, inDoubt });
  if (judged === undefined) return MORE;
  if ("unproven" in judged) return readOn(carrier, going, judged.unproven);
  const { gone, held } = judged;
  const users = gone.filter(({ type }) => type === "User");
  const batch = (users.length > 0 ? users : lowestOf(gone)).slice(0, AT_ONCE);
  if (held === undefined && batch.length > 0) {
    return (await empty(carrier, going, source, batch)) ?? remove(carrier, going, source, batch);
  }
  return carrier.exclusively(() => finish(carrier, going, source, judged));
}

/** Moves people out of the organizations among them; undefined where there is nobody to move. */
async function empty(
  carrier: Carrier,
  going: Going,
  source: Source,
  batch: readonly Absent[],
): Promise<Next | undefined> {
  const places = batch.flatMap(({ type, id }) => (type === "Organization" ? [id] : []));
  if (going.dryRun || places.length === 0) return undefined;
  const { holder, memory } = carrier;
  const { state, counts } = going;
  const after = progressed(going, { state, counts, told: [] }, holder.now());
  const context = { source, runId: going.id, step: going.step };
  const result = await emptyOut(carrier, { context, places, checkpoint: after.statements });
  if (result?.ok === false) return putOff(memory, result.refusal);
  if (result === undefined) return undefined;
  memory.going = after.going;
  return MORE;
}

/** Who is missing may be behind the end of a list that the upstream cut short. */
function readOn(
  { holder, memory, exclusively }: Carrier,
  going: Going,
  state: RunState,
): Promise<Next> {
  const after = progressed(going, { state, counts: going.counts, told: [] }, holder.now());
  return exclusively(async () => {
    const refusal = await commitCheckpoint(holder, after.statements);
    if (refusal !== undefined) return putOff(memory, refusal);
    memory.going = after.going;
    return MORE;
  });
}

/** What is above others is empty only when they are gone. They come from the bottom. */
function lowestOf(gone: readonly Absent[]): readonly Absent[] {
  return gone.filter(({ depth }) => depth === gone[0]?.depth);
}

async function judge(
  carrier: Carrier,
  going: Going,
  source: Source,
  asking: Asking & { readonly inDoubt: Doubtful },
): Promise<Judged | { readonly unproven: RunState } | undefined> {
  const { upstream } = asking.connection;
  const walk = async (type: MissingType): Promise<Walked> => {
    const walked = await walkOf(carrier, going, { type, source, policy: upstream.deletionPolicy });
    return going.dryRun ? asPlanned(carrier.memory.planned, walked, going.counts[type]) : walked;
  };
  const users = await walk("User");
  const organizations = await walk("Organization");
  const unproven = [users, organizations].flatMap(({ type, absent }) =>
    absent.length > 0 && upstream.deletionPolicy !== "keep"
      ? (reopened(going.state, type) ?? [])
      : [],
  );
  if (unproven[0] !== undefined) return { unproven: unproven[0] };
  const renamed = doubtfulIn(users.absent, asking.inDoubt);
  const { kept } = carrier.memory;
  // What could not be removed in this run is not tried again in it.
  const rest = (walked: Walked): Walked => ({
    ...walked,
    absent: walked.absent.filter(({ id }) => !kept.has(id) && !renamed.has(id)),
  });
  const absence = { users: rest(users), organizations: rest(organizations) };
  const open = [...absence.users.absent, ...absence.organizations.absent];
  const asked = await askForThem(carrier, open, {
    ...asking,
    controls: { User: users.control, Organization: organizations.control },
  });
  if (asked === undefined) return undefined;
  const { usersSeen: total } = going.state;
  const { created, disabled: left } = going.counts.User;
  // Nobody knew those either who were refused because of a name.
  const fresh = created + renamed.size;
  const judged = judgeAbsence({ ...absence, asked }, { upstream, total, fresh, left });
  return { ...judged, renamed };
}

interface Walk {
  readonly type: MissingType;
  readonly source: Source;
  readonly policy: DeletionPolicy;
}

/** Of those who were there before the run, the ones that it has not come by. */
function walkOf(
  { holder, seen }: Carrier,
  { id, state }: Going,
  { type, source, policy }: Walk,
): Promise<Walked> {
  const withDisabled = policy === "delete";
  const walk = { type, sourceId: source.id, maxSeq: state.maxSeq[type], withDisabled };
  return walkAbsent(holder.db, walk, seen(id));
}

/** With those who are perhaps in the upstream under another id. */
interface Judged extends Judgement {
  readonly renamed: ReadonlySet<string>;
}

function keptLine(one: Absent): Told {
  return {
    ...lineOf(one, "keep"),
    action: "skip",
    result: "success",
    code: "still_there",
    detail: "Not in the upstream's list, but still there by the id: nothing was changed",
  };
}

function heldOf({ type, id }: Absent, policy: DeletionPolicy): Held {
  return { resourceType: type, resourceId: id, action: removalOf({ type }, policy) };
}

/** The end of a run that believed its lists: what is held, and who was missing. */
async function finish(
  carrier: Carrier,
  going: Going,
  source: Source,
  judged: Judged,
): Promise<Next> {
  const { holder, memory } = carrier;
  const { gone, held, kept } = judged;
  const policy = source.upstream?.deletionPolicy ?? "disable";
  const now = holder.now();
  const { dryRun } = going;
  const hold = await holdOf(carrier, going, source, {
    reason: held,
    lines: held === undefined ? [] : gone.map((one) => heldOf(one, policy)),
    before: gone.every(({ before }) => before),
  });
  const isAsked = held !== undefined && hold.reason !== undefined;
  const waiting = isAsked ? gone.map((one) => lineOf(one, policy)) : [];
  const told = [...waiting, ...kept.map(keptLine)];
  const counts = counted(going.counts, told, { type: "User", read: 0, unchanged: 0 });
  const ending: Ending = endingOf({ ...going, counts }, hold.reason);
  const state = { ...going.state, phase: "done", hold: hold.id } as const;
  const after = progressed(going, { state, counts, told }, now);
  const missing = stillMissing(judged);
  const statements = (): Statement[] => [
    ...after.statements,
    ...(dryRun
      ? []
      : [...missingStatements(source.id, going.id, missing, now), ...hold.statements]),
    ...endStatements(going.id, ending, now),
    ...(dryRun ? [] : watermarkStatements(source.id, going)),
  ];
  const result = await commitRun(holder, { ...NO_WISHES, dryRun, statements });
  if (!result.ok) return putOff(memory, result.refusal);
  return closed(carrier, going);
}

const NO_WISHES = { requests: [], freed: [] };

/** Of whom the next complete run has to say the same, or an admin has to agree. */
function stillMissing({ gone, doubtful, held, renamed }: Judged) {
  const doubted = [...renamed].map((id) => ({ type: "User", id }) as const);
  return [...doubtful, ...(held === undefined ? [] : gone), ...doubted];
}

/** Replaces what earlier runs missed: who came back is not missing any more. */
function missingStatements(
  sourceId: string,
  runId: string,
  absent: readonly Pick<Absent, "type" | "id">[],
  now: number,
): Statement[] {
  return [
    { sql: "DELETE FROM missing WHERE source_id = ?1", params: [sourceId] },
    ...rowStatements(
      `INSERT INTO missing (source_id, resource_type, resource_id, run_id, since)
        SELECT ?2, :row ->> 0, :row ->> 1, ?3, ?4 :from`,
      absent.map(({ type, id }) => [type, id]),
      sourceId,
      runId,
      now,
    ),
  ];
}
