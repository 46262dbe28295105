/** What was measured, by case, connections and size. */
import type { Case } from "./cases.ts";
import { figuresOf, ratioOf, type Figures, type Sample } from "./measure.ts";

export interface Result extends Figures {
  readonly name: string;
  readonly connections: number;
  readonly users: number;
  /** Milliseconds by which each call to the database was delayed. */
  readonly delayMs: number;
  /** Requests per second beside those of the ceiling; 1 for a ceiling itself. */
  readonly ratio: number;
  /** The case it is compared with, or null. */
  readonly ceiling: string | null;
}

/** Where something was measured. */
export interface Setting {
  readonly connections: number;
  readonly users: number;
  readonly delayMs: number;
}

/** The samples of each case, a sample for each round. */
export class Results {
  readonly #measured = new Map<string, { one: Case; setting: Setting; samples: Sample[] }>();

  add(one: Case, setting: Setting, sample: Sample): void {
    const key = keyOf(one.name, setting);
    const known = this.#measured.get(key);
    if (known === undefined) this.#measured.set(key, { one, setting, samples: [sample] });
    else known.samples.push(sample);
  }

  /** How one case does beside another; undefined where either was not measured. */
  ratio(name: string, ceiling: string, setting: Setting): number | undefined {
    const samples = this.#measured.get(keyOf(name, setting))?.samples;
    const above = this.#measured.get(keyOf(ceiling, setting))?.samples;
    return samples && above && ratioOf(samples, above);
  }

  list(): Result[] {
    return [...this.#measured.values()].map(({ one, setting, samples }) => ({
      name: one.name,
      ...setting,
      ...figuresOf(samples),
      ratio: this.ratio(one.name, one.ceiling ?? one.name, setting) ?? 1,
      ceiling: one.ceiling ?? null,
    }));
  }
}

function keyOf(name: string, { connections, users, delayMs }: Setting): string {
  return [name, connections, users, delayMs].join("|");
}
