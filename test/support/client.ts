/** An admin and data sources to talk to, over HTTP as everybody else does. */
import { exports } from "cloudflare:workers";
import { isObject, type Json, type JsonObject } from "../../src/scim/json.ts";

export const ORIGIN = "https://muster.test";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
  readonly text: string;
}

export async function call(
  method: string,
  url: string,
  init: { body?: Json | undefined; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await exports.default.fetch(url, {
    method,
    headers: init.headers ?? {},
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const text = await response.text();
  const parsed: unknown = /json/.test(response.headers.get("content-type") ?? "")
    ? JSON.parse(text)
    : {};
  return {
    status: response.status,
    headers: response.headers,
    body: isObject(parsed) ? parsed : {},
    text,
  };
}

function textAt(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw new Error(`${name} is missing`);
  return value;
}

/** Claims the deployment and gives a function that calls the admin API as its owner. */
export async function claim(): Promise<Admin> {
  const { body } = await call("POST", `${ORIGIN}/api/v1/setup/claim`, {
    body: { secret: "test-bootstrap-token-test-bootstrap-token", name: "test" },
    headers: { "content-type": "application/json" },
  });
  const key = textAt(body, "key");
  return (method, path, body) =>
    call(method, `${ORIGIN}/api/v1${path}`, {
      body,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    });
}

export type Admin = (method: string, path: string, body?: Json) => Promise<Answer>;

export interface Source {
  readonly id: string;
  readonly base: string;
  readonly token: string;
  readonly tokenId: string;
  /** Calls a path below the base URL with the token. */
  readonly call: (
    method: string,
    path: string,
    body?: Json,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
}

export async function newSource(
  admin: Admin,
  profile: string,
  more: JsonObject = {},
): Promise<Source> {
  const name = `${profile} ${crypto.randomUUID().slice(0, 8)}`;
  const { status, body, text } = await admin("POST", "/data-sources", {
    name,
    mode: "push",
    profile,
    apiOpen: true,
    confirm: true,
    ...more,
  });
  if (status !== 201) throw new Error(`No source: ${text}`);
  const { token } = body;
  const base = textAt(body, "scimBaseUrl");
  const secret = isObject(token) ? textAt(token, "secret") : "";
  return {
    id: textAt(body, "id"),
    base,
    token: secret,
    tokenId: isObject(token) ? textAt(token, "id") : "",
    call: (method, path, body, headers = {}) =>
      call(method, `${base}${path}`, {
        body,
        headers: {
          authorization: `Bearer ${secret}`,
          "content-type": "application/scim+json",
          ...headers,
        },
      }),
  };
}

/** A source of its own deployment, for tests that need no more than one. */
export async function oneSource(profile = "okta"): Promise<Source> {
  return newSource(await claim(), profile);
}
