/** The page that is asked for while the one before it is written: the upstream and the database work at once. */
import { equalJson } from "../scim/json.ts";
import type { RunState } from "./run-state.ts";
import type { Got, PageRequest, Position, UpstreamPage } from "./upstream-page.ts";

export interface Ahead {
  readonly runId: string;
  /** The step that it is meant for. */
  readonly step: number;
  /** The upstream that was asked, by `connectionKey`. */
  readonly connection: string;
  readonly request: PageRequest;
  readonly got: Promise<Got<UpstreamPage>>;
}

export type Wanted = Omit<Ahead, "got">;

/** Undefined where something else was asked for, or the run came to another place. */
export function askedAhead(
  ahead: Ahead | undefined,
  { runId, step, connection, request }: Wanted,
): Ahead["got"] | undefined {
  if (ahead?.runId !== runId || ahead.step !== step || ahead.connection !== connection) {
    return undefined;
  }
  const { type, at, since } = ahead.request;
  const isSame = type === request.type && since === request.since && isSamePosition(at, request.at);
  return isSame ? ahead.got : undefined;
}

function isSamePosition(a: Position, b: Position): boolean {
  return equalJson({ ...a }, { ...b });
}

/**
 * Where the list surely goes on after the page; undefined where that is for the reducer to say.
 * What it says is what counts: a page that was asked for at another place is not looked at.
 */
export function surelyNext(
  { at, pages, total = 0, fetched }: Pick<RunState, "at" | "pages" | "total" | "fetched">,
  page: Pick<UpstreamPage, "length" | "total" | "nextCursor">,
): Position | undefined {
  if (page.nextCursor !== undefined) return { cursor: page.nextCursor };
  if ("cursor" in at || page.length === 0) return undefined;
  const all = pages === 0 ? (page.total ?? 0) : total;
  return fetched + page.length < all ? { startIndex: at.startIndex + page.length } : undefined;
}
