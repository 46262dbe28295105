/**
 * A real upstream on the loopback address, for tests, demo and bench. Each directory stands under a
 * prefix of its own, `/u/{name}`; `/control/{name}` sets it up, changes it, and tells what it was
 * asked.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Json, JsonObject } from "../../scim/json.ts";
import { listPage } from "./lists.ts";
import type { Act, Addresses, Asked, Change, Fault, Script } from "./script.ts";
import { ready, send, type Ready } from "./sending.ts";
import { tokenAnswer } from "./tokens.ts";
import {
  change,
  faultsOfCall,
  isLetIn,
  newWorld,
  recordWithId,
  setFaults,
  type Listed,
  type World,
} from "./world.ts";

const HOST = "127.0.0.1";

export interface Upstream {
  readonly origin: string;
  /** The same directories behind another port: where a redirect to another origin leads. */
  readonly otherOrigin: string;
  readonly port: number;
  /** Sets a directory up, anew where there is one of the name. */
  readonly script: (name: string, script: Script) => Addresses;
  readonly change: (name: string, change: Change) => void;
  /** Also begins to count the calls anew. */
  readonly setFaults: (name: string, faults: readonly Fault[]) => void;
  readonly asked: (name: string) => readonly Asked[];
  readonly close: () => Promise<void>;
}

/** Port 0, which is taken where none is given, is any that is free. */
export async function startUpstream({ port = 0 } = {}): Promise<Upstream> {
  const worlds = new Map<string, World>();
  const servers = await Promise.all([listen(worlds, port), listen(worlds, 0)]);
  const [first, second] = servers.map(portOf);
  const origin = `http://${HOST}:${first}`;
  const worldOf = (name: string): World => {
    const world = worlds.get(name);
    if (world === undefined) throw new Error(`There is no upstream ${name}`);
    return world;
  };
  return {
    origin,
    otherOrigin: `http://${HOST}:${second}`,
    port: first ?? 0,
    script: (name, script) => {
      worlds.set(name, newWorld(script));
      return addressesOf(origin, name);
    },
    change: (name, wanted) => {
      change(worldOf(name), wanted);
    },
    setFaults: (name, faults) => {
      setFaults(worldOf(name), faults);
    },
    asked: (name) => worldOf(name).asked,
    close: async () => {
      await Promise.all(servers.map(close));
    },
  };
}

async function listen(worlds: Map<string, World>, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(worlds, request, response).catch(() => response.destroy());
  });
  server.listen(port, HOST);
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

export function addressesOf(origin: string, name: string): Addresses {
  const base = `${origin}/u/${name}`;
  return {
    tokenUrl: `${base}/token`,
    userUrl: `${base}/Users`,
    orgUrl: `${base}/Organizations`,
    groupUrl: `${base}/Groups`,
  };
}

async function answer(
  worlds: Map<string, World>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? "/", "http://upstream");
  const [, kind = "", name = "", ...rest] = pathname.split("/");
  const body = await bodyOf(request);
  if (kind === "control") {
    send(response, control(worlds, name, `${request.method} ${rest.join("/")}`, body), []);
    return;
  }
  const world = kind === "u" ? worlds.get(name) : undefined;
  if (world === undefined) {
    send(response, ready(404, {}), []);
    return;
  }
  const path = `/${rest.join("/")}`;
  world.asked.push(askedOf(request, `${path}${search}`, body));
  // Like the platform that the second dialect is of.
  const known = path.replace(/^\/scim(\/api)?(\/v2)?/, "");
  const { acts, ready: whole } = answerOf(world, request, known, search, body);
  send(response, whole, acts);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function askedOf({ method = "", headers }: IncomingMessage, path: string, body: string): Asked {
  const known = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { method, path, body, headers: Object.fromEntries(known) };
}

/** Who speaks here is the test: what it says isn't checked. */
function control(worlds: Map<string, World>, name: string, wanted: string, body: string): Ready {
  if (wanted === "POST ") {
    worlds.set(name, newWorld(JSON.parse(body)));
    return ready(201, {});
  }
  const world = worlds.get(name);
  if (world === undefined) return ready(404, {});
  switch (wanted) {
    case "POST change":
      change(world, JSON.parse(body));
      return ready(200, {});
    case "POST faults":
      setFaults(world, JSON.parse(body));
      return ready(200, {});
    case "GET asked":
      return { ...ready(200, {}), text: JSON.stringify(world.asked) };
    case "DELETE ":
      worlds.delete(name);
      return ready(200, {});
    default:
      return ready(404, {});
  }
}

interface Answered {
  readonly ready: Ready;
  readonly acts: readonly Act[];
}

function answerOf(
  world: World,
  request: IncomingMessage,
  path: string,
  search: string,
  body: string,
): Answered {
  const [, head = "", id] = path.split("/");
  if (head !== "token" && head !== "Users" && head !== "Organizations" && head !== "Groups") {
    return { ready: ready(404, {}), acts: [] };
  }
  const acts = faultsOfCall(world, head, id !== undefined).map(({ act }) => act);
  for (const act of acts) {
    if (act.kind === "expire") world.tokens.clear();
    if (act.kind === "change") change(world, act);
  }
  const other = acts.find((act) => act.kind === "answer");
  if (other !== undefined) {
    const { status, headers, encoding } = other;
    return { ready: { ...ready(status, other.body ?? "", headers), encoding }, acts };
  }
  if (head === "token") {
    const { status, body: given } = tokenAnswer(world, request, search, body);
    return { ready: ready(status, overlaid(given, acts)), acts };
  }
  if (!isLetIn(world, request.headers.authorization ?? "")) {
    return { ready: ready(401, { error: "invalid_token" }), acts };
  }
  if (id !== undefined) return { ready: oneRecord(world, head, decodeURIComponent(id)), acts };
  const loop = acts.find((act) => act.kind === "loop")?.loop;
  const page = listPage(world, head, new URLSearchParams(search), loop);
  return { ready: ready(page.status, overlaid(page.body, acts)), acts };
}

function oneRecord(world: World, listed: Listed, id: string): Ready {
  const found = recordWithId(world, listed, id);
  return found === undefined ? ready(404, { status: "404" }) : ready(200, found);
}

function overlaid(body: JsonObject, acts: readonly Act[]): Json {
  const members = acts.flatMap((act) =>
    act.kind === "overlay" ? Object.entries(act.members) : [],
  );
  const result = { ...body };
  for (const [name, value] of members) {
    if (value === null) delete result[name];
    else result[name] = value;
  }
  return result;
}
