/** A data source with as many people as one likes, and groups of many sizes. */
import { env } from "cloudflare:workers";
import type { JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Source } from "./client.ts";
import { insertGroups, insertMembers, insertUsers, testId } from "./directory-rows.ts";
import { textAt } from "./scim.ts";

export interface BulkSource {
  readonly admin: Admin;
  readonly source: Source;
  /** The path of a user that is in no group, or in that many. */
  readonly spare: (number: number, memberships?: number) => string;
  /** The path of a group. */
  readonly group: (name: keyof typeof SIZES) => string;
}

/** Members of the groups, at most as many as there are users. */
const SIZES = { ten: 10, thousand: 1_000, "ten thousand": 10_000, everybody: Infinity };
const MEMBERSHIPS = [3, 20];
const SPARES = 50;
const FIRST_GROUP = 5_000_000;

export function attributesOf(number: number): JsonObject {
  return {
    userName: `user${number}@people.test`,
    externalId: `x${number}`,
    displayName: `User ${number}`,
    active: true,
    emails: [{ value: `user${number}@people.test`, type: "work", primary: true }],
    phoneNumbers: [{ value: `+49 30 ${number}`, type: "work" }],
  };
}

/** Users 0 to `size` - 1 are members of the groups; some more are to be changed. */
export async function bulkSource(size: number): Promise<BulkSource> {
  const admin = await claim();
  const source = await newSource(admin, "okta");
  const { body } = await admin("GET", `/data-sources/${source.id}`);
  const place = {
    sourceId: source.id,
    organizationId: textAt(body, "targetOrganizationId"),
  };
  await insertUsers(
    env.DB,
    numbers(size + SPARES).map((n) => ({ ...place, id: testId(n), attributes: attributesOf(n) })),
  );
  const names = [...Object.keys(SIZES), ...numbers(20).map((n) => `small ${n}`)];
  const groupId = (name: string) => testId(FIRST_GROUP + names.indexOf(name));
  const owned = names.map((displayName) => ({
    id: groupId(displayName),
    sourceId: source.id,
    attributes: { displayName },
  }));
  await insertGroups(env.DB, owned);
  const spareId = (number: number, memberships = 0) => testId(size + number + memberships);
  await insertMembers(env.DB, [
    ...Object.entries(SIZES).flatMap(([name, members]) =>
      numbers(Math.min(size, members)).map((n) => ({ group: groupId(name), user: testId(n) })),
    ),
    ...MEMBERSHIPS.flatMap((count) =>
      numbers(count).map((n) => ({ group: groupId(`small ${n}`), user: spareId(0, count) })),
    ),
  ]);
  return {
    admin,
    source,
    spare: (number, memberships) => `/Users/${spareId(number, memberships)}`,
    group: (name) => `/Groups/${groupId(name)}`,
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
