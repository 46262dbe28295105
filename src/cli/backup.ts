/** `npm run backup`: a local instance as one file. */
import { resolve } from "node:path";
import { fileTime, writeArchive } from "./archive.ts";
import { DEFAULT_STATE, ensureStopped, stateAt } from "./state.ts";
import { main, readArguments } from "./stop.ts";

const HELP = `npm run backup [-- --state DIR] [-- --out FILE]

Writes a stopped instance (database, secrets, admin key) to one file.

  --state DIR  state folder (${DEFAULT_STATE})
  --out FILE   file to write (muster-TIME.tar.gz)
`;

await main(async () => {
  const { values } = readArguments({
    options: {
      state: { type: "string", default: DEFAULT_STATE },
      out: { type: "string", default: `muster-${fileTime(new Date())}.tar.gz` },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const state = stateAt(values.state);
  await ensureStopped(state);
  writeArchive(state, resolve(values.out));
  process.stdout.write(`${values.out} holds ${values.state}, with its secrets: keep it safe\n`);
});
