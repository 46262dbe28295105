/** Requests that no client should send: grammars of their parts, and bytes gone wrong. */
import * as fc from "fast-check";
import type { Json } from "../../src/scim/json.ts";
import {
  MEDIA_TYPE,
  MESSAGE_PATCH,
  MESSAGE_SEARCH,
  SCHEMA_ENTERPRISE as ENTERPRISE,
  SCHEMA_GROUP as GROUP,
  SCHEMA_USER as CORE,
} from "../../src/scim/messages.ts";

export interface Malformed {
  readonly method: string;
  /** What follows the base URL. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

/** Names that must stay names: of what every object inherits, and what parsers trip over. */
export const POISON = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
  "",
  ".",
  "length",
  "\u0130",
  "ſchemas",
];

/** Pieces of JSON, paths and filters that end up where they don't belong. */
const TOKENS = [
  "\u0000",
  "\\u0000",
  "\\ud800",
  "\ufeff",
  '"',
  "\\",
  "{",
  "[[[[[[[[[[[[[[[[[[[[",
  "]",
  "}",
  ",",
  ":",
  "1e999",
  "-0",
  "null",
  "true",
  "[]",
  '{"__proto__":{"polluted":true}}',
  '"userName":"twice",',
  '"USERNAME":"twice",',
  "%00",
  "%2e%2e%2f",
  "%ff",
  "%",
  "\r\nx: y",
  "' OR 1=1 --",
  '" or "" eq "',
  "(((((((((((((((((((((((((",
  " and ",
  "not (",
  ").",
  "<script>",
  "😀",
  "urn:",
  "x".repeat(2000),
];

const encoder = new TextEncoder();
const tokens = TOKENS.map((token) => encoder.encode(token));

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
  inserted: fc.oneof(
    fc.constantFrom(...tokens),
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constant(new Uint8Array()),
  ),
});

/** The bytes of one of the texts, changed in one to three places. */
export function mutated(texts: readonly string[]): fc.Arbitrary<Uint8Array> {
  const seeds = texts.map((text) => encoder.encode(text));
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([seed, mutations]) =>
      mutations.reduce((bytes, { at, removed, inserted }) => {
        const place = Math.floor(at * bytes.length);
        const rest = bytes.subarray(place + removed);
        return Uint8Array.of(...bytes.subarray(0, place), ...inserted, ...rest);
      }, Uint8Array.from(seed)),
    );
}

/** The same as text; what is no UTF-8 any more becomes U+FFFD. */
export function mutatedText(texts: readonly string[]): fc.Arbitrary<string> {
  return mutated(texts).map((bytes) => new TextDecoder().decode(bytes));
}

const everything = {
  schemas: [CORE, ENTERPRISE],
  userName: "jane@one.test",
  externalId: "1",
  name: { givenName: "J", familyName: "D" },
  displayName: 'J "Q" D\\',
  active: true,
  password: "secret",
  emails: [
    { value: "j@one.test", type: "work", primary: true },
    { value: "j@two.test", type: "home", primary: false },
  ],
  addresses: [{ formatted: "A\nB", country: "DE" }],
  x509Certificates: [{ value: "MIIB" }],
  [ENTERPRISE]: { department: "Eng", manager: { value: "1" } },
};

export const USER_BODIES = [
  everything,
  { schemas: [CORE], userName: "a", emails: [{ value: "a" }] },
  { schemas: [CORE], userName: "a", "name.givenName": "A", [`${ENTERPRISE}:department`]: "Eng" },
].map((body) => JSON.stringify(body));

export const GROUP_BODIES = [
  { schemas: [GROUP], displayName: "G", members: [{ value: "1", type: "User" }, { value: "2" }] },
  { schemas: [GROUP], displayName: "é", externalId: "1" },
].map((body) => JSON.stringify(body));

export const PATHS = [
  "userName",
  "name.givenName",
  "emails",
  "emails.value",
  'emails[type eq "work"]',
  'emails[type eq "work" and primary eq true].value',
  'members[value eq "1" or value eq "2"]',
  "members",
  ENTERPRISE,
  `${ENTERPRISE}:manager.value`,
  `${CORE}:name.familyName`,
  "password",
  "active",
  "meta.version",
];

export const PATCH_BODIES = [
  PATHS.map((path) => ({ op: "Replace", path, value: "x" })),
  [{ op: "add", value: everything }],
  [{ op: "remove", path: 'emails[not (type eq "work") or value co "x"]' }],
  [{ op: "add", path: "members", value: [{ value: "1" }] }],
].map((operations) => JSON.stringify({ schemas: [MESSAGE_PATCH], Operations: operations }));

export const FILTERS = [
  'userName eq "jane"',
  'not (emails[type eq "work" and value co "@one"]) or active eq true',
  `${ENTERPRISE}:department sw "Eng" and meta.created gt "2026-01-01T00:00:00Z"`,
  '(((title pr))) and (name.familyName ew "x" or externalId eq null)',
  'emails[type eq "work"].value eq "a\\"b\\\\c\\u00e9"',
  'groups.value eq "1" and id ne "2"',
];

export const SEARCH_BODIES = FILTERS.map((filter) =>
  JSON.stringify({
    schemas: [MESSAGE_SEARCH],
    filter,
    attributes: ["userName", "name.givenName"],
    startIndex: 1,
    count: 10,
  }),
);

const name = fc.oneof(
  fc.constantFrom("userName", "emails", "value", "type", "active", "name", "id", "meta", "schemas"),
  fc.constantFrom(...POISON),
  fc.constantFrom("members", "groups", "password", ENTERPRISE, CORE, ...PATHS),
);

/** JSON of every kind, with names that mean something. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json; list: Json[]; object: Json }>(
  (tie) => ({
    json: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e308, "", "x", "True", "a\u2028b"),
      fc.string({ unit: "binary", maxLength: 8 }),
      tie("list"),
      tie("object"),
    ),
    list: fc.array(tie("json"), { maxLength: 3 }),
    object: fc.dictionary(name, tie("json"), { maxKeys: 4, noNullPrototype: true }),
  }),
).json;

/** A path of a PATCH: meant well, broken, or one that reaches for what objects inherit. */
export const path = fc.oneof(
  fc.constantFrom(...PATHS),
  mutatedText(PATHS),
  fc.tuple(name, name).map(([one, other]) => `${one}.${other}`),
  fc.tuple(name, name, name).map((names) => `${names[0]}[${names[1]} eq true].${names[2]}`),
);

export const operation = fc.record(
  {
    op: fc.oneof(
      { arbitrary: fc.constantFrom<Json>("add", "Replace", "remove"), weight: 9 },
      { arbitrary: json, weight: 1 },
    ),
    path,
    value: json,
  },
  { requiredKeys: ["op"] },
);

/** Bodies sent by one of the routes, each a method and a path. */
export function writing(
  routes: readonly string[],
  body: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<Malformed> {
  return fc.tuple(fc.constantFrom(...routes), body).map(([route, bytes]) => {
    const [method = "", where = ""] = route.split(" ");
    return { method, path: where, body: bytes, headers: { "content-type": MEDIA_TYPE } };
  });
}
