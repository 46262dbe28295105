/** The second dialect as tests speak it. */
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { anyone } from "./callers.ts";
import { call, claim, newSource, ORIGIN, type Answer, type Source } from "./client.ts";
import { objectsIn, textAt } from "./scim.ts";

export const DIALECT = `${ORIGIN}/scim/api`;
export const PASSWORD = "Abcdef12";

/** A source of a directory of its own. */
export async function dialectSource(profile = "standard"): Promise<Source> {
  return newSource(await claim(), profile);
}

/** Asks below `/scim/api/v2` with the source's token. */
export function ask(
  source: Source,
  method: string,
  path: string,
  body?: Json,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return call(method, `${DIALECT}/v2${path}`, {
    body,
    headers: anyone({
      authorization: `Bearer ${source.token}`,
      "content-type": "application/json",
      ...headers,
    }),
  });
}

export function newUserBody(more: JsonObject = {}): JsonObject {
  return { userName: "zhang.san", displayName: "张三", password: PASSWORD, ...more };
}

/** Where a new user stands. */
export async function newUser(source: Source, more: JsonObject = {}): Promise<string> {
  return `/Users/${await newId(source, "/Users", newUserBody(more))}`;
}

export async function newOrganization(source: Source, more: JsonObject = {}): Promise<string> {
  const body = { displayName: "Sales", ...more };
  return `/Organizations/${await newId(source, "/Organizations", body)}`;
}

async function newId(source: Source, path: string, body: JsonObject): Promise<string> {
  const answer = await ask(source, "POST", path, body);
  if (answer.status !== 201) throw new Error(`Not created: ${answer.status} ${answer.text}`);
  return textAt(answer.body, "id");
}

/** What a list of the collection has, with these parameters. */
export function list(
  source: Source,
  collection: "/Users" | "/Organizations",
  parameters: Record<string, string> = {},
): Promise<Answer> {
  return ask(source, "GET", `${collection}?${new URLSearchParams(parameters).toString()}`);
}

/** The names in a list's answer, in its order. */
export function namesIn({ body }: Answer): string[] {
  return objectsIn(body["Resources"]).map((one) => textAt(one, "displayName"));
}
