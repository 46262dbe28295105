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
import type { Edit, PlantedFault } from "./fault.ts";
import { FAULTS } from "./faults.ts";

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

interface Results {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** The names of the tests that ran: none where the run broke off. */
function runTests(copy: string, file: string, names: readonly string[]): Results {
  const output = join(copy, "report.json");
  rmSync(output, { force: true });
  const words = ["vitest", "run", "--config", "test/vitest.config.ts", file];
  const wanted = ["-t", names.join("|"), "--reporter=json", `--outputFile=${output}`];
  spawnSync("npx", [...words, ...wanted], { cwd: copy, stdio: "ignore" });
  if (!existsSync(output)) return { passed: [], failed: [] };
  const { testResults } = report.parse(JSON.parse(readFileSync(output, "utf8")));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const withStatus = (wished: string) =>
    results.filter(({ status }) => status === wished).map(({ fullName }) => fullName);
  return { passed: withStatus("passed"), failed: withStatus("failed") };
}

/** What the tests of each file say without any fault. */
function soundResults(copy: string, faults: readonly PlantedFault[]): Map<string, Results> {
  const files = Map.groupBy(faults, ({ test }) => test);
  return new Map(
    [...files].map(([file, some]) => [
      file,
      runTests(
        copy,
        file,
        some.flatMap(({ named }) => named),
      ),
    ]),
  );
}

/** What is wrong with the fault's tests, or undefined when they do what they should. */
function trial(copy: string, fault: PlantedFault, sound: Results): string | undefined {
  const { edits, test, named } = fault;
  for (const name of named) {
    if (sound.failed.some((one) => one.includes(name))) return `red without the fault: ${name}`;
    if (!sound.passed.some((one) => one.includes(name))) return `no test of ${test} says ${name}`;
  }
  const originals = new Map(
    edits.map(({ file }) => [file, readFileSync(join(copy, file), "utf8")]),
  );
  try {
    for (const edit of edits) {
      if (!plant(copy, edit)) return `${edit.file} doesn't hold once what is to be replaced`;
    }
    const { failed } = runTests(copy, test, named);
    const green = named.filter((name) => !failed.some((one) => one.includes(name)));
    return green.length === 0 ? undefined : `still green in ${test}: ${green.join("; ")}`;
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
  const sound = soundResults(copy, faults);
  for (const fault of faults) {
    const problem = trial(copy, fault, sound.get(fault.test) ?? { passed: [], failed: [] });
    if (problem === undefined) passed++;
    console.log(`${problem === undefined ? "red as it should be" : "NOT CAUGHT"}  ${fault.name}`);
    if (problem !== undefined) console.log(`    ${problem}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${passed} passed, ${faults.length - passed} failed`);
process.exitCode = passed === faults.length && faults.length > 0 ? 0 : 1;
