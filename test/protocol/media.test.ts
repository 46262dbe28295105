/** Media types and bodies that are not JSON. RFC 7644 §3.1, RFC 8259, RFC 7493. */
import { describe, expect, it } from "vitest";
import { MEDIA_TYPE } from "../../src/scim/messages.ts";
import { type Answer, oneSource, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

const WRITES = [
  "POST /Users",
  "POST /Groups",
  "POST /Users/.search",
  "POST /Groups/.search",
  "PUT /Users/x",
  "PATCH /Users/x",
  "PUT /Groups/x",
  "PATCH /Groups/x",
];

function sendBody(
  source: Source,
  request: string,
  body: BodyInit,
  headers: Record<string, string> = { "content-type": MEDIA_TYPE },
): Promise<Answer> {
  const [method = "", path = ""] = request.split(" ");
  return scim.send(`${source.base}${path}`, {
    method,
    body,
    headers: { ...scim.bearer(source), ...headers },
  });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("RFC 7644 §3.1 media types", () => {
  it.each([
    "application/scim+json",
    "application/scim+json; charset=utf-8",
    "application/json",
    "application/json;charset=UTF-8",
    "Application/SCIM+JSON ; Charset=utf-8",
    'application/json; charset="utf-8"; x=y',
  ])("takes %s", async (type) => {
    const source = await oneSource();
    const { status, headers } = await sendBody(
      source,
      "POST /Users",
      JSON.stringify(scim.userBody({})),
      { "content-type": type },
    );
    expect(status).toBe(201);
    expect(headers.get("content-type")).toBe(MEDIA_TYPE);
  });

  it.each(WRITES)("answers 415 to any other: %s", async (request) => {
    const source = await oneSource();
    // As bytes: a text brings a type of its own.
    const body = bytes(JSON.stringify(scim.userBody({})));
    const types = [
      "text/plain",
      "application/xml",
      "multipart/form-data; boundary=x",
      "application/scim",
      "application/x-www-form-urlencoded",
      "application/json-patch+json",
      "json",
      "*/*",
    ];
    for (const headers of [{}, ...types.map((type) => ({ "content-type": type }))]) {
      scim.expectError(await sendBody(source, request, body, headers), 415);
    }
  });

  it.each(WRITES)("answers 415 to a body that is compressed, or says so: %s", async (request) => {
    const source = await oneSource();
    for (const encoding of ["gzip", "br", "deflate", "identity"]) {
      const headers = { "content-type": MEDIA_TYPE, "content-encoding": encoding };
      scim.expectError(await sendBody(source, request, bytes("{}"), headers), 415);
    }
  });
});

const BODIES: [what: string, body: BodyInit][] = [
  ["nothing", ""],
  ["blanks", " \n"],
  ["half an object", '{"userName":"a"'],
  ["two objects", '{"userName":"a"}{}'],
  ["a trailing comma", '{"userName":"a",}'],
  ["single quotes", "{'userName':'a'}"],
  ["a comment", '{"userName":"a"/**/}'],
  ["NaN", '{"userName":"a","x":NaN}'],
  ["a number out of range", '{"userName":"a","x":1e400}'],
  ["a list", '[{"userName":"a"}]'],
  ["a text", '"a"'],
  ["null", "null"],
  ["a byte order mark", '\ufeff{"userName":"a"}'],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
  ["invalid UTF-8", new Uint8Array([...bytes('{"userName":"'), 0xff, ...bytes('"}')])],
  ["overlong UTF-8", new Uint8Array([...bytes('{"userName":"'), 0xc0, 0xaf, ...bytes('"}')])],
  [
    "half a surrogate pair as bytes",
    new Uint8Array([...bytes('{"userName":"'), 0xed, 0xa0, 0x80, ...bytes('"}')]),
  ],
  ["half a surrogate pair escaped", '{"userName":"\\ud800"}'],
  ["the other half", '{"userName":"a","title":"\\udc00x"}'],
  ["half a surrogate pair in a name", '{"userName":"a","\\ud800":1}'],
  ["NUL escaped", '{"userName":"a\\u0000"}'],
  ["NUL", '{"userName":"a\u0000"}'],
  ["a name twice", '{"userName":"a","userName":"b"}'],
  ["a name twice in another case", '{"userName":"a","USERNAME":"b"}'],
  ["a name twice, once escaped", '{"userName":"a","\\u0075serName":"b"}'],
  ["a name twice, deep down", '{"userName":"a","name":{"givenName":"A","givenname":"B"}}'],
  ["a name twice in a list", '{"userName":"a","emails":[{"value":"a","Value":"b"}]}'],
  ["schemas twice", '{"schemas":[],"userName":"a","Schemas":[]}'],
];

describe("RFC 8259 bodies", () => {
  it.each(BODIES)("answers invalidSyntax to %s", async (_what, body) => {
    const source = await oneSource();
    for (const request of WRITES) {
      const answer = await sendBody(source, request, body);
      scim.expectError(answer, 400, "invalidSyntax");
    }
    for (const path of ["/Users", "/Groups"]) {
      expect((await source.call("GET", path)).body["totalResults"]).toBe(0);
    }
  });

  it("takes whatever characters are whole", async () => {
    const source = await oneSource();
    const title = "\ud83d\ude00 \u2028 \u007f é";
    const body = `{"userName":"a","title":"\\ud83d\\ude00 \u2028 \u007f é"}`;
    expect((await sendBody(source, "POST /Users", body)).body["title"]).toBe(title);
  });
});
