/** Scenes of the demo: each shows something, and says what of it was not as it has to be. */

/** What was seen, for a person; and a sentence for each thing that was not as it has to be. */
export interface Seen {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

export interface Scene<Stage> {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<Seen>;
}

/** Plays them in their order. Gives the problems there were. */
export async function playEach<Stage>(
  stage: Stage,
  scenes: readonly Scene<Stage>[],
  show: (text: string) => void,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { title, play } of scenes) {
    const seen = await play(stage);
    problems.push(...seen.problems.map((problem) => `${title}: ${problem}`));
    const sign = seen.problems.length === 0 ? "ok  " : "FAIL";
    show(`  ${sign} ${title}\n${seen.lines.map((line) => `         ${line}\n`).join("")}`);
  }
  return problems;
}

export function problemsOf(checks: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(checks).flatMap(([what, holds]) => (holds ? [] : [`not so: ${what}`]));
}
