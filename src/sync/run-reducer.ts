/**
 * What a page, or a call that failed, makes of a run. Pure: whatever the upstream does, a run ends,
 * and doubts its list rather than people.
 */
import type { RunState } from "./run-state.ts";
import { begunAnew, unfiltered, withDoubt } from "./run-state.ts";
import type { UpstreamFailure, UpstreamPage } from "./upstream-page.ts";

/** What of a page the course of a run depends on. */
export interface PageFacts extends Pick<UpstreamPage, "length" | "total" | "nextCursor"> {
  /** How many records it was asked for. */
  readonly asked: number;
  /** Records that this run had not seen before. */
  readonly fresh: number;
  /** Records that it had seen with another content. */
  readonly contradicted: number;
  /** Records of which nobody can tell whom they are about. */
  readonly nameless: number;
  readonly newest: string | undefined;
}

/** No directory is larger; a list that goes on longer goes in circles. */
const PAGES_MAX = 20_000;
const RECORDS_MAX = 2_000_000;
/** In a row, each with a cursor to the next: a server that filters may have some, not for ever. */
const EMPTY_PAGES_MAX = 100;
const TRIES = 6;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** A run that gets nowhere for so long is ended: the next one begins anew. */
export const PATIENCE_MS = 7_200_000;

/** The state after the page; `deferring` where it was the last one of its list. */
export function afterPage(before: RunState, page: PageFacts): RunState {
  if (isSameAnswer(before, page)) return ended({ ...before, pages: 2, tries: 0 });
  if (showsNothingNew(before, page)) return ended({ ...before, tries: 0 });
  const state = doubted(before, page);
  const counted: RunState = {
    ...state,
    total: state.pages === 0 ? page.total : state.total,
    pages: state.pages + 1,
    fetched: state.fetched + page.length,
    distinct: state.distinct + page.fresh,
    longest: Math.max(state.longest ?? 0, page.length),
    emptyPages: page.length === 0 ? (state.emptyPages ?? 0) + 1 : 0,
    newest: later(state.newest, page.newest),
    tries: 0,
  };
  const at = nextPosition(counted, page);
  // What was read before the list was begun anew comes again.
  const isNew = counted.pages > (counted.pagesBefore ?? 0);
  const circles = isNew && page.length > 0 && page.fresh === 0;
  if (circles || isEndless(counted)) {
    return ended(
      withDoubt(counted, "list_repeats", "The upstream gave the same records again and again"),
    );
  }
  return at === undefined
    ? ended({ ...counted, isOpen: isOpen(counted, page) })
    : { ...counted, at };
}

/** There is nothing behind the end, if an upstream that was asked for that repeats what is before it. */
function showsNothingNew({ proving }: RunState, page: PageFacts): boolean {
  return proving === true && page.length > 0 && page.fresh === 0 && page.contradicted === 0;
}

/** Only its own word says that the list is at its end. */
function isOpen({ at }: RunState, { length }: PageFacts): boolean {
  return length > 0 && !("cursor" in at);
}

/** To a position that it doesn't heed, an upstream gives all that it has again. */
function isSameAnswer(before: RunState, page: PageFacts): boolean {
  const isSame = page.length === before.fetched && page.total === before.total;
  const isNews = page.fresh > 0 || page.contradicted > 0;
  return before.pages === 1 && hasAll(before) && isSame && page.length > 0 && !isNews;
}

function doubted(state: RunState, page: PageFacts): RunState {
  let after = state;
  // Beyond the end there are upstreams that count nobody.
  const isBeyond = page.length === 0 && (page.total ?? 0) === 0 && hasAll(state);
  if (state.pages > 0 && page.total !== state.total && !isBeyond) {
    after = withDoubt(after, "list_changed", "totalResults changed while the list was read");
  }
  if (page.contradicted > 0) {
    after = withDoubt(after, "list_inconsistent", "A record came twice with different contents");
  }
  if (page.nameless > 0) {
    after = withDoubt(after, "record_without_id", "A record has no id");
  }
  return after;
}

function nextPosition(state: RunState, page: PageFacts): RunState["at"] | undefined {
  if (page.nextCursor !== undefined) return { cursor: page.nextCursor };
  if ("cursor" in state.at || page.length === 0) return undefined;
  if (hasAll(state) && !isFull(state, page) && state.proving !== true) return undefined;
  return { startIndex: state.at.startIndex + page.length };
}

function hasAll({ pages, total, fetched }: RunState): boolean {
  return pages > 0 && total !== undefined && fetched >= total;
}

/**
 * After a page that is as long as pages get, a total that is reached is no end: it may be that of
 * the page. A server may give fewer at once than it is asked for; one that gives more doesn't page.
 */
function isFull({ pages, longest }: RunState, { length, asked }: PageFacts): boolean {
  return length === asked || (pages > 1 && length === longest);
}

function isEndless({ pages, fetched, total, emptyPages = 0 }: RunState): boolean {
  if (pages >= PAGES_MAX || fetched >= RECORDS_MAX) return true;
  if (emptyPages > EMPTY_PAGES_MAX) return true;
  return total !== undefined && fetched > total * 1.05 + 1_000;
}

/** The list is believed to be whole only if it had as many as it said, each of them once. */
function ended(state: RunState): RunState {
  const { total, distinct } = state;
  const after = { ...state, deferring: true };
  if (total === undefined || total === distinct) return after;
  return withDoubt(
    after,
    "list_incomplete",
    `The upstream said that there are ${total}, and gave ${distinct}`,
  );
}

export type AfterFailure =
  | { readonly kind: "wait"; readonly state: RunState; readonly ms: number }
  | { readonly kind: "again"; readonly state: RunState }
  | { readonly kind: "fail" };

/** `random` in [0, 1): waiting clients must not come back all at once. */
export function afterFailure(
  state: RunState,
  failure: UpstreamFailure,
  random: number,
): AfterFailure {
  if (isExpired(state, failure)) return { kind: "again", state: begunAnew(state) };
  if (failure.code === "upstream_filter_refused" && state.since !== undefined) {
    return { kind: "again", state: unfiltered(state) };
  }
  if (isRefusedBeyond(state, failure)) return { kind: "again", state: ended(state) };
  const tries = state.tries + 1;
  if (!failure.retryable || tries >= TRIES) return { kind: "fail" };
  const wait = Math.min(FIRST_WAIT_MS * 2 ** state.tries, LONGEST_WAIT_MS);
  const asked = failure.retryAfterSeconds;
  const ms = asked === undefined ? Math.ceil(wait * random) : asked * 1_000;
  return { kind: "wait", state: { ...state, tries }, ms };
}

/** Once in a list: an upstream whose cursors never hold can't be read by them. */
function isExpired({ at, pagesBefore }: RunState, { call, status }: UpstreamFailure): boolean {
  const isGone = status === 400 || status === 410;
  return "cursor" in at && pagesBefore === undefined && call !== "token" && isGone;
}

/** Some refuse a page that begins after the last record: that is an end as well. */
function isRefusedBeyond(state: RunState, { call, status }: UpstreamFailure): boolean {
  const isRefused = status === 400 || status === 404 || status === 416;
  return hasAll(state) && !("cursor" in state.at) && call !== "token" && isRefused;
}

/** The later one of two times of the upstream; one that is no time is not later than any. */
function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const [first, second] = [Date.parse(a), Date.parse(b)];
  return Number.isNaN(second) || first >= second ? a : b;
}
