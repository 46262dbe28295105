/** Callers of a source whose tokens may work or not, and the one refusal for those that don't. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Admin, Answer, Source } from "./client.ts";
import { send, textAt, userBody } from "./scim.ts";
import { differences, steadyDump } from "./unchanged.ts";

/** As a caller who has not failed before. */
export function anyone(headers: Record<string, string>): Record<string, string> {
  return { "cf-connecting-ip": crypto.randomUUID(), ...headers };
}

/** Reads users, or whatever is at the path; a POST creates one. */
export function ask(
  source: Source,
  authorization: string | undefined,
  path = "/Users",
  method = "GET",
): Promise<Answer> {
  return send(`${source.base}${path}`, {
    method,
    headers: anyone({
      ...(authorization === undefined ? {} : { authorization }),
      "content-type": "application/scim+json",
    }),
    ...(method === "POST" && { body: JSON.stringify(userBody({})) }),
  });
}

const UNAUTHORIZED = {
  schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
  status: "401",
  detail: "The bearer token is missing or not valid",
};

/** The one refusal: nothing in it tells one reason from another. */
export function expectRefused({ status, body, headers }: Answer, why?: string): void {
  expect(status, why).toBe(401);
  expect(body).toEqual(UNAUTHORIZED);
  expect(headers.get("www-authenticate")).toBe('Bearer realm="muster"');
}

/** Refused to read, to write and to discover, without a row changed. */
export async function expectUseless(
  source: Source,
  authorization: string,
  why?: string,
): Promise<void> {
  const before = await steadyDump();
  expectRefused(await ask(source, authorization), why);
  expectRefused(await ask(source, authorization, "/Users", "POST"), why);
  expectRefused(await ask(source, authorization, "/ServiceProviderConfig"), why);
  expect(differences(before, await steadyDump())).toEqual([]);
}

export async function tokenRow(tokenId: string): Promise<Record<string, unknown>> {
  const row = await env.DB.prepare("SELECT * FROM tokens WHERE id = ?").bind(tokenId).first();
  return row ?? {};
}

export async function secondToken(
  admin: Admin,
  source: Source,
): Promise<{ id: string; secret: string }> {
  const { body } = await admin("POST", `/data-sources/${source.id}/tokens`, {});
  return { id: textAt(body, "id"), secret: textAt(body, "secret") };
}
