/** The thread of the upstream directories that are pulled, so that they don't wait for the bench. */
import { parentPort } from "node:worker_threads";
import { startUpstream } from "../src/cli/upstream/server.ts";

const { origin } = await startUpstream();
parentPort?.postMessage(origin);
