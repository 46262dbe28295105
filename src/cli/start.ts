/** `npm start`: Muster on this machine, until it is told to stop. */
import { relative } from "node:path";
import { startInstance, type Instance } from "./instance.ts";
import { DEFAULT_STATE, stateAt, type State } from "./state.ts";
import { main, readArguments, wholeNumber } from "./stop.ts";
import { untilToldToStop } from "./signals.ts";

const HELP = `npm start [-- --port N] [-- --state DIR]

Runs Muster on this machine. Everything it keeps is in the state folder.

  --port N     port of 127.0.0.1 to serve on (8787)
  --state DIR  state folder (${DEFAULT_STATE})
`;

function welcome(instance: Instance, state: State): string {
  const inside = relative(process.cwd(), state.directory);
  const folder = inside === "" || inside.startsWith("..") ? state.directory : inside;
  const option = folder === DEFAULT_STATE ? "" : ` --state ${folder}`;
  const key =
    instance.key === undefined
      ? `not in ${folder}/instance.json, though the instance is claimed: see README.md, "Lost key"`
      : `in ${folder}/instance.json`;
  return `
Muster serves at ${instance.url}

  State      ${folder}
  Admin key  ${key}
  Add a data source and get its base URL and token:
             npm run muster --${option} sources add --name "First source" --mode push --profile okta
  More       npm run muster -- --help
  Stop       Ctrl-C

`;
}

await main(async () => {
  const { values } = readArguments({
    options: {
      port: { type: "string", default: "8787" },
      state: { type: "string", default: DEFAULT_STATE },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const state = stateAt(values.state);
  await untilToldToStop(async () => {
    const instance = await startInstance(state, wholeNumber(values.port, "port", 1, 65_535));
    process.stdout.write(welcome(instance, state));
    return instance;
  });
});
