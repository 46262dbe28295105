import type { Answer } from "./client.ts";

/** The id of the resource, source or token in the answer. */
export function idOf({ status, body: { id }, text }: Answer): string {
  if (typeof id !== "string") throw new Error(`No id: ${status} ${text}`);
  return id;
}

/** Status → how many answers had it. */
export function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Sends so many at once. */
export function times<T>(n: number, make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: n }, (_, index) => make(index)));
}
