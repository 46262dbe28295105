/** Eight clients of one source at once, while its object's calls to the database go wrong: what each saw. */
import { env } from "cloudflare:workers";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import type { Answer, Source } from "./client.ts";
import { withLook, type Asked, type Person, type Seen, type Told } from "./directory-spec.ts";
import { endFaults, faults, until, type Passing } from "./faults.ts";
import type { Random } from "./random.ts";
import { CORE, newGroup, objectsIn, patchBody, textAt, valuesOf } from "./scim.ts";
import { randomRequest } from "./simulated-history.ts";

const CLIENTS = 8;
const REQUESTS = 5;

/** What goes wrong with a call of the object to the database. */
type Mishap = "lost before" | "lost after" | "never answered" | "late";
const MISHAPS: readonly Mishap[] = [
  "lost before",
  "lost after",
  "lost after",
  "never answered",
  "late",
];
const MISHAP_RATE = 0.15;
/** Longer than any call that is not in trouble takes. */
const DEADLINE_MS = 400;

/** Sources in trouble, each with what decides about its next call. */
const troubled = new Map<string, (passing: Passing) => Promise<void> | undefined>();

/** From now on each source that a history is made of has troubles of its own. */
export function startTroubles(): void {
  endFaults();
  faults.deadlineMs = DEADLINE_MS;
  faults.watch = (passing) => troubled.get(passing.object ?? "")?.(passing);
}

/** Names begin with the prefix; the last calls were made in peace, one after the other. */
export async function historyOf(source: Source, prefix: string, random: Random): Promise<Seen[]> {
  const group = await newGroup(source, `${prefix}group`);
  const ids: string[] = [];
  const history: Seen[] = [];
  let now = 0;
  const ask = async (request: Asked): Promise<void> => {
    const asked = now++;
    const told = toldBy(request, await send(source, prefix, group, request));
    const answered = told === undefined ? undefined : now++;
    if (told === undefined && isRead(request)) return;
    history.push(...withLook({ asked, answered, request, ...(told && { told }) }));
    const id = told?.person?.id ?? undefined;
    if (id !== undefined && !ids.includes(id)) ids.push(id);
  };
  const peace = bringTrouble(source.id, random);
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let n = 0; n < REQUESTS; n++) {
        await ask(randomRequest(random, ids));
      }
    }),
  );
  await peace();
  for (const request of LAST) await ask(request);
  for (const id of ids) await ask({ kind: "get", id });
  return history;
}

const LAST: readonly Asked[] = [
  { kind: "find", name: "ann" },
  { kind: "find", name: "bob" },
  { kind: "members" },
];

const isRead = ({ kind }: Asked): boolean => ["find", "get", "members"].includes(kind);

/** Gives what ends it. A late batch arrives when the object's next call has come back. */
function bringTrouble(id: string, random: Random): () => Promise<void> {
  // How many late batches may arrive; each waits until its own turn.
  let arrived = 0;
  let waiting = 0;
  const release = (): void => {
    arrived = waiting;
  };
  const doomed = new Set<number>();
  troubled.set(id, ({ call, moment }) => {
    if (moment === "after") {
      release();
      if (doomed.delete(call)) throw new Error(LOST);
      return undefined;
    }
    if (!random.chance(MISHAP_RATE)) return undefined;
    switch (random.pick(MISHAPS)) {
      case "lost before":
        throw new Error(LOST);
      case "lost after":
        doomed.add(call);
        return undefined;
      case "never answered":
        return new Promise(() => {});
      case "late": {
        const turn = ++waiting;
        return until(() => arrived >= turn);
      }
    }
  });
  return async () => {
    troubled.delete(id);
    release();
    // The object answers in its order: what was late has arrived, or never will.
    await env.SOURCE.getByName(id).noteUse({});
  };
}

const LOST = "D1_ERROR: Network connection lost.";

function send(source: Source, prefix: string, group: string, request: Asked): Promise<Answer> {
  switch (request.kind) {
    case "create": {
      const { name, value } = request;
      const body = { schemas: [CORE], userName: prefix + name, displayName: value };
      return source.call("POST", "/Users", body);
    }
    case "find": {
      const filter = encodeURIComponent(`userName eq "${prefix}${request.name}"`);
      return source.call("GET", `/Users?filter=${filter}`);
    }
    case "members":
      return source.call("GET", group);
    case "get":
    case "look":
      return source.call("GET", `/Users/${request.id}`);
    case "delete":
      return source.call("DELETE", `/Users/${request.id}`);
    case "patch": {
      const headers = request.ifMatch === undefined ? {} : { "if-match": `W/"${request.ifMatch}"` };
      const body = patchBody({ op: "replace", path: "displayName", value: request.value });
      return source.call("PATCH", `/Users/${request.id}`, body, headers);
    }
    default: {
      const value: Json = [{ value: request.id }];
      return source.call("PATCH", group, patchBody({ op: request.kind, path: "members", value }));
    }
  }
}

/** Undefined where the answer leaves open what became of the request. */
function toldBy(request: Asked, { status, body }: Answer): Told | undefined {
  if (status === 503) return undefined;
  switch (request.kind) {
    case "members":
      return { status, members: valuesOf(body["members"]).sort() };
    case "find":
      return { status, person: objectsIn(body["Resources"]).map(personIn)[0] };
    case "add":
    case "remove":
    case "delete":
      return { status };
    default:
      return { status, person: status < 300 ? personIn(body) : undefined };
  }
}

function personIn(body: JsonObject): Person {
  const meta = objectsIn([body["meta"] ?? null])[0] ?? {};
  const version = Number(/\d+/.exec(textAt(meta, "version"))?.[0]);
  return { id: textAt(body, "id"), value: textAt(body, "displayName"), version };
}
