/** Addresses that an upstream may not have, in the spellings that a parser takes for them. */
import { describe, expect, it } from "vitest";
import { checkUpstreamUrl } from "../../src/sync/upstream-url.ts";
import { refusal } from "../support/scim-error.ts";

const STRICT = { allowLoopback: false };
const LOOSE = { allowLoopback: true };

const GOOD = [
  "https://directory.example.com/scim/v2/Users",
  "https://directory.example.com",
  "https://directory.example.com:8443/scim?tenant=a%20b&x=1",
  "HTTPS://DIRECTORY.EXAMPLE.COM/Users",
  "https://xn--fsq.example/Users",
  "https://目录.example/Users",
  "https://a_b.example.com/Users",
  "https://directory.example.com:1/",
  "https://1password.example.com/",
  "https://127.0.0.1.example.com/",
  "https://localhost.example.com/",
  "https://mylocalhost.example/",
  "https://directory.example.com/a@b",
];

/** Addresses of machines that only this one or its network can reach, as numbers. */
const ADDRESSES = [
  [127, 0, 0, 1],
  [127, 255, 255, 254],
  [10, 0, 0, 1],
  [172, 16, 0, 1],
  [192, 168, 1, 1],
  [169, 254, 169, 254],
  [100, 64, 0, 1],
  [0, 0, 0, 0],
  [8, 8, 8, 8],
  [255, 255, 255, 255],
] as const;

type Address = (typeof ADDRESSES)[number];

const SPELLINGS: Readonly<Record<string, (address: Address) => string>> = {
  dotted: (address) => address.join("."),
  "with a dot behind": (address) => `${address.join(".")}.`,
  decimal: (address) => String(valueOf(address)),
  hexadecimal: (address) => `0x${valueOf(address).toString(16)}`,
  "hexadecimal, large": (address) => `0X${valueOf(address).toString(16).toUpperCase()}`,
  octal: (address) => `0${valueOf(address).toString(8)}`,
  "each octal": (address) => address.map((byte) => `0${byte.toString(8)}`).join("."),
  "each octal with many zeros": (address) =>
    address.map((byte) => `0000${byte.toString(8)}`).join("."),
  "each hexadecimal": (address) => address.map((byte) => `0x${byte.toString(16)}`).join("."),
  mixed: ([a, b, c, d]) => `0x${a.toString(16)}.0${b.toString(8)}.${c}.${d}`,
  "in three": ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  "in two": ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  "in full-width digits": (address) => wide(address.join(".")),
  "with ideographic dots": (address) => address.join("。"),
  "in circled digits": (address) => address.join(".").replace(/[1-9]/g, circled),
  "percent-encoded": (address) => percent(address.join(".")),
  "one digit percent-encoded": (address) =>
    `%3${String(address[0]).charAt(0)}${address.join(".").slice(1)}`,
  "in IPv6": (address) => `[::ffff:${address.join(".")}]`,
  "in IPv6, hexadecimal": (address) => `[::ffff:${groups(address)}]`,
  "in IPv6, whole": (address) => `[0:0:0:0:0:ffff:${groups(address)}]`,
  "in IPv6, compatible": (address) => `[::${address.join(".")}]`,
  "in IPv6, translated": (address) => `[64:ff9b::${address.join(".")}]`,
  "in IPv6, 6to4": (address) => `[2002:${groups(address)}::1]`,
};

function valueOf([a, b, c, d]: Address): number {
  return ((a * 256 + b) * 256 + c) * 256 + d;
}

function groups([a, b, c, d]: Address): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function wide(text: string): string {
  return text.replace(/[0-9.]/g, (character) =>
    String.fromCodePoint(character.charCodeAt(0) + 0xff00 - 0x20),
  );
}

function circled(digit: string): string {
  return String.fromCodePoint(0x2460 + Number(digit) - 1);
}

function percent(text: string): string {
  return text.replace(/./g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

const IPV6 = ["::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "2001:db8::1", "::1%25eth0"];

const LOCAL = [
  ["localhost", "LOCALHOST", "localhost.", "foo.localhost", "foo.localhost.", "ⓛocalhost"],
  ["ｌｏｃａｌｈｏｓｔ", "loc%61lhost", "%6c%6f%63%61%6c%68%6f%73%74", "localhost.localdomain"],
  ["printer.local", "PRINTER.LOCAL", "metadata.google.internal", "a.b.internal", "internal"],
  ["router.home.arpa", "home.arpa", "intranet", "db", "instance-data", "a", "localhost%2e"],
].flat();

const BEFORE = ["https://", "http://", "HTTPS://"];
const BEHIND = ["", "/", "/Users", ":443/", ":8080/Users", "?a=b"];

const ODD = [
  ["", " ", "https", "https:", "https:/", "https://", "https:///", "//example.com/"],
  [
    "https:example.com",
    "https:/example.com/",
    "https:\\\\example.com\\",
    "https://example.com\\@a.b/",
  ],
  ["ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", "data:text/plain,x"],
  [
    "ws://example.com/",
    "blob:https://example.com/1",
    "gopher://example.com/",
    "http://example.com/",
  ],
  ["https://user@example.com/", "https://user:pass@example.com/", "https://@example.com/"],
  ["https://:@example.com/", "https://:pass@example.com/", "https://example.com@evil.example/"],
  ["https://example.com/#", "https://example.com/#a", "https://example.com/?a#b"],
  ["https://example.com:0/", "https://example.com:65536/", "https://example.com:x/"],
  [
    "https://example..com/",
    "https://.example.com/",
    "https://example.com./",
    "https://-a.example/",
  ],
  [
    "https://a-.example/",
    `https://${"a".repeat(64)}.example/`,
    `https://${"a.".repeat(130)}b.example/`,
  ],
  [
    "https://exam ple.com/",
    " https://example.com/",
    "https://example.com/ ",
    "\thttps://example.com/",
  ],
  ["https://exa\nmple.com/", "https://example.com/\r\nHost: a", "https://example.com/\u0000"],
  [
    "ht\ntps://example.com/",
    "https://exa\tmple.com/",
    "https://example.com/\u0085",
    "https://a\u00a0b.c/",
  ],
  [
    "https://exam%00ple.com/",
    "https://exam%20ple.com/",
    "https://a%2fb.example/",
    "https://a%40b.c/",
  ],
  [
    "https://*.example.com/",
    "https://exa,mple.com/",
    "https://a;b.example/",
    "https://[example.com]/",
  ],
  ["https://1.2.3.4.5/", "https://a.0x7f/", "https://example.1/", "https://256.256.256.256/"],
  `https://example.com/${"a".repeat(2_048)}`,
].flat();

const HOSTS = [
  ...ADDRESSES.flatMap((address) => Object.values(SPELLINGS).map((spell) => spell(address))),
  ...IPV6.map((host) => `[${host}]`),
  "127.1",
  "127.0.1",
  "0177.1",
  "2130706433.",
  "①②⑦.0.0.1",
  "127.0.0.1%2e",
  ...LOCAL,
];

describe("an address for an upstream", () => {
  it("is a name of the public network, by https", () => {
    const taken = GOOD.map((text) => checkUpstreamUrl(text, STRICT).href);
    expect(taken).toEqual(GOOD.map((text) => new URL(text).href));
  });

  it("is none of these hosts, whatever stands around them", () => {
    const all = HOSTS.flatMap((host) =>
      BEFORE.flatMap((before) => BEHIND.map((behind) => before + host + behind)),
    );
    expect(all.length).toBeGreaterThan(4_000);
    expect(all.filter((text) => isTaken(text, STRICT))).toEqual([]);
  });

  it("is nothing else that a parser would make a URL of", () => {
    expect(ODD.filter((text) => isTaken(text, STRICT))).toEqual([]);
    const reasons = ODD.map((text) => refusal(() => checkUpstreamUrl(text, STRICT)).reason);
    expect(new Set(reasons)).toEqual(new Set(["upstream_url_refused"]));
  });

  it("may be this machine under the development flag, and no other of its network", () => {
    const isLoose = (host: string) =>
      ["http", "https"].map((scheme) => isTaken(`${scheme}://${host}:8787/Users`, LOOSE));
    for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
      expect([host, ...isLoose(host)]).toEqual([host, true, true]);
    }
    for (const host of ["10.0.0.1", "[::ffff:10.0.0.1]", "169.254.169.254", "a.local", "0.0.0.0"]) {
      expect([host, ...isLoose(host)]).toEqual([host, false, false]);
    }
    expect(isTaken("http://example.com/", LOOSE)).toBe(false);
    expect(isTaken("http://a@127.0.0.1/", LOOSE)).toBe(false);
  });

  it("isn't told in the refusal: a query may hold a secret", () => {
    const { message } = refusal(() => checkUpstreamUrl("http://example.com/?key=canary", STRICT));
    expect(message).not.toMatch(/example|canary/);
  });
});

function isTaken(text: string, rules: { allowLoopback: boolean }): boolean {
  try {
    checkUpstreamUrl(text, rules);
    return true;
  } catch {
    return false;
  }
}
