/** HTTP/1.1 over one socket, one request at a time: cheap enough to leave the other core to the server. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly path: string;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Connection {
  readonly send: (request: Request) => Promise<Answer>;
  readonly close: () => void;
}

/** Opens a connection to a server on this machine. `headers` go with every request. */
export async function openConnection(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Connection> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  const lines = Object.entries({ host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return {
    send: async (request) => {
      const answer = answerFrom(socket);
      socket.write(toText(request, lines.join("")));
      return answer;
    },
    close: () => socket.destroy(),
  };
}

function toText({ method, path, body }: Request, headers: string): string {
  const head = `${method} ${path} HTTP/1.1\r\n${headers}`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}content-type: application/scim+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function answerFrom(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const finish = () => {
      socket.off("data", read).off("close", lost).off("error", lost);
    };
    const lost = () => {
      finish();
      reject(new Error("The server closed the connection"));
    };
    const read = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const answer = parseAnswer(received);
      if (answer === undefined) return;
      finish();
      resolve(answer);
    };
    socket.on("data", read).on("close", lost).on("error", lost);
  });
}

const HEAD_END = "\r\n\r\n";

/** The answer, or undefined as long as it is not complete. */
export function parseAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = bytes.toString("latin1", 0, headEnd);
  const status = Number(head.slice(9, 12));
  const rest = bytes.subarray(headEnd + HEAD_END.length);
  if (status === 204 || status === 304) return { status, body: Buffer.alloc(0) };
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const body = length === undefined ? parseChunks(rest) : parseWhole(rest, Number(length));
  return body && { status, body };
}

function parseWhole(bytes: Buffer, length: number): Buffer | undefined {
  return bytes.length < length ? undefined : bytes.subarray(0, length);
}

/** RFC 9112 §7.1. */
function parseChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}
