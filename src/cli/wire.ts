/** HTTP as clients speak it: fetch would tidy the URL, e.g. drop the "?" that OneLogin leaves behind. */
import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Answer, Player } from "./play.ts";

/** Sends over HTTP with a bearer token, unless the request brings an authorization of its own. */
export function sender(token: string): Player["fetch"] {
  return (url, { method, headers, body }) =>
    new Promise<Answer>((resolve, reject) => {
      const { protocol, hostname, port, origin } = new URL(url);
      const outgoing = request({
        protocol,
        hostname,
        port,
        method,
        path: url.slice(origin.length),
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      outgoing.on("error", reject).on("response", (incoming) => {
        const header = (name: string) => [incoming.headers[name.toLowerCase()]].flat()[0] ?? null;
        resolve({
          status: incoming.statusCode ?? 0,
          headers: { get: header },
          text: () => text(incoming),
        });
      });
      outgoing.end(body);
    });
}
