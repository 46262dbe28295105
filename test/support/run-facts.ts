/** Lists of an upstream as the reducer is told of them: a page is a handful of numbers. */
import { expect } from "vitest";
import { afterPage, type PageFacts } from "../../src/sync/run-reducer.ts";
import { firstState, type RunState } from "../../src/sync/run-state.ts";
import type { UpstreamFailure } from "../../src/sync/upstream-page.ts";

export const FIRST = firstState("settings", { User: 0, Group: 0, Organization: 0 });

export const OUTAGE: UpstreamFailure = {
  call: "User",
  code: "upstream_unavailable",
  status: 503,
  retryable: true,
  retryAfterSeconds: undefined,
  detail: "",
};

export const doubtsOf = ({ doubts }: RunState): string[] => doubts.map(({ code }) => code);

/** A page of ten of thirty, all of them new. */
export function facts(more: Partial<PageFacts>): PageFacts {
  const length = more.length ?? 10;
  return {
    length,
    total: 30,
    nextCursor: undefined,
    asked: 10,
    fresh: length,
    contradicted: 0,
    nameless: 0,
    newest: undefined,
    ...more,
  };
}

/** Reads until the list ends; `page` gives the facts of the nth page. */
export function readAll(page: (n: number, state: RunState) => PageFacts): RunState {
  let state = FIRST;
  for (let n = 0; !state.deferring; n++) {
    expect(n).toBeLessThan(25_000);
    state = afterPage(state, page(n, state));
  }
  return state;
}
