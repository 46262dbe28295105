/** `npm run muster -- …`: the admin API from a terminal. Exit codes: see EXIT in stop.ts. */
import { Refused, type Api } from "./api.ts";
import { claimCommands } from "./claim-command.ts";
import type { Call, Command } from "./command.ts";
import { credentialCommands } from "./credential-commands.ts";
import { doctorCommands } from "./doctor-command.ts";
import { fieldCommands } from "./field-commands.ts";
import { groupCommands } from "./group-commands.ts";
import { keyCommands } from "./key-commands.ts";
import { logCommands } from "./log-commands.ts";
import { organizationCommands } from "./organization-commands.ts";
import { runCommands } from "./run-commands.ts";
import { scopeCommands } from "./scope-commands.ts";
import { sourceCommands } from "./source-commands.ts";
import { DEFAULT_STATE, readInstance, stateAt } from "./state.ts";
import { EXIT, main, readArguments, Stop } from "./stop.ts";
import { userCommands } from "./user-commands.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  ...claimCommands,
  ...sourceCommands,
  ...runCommands,
  ...scopeCommands,
  ...credentialCommands,
  ...userCommands,
  ...groupCommands,
  ...organizationCommands,
  ...fieldCommands,
  ...keyCommands,
  ...logCommands,
  ...doctorCommands,
};

const NAMES = Object.keys(COMMANDS);
const VALUE_OPTIONS = new Set(
  Object.values(COMMANDS).flatMap(({ options }) => Object.keys(options)),
);
const FLAGS = new Set(Object.values(COMMANDS).flatMap(({ flags = [] }) => flags));

function usageOf(name: string, command: Command): string {
  const { positionals, options, flags = [], required = [] } = command;
  const given = Object.entries(options).map(([option, value]) =>
    required.includes(option) ? `--${option} ${value}` : `[--${option} ${value}]`,
  );
  const switches = flags.map((flag) => `[--${flag}]`);
  return [name, ...positionals.map((one) => `<${one}>`), ...given, ...switches].join(" ");
}

function help(names: readonly string[]): string {
  const commands = names.map((name) => {
    const command = COMMANDS[name];
    return command === undefined ? "" : `  ${usageOf(name, command)}\n      ${command.summary}\n`;
  });
  return `npm run muster -- COMMAND [--json] [--state DIR]

${commands.join("")}
A source is given by its id, its key or its name (by its id outside the default directory), a
directory by its id or its name.
The address and the admin key come from MUSTER_URL and MUSTER_KEY, or from instance.json in the
state folder (${DEFAULT_STATE}). Exit codes: 0 done, 1 refused, 2 usage, 3 no answer.
`;
}

/** Whom to ask, and with which key. Throws Stop. */
function apiFrom(stateDirectory: string): Api {
  const { MUSTER_URL: url, MUSTER_KEY: key } = process.env;
  if (url !== undefined && key !== undefined) return { url: url.replace(/\/+$/, ""), key };
  // A key goes only to the address it was given with.
  if (url !== undefined || key !== undefined) {
    throw new Stop(EXIT.usage, "Set both MUSTER_URL and MUSTER_KEY, or neither");
  }
  const record = readInstance(stateAt(stateDirectory));
  if (record === undefined) {
    throw new Stop(EXIT.unreachable, `No instance in ${stateDirectory}. Start one: npm start`);
  }
  if (record.adminKey === undefined) {
    throw new Stop(
      EXIT.usage,
      `${stateDirectory}/instance.json holds no admin key: set MUSTER_KEY`,
    );
  }
  return { url: record.url, key: record.adminKey };
}

function readCommandLine() {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      state: { type: "string", default: DEFAULT_STATE },
      ...Object.fromEntries([...VALUE_OPTIONS].map((name) => [name, { type: "string" as const }])),
      ...Object.fromEntries([...FLAGS].map((name) => [name, { type: "boolean" as const }])),
    },
  });
  const name = NAMES.find((one) => {
    const words = one.split(" ");
    return words.every((word, i) => positionals[i] === word);
  });
  const rest = name === undefined ? positionals : positionals.slice(name.split(" ").length);
  return { values, name, rest };
}

/** The options and flags given, when they are the command's own and none is missing. Throws Stop. */
function optionsFor(
  name: string,
  command: Command,
  values: Readonly<Record<string, string | boolean | undefined>>,
): Pick<Call, "options" | "flags"> {
  const given = Object.entries(values).flatMap(([option, value]) =>
    VALUE_OPTIONS.has(option) && typeof value === "string" ? [[option, value] as const] : [],
  );
  const flags = [...FLAGS].filter((flag) => values[flag] === true);
  const foreign =
    given.find(([option]) => !Object.hasOwn(command.options, option)) ??
    flags.flatMap((flag) => (command.flags?.includes(flag) ? [] : [[flag] as const]))[0];
  const missing = command.required?.find((option) => !given.some(([one]) => one === option));
  if (foreign === undefined && missing === undefined) {
    return { options: Object.fromEntries(given), flags: new Set(flags) };
  }
  const reason = foreign === undefined ? `--${missing} is missing` : `--${foreign[0]} is not known`;
  throw new Stop(EXIT.usage, `${reason}\nUsage: ${usageOf(name, command)}`);
}

async function run(): Promise<void> {
  const { values, name, rest } = readCommandLine();
  const [topic] = rest;
  const command = name === undefined ? undefined : COMMANDS[name];
  if (values["help"] === true || name === undefined || command === undefined) {
    const about = name === undefined ? NAMES.filter((one) => one.split(" ")[0] === topic) : [name];
    const text = help(about.length === 0 ? NAMES : about);
    if (values["help"] !== true) throw new Stop(EXIT.usage, text);
    process.stdout.write(text);
    return;
  }
  const { options, flags } = optionsFor(name, command, values);
  if (rest.length !== command.positionals.length) {
    throw new Stop(EXIT.usage, `Usage: ${usageOf(name, command)}`);
  }
  const api = command.withoutKey ? { url: "" } : apiFrom(String(values["state"]));
  const output = await command.run({ api, positionals: rest, options, flags });
  process.stdout.write(
    values["json"] === true ? `${JSON.stringify(output.json, null, 2)}\n` : output.text,
  );
  if (output.complaint !== undefined) throw new Stop(EXIT.refused, output.complaint);
}

await main(async () => {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Refused) || !process.argv.includes("--json")) throw error;
    throw new Stop(error.exitCode, JSON.stringify(error.body, null, 2));
  }
});
