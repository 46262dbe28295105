/** Entity tags of sources and tokens: who changes what others have changed meanwhile is told. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { adminOf, type Call } from "../../support/admins.ts";
import { newSource, type Source } from "../../support/client.ts";
import { textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

let admin: Call;
let source: Source;
let path: string;

beforeEach(async () => {
  admin = await adminOf("owner");
  source = await newSource(admin, "okta");
  path = `/data-sources/${source.id}`;
});

type Change = readonly [method: string, end: string, body?: JsonObject];

const token = (): string => `/tokens/${source.tokenId}`;
const expiresAt = new Date(Date.now() + 9 * 86_400_000).toISOString();

/** Each changes something of a source with one token. */
const CHANGES: readonly [what: string, change: () => Change][] = [
  ["a change of the source", () => ["PATCH", "", { name: "Other" }]],
  ["disabling it", () => ["POST", "/disable"]],
  ["a new token", () => ["POST", "/tokens", {}]],
  ["another lifetime", () => ["PATCH", token(), { expiresAt }]],
  ["a rotation", () => ["POST", `${token()}/rotate`, {}]],
];

describe("If-Match", () => {
  it.each(CHANGES)("guards %s", async (_, change) => {
    const [method, end, body] = change();
    const send = (version: string) => admin(method, path + end, body, { "if-match": version });
    const before = await steadyDump();
    const stale = await send('W/"2"');
    expect([stale.status, stale.body["code"]]).toEqual([412, "precondition_failed"]);
    expect((await send("nonsense")).status).toBe(412);
    expect(differences(before, await steadyDump())).toEqual([]);
    const fresh = await send('"7", W/"1"');
    expect([fresh.status < 300, fresh.headers.get("etag")]).toEqual([true, 'W/"2"']);
  });

  it("guards what is deleted", async () => {
    await admin("POST", `${path}/disable`);
    const shown = await admin("GET", path);
    const gone = `${path}?confirm=${encodeURIComponent(textAt(shown.body, "name"))}`;
    const remove = (version: string) => admin("DELETE", gone, undefined, { "if-match": version });
    expect((await remove('W/"1"')).status).toBe(412);
    expect((await remove('W/"2"')).status).toBe(204);
  });

  it("lets any version pass as *", async () => {
    const answer = await admin("POST", `${path}/disable`, undefined, { "if-match": "*" });
    expect(answer.status).toBe(200);
  });
});

describe("If-None-Match", () => {
  it("is answered with nothing as long as the source is the same", async () => {
    const ask = (tag: string) => admin("GET", path, undefined, { "if-none-match": tag });
    const { headers } = await ask('W/"9"');
    const tag = headers.get("etag") ?? "";
    const known = await ask(tag);
    expect([known.status, known.text, known.headers.get("etag")]).toEqual([304, "", tag]);
    await admin("PATCH", path, { description: "new" });
    expect((await ask(tag)).status).toBe(200);
  });
});

it("tells a source's version with the list of its tokens", async () => {
  expect((await admin("GET", `${path}/tokens`)).headers.get("etag")).toBe('W/"1"');
});
