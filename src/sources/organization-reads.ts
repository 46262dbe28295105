/** What of the directory's tree a write is decided on. */
import type { Row, Statement } from "../directory/database.ts";
import {
  ORGANIZATION_COLUMNS,
  parseOrganization,
  type Organization,
} from "../directory/organization.ts";
import { numberIn, textIn } from "../directory/row.ts";
import { CONTENTS, moveQuery } from "../directory/write-organizations.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { pairKey, type Keys } from "./keys.ts";

/** An organization as read for a write. */
export interface ReadOrganization extends Organization {
  /** Whether the source that writes may see it. */
  readonly visible: boolean;
  /** Whether it may see the one above. */
  readonly parentVisible: boolean;
}

/** What it would mean to move an organization. */
export interface MoveFacts {
  /** Where it would stand, and how many levels are below it. */
  readonly depth: number;
  readonly height: number;
  /** The new parent is below it. */
  readonly cycle: boolean;
  /** Sources that would lose sight of something. */
  readonly losers: readonly string[];
  /** One of them would lose its target. */
  readonly stranded: boolean;
}

/** What keeps an organization from being deleted. */
export interface Contents {
  readonly children: boolean;
  readonly people: boolean;
  /** It is the target of a data source, or all that is in the scope of one. */
  readonly used: boolean;
  /** The sources that have it in their scope. */
  readonly scopes: readonly string[];
}

/** Ids of users. */
export interface People {
  readonly home: readonly string[];
  /** Those who have it beside the one they are in. */
  readonly further: readonly string[];
}

/** So many people can leave an organization in the batch that deletes it. */
export const PEOPLE_AT_ONCE = 500;

export type OrganizationPart = "organizations" | "moves" | "contents" | "people" | "further";

export interface ReadTree {
  readonly organizations: readonly ReadOrganization[];
  /** By "id parentId". */
  readonly moves: ReadonlyMap<string, MoveFacts>;
  readonly contents: ReadonlyMap<string, Contents>;
  readonly people: ReadonlyMap<string, People>;
  /** The secondary organizations of users. */
  readonly further: ReadonlyMap<string, readonly FurtherOrganization[]>;
}

export interface FurtherOrganization {
  readonly id: string;
  readonly visible: boolean;
}

export interface NamedStatement {
  readonly name: OrganizationPart;
  readonly statement: Statement;
}

/** The statements whose rows `readTree` reads; none where no key is about organizations. */
export function treeReads(
  keys: Keys,
  directoryId: string,
  sourceId: string | null,
): NamedStatement[] {
  const named = (name: OrganizationPart, statements: readonly Statement[]): NamedStatement[] =>
    statements.map((statement) => ({ name, statement }));
  const find = (condition: string, rows: readonly unknown[]): NamedStatement[] =>
    named("organizations", rowStatements(organizationsBy(condition), rows, directoryId, sourceId));
  const moves = [...keys.organizationMoves].map(splitKey);
  return [
    ...find("o.id = j.value AND o.directory_id = ?2", [...keys.organizationIds]),
    ...find(NAMED, [...keys.organizationNames].map(splitKey)),
    ...find(CODED, [...keys.organizationCodes]),
    ...find(LABELLED, [...keys.organizationExternalIds]),
    ...named(
      "moves",
      moves.map(([id, parentId]) => moveQuery(id, parentId)),
    ),
    ...named("contents", rowStatements(CONTENTS_OF, [...keys.contentsOf])),
    ...named("people", [
      ...rowStatements(HOME, [...keys.peopleOf]),
      ...rowStatements(BESIDE, [...keys.peopleOf]),
    ]),
    ...named("further", rowStatements(FURTHER, [...keys.furtherOf], sourceId)),
  ];
}

export function readTree(keys: Keys, of: (name: OrganizationPart) => readonly Row[]): ReadTree {
  const further = new Map<string, FurtherOrganization[]>();
  for (const id of keys.furtherOf) further.set(id, []);
  for (const row of of("further")) {
    further
      .get(textIn(row, "user_id"))
      ?.push({ id: textIn(row, "organization_id"), visible: row["visible"] === 1 });
  }
  return {
    organizations: of("organizations").map(readOrganization),
    moves: new Map(of("moves").map(moveOf)),
    contents: new Map(of("contents").map(contentsOf)),
    people: new Map([...keys.peopleOf].map((id) => [id, peopleOf(id, of("people"))])),
    further,
  };
}

// Partial indexes serve only a query that repeats their condition.
const NAMED =
  "o.parent_id = j.value ->> 0 AND o.name_key = j.value ->> 1 AND o.deleted_at IS NULL AND o.directory_id = ?2";
const CODED = "o.directory_id = ?2 AND o.code_key = j.value AND o.deleted_at IS NULL";
const LABELLED = "o.source_id = ?3 AND o.external_id = j.value AND o.deleted_at IS NULL";

/** ?2 is the directory, ?3 who has to see them: null sees all. */
function organizationsBy(condition: string): string {
  return `SELECT ${ORGANIZATION_COLUMNS}, o.parent_id, (?3 IS NULL OR EXISTS (
      SELECT 1 FROM visible_orgs v WHERE v.source_id = ?3 AND v.organization_id = o.id
    )) AS visible, (?3 IS NULL OR EXISTS (
      SELECT 1 FROM visible_orgs v WHERE v.source_id = ?3 AND v.organization_id = o.parent_id
    )) AS parent_visible
    FROM :rows CROSS JOIN organizations o ON ${condition}`;
}

const CONTENTS_OF = `SELECT j.value AS id, ${CONTENTS} FROM :rows`;

const HOME = `SELECT u.organization_id AS id, u.id AS user_id, 1 AS home
  FROM :rows CROSS JOIN users u ON u.organization_id = j.value AND u.deleted_at IS NULL
  LIMIT ${PEOPLE_AT_ONCE + 1}`;

const BESIDE = `SELECT m.organization_id AS id, m.user_id, 0 AS home
  FROM :rows CROSS JOIN user_organizations m ON m.organization_id = j.value
  LIMIT ${PEOPLE_AT_ONCE + 1}`;

const FURTHER = `SELECT m.user_id, m.organization_id, (?2 IS NULL OR EXISTS (
    SELECT 1 FROM visible_orgs v WHERE v.source_id = ?2 AND v.organization_id = m.organization_id
  )) AS visible
  FROM :rows CROSS JOIN user_organizations m ON m.user_id = j.value`;

/** An id has no space in it; a name may. */
function splitKey(key: string): [string, string] {
  const space = key.indexOf(" ");
  return [key.slice(0, space), key.slice(space + 1)];
}

function readOrganization(row: Row): ReadOrganization {
  return {
    ...parseOrganization(row),
    visible: row["visible"] === 1,
    parentVisible: row["parent_visible"] === 1,
  };
}

function moveOf(row: Row): [string, MoveFacts] {
  return [
    pairKey(textIn(row, "id"), textIn(row, "parent_id")),
    {
      depth: numberIn(row, "depth"),
      height: numberIn(row, "height"),
      cycle: row["cycle"] === 1,
      losers: idsIn(row, "losers"),
      stranded: row["stranded"] === 1,
    },
  ];
}

function peopleOf(id: string, rows: readonly Row[]): People {
  const ids = (home: number) =>
    rows
      .filter((row) => row["id"] === id && row["home"] === home)
      .map((row) => textIn(row, "user_id"));
  return { home: ids(1), further: ids(0) };
}

function contentsOf(row: Row): [string, Contents] {
  const { children, people, used } = row;
  return [
    textIn(row, "id"),
    {
      children: children === 1,
      people: people === 1,
      used: used === 1,
      scopes: idsIn(row, "scopes"),
    },
  ];
}

function idsIn(row: Row, column: string): string[] {
  const ids: unknown = JSON.parse(textIn(row, column));
  return Array.isArray(ids) ? ids.map(String) : [];
}
