/** What a deployment has to do, decided from what wrangler says. */
import { z } from "zod";
import { SECRET_NAMES, type SecretName } from "./secrets.ts";
import { EXIT, Stop } from "./stop.ts";

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The names of the deployed Worker's secrets, from `wrangler secret list`; none when there is no
 * Worker yet. Throws Stop when the answer is neither: a secret that cannot be seen must not be
 * taken for missing, because a new pepper ends every token.
 */
export function secretNames({ exitCode, stdout, stderr }: CommandResult): ReadonlySet<string> {
  if (exitCode === 0) {
    const list = z.array(z.object({ name: z.string() })).safeParse(jsonIn(stdout));
    if (list.success) return new Set(list.data.map(({ name }) => name));
  } else if (/Worker "[^"]*"[^\n]* not found/.test(stdout + stderr)) {
    return new Set();
  }
  throw new Stop(
    EXIT.refused,
    `The secrets of the deployed Worker cannot be listed. Are you logged in? (npx wrangler login)\n${stderr || stdout}`,
  );
}

/** The secrets to make: those missing, and the bootstrap secret when a new claim link is wanted. */
export function secretsToMake(
  present: ReadonlySet<string>,
  newClaimLink: boolean,
): readonly SecretName[] {
  return SECRET_NAMES.filter(
    (name) => !present.has(name) || (newClaimLink && name === "BOOTSTRAP_TOKEN"),
  );
}

/** The first https address in what wrangler wrote to WRANGLER_OUTPUT_FILE_PATH. */
export function deployedUrl(outputFile: string): string | undefined {
  const entry = z.object({ type: z.literal("deploy"), targets: z.array(z.string()).nullish() });
  const targets = outputFile
    .split("\n")
    .map((line) => entry.safeParse(jsonIn(line)))
    .flatMap(({ data }) => data?.targets ?? []);
  // A route with a pattern ("example.com/*") is no address to open.
  return targets.find((target) => /^https:\/\/[^*\s]+$/.test(target))?.replace(/\/$/, "");
}

/** The secret travels in the fragment, which is sent to no server and written to no log. */
export function claimLink(url: string, bootstrapToken: string): string {
  return `${url}/#${bootstrapToken}`;
}

/**
 * What to tell the person after a deployment. `bootstrapToken` is there when this run made it: one
 * made earlier cannot be read back.
 */
export function nextSteps(url: string | undefined, bootstrapToken: string | undefined): string {
  const served = url === undefined ? "Deployed." : `Muster serves at ${url}`;
  if (bootstrapToken === undefined) {
    return `${served}
If nobody has claimed it yet and the claim link is lost, make a new one:
  npm run deploy -- --new-claim-link
`;
  }
  const link = claimLink(url ?? "https://YOUR-WORKER.workers.dev", bootstrapToken);
  return `${served}
Claim it now: this makes the first admin key, and works once.
  npm run muster -- claim '${link}'
`;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
