/**
 * A pulled directory without a database: rows in memory, read, planned and decided on as a run does
 * it. What the batches make of it is for the tests of whole runs.
 */
import { DEFAULT_POLICY } from "../../src/directory/password-policy.ts";
import { expect } from "vitest";
import { textOf } from "../../src/directory/user.ts";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { NO_HEAD } from "../../src/sources/audit.ts";
import { decideTogether, type Decision } from "../../src/sources/decide.ts";
import { NO_GUARD } from "../../src/sources/guard-reads.ts";
import { keysOfOperation, NO_KEYS, unionOf, type Keys } from "../../src/sources/keys.ts";
import type { ResourceRequest } from "../../src/sources/operation.ts";
import type { ReadOrganization } from "../../src/sources/organization-reads.ts";
import { NO_OWNERS } from "../../src/sources/owners.ts";
import { NO_PAST } from "../../src/sources/references.ts";
import type { ReadUser, Snapshot } from "../../src/sources/snapshot.ts";
import { PERMISSIONS, type Source } from "../../src/sources/source.ts";
import type { WorkingSet } from "../../src/sources/working-set.ts";
import type { KnownRow } from "../../src/sync/known.ts";
import { outcomeOf, type StepOutcome } from "../../src/sync/outcome.ts";
import { planRecords, requestOf, type Plan, type PlanContext } from "../../src/sync/plan.ts";
import { draftOf, openIn } from "../../src/sync/plan-records.ts";
import { canonicalJson } from "../../src/sync/record-hash.ts";
import type { RecordFault, UpstreamRecord, UpstreamType } from "../../src/sync/upstream-page.ts";
import { readRecords } from "../../src/sync/upstream-records.ts";

export const NOW = Date.UTC(2026, 10, 22, 12);
const ROOT = "org_root";
export const TARGET = "org_target";

export const SOURCE: Source = {
  id: "ds_pure",
  directoryId: "dir_pure",
  key: "pure",
  name: "Pure",
  description: "",
  mode: "pull",
  type: "scim",
  kind: "standard",
  status: "enabled",
  provisioning: true,
  apiOpen: false,
  permissions: PERMISSIONS,
  profileName: "standard",
  switches: {},
  targetId: TARGET,
  scopeHasOrganizations: true,
  scopeHasGroups: false,
  ratePerSecond: null,
  namespace: null,
  fields: [],
  upstream: null,
  upstreamSecret: null,
  nextRunAt: null,
  configVersion: 1,
  createdAt: NOW,
  updatedAt: NOW,
};

export interface PureWorld {
  readonly users: Map<string, ReadUser>;
  readonly organizations: Map<string, ReadOrganization>;
  /** By our id, the record that was applied last. */
  readonly hashes: Map<string, string>;
  step: number;
  ids: number;
}

export function newPureWorld(): PureWorld {
  const root = place(ROOT, undefined, 0, {});
  const target = place(TARGET, ROOT, 1, {});
  return {
    users: new Map(),
    organizations: new Map([root, target].map((one) => [one.id, one])),
    hashes: new Map(),
    step: 0,
    ids: 0,
  };
}

function place(
  id: string,
  parent: string | undefined,
  depth: number,
  more: Partial<ReadOrganization>,
): ReadOrganization {
  return {
    id,
    directoryId: SOURCE.directoryId,
    sourceId: null,
    attributes: { displayName: id, ...(parent !== undefined && { parent }) },
    depth,
    version: 1,
    createdAt: NOW,
    updatedAt: NOW,
    deletedAt: null,
    visible: true,
    parentVisible: true,
    ...more,
  };
}

/** Live people by their id upstream. */
export function peopleIn({ users }: PureWorld): Map<string, ReadUser> {
  const live = [...users.values()].filter(({ deletedAt }) => deletedAt === null);
  return new Map(live.map((user) => [textOf(user.attributes, "externalId") ?? user.id, user]));
}

/** What of a context tests say themselves. */
type Given = Partial<Pick<PlanContext, "isFinal" | "idsChanged" | "holdsLeavers" | "hasSeen">>;

export interface PureStep {
  readonly plan: Plan;
  readonly faults: readonly RecordFault[];
  readonly outcome: StepOutcome;
}

/** Reads what an upstream sent as one page, and applies it. */
export function readPage(
  world: PureWorld,
  type: UpstreamType,
  raw: readonly Json[],
  given: Given = {},
): PureStep {
  const { records, faults } = readRecords(type, raw);
  return { ...applyRecords(world, records, given), faults };
}

/** The same of records, which were put off where it is final. */
export function applyRecords(
  world: PureWorld,
  records: readonly UpstreamRecord[],
  given: Given = {},
): Omit<PureStep, "faults"> {
  const context = contextOf(world, records, given);
  const hashed = records.map((record) => {
    const { lastModified: _, ...content } = record;
    return { record, hash: `${canonicalJson(content)} ${openIn(record, context).join(" ")}` };
  });
  const plan = planRecords(hashed, context, draftOf(context));
  const requests = plan.wishes.map((wish, index) => requestOf(wish, context, index));
  const freed = context.isFinal ? [...context.known.values()].map(({ id }) => id) : [];
  const decided = decide(world, requests, new Set(freed));
  const outcome = outcomeOf({ wishes: plan.wishes, requests, decided, dryRun: false, context });
  keep(world, decided.set);
  for (const { id, hash } of outcome.applied) world.hashes.set(id, hash);
  world.step++;
  return { plan, outcome };
}

function contextOf(
  world: PureWorld,
  records: readonly UpstreamRecord[],
  given: Given,
): PlanContext {
  const own = records[0]?.type === "Organization" ? world.organizations : world.users;
  const ids = new Set(records.map(({ externalId }) => externalId));
  const known = [...own.values()].flatMap((row, index): [string, KnownRow][] => {
    const { id, attributes, deletedAt, sourceId } = row;
    const externalId = textOf(attributes, "externalId") ?? "";
    if (deletedAt !== null || sourceId !== SOURCE.id || !ids.has(externalId)) return [];
    const hash = world.hashes.get(id) ?? "";
    const isActive = attributes["active"] === true;
    const parentId = textOf(attributes, "parent") ?? null;
    return [[externalId, { seq: index + 1, id, hash, isActive, parentId }]];
  });
  const places = [...world.organizations.values()].filter(({ sourceId }) => sourceId !== null);
  return {
    source: SOURCE,
    runId: "run_pure",
    step: world.step,
    known: new Map(known),
    organizations: new Map(
      places.map(({ id, attributes }) => [textOf(attributes, "externalId") ?? "", id]),
    ),
    groups: new Map(),
    refusedNames: new Set(),
    groupRows: new Map(),
    users: new Map(),
    hasSeen: () => false,
    hasGroupList: true,
    idsChanged: new Map(),
    isFinal: false,
    now: NOW,
    holdsLeavers: false,
    cut: undefined,
    newId: () => `new_${world.ids++}`,
    ...given,
  };
}

/** Decides as often as rows are asked for, as a commit does. */
export function decide(
  world: PureWorld,
  requests: readonly ResourceRequest[],
  freed: ReadonlySet<string> = new Set(),
): { set: WorkingSet; decision: Decision } {
  let keys = unionOf(requests.map(({ operation }) => keysOfOperation(operation, SOURCE)));
  for (;;) {
    const decided = decideTogether(snapshotOf(world, keys), requests, NOW, NO_PAST, freed);
    const { missing, mistakes } = decided.decision;
    for (const { error } of mistakes) throw error;
    if (missing === NO_KEYS) return decided;
    keys = unionOf([keys, missing]);
  }
}

function snapshotOf({ users, organizations }: PureWorld, keys: Keys): Snapshot {
  const live = [...users.values()].filter(({ deletedAt }) => deletedAt === null);
  const contents = [...organizations.keys()].map((id) => {
    const children = [...organizations.values()].some(
      ({ attributes, deletedAt }) => attributes["parent"] === id && deletedAt === null,
    );
    const people = live.some(({ organizationId }) => organizationId === id);
    return [id, { children, people, used: id === TARGET, scopes: [] }] as const;
  });
  return {
    keys,
    epoch: 1,
    source: SOURCE,
    tokens: [],
    done: new Map(),
    users: [...users.values()],
    groups: [],
    pairs: new Set(),
    uniqueValues: new Map(),
    passwords: DEFAULT_POLICY,
    fields: [],
    tree: {
      organizations: [...organizations.values()],
      moves: new Map(),
      contents: new Map(contents),
      people: new Map(),
      further: new Map([...users.keys()].map((id) => [id, []])),
    },
    owners: NO_OWNERS,
    rootId: ROOT,
    auditHead: NO_HEAD,
    scope: undefined,
    guard: NO_GUARD,
  };
}

export function keep(world: PureWorld, { users, tree }: WorkingSet): void {
  for (const user of users.values()) world.users.set(user.id, user);
  for (const one of tree.organizations.values()) world.organizations.set(one.id, one);
}

export const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
export const personOf = (n: number, more: JsonObject = {}): JsonObject => ({
  id: `p-${n}`,
  userName: `name.${n}`,
  displayName: `Person ${n}`,
  active: true,
  ...more,
});

/** One that has these people. */
export function worldOf(people: readonly JsonObject[]): PureWorld {
  const world = newPureWorld();
  const { outcome } = readPage(world, "User", people);
  expect(outcome.told.map(({ result }) => result)).toEqual(people.map(() => "success"));
  return world;
}

/** An attribute of everybody, by their id upstream. */
export const shown = (world: PureWorld, name: string) =>
  new Map([...peopleIn(world)].map(([id, { attributes }]) => [id, attributes[name]]));
