/** `muster sources add --mode pull`: where people are read from, and the secret that never is an argument. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { request } from "./api.ts";
import type { Call, Output } from "./command.ts";
import { EXIT, Stop, wholeNumber } from "./stop.ts";

export const PULL_OPTIONS = {
  "user-url": "URL",
  "org-url": "URL",
  "group-url": "URL",
  "token-url": "URL",
  "client-id": "ID",
  every: "MINUTES",
  daily: "HH:MM",
} as const;
/** Without an address for tokens, the secret is a token that doesn't end. */
export const PULL_FLAGS = ["manual"] as const;

const pulled = z.looseObject({ id: z.string(), name: z.string(), status: z.string() });

export async function addPulled(
  { api, options, flags }: Call,
  directory: Readonly<Record<string, string>>,
): Promise<Output> {
  const { name = "", profile, description } = options;
  const tokenUrl = options["token-url"];
  const secret = await readUpstreamSecret();
  const created = await request(api, "POST", "/data-sources", pulled, {
    name,
    mode: "pull",
    ...directory,
    ...(profile === undefined ? {} : { profile }),
    ...(description === undefined ? {} : { description }),
    upstream: { ...addressesIn(options), ...scheduleIn(options, flags) },
    ...(tokenUrl === undefined ? { token: secret } : { clientSecret: secret }),
  });
  return {
    json: created,
    text: `Data source  ${created.name} (${created.id})\nTry it: muster sources test "${created.name}", then muster sync "${created.name}" --dry-run --wait\n`,
  };
}

function addressesIn(options: Call["options"]): Record<string, string> {
  const { "user-url": userUrl, "org-url": orgUrl } = options;
  if (userUrl === undefined) throw new Stop(EXIT.usage, "--user-url is missing");
  if (orgUrl === undefined) throw new Stop(EXIT.usage, "--org-url is missing");
  const optional = {
    groupUrl: options["group-url"],
    tokenUrl: options["token-url"],
    clientId: options["client-id"],
  };
  const given = Object.entries(optional).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { userUrl, orgUrl, ...Object.fromEntries(given) };
}

function scheduleIn({ every, daily }: Call["options"], flags: Call["flags"]): object {
  const kinds = [every !== undefined, daily !== undefined, flags.has("manual")];
  if (kinds.filter(Boolean).length > 1) {
    throw new Stop(EXIT.usage, "Give one of --every, --daily and --manual");
  }
  if (flags.has("manual")) return { schedule: { kind: "manual" } };
  if (daily !== undefined) return { schedule: { kind: "daily", at: daily } };
  if (every === undefined) return {};
  return { schedule: { kind: "every", minutes: wholeNumber(every, "every", 5, 1_440) } };
}

/** From MUSTER_UPSTREAM_SECRET, a pipe or the keyboard: arguments stand in the list of processes. Throws Stop. */
async function readUpstreamSecret(): Promise<string> {
  const given = process.env["MUSTER_UPSTREAM_SECRET"];
  const secret = given ?? (process.stdin.isTTY ? await askSecret() : await text(process.stdin));
  // A pipe ends with a line break that belongs to nobody's secret.
  const trimmed = secret.replace(/\r?\n$/, "");
  if (trimmed !== "") return trimmed;
  throw new Stop(EXIT.usage, "Set MUSTER_UPSTREAM_SECRET, or pipe the upstream's secret in");
}

async function askSecret(): Promise<string> {
  process.stderr.write("The upstream's client secret or token: ");
  // What is typed is not shown.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await prompt.question("");
  } finally {
    prompt.close();
    process.stderr.write("\n");
  }
}
