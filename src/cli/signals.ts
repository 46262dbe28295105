/** Running until somebody says stop. */
import { EXIT, Stop } from "./stop.ts";
import { endChildren } from "./wrangler.ts";

export interface Stoppable {
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

const PARENT_CHECK_MS = 500;

/**
 * Begins something and keeps it until SIGINT, SIGTERM or the death of npm, then stops it and exits
 * with 0. Returns when there is nothing to keep. Throws Stop when it ends by itself.
 */
export async function untilToldToStop(begin: () => Promise<Stoppable | undefined>): Promise<void> {
  const told = toldToStop();
  const beginning = begin();
  const begun = await Promise.race([told, beginning]);
  if (begun === "told") {
    // What began may still fail while its children are taken away; nobody waits for it any more.
    beginning.catch(() => undefined);
    await endChildren();
    process.exit(0);
  }
  if (begun === undefined) return;
  const reason = await Promise.race([told, begun.ended]);
  await begun.stop();
  if (reason !== "told") throw new Stop(EXIT.refused, "The Worker has ended unexpectedly");
  process.exit(0);
}

function toldToStop(): Promise<"told"> {
  return new Promise((resolve) => {
    const tell = () => resolve("told");
    process.on("SIGINT", tell);
    process.on("SIGTERM", tell);
    if (process.env["npm_lifecycle_event"] !== undefined) onParentDeath(tell);
  });
}

/** npm killed with -9 tells nobody; its child gets another parent. */
function onParentDeath(tell: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) tell();
  }, PARENT_CHECK_MS).unref();
}
