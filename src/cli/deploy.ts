/** `npm run deploy`: secrets, Worker, migrations, and how to claim it. Safe to run again. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  deployedUrl,
  nextSteps,
  secretNames,
  secretsToMake,
  type CommandResult,
} from "./deployment.ts";
import { databaseBindings } from "./migrations.ts";
import { makeSecret } from "./secrets.ts";
import { EXIT, main, readArguments, Stop } from "./stop.ts";
import { remoteEnvironment, ROOT, wranglerCommand } from "./wrangler.ts";

const HELP = `npm run deploy [-- --dry-run] [-- --new-claim-link]

Makes the secrets the deployed Worker lacks, deploys, applies the migrations, and prints what is
left to do. Existing secrets are kept.

  --dry-run         build and check only; nothing is sent
  --new-claim-link  replace the bootstrap secret, when the link was lost before anybody claimed
`;

/** Runs wrangler and reads what it says. */
async function ask(args: readonly string[]): Promise<CommandResult> {
  const [command, rest] = wranglerCommand(args);
  const child = spawn(command, rest, {
    cwd: ROOT,
    env: remoteEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exit;
  return { exitCode: typeof code === "number" ? code : 1, stdout, stderr };
}

/** Runs wrangler in the person's terminal. Throws Stop when it fails. */
async function tell(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<void> {
  const [command, rest] = wranglerCommand(args);
  const env = { ...remoteEnvironment(), ...more };
  const [code] = await once(spawn(command, rest, { cwd: ROOT, env, stdio: "inherit" }), "exit");
  if (code !== 0) throw new Stop(EXIT.refused, `wrangler ${args.slice(0, 3).join(" ")} failed`);
}

/** Deploys with the secrets that are missing, in one step: no version runs without them. */
async function deploy(newClaimLink: boolean, directory: string): Promise<void> {
  const present = secretNames(await ask(["secret", "list", "--format", "json"]));
  const made = secretsToMake(present, newClaimLink).map(
    (name) => [name, makeSecret(name)] as const,
  );
  const secretsFile = join(directory, "secrets.json");
  writeFileSync(secretsFile, JSON.stringify(Object.fromEntries(made)), { mode: 0o600 });
  const output = join(directory, "output.ndjson");
  const secrets = made.length === 0 ? [] : ["--secrets-file", secretsFile];
  await tell(["deploy", ...secrets], { WRANGLER_OUTPUT_FILE_PATH: output });
  // CI: yes to the question whether to apply them.
  for (const binding of databaseBindings()) {
    await tell(["d1", "migrations", "apply", binding, "--remote"], { CI: "1" });
  }
  const url = deployedUrl(existsSync(output) ? readFileSync(output, "utf8") : "");
  const bootstrapToken = new Map<string, string>(made).get("BOOTSTRAP_TOKEN");
  process.stdout.write(`\n${nextSteps(url, bootstrapToken)}`);
}

await main(async () => {
  const { values } = readArguments({
    options: {
      "dry-run": { type: "boolean", default: false },
      "new-claim-link": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values["dry-run"]) return tell(["deploy", "--dry-run"]);
  const directory = mkdtempSync(join(tmpdir(), "muster-deploy-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return deploy(values["new-claim-link"], directory);
});
