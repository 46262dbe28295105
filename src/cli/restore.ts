/** `npm run restore`: a local instance from the file that `npm run backup` wrote. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readArchive } from "./archive.ts";
import { DEFAULT_STATE, ensureStopped, stateAt } from "./state.ts";
import { EXIT, main, readArguments, Stop } from "./stop.ts";

const HELP = `npm run restore -- FILE [--state DIR]

Puts a backup in the place of a stopped instance. What was there is kept beside it.

  --state DIR  state folder (${DEFAULT_STATE})
`;

await main(async () => {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: {
      state: { type: "string", default: DEFAULT_STATE },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Stop(EXIT.usage, HELP);
  if (!existsSync(file)) throw new Stop(EXIT.usage, `There is no ${file}`);
  const state = stateAt(values.state);
  await ensureStopped(state);
  const kept = readArchive(state, resolve(file), new Date());
  const before = kept === undefined ? "" : `What was there is in ${kept}\n`;
  process.stdout.write(`${values.state} is as in ${file}. Start it: npm start\n${before}`);
});
