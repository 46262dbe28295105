/** A run, step by step: each is one batch, and the run's row says which one comes next. */
import { ScimError } from "../scim/error.ts";
import { admitRun } from "../sources/gate.ts";
import { asProposed } from "../sources/proposal.ts";
import { commitRun } from "../sources/commit-run.ts";
import type { Source } from "../sources/source.ts";
import {
  closed,
  connectionKey,
  endRun,
  goingOf,
  gotOnAt,
  MORE,
  progressed,
  putOff,
  settingsOf,
  sourceOf,
  type Carrier,
  type Next,
} from "./carrier.ts";
import { holdOf } from "./pull-hold.ts";
import { applyDeferred } from "./pull-deferred.ts";
import { settleMissing } from "./pull-missing.ts";
import { askedAhead, surelyNext, type Ahead, type Wanted } from "./ahead.ts";
import { applyPage } from "./pull-page.ts";
import { endingOf } from "./run-ending.ts";
import { afterFailure, PATIENCE_MS } from "./run-reducer.ts";
import { endStatements, type Ending, type Going } from "./run-rows.ts";
import { TYPE_OF, type Course } from "./run-state.ts";
import { sightingStatements } from "./sightings.ts";
import { fetchPage } from "./upstream-list.ts";
import { fetchToken } from "./upstream-token.ts";
import type { AccessToken, Connection, Got, Position, UpstreamFailure } from "./upstream-page.ts";
import { watermarkStatements } from "./watermark.ts";

/** Takes the next step of the source's run; `done` where there is none. Throws `Superseded`. */
export async function takeStep(carrier: Carrier): Promise<Next> {
  const going = await goingOf(carrier);
  if (going === undefined) return { kind: "done" };
  const source = await admitted(carrier, going);
  if (source instanceof ScimError) return endRun(carrier, going, cancelledBy(source));
  const connection = await connectionKey(source);
  if (await isOfOthers(going, source, connection)) {
    return endRun(carrier, going, SETTINGS_CHANGED);
  }
  if (going.dryRun && isForgotten(carrier, going)) return endRun(carrier, going, PLAN_LOST);
  // A run that gets on is as long as it has to be; one that doesn't is not tried for ever.
  if (going.state.tries > 0 && carrier.holder.now() - gotOnAt(going) > PATIENCE_MS) {
    return endRun(carrier, going, STUCK);
  }
  const course: Course = { kind: going.kind, hasGroups: source.upstream?.groupUrl != null };
  const { phase, deferring } = going.state;
  if (phase === "done") return finish(carrier, going, source);
  if (phase !== "missing" && deferring) {
    const type = TYPE_OF[phase];
    return carrier.exclusively(() => applyDeferred(carrier, going, source, { type, course }));
  }
  return ask(carrier, going, source, connection);
}

/** Half a run by other settings, or of another upstream, would be neither. */
async function isOfOthers({ state }: Going, source: Source, connection: string): Promise<boolean> {
  if (state.connection !== undefined && state.connection !== connection) return true;
  return (await settingsOf(source)) !== state.settings;
}

/** What a dry run would have made is kept by nobody but the object that planned it. */
function isForgotten({ memory }: Carrier, { id, step }: Going): boolean {
  if (step === 0) memory.plannedBy = id;
  return memory.plannedBy !== id;
}

async function admitted(carrier: Carrier, { state }: Going): Promise<Source | ScimError> {
  try {
    return asProposed(admitRun(await sourceOf(carrier)), state.proposal);
  } catch (error) {
    if (error instanceof ScimError && error.reason !== "unavailable") return error;
    throw error;
  }
}

function cancelledBy({ reason, message }: ScimError): Ending {
  return { status: "cancelled", reason, detail: message };
}

const SETTINGS_CHANGED: Ending = {
  status: "cancelled",
  reason: "settings_changed",
  detail: "The settings were changed while the run went on: the next one follows them",
};

const PLAN_LOST: Ending = {
  status: "failed",
  reason: "seen_lost",
  detail: "What the dry run had planned so far was lost with the object's memory: start it again",
};

const STUCK: Ending = {
  status: "failed",
  reason: "upstream_unavailable",
  detail: "The upstream could not be read for two hours",
};

async function ask(carrier: Carrier, going: Going, source: Source, key: string): Promise<Next> {
  const { memory, holder, fetcher, bounds } = carrier;
  const connection = await connected(carrier, source);
  if (connection instanceof ScimError) {
    const { reason, message } = connection;
    return endRun(carrier, going, { status: "failed", reason, detail: message });
  }
  const token = await tokenOf(carrier, connection, key);
  if (!token.ok) return afterFault(carrier, going, token.failure);
  const { phase, at, since } = going.state;
  if (phase === "missing") {
    return settleMissing(carrier, going, source, { connection, token: token.value });
  }
  if (phase === "done") return MORE;
  const wanted: Wanted = {
    runId: going.id,
    step: going.step,
    connection: key,
    request: { type: TYPE_OF[phase], at, since },
  };
  const fetch = ({ request }: Wanted) =>
    fetchPage(connection, token.value, request, fetcher, holder.now(), bounds);
  const got = await (askedAhead(memory.ahead, wanted) ?? fetch(wanted));
  memory.ahead = undefined;
  if (got.ok) {
    memory.ahead = askAhead(wanted, surelyNext(going.state, got.value), fetch);
    const page = { type: wanted.request.type, page: got.value };
    return carrier.exclusively(() => applyPage(carrier, going, source, page));
  }
  if (got.failure.status === 401 && memory.refreshedAt !== going.step) {
    memory.refreshedAt = going.step;
    memory.token = undefined;
    return MORE;
  }
  return afterFault(carrier, going, got.failure);
}

function askAhead(
  { step, request, ...same }: Wanted,
  at: Position | undefined,
  fetch: (wanted: Wanted) => Ahead["got"],
): Ahead | undefined {
  if (at === undefined) return undefined;
  const wanted = { ...same, step: step + 1, request: { ...request, at } };
  const got = fetch(wanted);
  // It is looked at by the step that it is for, if ever that comes.
  got.catch(() => undefined);
  return { ...wanted, got };
}

async function connected({ connect }: Carrier, source: Source): Promise<Connection | ScimError> {
  try {
    return await connect(source);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

/** A minute before it ends it is as good as none. */
const EARLY_MS = 60_000;

async function tokenOf(
  { memory, holder, fetcher, bounds }: Carrier,
  connection: Connection,
  key: string,
): Promise<Got<AccessToken>> {
  const { token } = memory;
  const isFor = token?.connection === key;
  if (isFor && token.value.expiresAt - EARLY_MS > holder.now()) {
    return { ok: true, value: token.value };
  }
  const got = await fetchToken(connection, fetcher, holder.now(), bounds);
  if (got.ok) memory.token = { value: got.value, connection: key };
  return got;
}

async function afterFault(carrier: Carrier, going: Going, failure: UpstreamFailure): Promise<Next> {
  const { holder, memory, random } = carrier;
  const after = afterFailure(going.state, failure, random());
  if (after.kind === "fail") {
    const { code: reason, detail } = failure;
    return endRun(carrier, going, { status: "failed", reason, detail });
  }
  const { state } = after;
  return carrier.exclusively(async () => {
    const next = progressed(going, { state, counts: going.counts, told: [] }, holder.now());
    const result = await commitRun(
      holder,
      alone(() => next.statements),
    );
    if (!result.ok) return putOff(memory, result.refusal);
    memory.going = next.going;
    return after.kind === "again" ? MORE : { kind: "wait", ms: after.ms };
  });
}

/** The end of a run that has nobody to miss, or mustn't. */
async function finish(carrier: Carrier, going: Going, source: Source): Promise<Next> {
  const { holder, memory } = carrier;
  const hold = await holdOf(carrier, going, source, undefined);
  const ending = endingOf(going, hold.reason);
  const { counts } = going;
  const seen = await sightingStatements(carrier, going);
  const state = { ...going.state, hold: hold.id };
  const believed = going.state.doubts.every(({ code }) => code === "upstream_filter_refused");
  const { statements: kept } = progressed(going, { state, counts, told: [] }, holder.now());
  const statements = () => [
    ...seen,
    ...(hold.reason === undefined ? [] : kept),
    ...(going.dryRun ? [] : hold.statements),
    ...endStatements(going.id, ending, holder.now()),
    ...(believed && !going.dryRun ? watermarkStatements(source.id, going) : []),
  ];
  const result = await carrier.exclusively(() => commitRun(holder, alone(statements)));
  return result.ok ? closed(carrier, going) : putOff(memory, result.refusal);
}

function alone(statements: Parameters<typeof commitRun>[1]["statements"]) {
  return { requests: [], freed: [], dryRun: false, statements };
}
