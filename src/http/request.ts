/** From a request to what it says: media type, body, query, conditions. */
import { parseJson } from "../scim/body.ts";
import { ScimError } from "../scim/error.ts";
import type { Json } from "../scim/json.ts";
import { clampCount, clampStartIndex, LIMITS } from "../scim/messages.ts";
import { parseVersions } from "../scim/version.ts";
import type { AppContext } from "./context.ts";

/** Reads a JSON body. Throws `unsupported_media_type`, `payload_too_large` or `invalidSyntax`. */
export async function readBody(c: AppContext, maxBytes: number = LIMITS.bodyBytes): Promise<Json> {
  const type = (c.req.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/scim+json" && type !== "application/json") {
    throw new ScimError("unsupported_media_type", "The body has to be application/scim+json");
  }
  if (c.req.header("content-encoding") !== undefined) {
    throw new ScimError("unsupported_media_type", "The body must not be compressed");
  }
  return parseJson(decode(await readBytes(c.req.raw.body, maxBytes)));
}

export interface ListQuery {
  readonly filter?: string;
  readonly startIndex: number;
  readonly count: number;
}

/** RFC 7644 §3.4.2. Unknown parameters are ignored: Entra's flag aadOptscim062020 is one. */
export function readListQuery(c: AppContext): ListQuery {
  const filter = c.req.query("filter");
  return {
    ...(filter === undefined || filter === "" ? {} : { filter }),
    startIndex: clampStartIndex(integerOf(c, "startIndex") ?? 1),
    count: clampCount(integerOf(c, "count") ?? LIMITS.defaultCount),
  };
}

export function readProjectionQuery(c: AppContext): {
  attributes?: string;
  excludedAttributes?: string;
} {
  const attributes = c.req.query("attributes");
  const excludedAttributes = c.req.query("excludedAttributes");
  return {
    ...(attributes === undefined ? {} : { attributes }),
    ...(excludedAttributes === undefined ? {} : { excludedAttributes }),
  };
}

/** RFC 7644 §3.14. */
export function readIfMatch(c: AppContext): { ifMatch?: "*" | number[] } {
  const ifMatch = parseVersions(c.req.header("if-match"));
  return ifMatch === undefined ? {} : { ifMatch };
}

function integerOf(c: AppContext, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new ScimError("invalidValue", `${name} is not an integer`);
  return Number(text);
}

async function readBytes(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new ScimError("payload_too_large", `The body is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ScimError("invalidSyntax", "The body is not UTF-8");
  }
}
