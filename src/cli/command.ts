/** What a command of `npm run muster` is. */
import type { Api } from "./api.ts";

export interface Call {
  readonly api: Api;
  /** As many as the command names. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
  /** The flags that were given. */
  readonly flags: ReadonlySet<string>;
}

export interface Output {
  /** For `--json`. */
  readonly json: unknown;
  /** For a person. */
  readonly text: string;
  /** What is amiss: it is told behind the rest, and the program ends as refused. */
  readonly complaint?: string | undefined;
}

export interface Command {
  /** The names of the positional arguments. */
  readonly positionals: readonly string[];
  /** Options by name, with what stands for their value in the help. */
  readonly options: Readonly<Record<string, string>>;
  /** Options without a value. */
  readonly flags?: readonly string[];
  /** Options that must be given. */
  readonly required?: readonly string[];
  readonly summary: string;
  /** Works without an admin key: the address is an argument. */
  readonly withoutKey?: true;
  readonly run: (call: Call) => Promise<Output>;
}

/** Rows as columns of equal width under their headings. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  return all
    .map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** The ids between the commas; an empty text is an empty list. */
export function idsIn(text: string): string[] {
  return text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
}
