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
