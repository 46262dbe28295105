/**
 * Plants each fault of faults.ts in a copy of the tree and demands that its tests turn red: a
 * green suite that can't fail proves nothing. `npm run test:sabotage [-- NAME …]`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { FAULTS, type Edit, type PlantedFault } from "./faults.ts";

const report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "muster-sabotage-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    encoding: "utf8",
  });
  for (const file of files.split("\n").filter((name) => name !== "" && existsSync(name))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
  symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Names of the tests that failed, and how many ran. A run that breaks off counts as none. */
function runTests(copy: string, file: string, pattern: string): { ran: number; failed: string[] } {
  const output = join(copy, "report.json");
  rmSync(output, { force: true });
  const words = ["vitest", "run", "--config", "test/vitest.config.ts", file, "-t", pattern];
  spawnSync("npx", [...words, "--reporter=json", `--outputFile=${output}`], {
    cwd: copy,
    stdio: "ignore",
  });
  const { testResults } = report.parse(JSON.parse(readFileSync(output, "utf8")));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const ran = results.filter(({ status }) => status === "passed" || status === "failed");
  return {
    ran: ran.length,
    failed: ran.filter(({ status }) => status === "failed").map(({ fullName }) => fullName),
  };
}

/** What is wrong with the fault's tests, or undefined when they do what they should. */
function trial(copy: string, { edits, test, named }: PlantedFault): string | undefined {
  const sound = runTests(copy, test, named);
  if (sound.ran === 0) return `no test of ${test} is named ${named}`;
  if (sound.failed.length > 0) return `red without the fault: ${sound.failed.join("; ")}`;
  const originals = new Map(
    edits.map(({ file }) => [file, readFileSync(join(copy, file), "utf8")]),
  );
  try {
    for (const edit of edits) {
      if (!plant(copy, edit)) return `${edit.file} doesn't hold once what is to be replaced`;
    }
    const { failed } = runTests(copy, test, named);
    return failed.length === 0 ? `still green with the fault: ${test}, ${named}` : undefined;
  } finally {
    for (const [file, text] of originals) writeFileSync(join(copy, file), text);
  }
}

function plant(copy: string, { file, find, replace }: Edit): boolean {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  if (text.split(find).length !== 2) return false;
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  return true;
}

const wanted = process.argv.slice(2);
const faults = FAULTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const copy = copyTree();
let passed = 0;
try {
  for (const fault of faults) {
    const problem = trial(copy, fault);
    if (problem === undefined) passed++;
    console.log(`${problem === undefined ? "red as it should be" : "NOT CAUGHT"}  ${fault.name}`);
    if (problem !== undefined) console.log(`    ${problem}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${passed} passed, ${faults.length - passed} failed`);
process.exitCode = passed === faults.length && faults.length > 0 ? 0 : 1;
