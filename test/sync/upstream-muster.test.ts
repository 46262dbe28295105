/** Muster's own endpoints, read as an upstream: tokens, organizations, people and groups of both dialects. */
import { exports } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { Upstream } from "../../src/sources/upstream.ts";
import { askFor, fetchPage } from "../../src/sync/upstream-list.ts";
import type { Connection, Position, UpstreamRecord } from "../../src/sync/upstream-page.ts";
import { fetchToken } from "../../src/sync/upstream-token.ts";
import { claim, newSource, ORIGIN, type Source } from "../support/client.ts";
import { newClient, type Client } from "../support/clients.ts";
import { keepQuiet } from "../support/quiet.ts";
import { ENTERPRISE, idAt, newUser } from "../support/scim.ts";
import { newOrganization } from "../support/tree.ts";
import { newUpstream, NOW, valueOf } from "../support/upstream.ts";

keepQuiet();

const fetcher = (request: Request) => exports.default.fetch(request);

let source: Source;
let client: Client;
let sales: string;

beforeEach(async () => {
  const admin = await claim();
  source = await newSource(admin, "standard");
  client = await newClient(admin, source);
  sales = idAt(await newOrganization(source, { displayName: "Sales", code: "S" }));
  for (const n of [1, 2, 3]) {
    await newUser(source, {
      userName: `person.${n}`,
      externalId: `e-${n}`,
      emails: [{ value: `person.${n}@one.test` }],
      [ENTERPRISE]: { organization: sales },
    });
  }
});

async function connect(more: Partial<Upstream>): Promise<Connection> {
  const { connection } = await newUpstream({}, { clientId: client.id, pageSize: 2, ...more });
  return { ...connection, secret: client.secret };
}

async function readAll(
  connection: Connection,
  type: "User" | "Organization",
): Promise<UpstreamRecord[]> {
  const token = valueOf(await fetchToken(connection, fetcher, NOW));
  const records: UpstreamRecord[] = [];
  let at: Position = { startIndex: 1 };
  for (;;) {
    const page = valueOf(await fetchPage(connection, token, { type, at }, fetcher, NOW));
    expect(page.faults).toEqual([]);
    records.push(...page.records);
    if (page.length === 0 || records.length >= (page.total ?? 0)) return records;
    at = { startIndex: records.length + 1 };
  }
}

it("are read over SCIM", async () => {
  const connection = await connect({
    tokenStyle: "client_secret_basic",
    tokenUrl: `${ORIGIN}/oauth/token`,
    userUrl: `${source.base}/Users`,
    orgUrl: `${source.base}/Organizations`,
  });
  const people = await readAll(connection, "User");
  expect(people.map(({ externalId }) => externalId).toSorted()).toEqual(["e-1", "e-2", "e-3"]);
  const [person] = people;
  expect(person).toMatchObject({ organizations: [sales], body: { active: true } });
  const organizations = await readAll(connection, "Organization");
  expect(organizations).toContainEqual(
    expect.objectContaining({ externalId: sales, body: expect.objectContaining({ code: "S" }) }),
  );
  const token = valueOf(await fetchToken(connection, fetcher, NOW));
  const id = person?.type === "User" ? person.upstreamId : "";
  const ask = async () => valueOf(await askFor(connection, token, "User", id, fetcher));
  expect(await ask()).toBe("seen");
  expect((await source.call("DELETE", `/Users/${id}`)).status).toBe(204);
  expect(await ask()).toBe("gone");
});

it("are read over the second dialect", async () => {
  const connection = await connect({
    tokenStyle: "query_get",
    tokenUrl: `${ORIGIN}/scim/api/token`,
    userUrl: `${ORIGIN}/scim/api/v2/Users`,
    orgUrl: `${ORIGIN}/scim/api/v2/Organizations`,
    filterStyle: "lastModified",
  });
  const people = await readAll(connection, "User");
  expect(people).toHaveLength(3);
  expect(people[0]).toMatchObject({ organizations: [sales], groups: [] });
  expect(await readAll(connection, "Organization")).toContainEqual(
    expect.objectContaining({ externalId: sales, lastModified: expect.stringMatching(/\+0800$/) }),
  );
  const token = valueOf(await fetchToken(connection, fetcher, NOW));
  const totalSince = async (since: string) => {
    const request = { type: "User", at: { startIndex: 1 }, since } as const;
    return valueOf(await fetchPage(connection, token, request, fetcher, NOW)).total;
  };
  expect(await totalSince("2020-11-26T08:38:40+0800")).toBe(3);
  expect(await totalSince("2099-01-01T00:00:00Z")).toBe(0);
});
