/** Where a run has got to: what its row keeps between two batches. */
import { z } from "zod";
import { proposal } from "../sources/proposal.ts";
import { PHASES, type Phase } from "./run.ts";
import type { Position, UpstreamType } from "./upstream-page.ts";

const doubt = z.object({ code: z.string(), detail: z.string() });
/** Why a run must not believe that somebody is missing. */
export type Doubt = z.infer<typeof doubt>;

const perType = z.object({ Organization: z.number(), User: z.number(), Group: z.number() });

/** A list that ended because it had as many as it said, where nobody asked for what is behind that. */
const openEnd = z.object({
  total: z.number().optional(),
  pages: z.number(),
  fetched: z.number(),
  distinct: z.number(),
  longest: z.number().optional(),
});

export const runState = z.object({
  phase: z.enum(PHASES),
  /** Whether the list is read, and what was put off is being applied. */
  deferring: z.boolean(),
  /** `totalResults` of the first page of the list. */
  total: z.number().optional(),
  at: z.union([z.object({ startIndex: z.number() }), z.object({ cursor: z.string() })]),
  pages: z.number(),
  /** Pages after which the list was begun anew, because its cursor had expired. */
  pagesBefore: z.number().optional(),
  /** Records of the list so far; `distinct` counts each of them once. */
  fetched: z.number(),
  distinct: z.number(),
  /** Pages without a record, the last one among them. */
  emptyPages: z.number().optional(),
  /** Records of the longest page of the list. */
  longest: z.number().optional(),
  /** Whether the list in hand has ended so, and is asked for what is behind its end. */
  isOpen: z.boolean().optional(),
  proving: z.boolean().optional(),
  openEnds: z.object({ Organization: openEnd.optional(), User: openEnd.optional() }).optional(),
  /** Of the last page. */
  doubts: z.array(doubt),
  /** The step that was the last one to see anybody. */
  seenStep: z.number(),
  /** Users who came with the list of this run, all in all. */
  usersSeen: z.number(),
  /** Whether those whom their records make inactive wait for an admin: told at the end of the list. */
  holdsLeavers: z.boolean().optional(),
  /** The hold in which waits what an admin has to agree to. */
  hold: z.string().optional(),
  /** The last row of each table before the run: who is younger was born in it. */
  maxSeq: perType,
  /** Of the settings it was started under: others end it. */
  settings: z.string(),
  /** The upstream that it reads, by `connectionKey`: another one ends it. */
  connection: z.string().optional(),
  /** Settings that are only thought of: those of the source with these in their place count. */
  proposal: proposal.optional(),
  /** Incremental runs: what they ask for, and what the next one will. */
  since: z.string().optional(),
  newest: z.string().optional(),
  /** The upstream's time when it was first asked, in epoch milliseconds. */
  begunAt: z.number().optional(),
  /** The same of the oldest record that failed; null where one of them has no time. */
  oldestFailed: z.number().nullable().optional(),
  /** By `refusedKey` names that groups without a list of their own could not have. */
  refusedNames: z.array(z.string()).optional(),
  /** The number of the next record that is told. */
  records: z.number(),
  /** The call in hand failed so often. */
  tries: z.number(),
  /** When the run last got on, in epoch milliseconds. */
  gotOnAt: z.number().optional(),
});
export type RunState = z.infer<typeof runState>;

export const TYPE_OF: Readonly<Record<Exclude<Phase, "missing" | "done">, UpstreamType>> = {
  organizations: "Organization",
  users: "User",
  groups: "Group",
};

const FIRST: Position = { startIndex: 1 };

/** A list that is about to be read. */
const NEW_LIST = {
  deferring: false,
  total: undefined,
  at: FIRST,
  pages: 0,
  pagesBefore: undefined,
  fetched: 0,
  distinct: 0,
  emptyPages: undefined,
  longest: undefined,
  isOpen: undefined,
  proving: undefined,
  tries: 0,
} as const;

export function firstState(settings: string, maxSeq: RunState["maxSeq"], since?: string): RunState {
  return {
    ...NEW_LIST,
    phase: "organizations",
    doubts: [],
    seenStep: 0,
    usersSeen: 0,
    maxSeq,
    settings,
    since,
    newest: undefined,
    records: 0,
  };
}

export interface Course {
  readonly kind: "full" | "incremental";
  readonly hasGroups: boolean;
}

/** The state when the list in hand, and what was put off of it, is done. */
export function nextPhase(state: RunState, { kind, hasGroups }: Course): RunState {
  const after: Record<Phase, Phase> = {
    organizations: "users",
    users: hasGroups ? "groups" : "missing",
    groups: "missing",
    missing: "done",
    done: "done",
  };
  const phase = state.proving === true ? "missing" : after[state.phase];
  const skips = phase === "missing" && (kind === "incremental" || state.doubts.length > 0);
  const openEnds = withOpenEnd(state);
  return { ...state, ...NEW_LIST, openEnds, phase: skips ? "done" : phase };
}

function withOpenEnd(state: RunState): RunState["openEnds"] {
  const { isOpen, phase, total, pages, fetched, distinct, longest, openEnds } = state;
  if (isOpen !== true || (phase !== "organizations" && phase !== "users")) return openEnds;
  return { ...openEnds, [TYPE_OF[phase]]: { total, pages, fetched, distinct, longest } };
}

/**
 * Back in a list that somebody is missing from: an upstream may give fewer than it is asked for, and
 * call that all. Undefined where the list has shown its end.
 */
export function reopened(state: RunState, type: "Organization" | "User"): RunState | undefined {
  const { [type]: end, ...others } = state.openEnds ?? {};
  if (end === undefined) return undefined;
  return {
    ...state,
    ...NEW_LIST,
    ...end,
    openEnds: others,
    phase: type === "User" ? "users" : "organizations",
    at: { startIndex: end.fetched + 1 },
    proving: true,
    // Who comes now may be too many with those who came before.
    holdsLeavers: state.holdsLeavers === true ? true : undefined,
  };
}

/** Beyond so many, what is refused is tried with each page, and told each time. */
const REFUSED_MAX = 100;

export function withRefused(state: RunState, keys: readonly string[]): RunState {
  if (keys.length === 0) return state;
  const refusedNames = [...(state.refusedNames ?? []), ...keys].slice(0, REFUSED_MAX);
  return { ...state, refusedNames };
}

const KEY_LENGTH = 600;

/** Of a group's id upstream and a name: long names that begin alike are one. */
export function refusedKey(id: string, displayName: string): string {
  return `${id} ${displayName}`.slice(0, KEY_LENGTH);
}

export function withDoubt(state: RunState, code: string, detail: string): RunState {
  if (state.doubts.some((one) => one.code === code)) return state;
  return { ...state, doubts: [...state.doubts, { code, detail }] };
}

/** The same list from its beginning, without a filter that the upstream doesn't take. */
export function unfiltered(state: RunState): RunState {
  return withDoubt(
    { ...state, ...NEW_LIST, since: undefined },
    "upstream_filter_refused",
    "The upstream does not filter by the time of the last change: everything was read",
  );
}

/** The same list from its beginning: RFC 9865 §2.1 lets a cursor expire. */
export function begunAnew(state: RunState): RunState {
  return withDoubt(
    { ...state, ...NEW_LIST, pagesBefore: state.pages },
    "upstream_cursor_expired",
    "The upstream's cursor expired while the list was read, which was begun anew",
  );
}
