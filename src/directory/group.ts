/** A group as it is kept. Its members are rows of their own (members.ts). */
import { fold } from "../scim/fold.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Row } from "./database.ts";
import { numberIn, numberOrNullIn, objectIn, textIn, textOrNullIn } from "./row.ts";
import { textOf } from "./user.ts";

export interface Group {
  readonly id: string;
  readonly directoryId: string;
  readonly sourceId: string | null;
  readonly attributes: JsonObject;
  readonly memberCount: number;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

/** The columns `parseGroup` reads, for a SELECT whose groups stand under the alias `g`. */
export const GROUP_COLUMNS =
  "g.id, g.directory_id, g.source_id, g.attributes, g.member_count, g.version, g.created_at, g.updated_at, g.deleted_at";

export function parseGroup(row: Row): Group {
  return {
    id: textIn(row, "id"),
    directoryId: textIn(row, "directory_id"),
    sourceId: textOrNullIn(row, "source_id"),
    attributes: objectIn(row, "attributes"),
    memberCount: numberIn(row, "member_count"),
    version: numberIn(row, "version"),
    createdAt: numberIn(row, "created_at"),
    updatedAt: numberIn(row, "updated_at"),
    deletedAt: numberOrNullIn(row, "deleted_at"),
  };
}

/** What a group's `displayName` is unique under, within its source. */
export function groupNameKey(attributes: JsonObject): string {
  return fold(textOf(attributes, "displayName") ?? "");
}
