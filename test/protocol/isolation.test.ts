/**
 * What belongs to one data source is to another as if it did not exist. Each case of the matrix is
 * asked twice, with something of the other source's and with something nobody has: the answers
 * have to be the same, and nothing of the other's may change.
 */
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/http/app.ts";
import type { Row } from "../../src/directory/database.ts";
import type { ProfileName } from "../../src/scim/profile.ts";
import { call, claim, newSource, ORIGIN, type Answer, type Source } from "../support/client.ts";
import { restore, rowsOf, type Dump } from "../support/dump.ts";
import { MATRIX } from "../support/isolation-matrix.ts";
import { MARKER, type Attacker, type Case, type Names } from "../support/isolation-reads.ts";
import { idAt, newGroup, newUser, objectsIn, patchBody, userBody } from "../support/scim.ts";
import { newOrganization } from "../support/tree.ts";
import { differences, steadyDump, type DumpedRow } from "../support/unchanged.ts";

interface World {
  readonly attacker: Source;
  readonly by: Attacker;
  readonly their: Names;
  /** Everything the database knows the other source and its people by. */
  readonly theirKeys: ReadonlySet<unknown>;
}

async function newWorld(profile: ProfileName): Promise<World> {
  const admin = await claim();
  const attacker = await newSource(admin, profile);
  const victim = await newSource(admin, profile);
  const their = await peopled(victim, "victim", "+49 30 12345678");
  const own = await peopled(attacker, "attacker", "+49 30 11111111");
  const rows = await steadyDump();
  const user = rowWithId(rows, "users", their.userId);
  const group = rowWithId(rows, "groups", their.groupId);
  const ids = [victim.id, their.userId, their.groupId, their.goneId, their.organizationId];
  return {
    attacker,
    by: { own, profile },
    their,
    theirKeys: new Set([...ids, user["organization_id"], user["seq"], group["seq"]]),
  };
}

async function peopled(source: Source, name: string, phone: string): Promise<Names> {
  const names = {
    userName: `${name}@people.test`,
    externalId: `${name}-1`,
    email: `${name}@mail.test`,
    phone,
    displayName: `${name}s`,
    groupExternalId: `${name}-g`,
    goneName: `${name}-gone@people.test`,
    base: source.base,
    organizationName: `${name} organization`,
    code: `${name}-code`,
  };
  const user = await newUser(source, {
    userName: names.userName,
    externalId: names.externalId,
    emails: [{ value: names.email, type: "work" }],
    phoneNumbers: [{ value: phone, type: "work" }],
    ...(name === "victim" && { title: MARKER }),
  });
  const gone = await newUser(source, { userName: names.goneName });
  await source.call("DELETE", gone);
  const group = await newGroup(source, names.displayName, [idAt(user)]);
  const labelled = { op: "add", path: "externalId", value: names.groupExternalId };
  await source.call("PATCH", group, patchBody(labelled));
  const organization = await newOrganization(source, {
    displayName: names.organizationName,
    code: names.code,
    externalId: names.groupExternalId,
  });
  const [userId, groupId, goneId] = [user, group, gone].map(idAt);
  return {
    ...names,
    userId: userId ?? "",
    groupId: groupId ?? "",
    goneId: goneId ?? "",
    organizationId: idAt(organization),
  };
}

/** In the shape of what others have, and nobody's. */
const NOBODYS: Names = {
  userId: "019a0000-1111-7000-8000-000000000001",
  groupId: "019a0000-1111-7000-8000-000000000002",
  goneId: "019a0000-1111-7000-8000-000000000003",
  goneName: "nobody-gone@people.test",
  userName: "nobody@people.test",
  externalId: "nobody-1",
  email: "nobody@mail.test",
  phone: "+49 30 87654321",
  displayName: "nobodies",
  groupExternalId: "nobody-g",
  organizationId: "019a0000-1111-7000-8000-000000000004",
  organizationName: "nobody organization",
  code: "nobody-code",
  base: `${ORIGIN}/scim/nobody-00aaaaaaaa/v2`,
};

function rowWithId(rows: Dump, table: string, id: string): Row {
  return rowsOf(rows, table).find((row) => row["id"] === id) ?? {};
}

interface Asked {
  readonly name: string;
  readonly method: string;
  readonly one: Case;
  /** The same with nobody's names. */
  readonly twin: Case;
}

function matrixOf({ their, by }: World): Asked[] {
  return Object.entries(MATRIX).flatMap(([route, row]) => {
    const twins = row(NOBODYS, by);
    return row(their, by).map((one, index) => ({
      name: `${route}: ${one.what}`,
      method: route.split(" ")[0] ?? "",
      one,
      twin: twins[index] ?? one,
    }));
  });
}

function ask({ attacker }: World, method: string, { path, body, headers }: Case): Promise<Answer> {
  return attacker.call(method, path, body, { ...headers, "cf-connecting-ip": crypto.randomUUID() });
}

/** What is wrong with an answer, whatever it leaves behind. */
function faultsOf({ their }: World, { one }: Asked, answer: Answer): string[] {
  const sent = JSON.stringify([one.path, one.body]);
  const hidden = [their.userId, their.groupId, their.goneId, MARKER].filter(
    (text) => !sent.includes(text),
  );
  return [
    ...(answer.status === one.status ? [] : [`${answer.status}: ${answer.text}`]),
    ...(eachIs(answer, one.each) ? [] : [`not ${one.each}: ${answer.text}`]),
    ...hidden.filter((text) => answer.text.includes(text)).map((text) => `shows ${text}`),
    ...((answer.body["totalResults"] ?? 0) === 0 ? [] : [`lists ${answer.text}`]),
  ];
}

/** A Bulk answers 200 to a PATCH of a group, where a single one is answered 204. */
function eachIs(answer: Answer, status: number | undefined): boolean {
  if (status === undefined) return true;
  const [operation] = objectsIn(answer.body["Operations"]);
  const said = Number(operation?.["status"]);
  return said === status || (said === 200 && status === 204);
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The answer without what differs from request to request, and without the ids that were sent. */
function essence({ status, text, headers }: Answer, { path, body }: Case): unknown {
  const sent = JSON.stringify([path, body]).match(UUID) ?? [];
  const masked = sent.reduce((shown, id) => shown.replaceAll(id, "…"), text);
  return {
    status,
    text: masked,
    headers: [...headers].filter(([name]) => name !== "x-request-id"),
  };
}

const OWNERS = ["id", "organization_id", "source_id", "owner", "object", "resource_id", "user_id"];

/** Told by the columns that say whose a row is, not by text that anybody may write. */
function isTheirs({ theirKeys }: World, { table, row }: DumpedRow): boolean {
  const columns = table === "members" ? ["group_seq", "user_seq"] : OWNERS;
  return columns.some((name) => theirKeys.has(row[name]));
}

/** Succeeds within the attacker's own: it must not have touched what is theirs. */
async function tryOwn(world: World, asked: Asked, before: Dump): Promise<string[]> {
  const answer = await ask(world, asked.method, asked.one);
  const changed = differences(before, await steadyDump());
  if (changed.length > 0) await restore(before);
  return [
    ...faultsOf(world, asked, answer),
    ...changed.filter((row) => isTheirs(world, row)).map((row) => `changes ${row.table}`),
  ];
}

async function tryForeign(world: World, asked: Asked): Promise<string[]> {
  const answer = await ask(world, asked.method, asked.one);
  const tells = asked.one.tells === true;
  const nobodys = tells ? answer : await ask(world, asked.method, asked.twin);
  const one = JSON.stringify(essence(answer, asked.one));
  const other = JSON.stringify(essence(nobodys, tells ? asked.one : asked.twin));
  return [...faultsOf(world, asked, answer), ...(one === other ? [] : [`not ${other}`])];
}

function isRead({ method, one }: Asked): boolean {
  return method === "GET" || one.path.endsWith("/.search");
}

/** Writes that succeed, and may do so only within the attacker's own. */
function isOwn(asked: Asked): boolean {
  return !isRead(asked) && asked.one.status < 400;
}

async function faultsAmong(
  asked: readonly Asked[],
  attempt: (asked: Asked) => Promise<string[]>,
): Promise<string[]> {
  const faults: string[] = [];
  for (const one of asked) {
    faults.push(...(await attempt(one)).map((fault) => `${one.name}: ${fault}`));
  }
  return faults;
}

/** Every route but those that refuse a method without looking at anybody. */
const ROUTES = createApp()
  .routes.filter(({ path, method }) => path.startsWith("/scim/v2") && method !== "ALL")
  .map(({ path, method }) => `${method} ${path.replace("/scim/v2", "") || "/"}`);

describe("the matrix", () => {
  it("has a row for every route, and hundreds of cases", async () => {
    expect(Object.keys(MATRIX).sort()).toEqual(ROUTES.toSorted());
    const asked = matrixOf(await newWorld("okta"));
    expect(asked).toHaveLength(478);
    expect(asked.filter(isRead)).toHaveLength(200);
    expect(asked.filter(isOwn)).toHaveLength(157);
  });
});

/** Reads are the same in every dialect. */
describe("a source", () => {
  it("can't read another's, nor tell it from nobody's", { timeout: 60_000 }, async () => {
    const world = await newWorld("okta");
    const asked = matrixOf(world).filter(isRead);
    const before = await steadyDump();
    expect(await faultsAmong(asked, (one) => tryForeign(world, one))).toEqual([]);
    expect(differences(before, await steadyDump())).toEqual([]);
  });
});

describe.each<ProfileName>(["okta", "rfc", "standard"])("a source of profile %s", (profile) => {
  it("can't write another's, nor tell it from nobody's", { timeout: 60_000 }, async () => {
    const world = await newWorld(profile);
    const asked = matrixOf(world).filter((one) => !isRead(one) && !isOwn(one));
    const before = await steadyDump();
    expect(await faultsAmong(asked, (one) => tryForeign(world, one))).toEqual([]);
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("writes only its own, whatever a body says", async () => {
    const world = await newWorld(profile);
    const asked = matrixOf(world).filter(isOwn);
    const before = await steadyDump();
    expect(await faultsAmong(asked, (one) => tryOwn(world, one, before))).toEqual([]);
  });
});

describe("the base URL of another source", () => {
  it("takes no foreign token, on any route", async () => {
    const { attacker, their, by } = await newWorld("okta");
    const before = await steadyDump();
    const requests = ROUTES.flatMap((route) => {
      const [method = "", template = ""] = route.split(" ");
      const ids = [their, by.own].flatMap(({ userId, groupId }) => [userId, groupId]);
      return [...new Set(ids.map((id) => template.replace(":id", id)))].map((path) => ({
        method,
        path,
      }));
    });
    expect(requests).toHaveLength(71);
    for (const { method, path } of requests) {
      const { status } = await call(method, `${their.base}${path}`, {
        body: method === "GET" ? undefined : userBody({ userName: "fresh@people.test" }),
        headers: {
          authorization: `Bearer ${attacker.token}`,
          "content-type": "application/scim+json",
          "cf-connecting-ip": crypto.randomUUID(),
        },
      });
      expect(status, `${method} ${path}`).toBe(401);
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it("need not be known: at /scim/v2 the token alone decides whose people are meant", async () => {
    const { attacker, their, by } = await newWorld("okta");
    const get = (path: string) =>
      call("GET", `${ORIGIN}/scim/v2${path}`, {
        headers: { authorization: `Bearer ${attacker.token}` },
      });
    expect((await get(`/Users/${by.own.userId}`)).status).toBe(200);
    expect((await get(`/Users/${their.userId}`)).status).toBe(404);
    expect((await get("/Users")).body["totalResults"]).toBe(1);
  });
});
