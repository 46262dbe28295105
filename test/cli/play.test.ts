import { expect, it } from "vitest";
import type { Fixture, Step } from "../../src/cli/fixture.ts";
import { playSequence, type Sent } from "../../src/cli/play.ts";

const BASE = "http://scim.test/scim/key/v2";

function fixtureOf(...steps: (Partial<Step> & Pick<Step, "request" | "expect">)[]): Fixture {
  return {
    client: "test",
    name: "test",
    profile: "rfc",
    source: "test",
    trust: "constructed",
    steps: steps.map((step, i) => ({ does: `step ${i}`, ...step })),
  };
}

/** Answers every request alike and keeps what was sent. */
function echo(status: number, body: string, headers: Record<string, string> = {}) {
  const sent: ({ url: string } & Sent)[] = [];
  const fetch = (url: string, init: Sent) => {
    sent.push({ url, ...init });
    return Promise.resolve(new Response(body === "" ? null : body, { status, headers }));
  };
  return { sent, player: { baseUrl: BASE, fetch } };
}

async function problemsOf(expected: Step["expect"], status: number, body: string) {
  const { player } = echo(status, body, { etag: 'W/"1"' });
  const request = { method: "GET", path: "/Users" };
  const results = await playSequence(fixtureOf({ request, expect: expected }), player);
  return results.flatMap(({ problems }) => problems);
}

const USER = JSON.stringify({
  id: "7",
  active: false,
  emails: [{ value: "a@x", type: "work" }],
  nothing: null,
  "urn:x:2.0:User": { department: "D" },
});

it.each<[string, Step["expect"]]>([
  ["fewer names", { status: 200, body: { emails: [{ type: "work" }] } }],
  ["any value", { status: 200, body: { id: "*", active: "*" } }],
  ["an exact header", { status: 200, headers: { ETag: 'W/"1"' } }],
  ["any header", { status: 200, headers: { etag: "*" } }],
  ["an absent path", { status: 200, absent: ["password", "emails.0.primary", "nothing"] }],
])("accepts %s", async (_what, expected) => {
  expect(await problemsOf(expected, 200, USER)).toEqual([]);
});

it.each<[string, Step["expect"]]>([
  ["another status", { status: 201 }],
  ["another value", { status: 200, body: { active: true } }],
  ["a string for a boolean", { status: 200, body: { active: "False" } }],
  ["a missing name", { status: 200, body: { title: "*" } }],
  ["null for any value", { status: 200, body: { nothing: "*" } }],
  ["a longer list", { status: 200, body: { emails: [] } }],
  ["a body where none is expected", { status: 200, body: null }],
  ["another header", { status: 200, headers: { etag: 'W/"2"' } }],
  ["a missing header", { status: 200, headers: { location: "*" } }],
  ["a path that is there", { status: 200, absent: ["emails.0.type"] }],
  ["a path through a URN", { status: 200, absent: ["urn:x:2.0:User.department"] }],
])("reports %s", async (_what, expected) => {
  expect(await problemsOf(expected, 200, USER)).toHaveLength(1);
});

it("takes null for an empty body", async () => {
  expect(await problemsOf({ status: 204, body: null }, 204, "")).toEqual([]);
});

it("sends the path byte for byte and fills saved values in everywhere", async () => {
  const { sent, player } = echo(200, USER);
  const results = await playSequence(
    fixtureOf(
      {
        request: { method: "GET", path: '/Users?filter=userName+eq+%22a"%22&' },
        expect: { status: 200 },
        save: { userId: "id", department: "urn:x:2.0:User.department" },
      },
      {
        request: {
          method: "PUT",
          path: "/Users/{{userId}}?",
          headers: { "Content-Type": "application/json" },
          body: { id: "{{userId}}", $ref: "{{base}}/Users/{{userId}}", n: 1 },
        },
        expect: { status: 200, body: { id: "{{userId}}" } },
      },
      {
        request: { method: "POST", path: "/Users", rawBody: '{"id" : "{{userId}}"' },
        expect: { status: 200 },
      },
    ),
    player,
  );
  expect(results.flatMap(({ problems }) => problems)).toEqual([]);
  expect(sent).toEqual([
    { url: `${BASE}/Users?filter=userName+eq+%22a"%22&`, method: "GET", headers: {} },
    {
      url: `${BASE}/Users/7?`,
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "7", $ref: `${BASE}/Users/7`, n: 1 }),
    },
    {
      url: `${BASE}/Users`,
      method: "POST",
      headers: { "content-type": "application/scim+json" },
      body: '{"id" : "7"',
    },
  ]);
});

it("reports a value that cannot be saved, and a step that needs it", async () => {
  const { sent, player } = echo(404, "");
  const results = await playSequence(
    fixtureOf(
      {
        request: { method: "GET", path: "/Users/1" },
        expect: { status: 404 },
        save: { userId: "id" },
      },
      { request: { method: "GET", path: "/Users/{{userId}}" }, expect: { status: 200 } },
    ),
    player,
  );
  expect(results.map(({ problems }) => problems)).toEqual([
    ["body.id cannot be saved"],
    ["{{userId}} was not saved"],
  ]);
  expect(sent).toHaveLength(1);
});
