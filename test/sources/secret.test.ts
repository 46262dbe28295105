import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomBytes } from "../../src/directory/ids.ts";
import { ScimError } from "../../src/scim/error.ts";
import {
  hashNewSecret,
  hashSecret,
  hintOf,
  newSecret,
  parseSecret,
  randomText,
  readPeppers,
  type SecretKind,
} from "../../src/sources/secret.ts";

const PEPPERS = [
  { id: "k2", secret: "b".repeat(32) },
  { id: "k1", secret: "a".repeat(32) },
];

describe("newSecret", () => {
  it.each<[SecretKind, string, RegExp]>([
    ["scim", "00", /^mst_scim_00[0-9A-Za-z]{49}$/],
    ["adm", "00", /^mst_adm_00[0-9A-Za-z]{49}$/],
    ["ses", "z9", /^mst_ses_z9[0-9A-Za-z]{49}$/],
  ])("makes a %s secret of shard %s that parses", (kind, shard, form) => {
    const secret = newSecret(kind, shard, randomBytes);
    expect(secret).toMatch(form);
    expect(parseSecret(secret)).toEqual({ kind, shard });
  });

  it("makes the same secret of the same bytes, with the CRC-32 of all that stands before it", () => {
    // zlib.crc32 of the part before it is 1955659328, which is 28LkKO in base62.
    const secret = newSecret("scim", "00", (length) => new Uint8Array(length));
    expect(secret).toBe(`mst_scim_00${"0".repeat(43)}28LkKO`);
  });

  it("makes 1,000 different secrets", () => {
    const secrets = Array.from({ length: 1000 }, () => newSecret("scim", "00", randomBytes));
    expect(new Set(secrets).size).toBe(1000);
  });
});

describe("randomText", () => {
  it("throws bytes away that would favour some characters", () => {
    const given = [
      [255, 248, 247, 0],
      [61, 62, 248, 1],
    ].map((bytes) => Uint8Array.from(bytes));
    const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    expect(randomText(alphabet, 4, () => given.shift() ?? new Uint8Array(4))).toBe("z0z0");
  });
});

describe("parseSecret", () => {
  it("refuses every secret with one character changed", () => {
    fc.assert(
      fc.property(
        fc.nat(59),
        fc.constantFrom("0", "A", "Z", "a", "z", "9", "b"),
        (at, character) => {
          const secret = newSecret("scim", "00", randomBytes);
          const changed = secret.slice(0, at) + character + secret.slice(at + 1);
          expect(parseSecret(changed) === undefined).toBe(changed !== secret);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(["", "mst_scim_", "mst_xyz_00", `Bearer ${newSecret("scim", "00", randomBytes)}`])(
    "refuses %j",
    (text) => {
      expect(parseSecret(text)).toBeUndefined();
    },
  );

  it("refuses a line break behind a good secret", () => {
    expect(parseSecret(`${newSecret("scim", "00", randomBytes)}\n`)).toBeUndefined();
  });
});

describe("hashSecret", () => {
  it("gives the HMAC-SHA-256 under each pepper, the current one's first", async () => {
    const hashes = await hashSecret(PEPPERS, "text");
    expect(hashes).toEqual([
      { pepperId: "k2", hash: expect.stringMatching(/^[\w-]{43}$/) },
      { pepperId: "k1", hash: expect.stringMatching(/^[\w-]{43}$/) },
    ]);
    expect(await hashNewSecret(PEPPERS, "text")).toEqual(hashes[0]);
    expect(hashes[0]?.hash).not.toBe(hashes[1]?.hash);
  });

  it("agrees with test case 2 of RFC 4231", async () => {
    const [first] = await hashSecret([{ id: "x", secret: "Jefe" }], "what do ya want for nothing?");
    expect(first?.hash).toBe("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
  });
});

describe("readPeppers", () => {
  it("reads ids and secrets in order, colons in the secret included", () => {
    const text = `k2:${"b".repeat(31)}:, k1:${"a".repeat(32)}`;
    expect(readPeppers({ TOKEN_PEPPER: text })).toEqual([
      { id: "k2", secret: `${"b".repeat(31)}:` },
      { id: "k1", secret: "a".repeat(32) },
    ]);
  });

  it.each([
    undefined,
    "",
    "k1",
    `k1:${"a".repeat(31)}`,
    "a".repeat(40),
    `k1:${"a".repeat(32)},`,
    `k1:${"a".repeat(32)},k1:${"b".repeat(32)}`,
  ])("refuses to serve with %j, without saying what it was", (text) => {
    const read = () => readPeppers(text === undefined ? {} : { TOKEN_PEPPER: text });
    expect(read).toThrow(ScimError);
    expect(read).toThrow(expect.objectContaining({ reason: "unavailable" }));
    expect(read).not.toThrow(/aaa/);
  });
});

it("hints at a secret by its last four characters", () => {
  expect(hintOf("mst_scim_00abcdWXYZ")).toBe("WXYZ");
});
