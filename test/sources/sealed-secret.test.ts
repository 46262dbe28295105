/** The secrets of upstream directories: what was sealed opens in its place, and nowhere else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomBytes } from "../../src/directory/ids.ts";
import {
  isSealedUnder,
  markOf,
  openSecret,
  originsText,
  readMasterKeys,
  resealSecret,
  sealSecret,
  type SecretPlace,
} from "../../src/sources/sealed-secret.ts";
import { scaled } from "../support/scale.ts";

const KEYS = readMasterKeys({ MASTER_KEY: `m2:${"n".repeat(40)},m1:${"o".repeat(40)}` });
const PLACE: SecretPlace = {
  sourceId: "ds_001",
  upstream: {
    tokenUrl: "https://id.test/token",
    userUrl: "https://id.test/Users",
    orgUrl: "https://id.test/Orgs",
    groupUrl: null,
  },
};
const seal = (secret: string, place = PLACE) => sealSecret(KEYS, place, secret, randomBytes);

const weird = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.constantFrom("", "a+b/c=d%e#f&g", "\u{feff}bom", "é空😀 \"'\\", "\u0000", "v1.m2.x.y"),
);

it("opens to what was sealed, whatever it is", async () => {
  await fc.assert(
    fc.asyncProperty(weird, async (secret) => {
      const sealed = await seal(secret);
      expect(sealed.startsWith("v1.m2.")).toBe(true);
      expect(await openSecret(KEYS, PLACE, sealed)).toBe(secret);
    }),
    { numRuns: scaled(60) },
  );
});

it("seals the same secret differently each time", async () => {
  const both = await Promise.all([seal("same"), seal("same")]);
  expect(new Set(both).size).toBe(2);
});

const otherPlaces: readonly (readonly [string, SecretPlace])[] = [
  ["another source", { ...PLACE, sourceId: "ds_002" }],
  ...(["tokenUrl", "userUrl", "orgUrl", "groupUrl"] as const).flatMap((name) =>
    ["https://evil.test/token", "http://id.test/x", "https://id.test:444/x"].map(
      (url) =>
        [`${name} ${url}`, { ...PLACE, upstream: { ...PLACE.upstream, [name]: url } }] as const,
    ),
  ),
  ["no token address", { ...PLACE, upstream: { ...PLACE.upstream, tokenUrl: null } }],
];

it.each(otherPlaces)("does not open for %s", async (_, place) => {
  const sealed = await seal("secret");
  await expect(openSecret(KEYS, place, sealed)).rejects.toThrow(/give it again/);
});

it("opens for another path of the same origin", async () => {
  const upstream = { ...PLACE.upstream, userUrl: "https://id.test/v2/People?x=1" };
  const sealed = await seal("secret");
  expect(await openSecret(KEYS, { ...PLACE, upstream }, sealed)).toBe("secret");
});

it("does not open when a character of it was changed", async () => {
  const sealed = await seal("secret");
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: sealed.length - 1 }),
      fc.constantFrom("A", "b", "7", "_", "."),
      async (at, character) => {
        const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
        fc.pre(changed !== sealed);
        await expect(openSecret(KEYS, PLACE, changed)).rejects.toMatchObject({
          reason: "unavailable",
        });
      },
    ),
    { numRuns: scaled(60) },
  );
});

it("opens under every key that is there, and says which is the current one", async () => {
  const [current, old] = KEYS;
  if (current === undefined || old === undefined) throw new Error("Two keys are needed");
  const sealed = await sealSecret([old], PLACE, "secret", randomBytes);
  expect(await openSecret(KEYS, PLACE, sealed)).toBe("secret");
  expect([isSealedUnder(KEYS, sealed), isSealedUnder([old], sealed)]).toEqual([false, true]);
  await expect(openSecret([current], PLACE, sealed)).rejects.toThrow(/MASTER_KEY lacks/);
});

it("keeps its mark when it is sealed anew, and is another one when it is given again", async () => {
  const [current, old] = KEYS;
  if (current === undefined || old === undefined) throw new Error("Two keys are needed");
  const first = await sealSecret([old], PLACE, "secret", randomBytes);
  const second = await resealSecret(KEYS, PLACE, first, randomBytes);
  const third = await resealSecret([old, current], PLACE, second, randomBytes);
  for (const again of [second, third]) {
    expect(again).not.toBe(first);
    expect(markOf(again)).toBe(markOf(first));
    expect(await openSecret(KEYS, PLACE, again)).toBe("secret");
    const [mark, other] = [markOf(again), markOf(await seal("secret"))];
    expect(other).not.toBe(mark);
    await expect(openSecret(KEYS, PLACE, again.replace(`.${mark}`, `.${other}`))).rejects.toThrow();
  }
});

it("needs its key", () => {
  for (const MASTER_KEY of [undefined, "", "m1:short", "no-id", `m1:${"x".repeat(32)},m1:y`]) {
    expect(() => readMasterKeys(MASTER_KEY === undefined ? {} : { MASTER_KEY })).toThrow(
      /MASTER_KEY/,
    );
  }
});

describe("what a secret is bound to", () => {
  it("is the origin of each URL, in one order, whatever the paths are", () => {
    const urls = {
      tokenUrl: "https://a.example/token?x=1",
      userUrl: "https://B.example:443/Users",
      orgUrl: "https://c.example:8443/Organizations",
      groupUrl: null,
    };
    const origins = ["https://a.example", "https://b.example", "https://c.example:8443", ""];
    expect(originsText(urls)).toBe(origins.join("|"));
    expect(originsText({ ...urls, tokenUrl: null })).toBe(["", ...origins.slice(1)].join("|"));
  });
});
