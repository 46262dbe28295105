/** The SQL of a filter finds the resources that src/scim/match.ts matches, in the order of lists. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Row, Statement } from "../../src/directory/database.ts";
import { groupPage, readPage, userPage } from "../../src/directory/list.ts";
import type { Scope } from "../../src/directory/scope.ts";
import { textOf } from "../../src/directory/user.ts";
import type { ResourceType } from "../../src/scim/attribute.ts";
import { ScimError } from "../../src/scim/error.ts";
import type { Filter } from "../../src/scim/filter.ts";
import type { JsonObject } from "../../src/scim/json.ts";
import { matches } from "../../src/scim/match.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import { represent } from "../../src/scim/represent.ts";
import { resolveFilter, type ResolvedFilter } from "../../src/scim/resolve.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import {
  insertGroups,
  insertMembers,
  insertSources,
  insertUsers,
  insertVisible,
  testId,
  type GroupRow,
  type UserRow,
} from "../support/directory-rows.ts";
import { randomFilter, randomTime, vocabularyOf } from "../support/random-filter.ts";
import { randomGroup, randomUser } from "../support/random-resource.ts";
import { Random } from "../support/random.ts";

const BASE = "https://muster.example/scim/v2";
const DATASETS = 40;
const USER_FILTERS = 450;
const GROUP_FILTERS = 100;

/** One directory with two sources; the first sees two of three organizations. */
interface Dataset {
  readonly directoryId: string;
  readonly sourceId: string;
  readonly users: readonly Required<UserRow>[];
  readonly groups: readonly Required<GroupRow>[];
  readonly members: readonly { readonly group: string; readonly user: string }[];
}

function makeDataset(random: Random, number: number): Dataset {
  const directoryId = `directory ${number}`;
  const sourceId = `source ${number}`;
  const kept = (index: number, deletedAt: number | null) => ({
    id: testId(number * 1000 + index),
    directoryId,
    sourceId: random.pick([sourceId, sourceId, sourceId, `other ${number}`, null]),
    version: 1 + random.below(3),
    createdAt: randomTime(random),
    updatedAt: randomTime(random),
    deletedAt,
  });
  const users = Array.from({ length: 28 }, (_, index) => ({
    ...kept(index, index % 14 === 13 ? 1 : null),
    organizationId: `${random.pick(["b", "a", "a", "hidden"])} ${number}`,
    attributes: randomUser(random, index),
  }));
  const groups = Array.from({ length: 10 }, (_, index) => ({
    ...kept(500 + index, index === 9 ? 1 : null),
    attributes: randomGroup(random, index),
  }));
  const members = groups.flatMap((group) =>
    users
      .filter((user) => user.deletedAt === null && random.chance(0.15))
      .map((user) => ({ group: group.id, user: user.id })),
  );
  return { directoryId, sourceId, users, groups, members };
}

async function insertDataset(dataset: Dataset, number: number): Promise<void> {
  await insertSources(env.DB, [dataset.sourceId, `other ${number}`], dataset.directoryId);
  await insertUsers(env.DB, dataset.users);
  await insertGroups(env.DB, dataset.groups);
  await insertMembers(env.DB, dataset.members);
  await insertVisible(env.DB, dataset.sourceId, [`a ${number}`, `b ${number}`]);
}

interface Visible {
  readonly id: string;
  readonly resource: JsonObject;
}

function visibleUsers({ users, groups, members }: Dataset, { sourceId }: Scope): Visible[] {
  const seen = users.filter(
    (user) =>
      user.deletedAt === null &&
      (sourceId === undefined || !user.organizationId.startsWith("hidden")),
  );
  // Stable: within an organization in the order of insertion.
  const ordered =
    sourceId === undefined
      ? seen
      : seen.toSorted((a, b) =>
          a.organizationId < b.organizationId ? -1 : Number(a.organizationId > b.organizationId),
        );
  const seenGroups = groups.filter((group) => isVisibleGroup(group, sourceId));
  return ordered.map((user) => {
    const own = seenGroups
      .filter(({ id }) => members.some((pair) => pair.group === id && pair.user === user.id))
      .map(({ id, attributes }) => ({ id, displayName: textOf(attributes, "displayName") ?? "" }));
    return { id: user.id, resource: representRow(USER, user, sourceId, { groups: own }) };
  });
}

function visibleGroups(dataset: Dataset, scope: Scope): Visible[] {
  const users = visibleUsers(dataset, scope);
  return dataset.groups
    .filter((group) => isVisibleGroup(group, scope.sourceId))
    .map((group) => {
      const members = dataset.members
        .filter((pair) => pair.group === group.id && users.some(({ id }) => id === pair.user))
        .map(({ user }) => user);
      return {
        id: group.id,
        resource: representRow(GROUP, group, scope.sourceId, { members }),
      };
    });
}

function isVisibleGroup(group: Required<GroupRow>, sourceId: string | undefined): boolean {
  return group.deletedAt === null && (sourceId === undefined || group.sourceId === sourceId);
}

/** A source is shown the external ids that are its own. */
function representRow(
  type: ResourceType,
  row: Required<GroupRow>,
  sourceId: string | undefined,
  related: { groups: { id: string; displayName: string }[] } | { members: string[] },
): JsonObject {
  const { externalId, ...rest } = row.attributes;
  const isOwn = sourceId === undefined || row.sourceId === sourceId;
  const attributes = isOwn && externalId !== undefined ? { externalId, ...rest } : rest;
  const { id, version, createdAt: created, updatedAt: lastModified } = row;
  return represent(type, { id, attributes, version, created, lastModified, ...related }, BASE);
}

interface Case {
  readonly filter: Filter;
  readonly statement: Statement;
  readonly expected: readonly string[];
  readonly visible: number;
}

function makeCases(random: Random, dataset: Dataset, type: ResourceType, length: number): Case[] {
  const scopes: Scope[] = [
    { directoryId: dataset.directoryId },
    { directoryId: dataset.directoryId, sourceId: dataset.sourceId },
  ];
  const choices = scopes.map((scope) => {
    const visible = type === USER ? visibleUsers(dataset, scope) : visibleGroups(dataset, scope);
    return { scope, visible };
  });
  const resources = choices[0]?.visible.map(({ resource }) => resource) ?? [];
  const ids = [...dataset.users, ...dataset.groups].map(({ id }) => id);
  const vocabulary = vocabularyOf(type, resources, ids);
  const cases: Case[] = [];
  while (cases.length < length) {
    const { scope, visible } = random.pick(choices);
    const filter = randomFilter(random, vocabulary);
    const resolved = resolveOrSkip(filter, type);
    if (resolved === undefined) continue;
    const query = { filter: resolved, base: BASE, startIndex: 1, count: 200 };
    const [statement] = type === USER ? userPage(scope, query) : groupPage(scope, query);
    if (statement === undefined) throw new Error("No statement");
    const expected = visible.filter(({ resource }) => matches(resolved, resource));
    cases.push({
      filter,
      statement,
      expected: expected.map(({ id }) => id),
      visible: visible.length,
    });
  }
  return cases;
}

/** Undefined for an operator that does not fit the attribute. */
function resolveOrSkip(filter: Filter, type: ResourceType): ResolvedFilter | undefined {
  try {
    const resolved = resolveFilter(filter, type, PROFILES.okta);
    // Where a user belongs is shown by the source's configuration, and asked of its own column.
    return JSON.stringify(resolved).includes("organizationId") ? undefined : resolved;
  } catch (error) {
    if (error instanceof ScimError && error.reason === "invalidFilter") return undefined;
    throw error;
  }
}

/** Runs the cases, many in one call, and gives the ids each found. */
async function runCases(cases: readonly Case[]): Promise<{ total: number; ids: unknown[] }[]> {
  const results = await env.DB.batch<Row>(
    cases.map(({ statement: { sql, params } }) =>
      env.DB.prepare(`SELECT id, total, too_many FROM (${sql})`).bind(...params),
    ),
  );
  return results.map(({ results: rows }) => {
    const page = readPage([rows]);
    return { total: page.total, ids: page.rows.map(({ id }) => id) };
  });
}

it("answers random filters as the matcher does", { timeout: 300_000 }, async () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  const counts = { cases: 0, some: 0, someNotAll: 0 };
  for (let number = 0; number < DATASETS; number++) {
    const dataset = makeDataset(random, number);
    await insertDataset(dataset, number);
    const cases = [
      ...makeCases(random, dataset, USER, USER_FILTERS),
      ...makeCases(random, dataset, GROUP, GROUP_FILTERS),
    ];
    const found = await runCases(cases);
    for (const [index, { filter, statement, expected, visible }] of cases.entries()) {
      const context = () => `seed ${seed}: ${JSON.stringify(filter)}\n${statement.sql}`;
      expect(found[index]?.ids, context()).toEqual(expected);
      expect(found[index]?.total, context()).toBe(expected.length);
      counts.cases++;
      if (expected.length > 0) counts.some++;
      if (expected.length > 0 && expected.length < visible) counts.someNotAll++;
    }
  }
  expect(counts.cases).toBeGreaterThanOrEqual(20_000);
  expect(counts.some).toBeGreaterThan(counts.cases * 0.2);
  expect(counts.someNotAll).toBeGreaterThan(counts.cases * 0.2);
  console.log(JSON.stringify(counts));
});
