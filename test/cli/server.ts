/** Stands in for an instance: the command line is what is tried. */
import { once } from "node:events";
import { createServer } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface Sent {
  readonly method: string | undefined;
  readonly path: string;
  readonly body: unknown;
}

/** A server that answers by path; gives the environment to reach it, and what it was sent. */
export async function serverOf(
  answer: (path: string) => unknown,
  status = 200,
): Promise<{ env: NodeJS.ProcessEnv; sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const { method, url: path = "" } = request;
      sent.push({ method, path, body: body === "" ? undefined : JSON.parse(body) });
      response.writeHead(status, { "content-type": "application/problem+json" });
      response.end(JSON.stringify(answer(path)));
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { env: { MUSTER_URL: `http://127.0.0.1:${port}`, MUSTER_KEY: "key" }, sent };
}

/** A server that answers every request alike; gives the environment to reach it. */
export async function serverThat(status: number, body: unknown): Promise<NodeJS.ProcessEnv> {
  return (await serverOf(() => body, status)).env;
}
