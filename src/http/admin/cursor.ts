/** Cursors of lists: opaque, and good only for the list and the filters they came from. */
import type { Context } from "hono";
import type { z } from "zod";
import { ScimError } from "../../scim/error.ts";
import type { Json } from "../../scim/json.ts";
import { base64url, fromBase64url } from "../../sources/secret.ts";
import type { AdminEnv } from "./router.ts";

/** Enough to tell one list from another; a position gives nothing away to whoever may read the list. */
const DIGEST_LENGTH = 12;

/** The cursor that says where a list goes on; null at its end. */
export async function toCursor(
  c: Context<AdminEnv>,
  position: Json | undefined,
): Promise<string | null> {
  if (position === undefined) return null;
  const text = JSON.stringify([await digestOf(c), position]);
  return base64url(new TextEncoder().encode(text));
}

/** The position in the request's cursor, if it has one. Throws ScimError `invalidValue`. */
export async function readCursor<T>(
  c: Context<AdminEnv>,
  position: z.ZodType<T>,
): Promise<T | undefined> {
  const cursor = c.req.query("cursor");
  if (cursor === undefined) return undefined;
  const value = valueIn(cursor);
  const [digest, given]: unknown[] = Array.isArray(value) ? value : [];
  const read = position.safeParse(given);
  if (digest === (await digestOf(c)) && read.success) return read.data;
  throw new ScimError("invalidValue", "The cursor isn't one of this list and these filters", {
    faults: [{ pointer: "/cursor", code: "malformed", detail: "Not a cursor of this list" }],
  });
}

/** One row more than asked for tells whether there is a next page. */
export async function pageOf<T>(
  c: Context<AdminEnv>,
  found: readonly T[],
  limit: number,
  positionOf: (last: T) => Json,
): Promise<{ page: readonly T[]; nextCursor: string | null }> {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { page, nextCursor: await toCursor(c, last && positionOf(last)) };
}

async function digestOf(c: Context<AdminEnv>): Promise<string> {
  const asked = Object.entries(c.req.query()).filter(
    ([name]) => name !== "cursor" && name !== "limit",
  );
  const text = JSON.stringify([c.req.path, asked.sort(([a], [b]) => (a < b ? -1 : 1))]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return base64url(new Uint8Array(digest)).slice(0, DIGEST_LENGTH);
}

function valueIn(cursor: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(fromBase64url(cursor)));
  } catch {
    return undefined;
  }
}
