/**
 * Access tokens: what a client gets for its id and secret. Nothing of them is kept: they carry whom
 * they were given to and until when, under an HMAC. Whether the client secret and the source still
 * work is asked with every request, so that disabling either ends them at once.
 *
 * `mst_at_`, two characters of the shard, source and client secret (32 hexadecimal digits each),
 * the second of expiry in base 36, `.`, the pepper's id, `.`, 43 characters of HMAC-SHA-256.
 */
import { base64url, fromBase64url, isMacUnder, macUnder, type Pepper } from "./secret.ts";

/** RFC 6749 §4.2.2 `expires_in`. */
export const ACCESS_TOKEN_SECONDS = 7_200;

export interface AccessGrant {
  readonly shard: string;
  readonly sourceId: string;
  /** Of the client secret it was given for. */
  readonly tokenId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const PREFIX = "mst_at_";
const GRANT = /^([0-9a-z]{2})([0-9a-f]{32})([0-9a-f]{32})([0-9a-z]{1,9})$/;
const ACCESS_TOKEN = /^mst_at_([0-9a-z]+)\.([A-Za-z0-9-]{1,16})\.([\w-]{43})$/;

export function isAccessToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Signed under the current pepper. The second is the last one that is whole: never late. */
export async function newAccessToken(
  pepper: Pepper,
  { shard, sourceId, tokenId, expiresAt }: AccessGrant,
): Promise<string> {
  const second = Math.floor(expiresAt / 1000).toString(36);
  const grant = `${shard}${sourceId.slice(-32)}${tokenId.slice(-32)}${second}`;
  return `${PREFIX}${grant}.${pepper.id}.${base64url(await macUnder(pepper, signed(grant)))}`;
}

/** What an access token says, if one of the peppers signed it. Whether it has expired is not looked at. */
export async function readAccessToken(
  peppers: readonly Pepper[],
  text: string,
): Promise<AccessGrant | undefined> {
  const [, grant = "", pepperId, mac = ""] = ACCESS_TOKEN.exec(text) ?? [];
  const [, shard = "", source = "", secret = "", second = ""] = GRANT.exec(grant) ?? [];
  const pepper = peppers.find(({ id }) => id === pepperId);
  const bytes = fromBase64url(mac);
  if (shard === "" || pepper === undefined || bytes === undefined) return undefined;
  if (!(await isMacUnder(pepper, signed(grant), bytes))) return undefined;
  return {
    shard,
    sourceId: `ds_${shard}${source}`,
    tokenId: `sec_${shard}${secret}`,
    expiresAt: Number.parseInt(second, 36) * 1000,
  };
}

/** Nothing else that a pepper signs begins like this. */
function signed(grant: string): string {
  return `access token\n${grant}`;
}
