/**
 * Secrets: `mst_scim_` (tokens), `mst_cs_` (client secrets), `mst_adm_` (admin keys), `mst_app_`
 * (application keys) and `mst_ses_` (sessions), then two characters of the shard, 43 of entropy (256 bits) and 6 of CRC-32. Only letters, digits and
 * underscores, so that a double click selects all of it. Kept as HMAC-SHA-256 under a pepper.
 */
import { ScimError } from "../scim/error.ts";

const KINDS = ["scim", "cs", "adm", "app", "ses"] as const;
export type SecretKind = (typeof KINDS)[number];

export interface ParsedSecret {
  readonly kind: SecretKind;
  readonly shard: string;
}

export interface Pepper {
  readonly id: string;
  readonly secret: string;
}

export interface SecretHash {
  readonly pepperId: string;
  readonly hash: string;
}

export type RandomBytes = (length: number) => Uint8Array;

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ENTROPY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const HINT_LENGTH = 4;
const SECRET = /^mst_([a-z]+)_([0-9a-z]{2})[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/;

export function newSecret(kind: SecretKind, shard: string, randomBytes: RandomBytes): string {
  const body = `mst_${kind}_${shard}${randomText(BASE62, ENTROPY_LENGTH, randomBytes)}`;
  return body + checksumOf(body);
}

/**
 * What a secret says about itself, without a look-up. The checksum refuses typing errors; anybody
 * can compute it, so it proves nothing.
 */
export function parseSecret(text: string): ParsedSecret | undefined {
  const [, kind, shard] = SECRET.exec(text) ?? [];
  if (shard === undefined || !isKind(kind)) return undefined;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  return text.slice(-CHECKSUM_LENGTH) === checksumOf(body) ? { kind, shard } : undefined;
}

/** The last characters, to tell two secrets apart in a list. */
export function hintOf(secret: string): string {
  return secret.slice(-HINT_LENGTH);
}

/** Characters of the alphabet, each equally likely: bytes that would favour some are thrown away. */
export function randomText(alphabet: string, length: number, randomBytes: RandomBytes): string {
  const bound = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    const usable = [...randomBytes(length)].filter((byte) => byte < bound);
    text += usable.map((byte) => alphabet.charAt(byte % alphabet.length)).join("");
  }
  return text.slice(0, length);
}

/** The hash under each pepper, the current one's first. Two live while one is being replaced. */
export function hashSecret(peppers: readonly Pepper[], text: string): Promise<SecretHash[]> {
  return Promise.all(peppers.map((pepper) => hashUnder(pepper, text)));
}

/** The hash that a new secret is kept under. */
export function hashNewSecret(peppers: readonly Pepper[], text: string): Promise<SecretHash> {
  return hashUnder(currentPepper(peppers), text);
}

/** The pepper that what is new is signed with. */
export function currentPepper([current]: readonly Pepper[]): Pepper {
  if (current === undefined) throw secretMissing("TOKEN_PEPPER", "is not set");
  return current;
}

/**
 * Reads `TOKEN_PEPPER`, which is `id:secret,id:secret` with the current one first and at least 32
 * characters in each secret. Throws ScimError `unavailable`: without it nobody can be let in.
 */
export function readPeppers(env: Pick<Env, "TOKEN_PEPPER">): readonly Pepper[] {
  return readNamedSecrets("TOKEN_PEPPER", env.TOKEN_PEPPER);
}

const NAMED_SECRET = /^([A-Za-z0-9-]{1,16}):(.{32,})$/;

/** A Worker secret of the form `id:secret,id:secret`. Throws ScimError `unavailable`. */
export function readNamedSecrets(name: string, value: string | undefined): readonly Pepper[] {
  const text = value?.trim() ?? "";
  const last = lastRead.get(name);
  if (last?.text === text) return last.secrets;
  const secrets = parseNamedSecrets(name, text);
  lastRead.set(name, { text, secrets });
  return secrets;
}

/** The settings change with a deployment only. */
const lastRead = new Map<string, { readonly text: string; readonly secrets: readonly Pepper[] }>();

function parseNamedSecrets(name: string, text: string): readonly Pepper[] {
  if (text === "") throw secretMissing(name, "is not set");
  const secrets = text.split(",").map((entry) => {
    const [, id, secret] = NAMED_SECRET.exec(entry.trim()) ?? [];
    if (id === undefined || secret === undefined) {
      throw secretMissing(name, "is malformed or too short");
    }
    return { id, secret };
  });
  if (new Set(secrets.map(({ id }) => id)).size < secrets.length) {
    throw secretMissing(name, "names one id twice");
  }
  return secrets;
}

async function hashUnder(pepper: Pepper, text: string): Promise<SecretHash> {
  return { pepperId: pepper.id, hash: base64url(await macUnder(pepper, text)) };
}

/** HMAC-SHA-256 under the pepper. */
export async function macUnder(pepper: Pepper, text: string): Promise<Uint8Array> {
  const key = await keyOf(pepper);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
}

/** Whether the pepper gave the text this HMAC, in a time that doesn't tell how much of it is right. */
export async function isMacUnder(
  pepper: Pepper,
  text: string,
  mac: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const key = await keyOf(pepper);
  return crypto.subtle.verify("HMAC", key, mac, new TextEncoder().encode(text));
}

async function keyOf(pepper: Pepper): Promise<CryptoKey> {
  return keys.get(pepper) ?? importKey(pepper);
}

/** By the pepper as it was read: the keys go when the setting is read anew. */
const keys = new WeakMap<Pepper, CryptoKey>();

// The key is kept, not its promise: a promise must not be waited for by another request.
async function importKey(pepper: Pepper): Promise<CryptoKey> {
  const raw = new TextEncoder().encode(pepper.secret);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign", "verify"]);
  keys.set(pepper, key);
  return key;
}

export function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes; undefined for a text that isn't base64url, or is another spelling of theirs. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return base64url(bytes) === text ? bytes : undefined;
}

function checksumOf(text: string): string {
  let rest = crc32(new TextEncoder().encode(text));
  let digits = "";
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** CRC-32 as in ISO 3309 and zip: the reflected polynomial 0xEDB88320. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function isKind(text: string | undefined): text is SecretKind {
  return KINDS.some((kind) => kind === text);
}

function secretMissing(name: string, why: string): ScimError {
  return new ScimError("unavailable", `The secret ${name} ${why}`, { retryAfterSeconds: 60 });
}
