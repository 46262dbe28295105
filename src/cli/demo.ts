/** `npm run demo`: a fresh instance, played to by the recorded clients, and what it then holds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ProfileName } from "../scim/profile.ts";
import type { Api } from "./api.ts";
import { fixture, type Fixture } from "./fixture.ts";
import { canonical, describe, jsonDifferences, readHoldings } from "./holdings.ts";
import { playPullScenes } from "./demo-pull.ts";
import { playScenes } from "./demo-scenes.ts";
import { freePort, startInstance, type Instance } from "./instance.ts";
import { playSequence, type StepResult } from "./play.ts";
import { untilToldToStop } from "./signals.ts";
import { addSource } from "./source-commands.ts";
import { stateAt } from "./state.ts";
import { EXIT, main, readArguments, Stop } from "./stop.ts";
import { sender } from "./wire.ts";
import { ROOT } from "./wrangler.ts";

const HELP = `npm run demo [-- --once] [-- --fixtures DIR] [-- --update]

Starts a fresh instance, plays the recorded clients that demo.json lists, shows what the directory
then holds, and compares it with demo.expected.json. Then it plays scenes in a directory of their
own: refusals explained, a token rotated, a client let in, and why somebody is as they are; and
pulls an upstream that it starts: a test, a first pull, an outage, and a removal that is held.

  --once          end afterwards instead of serving until Ctrl-C
  --fixtures DIR  where demo.json and the recorded clients are (test/clients)
  --update        write demo.expected.json anew, if every request is answered as expected
`;

const EXPECTED = "demo.expected.json";

/** The source name of each profile that a fixture asks for. */
const SOURCE_NAMES: Record<ProfileName, string> = {
  standard: "Standard",
  rfc: "RFC",
  entra: "Entra",
  okta: "Okta",
  onelogin: "OneLogin",
  jumpcloud: "JumpCloud",
  keycloak: "Keycloak",
  authentik: "authentik",
  google: "Google",
  ping: "Ping",
};

type Show = (text: string) => void;

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new Stop(EXIT.usage, `${path} cannot be read as JSON`);
  }
}

function readFixtures(directory: string): { file: string; recorded: Fixture }[] {
  const files = z.array(z.string()).parse(readJson(join(directory, "demo.json")));
  return files.map((file) => ({ file, recorded: fixture.parse(readJson(join(directory, file))) }));
}

/** Plays every file on the source of its profile. Answers the number of steps that failed. */
async function playAll(api: Api, directory: string, show: Show): Promise<number> {
  const sources = new Map<string, { scimBaseUrl: string; token: { secret: string } }>();
  let failed = 0;
  for (const { file, recorded } of readFixtures(directory)) {
    const { profile } = recorded;
    const body = { name: SOURCE_NAMES[profile], mode: "push", profile };
    const source = sources.get(profile) ?? (await addSource(api, body));
    sources.set(profile, source);
    const results = await playSequence(recorded, {
      baseUrl: source.scimBaseUrl,
      fetch: sender(source.token.secret),
    });
    const wrong = results.filter(({ problems }) => problems.length > 0);
    failed += wrong.length;
    show(outcome(file, recorded, results.length, wrong));
  }
  return failed;
}

function outcome(
  file: string,
  { name }: Fixture,
  steps: number,
  wrong: readonly StepResult[],
): string {
  const lines = wrong.flatMap(({ does, problems }) => [
    `      ${does}`,
    ...problems.map((problem) => `        ${problem}`),
  ]);
  const sign = wrong.length === 0 ? "ok  " : "FAIL";
  return [`  ${sign} ${file}: ${name} (${steps} requests)`, ...lines, ""].join("\n");
}

/** Shows the holdings and answers the lines that say where they are not as expected. */
async function showAndCompare(api: Api, directory: string, show: Show): Promise<string[]> {
  const holdings = await readHoldings(api);
  show(`\nThe directory now holds:\n\n${describe(holdings)}\n`);
  const expected = z.json().parse(readJson(join(directory, EXPECTED)));
  return jsonDifferences(expected, canonical(holdings));
}

/** Plays, shows and compares. Throws Stop when anything is not as expected. */
async function perform(instance: Instance, directory: string, update: boolean): Promise<void> {
  const show: Show = (text) => void process.stdout.write(text);
  show(`A fresh instance serves at ${instance.url}. The recorded clients play:\n\n`);
  const failed = await playAll(instance, directory, show);
  if (update && failed === 0) await writeExpected(instance, directory);
  const differences = await showAndCompare(instance, directory, show);
  show("\nBeside that, in a directory of its own:\n\n");
  const problems = await playScenes(instance, show);
  show("\nAnd out of an upstream on this machine, which is pulled:\n\n");
  problems.push(...(await playPullScenes(instance, show)));
  const complaints = [
    ...problems,
    ...(failed === 0 ? [] : [`${failed} requests were not answered as expected`]),
    ...(differences.length === 0 ? [] : [`Not as in ${EXPECTED} (-), but (+):`, ...differences]),
  ];
  if (complaints.length > 0) throw new Stop(EXIT.refused, complaints.join("\n"));
  show(`All is as in ${EXPECTED}.\n`);
}

async function writeExpected(api: Api, directory: string): Promise<void> {
  const text = `${JSON.stringify(canonical(await readHoldings(api)), null, 2)}\n`;
  writeFileSync(join(directory, EXPECTED), text);
}

await main(async () => {
  const { values } = readArguments({
    options: {
      once: { type: "boolean", default: false },
      update: { type: "boolean", default: false },
      fixtures: { type: "string", default: join(ROOT, "test/clients") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), "muster-demo-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  await untilToldToStop(async () => {
    const instance = await startInstance(stateAt(directory), await freePort(), {
      // The upstream of the demo is a server of its own, which no other machine reaches.
      LOOPBACK_UPSTREAMS: "allow",
    });
    try {
      await perform(instance, values.fixtures, values.update);
    } catch (error) {
      await instance.stop();
      throw error;
    }
    if (values.once) {
      await instance.stop();
      return undefined;
    }
    const { url, key } = instance;
    process.stdout.write(
      `\nIt goes on serving at ${url} until Ctrl-C. Look around:\n` +
        `  MUSTER_URL=${url} MUSTER_KEY=${key} npm run muster -- events list\n`,
    );
    return instance;
  });
});
