/** What putting users into organizations takes beside their own rows. */
import type { Statement } from "./database.ts";
import { assertOrganizations } from "./write-organizations.ts";
import { rowStatements } from "./write-rows.ts";

export interface Placements {
  /** Organizations that were there before and get somebody: they have to live. */
  readonly places: readonly string[];
  /** Users who were somewhere else before. */
  readonly moved: readonly { readonly id: string; readonly organizationId: string }[];
  readonly further: readonly {
    readonly userId: string;
    readonly before: readonly string[];
    readonly after: readonly string[];
  }[];
  /** Users who are deleted. */
  readonly gone: readonly string[];
}

export function placementStatements({ places, moved, further, gone }: Placements): Statement[] {
  const left = further.flatMap(({ userId, before, after }) =>
    before.filter((id) => !after.includes(id)).map((id) => [userId, id]),
  );
  const joined = further.flatMap(({ userId, before, after }) =>
    after.filter((id) => !before.includes(id)).map((id) => [userId, id]),
  );
  // What becomes the primary organization is no further one any more.
  const primary = moved.map(({ id, organizationId }) => [id, organizationId]);
  return [
    ...assertOrganizations(places.map((id) => [id, null])),
    ...rowStatements(LEAVE, [...left, ...primary]),
    ...rowStatements(JOIN, joined),
    ...rowStatements(LEAVE_ALL, gone),
  ];
}

const LEAVE = `DELETE FROM user_organizations
  WHERE (user_id, organization_id) IN (SELECT :row ->> 0, :row ->> 1 :from)`;

const JOIN = `INSERT INTO user_organizations (user_id, organization_id)
  SELECT :row ->> 0, :row ->> 1 :from`;

const LEAVE_ALL = "DELETE FROM user_organizations WHERE user_id IN (SELECT j.value FROM :rows)";
