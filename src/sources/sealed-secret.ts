/**
 * What we prove ourselves with to an upstream directory, sealed with AES-256-GCM under a key of the
 * Worker. The origins of all addresses are sealed along: to send the secret elsewhere, it has to be
 * given again.
 */
import { ScimError } from "../scim/error.ts";
import {
  base64url,
  fromBase64url,
  readNamedSecrets,
  type Pepper,
  type RandomBytes,
} from "./secret.ts";
import type { Upstream } from "./upstream.ts";

export type MasterKey = Pepper;
export type Addresses = Pick<Upstream, "tokenUrl" | "userUrl" | "orgUrl" | "groupUrl">;

/** Whose secret it is, and where it may be sent. */
export interface SecretPlace {
  readonly sourceId: string;
  readonly upstream: Addresses;
}

const VERSION = "v1";
/** NIST SP 800-38D §8.2.2: random ones are good for 2³² seals under one key, and each source has its own. */
const IV_BYTES = 12;

/** Reads `MASTER_KEY`, the current one first. Throws ScimError `unavailable`: only pull sources need it. */
export function readMasterKeys(env: Pick<Env, "MASTER_KEY">): readonly MasterKey[] {
  return readNamedSecrets("MASTER_KEY", env.MASTER_KEY);
}

/** `version.key.iv.ciphertext`, and a mark behind it where it was sealed anew. Throws ScimError `unavailable` where there is no key. */
export async function sealSecret(
  keys: readonly MasterKey[],
  place: SecretPlace,
  secret: string,
  randomBytes: RandomBytes,
): Promise<string> {
  return (await sealed(keys, { place, mark: undefined }, secret, randomBytes)).join(".");
}

/**
 * The same secret under the current key, with the mark of what it was before at the end. Throws
 * ScimError `unavailable` where that can't be opened.
 */
export async function resealSecret(
  keys: readonly MasterKey[],
  place: SecretPlace,
  before: string,
  randomBytes: RandomBytes,
): Promise<string> {
  const secret = await openSecret(keys, place, before);
  const mark = markOf(before);
  return [...(await sealed(keys, { place, mark }, secret, randomBytes)), mark].join(".");
}

/** Of one secret the same under whatever key it is; of another one, or the same given again, another. */
export function markOf(text: string): string {
  const [, , iv = "", , mark = iv] = text.split(".");
  return mark;
}

interface Bound {
  readonly place: SecretPlace;
  readonly mark: string | undefined;
}

async function sealed(
  [key]: readonly MasterKey[],
  bound: Bound,
  secret: string,
  randomBytes: RandomBytes,
): Promise<string[]> {
  if (key === undefined) throw unreadable("The secret MASTER_KEY is not set");
  const iv = Uint8Array.from(randomBytes(IV_BYTES));
  const text = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: boundTo(bound) },
    await keyOf(key, bound.place.sourceId),
    new TextEncoder().encode(secret),
  );
  return [VERSION, key.id, base64url(iv), base64url(new Uint8Array(text))];
}

/**
 * The secret in clear, never to be logged or stored. Throws ScimError `unavailable` for what was
 * sealed for another source or other addresses, or under a key that is not there any more.
 */
export async function openSecret(
  keys: readonly MasterKey[],
  place: SecretPlace,
  given: string,
): Promise<string> {
  const [version, keyId, iv, text, mark] = given.split(".");
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) {
    throw unreadable(
      "The secret MASTER_KEY lacks the key that the upstream's secret is sealed with",
    );
  }
  const nonce = fromBase64url(iv ?? "");
  const bytes = fromBase64url(text ?? "");
  if (version !== VERSION || nonce === undefined || bytes === undefined) {
    throw unreadable("The upstream's secret can't be read");
  }
  try {
    const algorithm = { name: "AES-GCM", iv: nonce, additionalData: boundTo({ place, mark }) };
    const opened = await crypto.subtle.decrypt(algorithm, await keyOf(key, place.sourceId), bytes);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(opened);
  } catch {
    throw unreadable("The upstream's secret was sealed for another place: give it again");
  }
}

/** Whether it stands under the key that new ones are sealed with. */
export function isSealedUnder([current]: readonly MasterKey[], given: string): boolean {
  return given.split(".")[1] === current?.id;
}

/** Where a secret may be sent: the origins of the addresses, as they are sealed along. */
export function originsText({ tokenUrl, userUrl, orgUrl, groupUrl }: Addresses): string {
  return [tokenUrl, userUrl, orgUrl, groupUrl]
    .map((url) => (url === null ? "" : new URL(url).origin))
    .join("|");
}

function boundTo({ place: { sourceId, upstream }, mark }: Bound): Uint8Array<ArrayBuffer> {
  const parts = [VERSION, sourceId, "clientSecret", originsText(upstream), mark ?? []];
  return new Uint8Array(new TextEncoder().encode(parts.flat().join("|")));
}

async function keyOf({ secret }: MasterKey, sourceId: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const raw = encoder.encode(secret);
  const base = await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: encoder.encode(sourceId),
      info: encoder.encode("client-secret/v1"),
    },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

function unreadable(detail: string): ScimError {
  return new ScimError("unavailable", detail, { retryAfterSeconds: 60 });
}
