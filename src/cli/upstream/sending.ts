/** How an answer gets onto the wire, or doesn't. */
import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Json } from "../../scim/json.ts";
import type { Act } from "./script.ts";

export interface Ready {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly encoding?: "latin1" | "utf16le" | undefined;
}

export function ready(status: number, body: Json, headers: Ready["headers"] = {}): Ready {
  const isText = typeof body === "string";
  return {
    status,
    headers: { "content-type": isText ? "text/html" : "application/scim+json", ...headers },
    text: isText ? body : JSON.stringify(body),
  };
}

export function send(response: ServerResponse, answer: Ready, acts: readonly Act[]): void {
  const way = acts.find(({ kind }) => kind in WAYS);
  if (way === undefined) sendWhole(response, answer);
  else WAYS[way.kind]?.(response, answer, way);
}

type Way = (response: ServerResponse, answer: Ready, act: Act) => void;

const WAYS: Readonly<Partial<Record<Act["kind"], Way>>> = {
  cut: sendCut,
  drip: sendDrip,
  flood: sendFlood,
  bomb: sendBomb,
  hang: () => undefined,
  reset: (response) => void response.socket?.resetAndDestroy(),
};

function sendWhole(response: ServerResponse, { status, headers, text, encoding }: Ready): void {
  const bytes = Buffer.from(text, encoding ?? "utf8");
  const length = status === 204 || status === 304 ? {} : { "content-length": bytes.length };
  response.writeHead(status, { ...headers, ...length });
  response.end(length["content-length"] === undefined ? undefined : bytes);
}

function sendCut(response: ServerResponse, { status, headers, text }: Ready, act: Act): void {
  if (act.kind !== "cut") return;
  const bytes = Buffer.from(text);
  const part = bytes.subarray(0, act.bytes);
  switch (act.framing) {
    case "length":
      response.writeHead(status, { ...headers, "content-length": bytes.length });
      break;
    case "chunked":
      response.writeHead(status, headers);
      break;
    case "close": {
      // Without a length the end of the connection is the end of the answer: nobody can tell.
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      response.socket?.write(`HTTP/1.1 ${status} OK\r\n${lines.join("")}connection: close\r\n\r\n`);
      response.socket?.end(part);
      return;
    }
  }
  response.flushHeaders();
  const { socket } = response;
  if (part.length === 0) socket?.destroy();
  else response.write(part, () => socket?.destroy());
}

function sendDrip(response: ServerResponse, { status, headers }: Ready, act: Act): void {
  if (act.kind !== "drip") return;
  response.writeHead(status, headers);
  response.flushHeaders();
  const timer = setInterval(() => response.write(" "), act.everyMs);
  response.on("close", () => {
    clearInterval(timer);
  });
}

const BLOCK = Buffer.alloc(64 * 1_024, " ");

function sendFlood(response: ServerResponse, { status, headers }: Ready): void {
  response.writeHead(status, headers);
  const pour = () => {
    while (!response.destroyed && response.write(BLOCK));
  };
  response.on("drain", pour);
  pour();
}

function sendBomb(response: ServerResponse, { status, headers }: Ready, act: Act): void {
  if (act.kind !== "bomb") return;
  const bytes = gzipSync(Buffer.alloc(act.bytes, " "));
  const told = { "content-encoding": "gzip", "content-length": bytes.length };
  response.writeHead(status, { ...headers, ...told });
  response.end(bytes);
}
