/**
 * Cursors: a position in a list, signed, so that nothing has to be kept of a walk. RFC 9865 §2.
 * The signature also covers what the page was asked for: with another query a cursor is no good.
 */
import { z } from "zod";
import type { Position } from "../directory/order.ts";
import { ScimError } from "../scim/error.ts";
import { LIMITS } from "../scim/messages.ts";
import { base64url, fromBase64url, macUnder, type Pepper } from "../sources/secret.ts";

const MAC_BYTES = 32;
const ALGORITHM = { name: "HMAC", hash: "SHA-256" };

/** Epoch seconds until which it is good, then the position. */
const content = z.tuple([z.int()], z.union([z.string(), z.number(), z.null()]));

/** A text that is signed for the query. The current pepper signs. */
export async function sealText(
  [pepper]: readonly Pepper[],
  query: string,
  text: string,
): Promise<string> {
  if (pepper === undefined) throw new Error("Without a pepper nobody is served");
  const bytes = encode(text);
  const mac = await crypto.subtle.sign("HMAC", await keyOf(pepper), signed(query, bytes));
  return base64url(new Uint8Array([...new Uint8Array(mac), ...bytes]));
}

/** The text in what `sealText` gave. Throws `invalidCursor` for what was not sealed for this query. */
export async function openText(
  peppers: readonly Pepper[],
  query: string,
  cursor: string,
): Promise<string> {
  const all = fromBase64url(cursor);
  if (all === undefined) throw invalidCursor();
  const mac = all.subarray(0, MAC_BYTES);
  const bytes = all.subarray(MAC_BYTES);
  const proofs = peppers.map(async (pepper) =>
    crypto.subtle.verify("HMAC", await keyOf(pepper), mac, signed(query, bytes)),
  );
  if (!(await Promise.all(proofs)).includes(true)) throw invalidCursor();
  return new TextDecoder().decode(bytes);
}

/**
 * A cursor that leads on from the position. `query` says whose list it is of, and which. The current
 * pepper signs, so a cursor lives through a change of peppers as tokens do.
 */
export async function sealCursor(
  peppers: readonly Pepper[],
  query: string,
  position: Position,
  now: number,
): Promise<string> {
  const expires = Math.floor(now / 1000) + LIMITS.cursorSeconds;
  return sealText(peppers, query, JSON.stringify([expires, ...position]));
}

/** Throws `invalidCursor` for what was not sealed for this query, `expiredCursor`. */
export async function openCursor(
  peppers: readonly Pepper[],
  query: string,
  cursor: string,
  now: number,
): Promise<Position> {
  const text = await openText(peppers, query, cursor);
  const [expires, ...position] = content.parse(JSON.parse(text));
  if (expires * 1000 <= now) throw new ScimError("expiredCursor", "The cursor has expired");
  return position;
}

/** A key of its own, so that no signature here is ever the hash of a token. */
async function keyOf(pepper: Pepper): Promise<CryptoKey> {
  const derived = Uint8Array.from(await macUnder(pepper, "cursor"));
  return crypto.subtle.importKey("raw", derived, ALGORITHM, false, ["sign", "verify"]);
}

/** No NUL is ever in a query's JSON, so the two parts can't be cut elsewhere. */
function signed(query: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...encode(query), 0, ...bytes]);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function invalidCursor(): ScimError {
  return new ScimError("invalidCursor", "The cursor is not one of this query");
}
