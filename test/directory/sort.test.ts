/** The order that SQL gives is that of a plain comparison in memory. RFC 7644 §3.4.2.3. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Row, Statement } from "../../src/directory/database.ts";
import { groupPage, readPage, userPage } from "../../src/directory/list.ts";
import type { Scope } from "../../src/directory/scope.ts";
import type { ResourceType } from "../../src/scim/attribute.ts";
import { isObject, type Json, type JsonObject } from "../../src/scim/json.ts";
import { represent } from "../../src/scim/represent.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { resolveSort } from "../../src/scim/sort.ts";
import {
  insertGroups,
  insertSources,
  insertUsers,
  insertVisible,
  testId,
  type GroupRow,
} from "../support/directory-rows.ts";
import { idsOf } from "../support/pages.ts";
import { randomTime } from "../support/random-filter.ts";
import { randomGroup, randomUser } from "../support/random-resource.ts";
import { Random } from "../support/random.ts";

const BASE = "https://muster.example/scim/v2";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** What a test sorts by: where it stands, and whether its letter case counts. */
type Path = readonly [sortBy: string, names: readonly string[], caseExact?: boolean];

const USER_PATHS: readonly Path[] = [
  ["userName", ["userName"]],
  ["USERNAME", ["userName"]],
  ["displayName", ["displayName"]],
  ["name.familyName", ["name", "familyName"]],
  ["name.givenName", ["name", "givenName"]],
  ["urn:ietf:params:scim:schemas:core:2.0:User:name.formatted", ["name", "formatted"]],
  ["title", ["title"]],
  ["profileUrl", ["profileUrl"], true],
  ["active", ["active"]],
  ["emails", ["emails", "value"]],
  ["emails.value", ["emails", "value"]],
  ["emails.type", ["emails", "type"]],
  ["phoneNumbers.display", ["phoneNumbers", "display"]],
  ["photos", ["photos", "value"], true],
  ["addresses.locality", ["addresses", "locality"]],
  ["roles", ["roles", "value"]],
  ["x509Certificates.value", ["x509Certificates", "value"], true],
  [`${ENTERPRISE}:department`, [ENTERPRISE, "department"]],
  [`${ENTERPRISE.toUpperCase()}:Manager.displayname`, [ENTERPRISE, "manager", "displayName"]],
  [`${ENTERPRISE}:manager.value`, [ENTERPRISE, "manager", "value"], true],
];

const COMMON_PATHS: readonly Path[] = [
  ["id", ["id"], true],
  ["externalId", ["externalId"], true],
  ["meta.created", ["meta", "created"], true],
  ["meta.lastModified", ["meta", "lastModified"], true],
  ["meta.version", ["meta", "version"], true],
  ["meta.location", ["meta", "location"], true],
  ["meta.resourceType", ["meta", "resourceType"], true],
];

const GROUP_PATHS: readonly Path[] = [["displayName", ["displayName"]]];

/** The one value of a resource that counts, undefined where there is none. */
function keyOf(resource: JsonObject, [, names, caseExact = false]: Path): Json | undefined {
  let value: Json | undefined = resource;
  for (const name of names) {
    if (Array.isArray(value)) {
      value = value.find((one) => isObject(one) && one["primary"] === true) ?? value[0];
    }
    value = isObject(value) ? value[name] : undefined;
  }
  if (value === "" || value === undefined) return undefined;
  if (typeof value !== "string" || caseExact) return value;
  return value.normalize("NFKC").toLowerCase().normalize("NFKC");
}

/** By code point, false before true; what has no value comes last. */
function compare(a: Json | undefined, b: Json | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (typeof a === "boolean") return a ? 1 : -1;
  const [x, y] = [pointsOf(a), pointsOf(b)];
  for (const [index, point] of x.entries()) {
    const other = y[index];
    if (other === undefined) return 1;
    if (point !== other) return point - other;
  }
  return -1;
}

function pointsOf(value: Json): number[] {
  return typeof value === "string" ? Array.from(value, (c) => c.codePointAt(0) ?? 0) : [];
}

interface Kept {
  readonly row: Required<GroupRow>;
  readonly seq: number;
}

function resourceOf(type: ResourceType, { row }: Kept, scope: Scope): JsonObject {
  const { externalId, ...rest } = row.attributes;
  const isOwn = scope.sourceId === undefined || row.sourceId === scope.sourceId;
  const attributes = isOwn && externalId !== undefined ? { externalId, ...rest } : rest;
  const { id, version, createdAt: created, updatedAt: lastModified } = row;
  return represent(type, { id, attributes, version, created, lastModified }, BASE);
}

function sortedIds(
  type: ResourceType,
  kept: readonly Kept[],
  scope: Scope,
  path: Path,
  descending: boolean,
): string[] {
  return kept
    .map((one) => ({ ...one, key: keyOf(resourceOf(type, one, scope), path) }))
    .toSorted((a, b) => (descending ? -1 : 1) * compare(a.key, b.key) || a.seq - b.seq)
    .map(({ row }) => row.id);
}

function keptRows(random: Random, number: number, type: ResourceType): Required<GroupRow>[] {
  return Array.from({ length: type === USER ? 24 : 12 }, (_, index) => ({
    id: testId(number * 10_000 + (type === USER ? 0 : 5_000) + index),
    directoryId: `directory ${number}`,
    sourceId: type === GROUP || random.chance(0.7) ? `source ${number}` : `other ${number}`,
    version: 1 + random.below(12),
    createdAt: randomTime(random),
    updatedAt: randomTime(random),
    deletedAt: null,
    attributes: type === USER ? randomUser(random, index) : randomGroup(random, index),
  }));
}

interface Case {
  readonly what: string;
  readonly statement: Statement;
  readonly expected: readonly string[];
}

/** Each path in both directions, for the source and the whole directory: the first page, and one after a random row. */
function casesOf(
  random: Random,
  type: ResourceType,
  kept: readonly Kept[],
  number: number,
): Case[] {
  const directoryId = `directory ${number}`;
  const scopes: Scope[] = [{ directoryId }, { directoryId, sourceId: `source ${number}` }];
  const paths = [...COMMON_PATHS, ...(type === USER ? USER_PATHS : GROUP_PATHS)];
  return scopes.flatMap((scope) =>
    paths.flatMap((path) =>
      [false, true].map((descending) => {
        const expected = sortedIds(type, kept, scope, path, descending);
        const [sort] = resolveSort(path[0], descending, [type]);
        const startIndex = 1 + random.below(4);
        const query = { base: BASE, startIndex, count: 10, ...(sort && { sort }) };
        const [statement] = type === USER ? userPage(scope, query) : groupPage(scope, query);
        if (statement === undefined) throw new Error("No statement");
        return {
          what: `${path[0]} ${descending} ${scope.sourceId}`,
          statement,
          expected: expected.slice(startIndex - 1, startIndex + 9),
        };
      }),
    ),
  );
}

async function insertKept(
  number: number,
  type: ResourceType,
  rows: readonly Required<GroupRow>[],
): Promise<Kept[]> {
  if (type === USER) {
    await insertUsers(
      env.DB,
      rows.map((row) => ({ ...row, organizationId: `org ${number}` })),
    );
  } else await insertGroups(env.DB, rows);
  const table = type === USER ? "users" : "groups";
  const { results } = await env.DB.prepare(`SELECT seq, id FROM ${table} WHERE directory_id = ?`)
    .bind(`directory ${number}`)
    .all<{ seq: number; id: string }>();
  const seqs = new Map(results.map(({ id, seq }) => [id, seq]));
  return rows.map((row) => ({ row, seq: seqs.get(row.id) ?? 0 }));
}

async function runAll(cases: readonly Case[]): Promise<unknown[][]> {
  const results = await env.DB.batch<Row>(
    cases.map(({ statement: { sql, params } }) =>
      env.DB.prepare(`SELECT id, total, too_many FROM (${sql})`).bind(...params),
    ),
  );
  return results.map(({ results: rows }) => idsOf(readPage([rows]).rows));
}

it("is the order of SQL, for every attribute", { timeout: 120_000 }, async () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  let count = 0;
  for (let number = 0; number < 18; number++) {
    await insertSources(env.DB, [`source ${number}`, `other ${number}`], `directory ${number}`);
    await insertVisible(env.DB, `source ${number}`, [`org ${number}`]);
    const cases: Case[] = [];
    for (const type of [USER, GROUP]) {
      const kept = await insertKept(number, type, keptRows(random, number, type));
      cases.push(...casesOf(random, type, kept, number));
    }
    for (const [index, ids] of (await runAll(cases)).entries()) {
      const { what, expected, statement } = cases[index] ?? {};
      expect(ids, `seed ${seed}: ${what}\n${statement?.sql}`).toEqual(expected);
      count++;
    }
  }
  expect(count).toBeGreaterThanOrEqual(2_000);
});
