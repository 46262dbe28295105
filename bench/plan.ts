/** How much is measured. */
export interface PullPlan {
  readonly people: number;
  readonly organizations: number;
}

export interface Plan {
  /** Users of each world. */
  readonly sizes: readonly number[];
  /** Many first, which makes everything warm. */
  readonly connections: readonly number[];
  /** Ceilings and cases take turns so many times. */
  readonly rounds: number;
  /** Milliseconds of each turn, after those it has to get warm. */
  readonly ms: number;
  readonly warmUpMs: number;
  /** Connections to Muster on the slow database. */
  readonly slowConnections: number;
  readonly pull: PullPlan;
}

const LARGE: PullPlan = { people: 100_000, organizations: 2_000 };

/** What a call to the database takes longer where it is in another city. */
export const SLOW_MS = 20;

export const PLANS = {
  usual: {
    sizes: [1_000, 100_000],
    connections: [64, 16, 1],
    rounds: 3,
    ms: 1_000,
    warmUpMs: 200,
    slowConnections: 64,
    pull: LARGE,
  },
  quick: {
    sizes: [1_000, 100_000],
    connections: [64],
    rounds: 1,
    ms: 250,
    warmUpMs: 100,
    slowConnections: 64,
    pull: { people: 2_000, organizations: 100 },
  },
  /** Only shows that everything works. */
  smoke: {
    sizes: [10, 20],
    connections: [1, 2],
    rounds: 1,
    ms: 1,
    warmUpMs: 1,
    slowConnections: 2,
    pull: { people: 20, organizations: 4 },
  },
  full: {
    sizes: [1_000, 100_000, 1_000_000],
    connections: [64, 16, 1],
    rounds: 4,
    ms: 700,
    warmUpMs: 200,
    slowConnections: 64,
    pull: LARGE,
  },
} satisfies Record<string, Plan>;
