/** Pages of the real database, and many users to fill them. */
import type { Row, Statement } from "../../src/directory/database.ts";
import { readPage, type Page } from "../../src/directory/list.ts";
import type { ResourceType } from "../../src/scim/attribute.ts";
import { parseFilter } from "../../src/scim/filter.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { resolveFilter, type ResolvedFilter } from "../../src/scim/resolve.ts";
import { USER } from "../../src/scim/schemas.ts";
import { DIRECTORY, testId, type UserRow } from "./directory-rows.ts";
import { measure, planOf } from "./measure.ts";

export const SOURCE = { directoryId: DIRECTORY, sourceId: "ds_one" } as const;
export const WHOLE = { directoryId: DIRECTORY } as const;
export const FIRST = { startIndex: 1, count: 100 };

export function filterOf(text: string, type: ResourceType = USER): ResolvedFilter {
  return resolveFilter(parseFilter(text), type, PROFILES.okta);
}

export async function read(
  statements: readonly Statement[],
): Promise<Page & { readonly rowsRead: number }> {
  const { results, rowsRead } = await measure(statements);
  return { ...readPage(results), rowsRead };
}

export async function plansOf(statements: readonly Statement[]): Promise<string> {
  return (await Promise.all(statements.map(planOf))).join("\n");
}

export function idsOf(rows: readonly Row[]): unknown[] {
  return rows.map(({ id }) => id);
}

/** One of many users of ds_one, alike but for the number. */
export function userRow(number: number): UserRow {
  return {
    id: testId(number),
    sourceId: "ds_one",
    updatedAt: 1_700_000_000_000 + number,
    attributes: {
      externalId: `E${number}`,
      userName: `User${number}@example.com`,
      name: { familyName: "Müller", givenName: `G${number}` },
      active: true,
      emails: [{ value: `User${number}@example.com`, type: "work", primary: true }],
      phoneNumbers: [{ value: `+49 ${number}`, type: "work" }],
    },
  };
}

export function userRows(length: number): UserRow[] {
  return Array.from({ length }, (_, number) => userRow(number));
}
