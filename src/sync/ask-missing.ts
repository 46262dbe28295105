/** Those who are missing, asked for one by one: the upstream's word about each of them. */
import type { Carrier } from "./carrier.ts";
import { ASKED } from "./missing-rules.ts";
import type { Absent, MissingType } from "./missing-reads.ts";
import { askFor } from "./upstream-list.ts";
import type { AccessToken, Connection, Presence } from "./upstream-page.ts";

export interface Asking {
  readonly connection: Connection;
  readonly token: AccessToken;
}

interface Controlled extends Asking {
  /** By type, the upstream's id of one who was in the list of this run. */
  readonly controls: Readonly<Record<MissingType, string | undefined>>;
}

/** An upstream that hangs would take an invocation's time, and more. */
const ASKING_MS = 60_000;

/**
 * Undefined where the time is up: the next step goes on with those who are left. An upstream may
 * have no route by id, and answer 404 for everybody: that somebody is gone is believed only where
 * one who is in its list is found there.
 */
export async function askForThem(
  carrier: Carrier,
  absent: readonly Absent[],
  asking: Controlled,
): Promise<ReadonlyMap<string, Presence> | undefined> {
  const { holder, memory } = carrier;
  const { asked } = memory;
  const began = holder.now();
  const open = absent.filter(({ id }) => !asked.has(id));
  if (asked.size + open.length > ASKED) return asked;
  const answers = new Map<Absent, Presence>();
  for (const one of open) {
    if (holder.now() - began > ASKING_MS) break;
    answers.set(one, await ask(carrier, asking, one.type, one.externalId));
  }
  const doubted = await typesDoubted(carrier, asking, answers);
  for (const [{ id, type }, presence] of answers) {
    asked.set(id, presence === "gone" && doubted.has(type) ? "unknown" : presence);
  }
  return answers.size < open.length ? undefined : asked;
}

/** The types of which a 404 says nothing. */
async function typesDoubted(
  carrier: Carrier,
  asking: Controlled,
  answers: ReadonlyMap<Absent, Presence>,
): Promise<ReadonlySet<MissingType>> {
  const gone = [...answers].filter(([, presence]) => presence === "gone");
  const doubted = new Set<MissingType>();
  for (const type of new Set(gone.map(([one]) => one.type))) {
    const control = asking.controls[type];
    const found = control === undefined ? "unknown" : await ask(carrier, asking, type, control);
    if (found !== "seen" && found !== "left") doubted.add(type);
  }
  return doubted;
}

async function ask(
  { fetcher, holder, bounds }: Carrier,
  { connection, token }: Asking,
  type: MissingType,
  externalId: string,
): Promise<Presence> {
  const answer = await askFor(connection, token, type, externalId, fetcher, holder.now(), bounds);
  return answer.ok ? answer.value : "unknown";
}
