/** The suites of the RFCs as data: their sections, and what of each is not supported. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../src/cli/wrangler.ts";

export interface Section {
  readonly rfc: string;
  /** Number and title, as the RFC's table of contents has them. */
  readonly title: string;
  readonly supported: "yes" | "partly" | "no";
  /** What is not supported, and why. */
  readonly missing: readonly string[];
}

const FOLDER = join(ROOT, "test/protocol");
const CALL = /^ *(describe|it|it\.skip)\(\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/gm;
const MISSING = /^(.+) — not supported: (.+)$/;

/** In the order of the RFCs. Throws for a test outside of a section, and for a skip without its reason. */
export function readSections(): Section[] {
  const files = readdirSync(FOLDER).filter((name) => /^rfc\d{4}[-.].*test\.ts$/.test(name));
  return files.flatMap(sectionsOf).sort(inOrder);
}

function sectionsOf(file: string): Section[] {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const rfc = `RFC ${file.slice(3, 7)}`;
  const sections: { title: string; tests: string[]; skips: string[] }[] = [];
  for (const [, call, double, single = ""] of text.matchAll(CALL)) {
    const name = double ?? single;
    const section = sections.at(-1);
    if (call === "describe") sections.push({ title: name, tests: [], skips: [] });
    else if (section === undefined) throw new Error(`${file}: "${name}" is in no section`);
    else if (call === "it") section.tests.push(name);
    else section.skips.push(name);
  }
  return sections.map(({ title, tests, skips }) => ({
    rfc,
    title: titleOf(title, file),
    supported: skips.length === 0 ? "yes" : tests.length === 0 ? "no" : "partly",
    missing: skips.map(missingOf),
  }));
}

function titleOf(name: string, file: string): string {
  if (!/^§\d+(\.\d+)* \S/.test(name)) throw new Error(`${file}: "${name}" is no section`);
  return name;
}

function missingOf(name: string): string {
  const [, what, why] = MISSING.exec(name) ?? [];
  if (what === undefined) throw new Error(`"${name}" is skipped without a reason`);
  return `${what} (${why})`;
}

function inOrder(a: Section, b: Section): number {
  return a.rfc.localeCompare(b.rfc) || compareNumbers(numbersOf(a), numbersOf(b));
}

function numbersOf({ title }: Section): number[] {
  return (/[\d.]+/.exec(title)?.[0] ?? "").split(".").map(Number);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [i, number] of a.entries()) {
    const difference = number - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
