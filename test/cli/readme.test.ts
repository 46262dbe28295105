import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { ROOT } from "../../src/cli/wrangler.ts";
import { LIMITS } from "../../src/scim/messages.ts";
import { README, shellBlocks } from "./readme.ts";

function found(pattern: RegExp): string[] {
  return [...new Set([...README.matchAll(pattern)].map(([, name]) => name ?? ""))];
}

it("names files that exist", () => {
  const paths = found(/`((?:src|test|migrations)(?:\/[\w.-]+)+)`/g);
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it("names scripts that exist", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const named = found(/npm (?:run (?:-s )?)?(?!ci\b|run\b|install\b)([a-z][\w:]*)/g);
  expect(named).toContain("deploy");
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

it("names headings that exist", () => {
  const headings = found(/^#+ (.+)$/gm).map((text) => text.toLowerCase().replaceAll(" ", "-"));
  expect(found(/\]\(#([\w-]+)\)/g).filter((anchor) => !headings.includes(anchor))).toEqual([]);
});

it("names every table of the migrations", () => {
  const files = readdirSync(join(ROOT, "migrations"));
  const sql = files.map((file) => readFileSync(join(ROOT, "migrations", file), "utf8"));
  const tables = [...sql.join("").matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name ?? "");
  expect(tables.filter((table) => !README.includes(`\`${table}\``))).toEqual([]);
});

it.each(Object.entries(LIMITS))("tells the limit %s as %s", (name, limit) => {
  const row = new RegExp(`^\\| \`${name}\` *\\| ${limit.toLocaleString("en-US")} `, "m");
  expect(README).toMatch(row);
});

it("has shell blocks to run, and says which are not", () => {
  const blocks = shellBlocks(README);
  expect(blocks.filter(({ isRun }) => isRun).length).toBeGreaterThan(5);
  expect(blocks.filter(({ isRun }) => !isRun).length).toBeGreaterThan(2);
});
