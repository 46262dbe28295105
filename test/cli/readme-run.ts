/** Runs the shell blocks of README.md, in order and in one shell, against a fresh instance. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startInstance } from "../../src/cli/instance.ts";
import { untilToldToStop } from "../../src/cli/signals.ts";
import { stateAt } from "../../src/cli/state.ts";
import { EXIT, main, Stop } from "../../src/cli/stop.ts";
import { ROOT } from "../../src/cli/wrangler.ts";
import { README, shellBlocks } from "./readme.ts";

await main(async () => {
  const directory = mkdtempSync(join(tmpdir(), "muster-readme-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  await untilToldToStop(async () => {
    const instance = await startInstance(stateAt(directory), await freePort());
    const blocks = shellBlocks(README).filter(({ isRun }) => isRun);
    // Each block is shown before it runs, so that a failure has a place.
    const script = blocks.map(({ text }, i) => `echo; echo "# block ${i + 1}" >&2\n${text}`);
    const { status } = spawnSync("bash", ["-euo", "pipefail", "-c", script.join("\n")], {
      cwd: ROOT,
      env: { ...process.env, MUSTER_URL: instance.url, MUSTER_KEY: instance.key ?? "" },
      stdio: ["ignore", "inherit", "inherit"],
    });
    await instance.stop();
    if (status !== 0) throw new Stop(EXIT.refused, "A shell block of README.md failed");
    process.stdout.write(`\n${blocks.length} shell blocks of README.md ran\n`);
    return undefined;
  });
});
