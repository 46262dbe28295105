/** Whether what concurrent clients saw can be explained by one order. Pure. After Wing & Gong, and Lowe's memo. */

export interface Call {
  /** When it was asked and answered, by a counter that all clients share. */
  readonly asked: number;
  /** Undefined where nobody knows what became of it: it takes effect once, at any time later, or never. */
  readonly answered: number | undefined;
}

/** The states that may follow where the call takes effect in `state`; none where its answer rules that out. */
export type Step<S, C> = (state: S, call: C) => readonly S[];

/** Beyond it the memo outgrows the memory: calls of which nobody knows anything multiply it. */
const STATES = 200_000;

/**
 * Looks for an order that no client can tell from what it saw; states must be plain data. Undefined
 * where there are too many to look at: nobody can say.
 */
export function isLinearizable<S, C extends Call>(
  calls: readonly C[],
  first: S,
  step: Step<S, C>,
  most = STATES,
): boolean | undefined {
  const tried = new Set<string>();
  const search = (left: readonly C[], state: S): boolean => {
    const nextEnd = Math.min(...left.map(endOf));
    if (nextEnd === Infinity) return true;
    const now = JSON.stringify(state);
    const key = `${left.map(({ asked }) => asked).join()} ${now}`;
    if (tried.has(key) || tried.size >= most) return false;
    tried.add(key);
    // What was asked after another had been answered can't come before it.
    return left
      .filter(({ asked }) => asked < nextEnd)
      .sort((a, b) => compareEnds(a, b))
      .some((call) => {
        const others = left.filter((one) => one !== call);
        const isKnown = call.answered !== undefined;
        return step(state, call).some(
          // To have come to nothing is the same as not to have come, which is tried as well.
          (next) => (isKnown || JSON.stringify(next) !== now) && search(others, next),
        );
      });
  };
  return search(calls, first) || (tried.size >= most ? undefined : false);
}

function endOf({ answered }: Call): number {
  return answered ?? Infinity;
}

/** What is known first, since it has to come; the others need not. */
function compareEnds(a: Call, b: Call): number {
  const [first, second] = [endOf(a), endOf(b)];
  return first === second ? a.asked - b.asked : first - second;
}
