/** Passwords as scrypt hashes in the PHC string format. */
import { scrypt, timingSafeEqual } from "node:crypto";
import type { RandomBytes } from "./secret.ts";

interface Cost {
  /** The binary logarithm of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

// OWASP's setting for least memory, 16 MiB: an isolate has 128. It takes an eighth of a second.
const COST: Cost = { ln: 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export async function hashPassword(password: string, randomBytes: RandomBytes): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST, HASH_BYTES);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${toBase64(salt)}$${toBase64(hash)}`;
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Whether the hash is this password's; the hash brings its own cost along. */
export async function isPassword(password: string, phc: string): Promise<boolean> {
  const [, ln, r, p, salt = "", hash = ""] = PHC.exec(phc) ?? [];
  if (ln === undefined) return false;
  const expected = fromBase64(hash);
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const actual = await derive(password, fromBase64(salt), cost, expected.length);
  return timingSafeEqual(actual, expected);
}

function derive(
  password: string,
  salt: Uint8Array,
  { ln, r, p }: Cost,
  bytes: number,
): Promise<Uint8Array> {
  const N = 2 ** ln;
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    // One text has several spellings in Unicode, and keyboards differ in which they send.
    scrypt(password.normalize("NFC"), salt, bytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
