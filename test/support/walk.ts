/** Lists walked to their end, page by page. */
import { expect } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import type { Answer, Source } from "./client.ts";
import { search } from "./lists.ts";
import { idsOf, textAt } from "./scim.ts";

/** What follows the base URL, such as "/Users?count=3"; a cursor is added. */
export function pageAt(source: Source, path: string, cursor: string): Promise<Answer> {
  const mark = path.includes("?") ? "&" : "?";
  return source.call("GET", `${path}${mark}cursor=${cursor}`);
}

/** The ids of all pages by cursor; `between` runs after each page. */
export async function walk(
  source: Source,
  path: string,
  between: (page: number) => Promise<unknown> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  // No list of a test has more pages.
  for (let page = 0; page < 1_000; page++) {
    const answer = await pageAt(source, path, cursor);
    expect(answer.status, answer.text).toBe(200);
    ids.push(...idsOf(answer));
    cursor = textAt(answer.body, "nextCursor");
    if (cursor === "") return ids;
    await between(page);
  }
  throw new Error("The walk does not end");
}

/** The same by POST. */
export async function walkSearch(
  source: Source,
  collection: string,
  request: JsonObject,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  for (let page = 0; page < 1_000; page++) {
    const answer = await search(source, collection, { ...request, cursor });
    expect(answer.status, answer.text).toBe(200);
    ids.push(...idsOf(answer));
    cursor = textAt(answer.body, "nextCursor");
    if (cursor === "") return ids;
  }
  throw new Error("The walk does not end");
}
