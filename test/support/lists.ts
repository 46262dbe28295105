/** Lists as tests ask for them and expect them. */
import { expect } from "vitest";
import type { JsonObject } from "../../src/scim/json.ts";
import { MESSAGE_LIST, MESSAGE_SEARCH } from "../../src/scim/messages.ts";
import type { Answer, Source } from "./client.ts";
import * as scim from "./scim.ts";

/** Users named user-0, user-1, …; their ids in the order of creation. */
export async function usersIn(source: Source, length: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < length; i++) {
    ids.push(scim.idAt(await scim.newUser(source, { userName: `user-${i}`, title: `t${i % 2}` })));
  }
  return ids;
}

export function expectPage(
  answer: Answer,
  page: { total: number; startIndex: number; ids: readonly string[] },
): void {
  const { status, body } = answer;
  expect({ status, ...body, Resources: scim.idsOf(answer) }).toEqual({
    status: 200,
    schemas: [MESSAGE_LIST],
    totalResults: page.total,
    startIndex: page.startIndex,
    itemsPerPage: page.ids.length,
    Resources: page.ids,
  });
}

export function search(source: Source, collection: string, request: JsonObject): Promise<Answer> {
  return source.call("POST", `${collection}/.search`, { schemas: [MESSAGE_SEARCH], ...request });
}
