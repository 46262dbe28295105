/** Whether what concurrent clients saw can be explained by one order. Pure. After Wing & Gong, and Lowe's memo. */

export interface Call {
  /** When it was asked and answered, by a counter that all clients share. */
  readonly asked: number;
  /** Undefined where nobody knows what became of it: it takes effect once, at any time later, or never. */
  readonly answered: number | undefined;
}

/** The states that may follow where the call takes effect in `state`; none where its answer rules that out. */
export type Step<S, C> = (state: S, call: C) => readonly S[];

/** Looks for an order that no client can tell from what it saw; states must be plain data. */
export function isLinearizable<S, C extends Call>(
  calls: readonly C[],
  first: S,
  step: Step<S, C>,
): boolean {
  const tried = new Set<string>();
  const search = (left: readonly C[], state: S): boolean => {
    const ends = left.map(({ answered }) => answered ?? Infinity);
    const nextEnd = Math.min(...ends);
    if (nextEnd === Infinity) return true;
    const key = `${left.map(({ asked }) => asked).join()} ${JSON.stringify(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    // What was asked after another had been answered can't come before it.
    return left
      .filter(({ asked }) => asked < nextEnd)
      .some((call) => {
        const others = left.filter((one) => one !== call);
        return step(state, call).some((next) => search(others, next));
      });
  };
  return search(calls, first);
}
