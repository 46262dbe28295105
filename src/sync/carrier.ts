/** What carries a run: the object's hands and what it remembers between two steps. */
import type { Statement } from "../directory/database.ts";
import { NO_KEYS } from "../sources/keys.ts";
import type { Refusal } from "../scim/error.ts";
import { commitCheckpoint } from "../sources/commit-run.ts";
import { snapshotFor, type Holder } from "../sources/group-commit.ts";
import { markOf } from "../sources/sealed-secret.ts";
import type { Source } from "../sources/source.ts";
import { sha256 } from "./record-hash.ts";
import {
  checkpointStatements,
  endStatements,
  parseGoing,
  stopStatements,
  toldStatements,
  UNFINISHED,
  type Ending,
  type Going,
} from "./run-rows.ts";
import type { Told } from "./outcome.ts";
import { nothingPlanned, type Planned } from "./planned.ts";
import type { Tallies } from "./run.ts";
import { sightingStatements } from "./sightings.ts";
import type { RunState } from "./run-state.ts";
import type { Seen } from "./seen.ts";
import type { Ahead } from "./ahead.ts";
import type { Bounds } from "./upstream-fetch.ts";
import type { AccessToken, Connection, Presence } from "./upstream-page.ts";

/** Lost with the instance: all of it can be asked for again. */
export interface RunMemory {
  going: Going | undefined;
  /** With the `connectionKey` of the upstream that gave it: it is not for the eyes of others. */
  token: { readonly value: AccessToken; readonly connection: string } | undefined;
  /** The step whose page was asked for with a fresh token already. */
  refreshedAt: number | undefined;
  ahead: Ahead | undefined;
  /** Ids here of the upstream's organizations. */
  organizations: Map<string, string>;
  /** Those who are missing and were asked for, by our id; and what could not be removed. */
  asked: Map<string, Presence>;
  kept: Set<string>;
  /** People who could not be moved out of what is gone. */
  stuck: Set<string>;
  /** The run that all of it is of. */
  runId: string | undefined;
  /** Of a dry run, and of which one. */
  planned: Planned;
  plannedBy: string | undefined;
}

export function emptyMemory(): RunMemory {
  return {
    going: undefined,
    token: undefined,
    refreshedAt: undefined,
    ahead: undefined,
    organizations: new Map(),
    asked: new Map(),
    kept: new Set(),
    stuck: new Set(),
    runId: undefined,
    planned: nothingPlanned(),
    plannedBy: undefined,
  };
}

export interface Carrier {
  readonly holder: Holder;
  readonly memory: RunMemory;
  readonly seen: (runId: string) => Seen;
  /** Throws ScimError where the secret can't be read. */
  readonly connect: (source: Source) => Promise<Connection>;
  readonly fetcher: (request: Request) => Promise<Response>;
  /** Of each call of the upstream. */
  readonly bounds: Bounds;
  /** Runs the work while nothing else of this object writes. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly random: () => number;
  readonly newId: () => string;
}

/** What comes after a step. */
export type Next =
  | { readonly kind: "more" }
  | { readonly kind: "wait"; readonly ms: number }
  /** Nothing was written: it is the database's doing or ours, never the upstream's. */
  | { readonly kind: "putOff"; readonly ms: number }
  | { readonly kind: "done" };

export const MORE: Next = { kind: "more" };
export const DONE: Next = { kind: "done" };

/** The run that isn't finished, as the database has it. */
export async function goingOf({ holder, memory }: Carrier): Promise<Going | undefined> {
  if (memory.going !== undefined) return memory.going;
  const [rows] = await holder.db.batch([{ sql: UNFINISHED, params: [holder.object] }]);
  const [row] = rows ?? [];
  const going = row && parseGoing(row);
  // The end of another one may have been written without a word of it: what it knew says nothing here.
  if (memory.runId !== going?.id) Object.assign(memory, emptyMemory(), { runId: going?.id });
  memory.going = going;
  return going;
}

/** The source as last seen: a change of it since fails the next batch. */
export async function sourceOf({ holder, exclusively }: Carrier): Promise<Source | undefined> {
  if (holder.known !== undefined && holder.epoch !== undefined) return holder.known.source;
  return exclusively(async () => {
    const snapshot =
      (await snapshotFor(holder, [], NO_KEYS)) ?? (await snapshotFor(holder, [], NO_KEYS));
    return snapshot?.source;
  });
}

/** What of the settings decides how records are applied. */
export function settingsOf(source: Source): Promise<string> {
  const { targetId, profileName, switches, namespace, fields } = source;
  return sha256(JSON.stringify([targetId, profileName, switches, namespace, fields]));
}

/** Which upstream it is, and what it is read with. */
export function connectionKey({ upstream, upstreamSecret }: Source): Promise<string> {
  const { tokenStyle, tokenUrl, clientId, userUrl, orgUrl, groupUrl } = upstream ?? {};
  const addresses = [tokenUrl, userUrl, orgUrl, groupUrl];
  const secret = upstreamSecret === null ? null : markOf(upstreamSecret);
  return sha256(JSON.stringify([tokenStyle, clientId, addresses, secret]));
}

export interface Progress {
  readonly state: RunState;
  readonly counts: Tallies;
  readonly told: readonly Told[];
}

/** The statements that bring the run on, and the run as it is then. */
export function progressed(
  going: Going,
  { state, counts, told }: Progress,
  now: number,
): { statements: Statement[]; going: Going } {
  const after = {
    ...state,
    records: state.records + told.length,
    // A clock that was put back must not make a run wait for the time that it showed.
    gotOnAt: state.tries > 0 ? Math.min(gotOnAt(going), now) : now,
  };
  return {
    statements: [
      ...checkpointStatements(going, { state: after, counts, now }),
      ...toldStatements(going.id, told, state.records, now),
    ],
    going: { ...going, step: going.step + 1, state: after, counts },
  };
}

/** Since when the run hasn't got on: what failed of its upstream is no progress. */
export function gotOnAt({ state, startedAt, createdAt }: Going): number {
  return state.gotOnAt ?? startedAt ?? createdAt;
}

/** After a batch that wasn't written, or of which nobody knows, the run is read anew. */
export function putOff(memory: RunMemory, refusal: Refusal): Next {
  memory.going = undefined;
  return { kind: "putOff", ms: (refusal.retryAfterSeconds ?? 1) * 1_000 };
}

/** Ends the run, whatever it was at; what it wrote stays. What `also` gives is in the same batch. */
export async function endRun(
  carrier: Carrier,
  going: Going,
  ending: Ending,
  also: () => Promise<readonly Statement[]> = () => Promise.resolve([]),
): Promise<Next> {
  const { holder, memory } = carrier;
  const sightings = await sightingStatements(carrier, going);
  const refusal = await carrier.exclusively(async () =>
    commitEnd(holder, [
      ...(await also()),
      ...sightings,
      ...endStatements(going.id, ending, holder.now()),
      ...(ending.reason === "upstream_auth_failed" ? stopStatements(going.sourceId, going.id) : []),
    ]),
  );
  return refusal === undefined ? closed(carrier, going) : putOff(memory, refusal);
}

/** Forgets a run that is over. */
export function closed({ memory, seen }: Carrier, { id }: Pick<Going, "id">): Next {
  Object.assign(memory, emptyMemory());
  seen(id).forget();
  return DONE;
}

/** Also of a source that is disabled or gone: its run must not stay. */
async function commitEnd(
  holder: Holder,
  statements: readonly Statement[],
): Promise<Refusal | undefined> {
  const refusal = await commitCheckpoint(holder, statements);
  if (refusal?.reason !== "data_source_disabled") return refusal;
  await holder.db.batch(statements);
  return undefined;
}
