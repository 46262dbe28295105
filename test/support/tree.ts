/** Organizations for tests: made over SCIM, and scopes that two sources share. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "./client.ts";
import { created, ENTERPRISE, idAt, ORGANIZATION, textAt, userBody } from "./scim.ts";

export async function adminAndSource(profile: string): Promise<{ admin: Admin; source: Source }> {
  const admin = await claim();
  return { admin, source: await newSource(admin, profile) };
}

/**
 * Two sources that both see the organization of the first, and below it what either makes. The
 * second has its own as well.
 */
export async function neighbours(profile = "okta"): Promise<{
  admin: Admin;
  host: Source;
  guest: Source;
}> {
  const { admin, source: host } = await adminAndSource(profile);
  const guest = await newSource(admin, profile);
  await giveScope(guest, [await targetOf(guest), await targetOf(host)]);
  return { admin, host, guest };
}

export function organizationBody(attributes: JsonObject = {}): JsonObject {
  return { schemas: [ORGANIZATION], displayName: "Sales", ...attributes };
}

/** Where a new organization stands below the base URL. */
export async function newOrganization(
  source: Source,
  attributes: JsonObject = {},
): Promise<string> {
  const id = await created(source, "/Organizations", organizationBody(attributes));
  return `/Organizations/${id}`;
}

/** A chain of organizations, one below the other; their paths from the top. */
export async function newChain(source: Source, length: number, top?: string): Promise<string[]> {
  const chain = top === undefined ? [] : [top];
  for (let i = chain.length; i < length; i++) {
    const parent = chain.at(-1);
    const above = parent === undefined ? {} : { parent: idAt(parent) };
    chain.push(await newOrganization(source, { displayName: `level ${i}`, ...above }));
  }
  return chain;
}

/** A user in an organization, by the name that every dialect has for it. */
export function placedBody(organizationId: string | null, more: JsonObject = {}): JsonObject {
  const { [ENTERPRISE]: extension, ...rest } = more;
  return userBody({ ...rest, [ENTERPRISE]: { ...Object(extension), organizationId } });
}

/** The organization where a source's users without one are placed. */
export async function targetOf({ id }: Source): Promise<string> {
  const sql = "SELECT target_id FROM data_sources WHERE id = ?1";
  return (await env.DB.prepare(sql).bind(id).first<string>("target_id")) ?? "";
}

/** Where a user is kept, which its dialect may not show. */
export async function placeOf(path: string): Promise<string> {
  const sql = "SELECT organization_id FROM users WHERE id = ?1";
  return (await env.DB.prepare(sql).bind(idAt(path)).first<string>("organization_id")) ?? "";
}

/** Gives `guest`, which nobody has used yet, another scope. Its target is the first of it. */
export async function giveScope(guest: Source, organizations: readonly string[]): Promise<void> {
  const [target = ""] = organizations;
  const ids = JSON.stringify(organizations);
  const batch = [
    "DELETE FROM scope_organizations WHERE source_id = ?1",
    "DELETE FROM visible_orgs WHERE source_id = ?1",
  ].map((sql) => env.DB.prepare(sql).bind(guest.id));
  await env.DB.batch([
    ...batch,
    env.DB.prepare(
      "UPDATE data_sources SET updated_at = updated_at + 1, target_id = ?2 WHERE id = ?1",
    ).bind(guest.id, target),
    env.DB.prepare(
      "INSERT INTO scope_organizations (source_id, organization_id) SELECT ?1, value FROM json_each(?2)",
    ).bind(guest.id, ids),
    env.DB.prepare(
      `WITH RECURSIVE down (id) AS (SELECT value FROM json_each(?2)
        UNION SELECT o.id FROM down JOIN organizations o ON o.parent_id = down.id AND o.deleted_at IS NULL)
      INSERT INTO visible_orgs (source_id, organization_id) SELECT ?1, id FROM down`,
    ).bind(guest.id, ids),
  ]);
}

export async function setPermissions(source: Source, permissions: string[]): Promise<void> {
  const sql = "UPDATE data_sources SET updated_at = updated_at + 1, permissions = ?2 WHERE id = ?1";
  await env.DB.prepare(sql).bind(source.id, JSON.stringify(permissions)).run();
}

export function expectRefusal(answer: Answer, status: number, detail: RegExp): void {
  expect(answer.status, answer.text).toBe(status);
  expect(textAt(answer.body, "detail")).toMatch(detail);
}
