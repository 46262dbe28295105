/** The token endpoint: it takes the credentials in one way only, and spelled exactly so. */
import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../../scim/json.ts";
import type { TokenScript } from "./script.ts";
import { newToken, type World } from "./world.ts";

const LIFETIME_SECONDS = 7_200;

export interface TokenAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

export function tokenAnswer(
  world: World,
  request: IncomingMessage,
  search: string,
  body: string,
): TokenAnswer {
  const { token } = world.script;
  if (token === undefined || !isRight(token, request, search, body)) {
    return { status: 401, body: { error: "invalid_client" } };
  }
  const { expiresIn = LIFETIME_SECONDS } = token;
  return {
    status: 200,
    body: {
      access_token: newToken(world),
      ...(expiresIn !== null && { expires_in: expiresIn }),
    },
  };
}

function isRight(
  token: TokenScript,
  { method, headers }: IncomingMessage,
  search: string,
  body: string,
): boolean {
  const { style, clientId = "", secret } = token;
  const expected = JSON.stringify([clientId, secret]);
  if (style === "query_get") return method === "GET" && inQuery(search) === expected;
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const form = new URLSearchParams(body);
  if (method !== "POST" || !isForm || form.get("grant_type") !== "client_credentials") return false;
  if (style === "client_secret_basic") return inHeader(headers.authorization) === expected;
  return JSON.stringify([form.get("client_id"), form.get("client_secret")]) === expected;
}

/** As a path would be decoded: a plus sign stays one. */
function inQuery(search: string): string {
  const parts = search.slice(1).split("&");
  const values = ["client_id", "client_secret"].map((name) => {
    const part = parts.find((one) => one.startsWith(`${name}=`)) ?? "";
    return decodeURIComponent(part.slice(name.length + 1));
  });
  return JSON.stringify(values);
}

/** RFC 6749 §2.3.1. */
function inHeader(authorization = ""): string {
  const text = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString("latin1");
  const colon = text.indexOf(":");
  const parts = [text.slice(0, colon), text.slice(colon + 1)];
  return JSON.stringify(parts.map((part) => new URLSearchParams(`v=${part}`).get("v")));
}
