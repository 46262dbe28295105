/** A deployment with so many people in it, and a data source to talk to it as. */
import { z } from "zod";
import { request, type Api } from "../src/cli/api.ts";
import type { Place } from "./server.ts";

export interface World extends Place {
  readonly users: number;
  /** The path below which a source's SCIM endpoints are. */
  readonly base: string;
  readonly token: string;
  /** Whether it pages by cursors, RFC 9865. */
  readonly hasCursors: boolean;
}

const created = z.object({
  id: z.string(),
  scimBaseUrl: z.string(),
  token: z.object({ secret: z.string() }),
});
const placed = z.object({ targetOrganizationId: z.string() });
const discovered = z.object({ pagination: z.object({ cursor: z.boolean() }).optional() });

const claimed = z.object({ key: z.string() });

/** Claims the deployment at the URL. */
export async function claimAt(url: string, bootstrapToken: string): Promise<Api> {
  const claim = { secret: bootstrapToken, name: "bench" };
  const { key } = await request({ url }, "POST", "/setup/claim", claimed, claim);
  return { url, key };
}

/** Claims the deployment, opens a source and fills it. */
export async function makeWorld(
  place: Place,
  users: number,
  bootstrapToken: string,
): Promise<World> {
  const api = await claimAt(place.musterUrl, bootstrapToken);
  const source = await request(api, "POST", "/data-sources", created, {
    name: "Bench",
    mode: "push",
    profile: "okta",
    apiOpen: true,
    confirm: true,
  });
  const { targetOrganizationId: organizationId } = await request(
    api,
    "PATCH",
    `/data-sources/${source.id}`,
    placed,
    { ratePerSecond: 10_000 },
  );
  await fill(place, { users, sourceId: source.id, organizationId });
  const base = new URL(source.scimBaseUrl).pathname;
  const config = await fetch(`${place.musterUrl}${base}/ServiceProviderConfig`);
  const { pagination } = discovered.parse(await config.json());
  const hasCursors = pagination?.cursor === true;
  return { ...place, users, base, token: source.token.secret, hasCursors };
}

async function fill({ benchUrl }: Place, body: object): Promise<void> {
  const response = await fetch(`${benchUrl}/fill`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`The world could not be filled: ${await response.text()}`);
}
