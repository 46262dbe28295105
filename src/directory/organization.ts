/** An organization as it is kept: a node of the directory's tree. */
import { fold } from "../scim/fold.ts";
import type { Json, JsonObject } from "../scim/json.ts";
import type { Row } from "./database.ts";
import { numberIn, numberOrNullIn, textIn, textOrNullIn } from "./row.ts";
import { textOf } from "./user.ts";

export interface Organization {
  readonly id: string;
  readonly directoryId: string;
  readonly sourceId: string | null;
  /** In canonical form: externalId, displayName, code, parent, order. The root has no parent. */
  readonly attributes: JsonObject;
  /** Levels below the root. */
  readonly depth: number;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

/** An organization stands so many levels below the root at most. */
export const MAX_DEPTH = 64;

/**
 * The columns `parseOrganization` reads beside `parent_id`, for a SELECT whose organizations stand
 * under the alias `o`.
 */
export const ORGANIZATION_COLUMNS =
  "o.id, o.directory_id, o.source_id, o.external_id, o.display_name, o.code, o.sort_order, o.depth, o.version, o.created_at, o.updated_at, o.deleted_at";

export function parseOrganization(row: Row): Organization {
  return {
    id: textIn(row, "id"),
    directoryId: textIn(row, "directory_id"),
    sourceId: textOrNullIn(row, "source_id"),
    attributes: attributesOf(row),
    depth: numberIn(row, "depth"),
    version: numberIn(row, "version"),
    createdAt: numberIn(row, "created_at"),
    updatedAt: numberIn(row, "updated_at"),
    deletedAt: numberOrNullIn(row, "deleted_at"),
  };
}

function attributesOf(row: Row): JsonObject {
  const all: Record<string, Json> = {
    externalId: textOrNullIn(row, "external_id"),
    displayName: textIn(row, "display_name"),
    code: textOrNullIn(row, "code"),
    parent: textOrNullIn(row, "parent_id"),
    order: numberOrNullIn(row, "sort_order"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

export function parentOf({ attributes }: Pick<Organization, "attributes">): string | undefined {
  return textOf(attributes, "parent");
}

/** What a name is unique under, among those of one parent. */
export function organizationNameKey(attributes: JsonObject): string {
  return fold(textOf(attributes, "displayName") ?? "");
}

/** What a code is unique under in the directory. */
export function organizationCodeKey(attributes: JsonObject): string | undefined {
  const code = textOf(attributes, "code");
  return code === undefined ? undefined : fold(code);
}
