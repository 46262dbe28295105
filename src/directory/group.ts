/** A group as it is kept. Its members are rows of their own (members.ts). */
import { z } from "zod";
import { fold } from "../scim/fold.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Row } from "./database.ts";
import { attributesJson, textOf } from "./user.ts";

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

const groupRow = z.object({
  id: z.string(),
  directory_id: z.string(),
  source_id: z.string().nullable(),
  attributes: attributesJson,
  member_count: z.number(),
  version: z.number(),
  created_at: z.number(),
  updated_at: z.number(),
  deleted_at: z.number().nullable(),
});

/** The columns `parseGroup` reads, for a SELECT whose groups stand under the alias `g`. */
export const GROUP_COLUMNS =
  "g.id, g.directory_id, g.source_id, g.attributes, g.member_count, g.version, g.created_at, g.updated_at, g.deleted_at";

export function parseGroup(row: Row): Group {
  const group = groupRow.parse(row);
  return {
    id: group.id,
    directoryId: group.directory_id,
    sourceId: group.source_id,
    attributes: group.attributes,
    memberCount: group.member_count,
    version: group.version,
    createdAt: group.created_at,
    updatedAt: group.updated_at,
    deletedAt: group.deleted_at,
  };
}

/** What a group's `displayName` is unique under, within its source. */
export function groupNameKey(attributes: JsonObject): string {
  return fold(textOf(attributes, "displayName") ?? "");
}
