/** README.md as data: its shell blocks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../src/cli/wrangler.ts";

export const README = readFileSync(join(ROOT, "README.md"), "utf8");

export interface ShellBlock {
  readonly text: string;
  /** Blocks that need an account or do not end are marked `title="not run"`. */
  readonly isRun: boolean;
}

export function shellBlocks(markdown: string): ShellBlock[] {
  return [...markdown.matchAll(/^```sh(.*)\n([^]*?)^```$/gm)].map(([, info = "", text = ""]) => ({
    text,
    isRun: !info.includes("not run"),
  }));
}

/** The cells of the first table behind a heading, its head first. */
export function tableBehind(heading: string): string[][] {
  const [, text = ""] = README.split(`${heading}\n`);
  const lines = (/\n(\|[^]*?\|)\n(?!\|)/.exec(text)?.[1] ?? "").split("\n");
  const rows = lines.filter((line) => !/^[|\s-]+$/.test(line));
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}
