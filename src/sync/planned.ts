/** What a dry run would have made so far: nobody but the object that plans it knows. */
import type { Database } from "../directory/database.ts";
import { parentOf } from "../directory/organization.ts";
import { textIn, textOrNullIn } from "../directory/row.ts";
import { textOf, uniqueValues, userNameKey } from "../directory/user.ts";
import type { JsonObject } from "../scim/json.ts";
import { claimsOf, type Claims } from "../sources/claims.ts";
import type { StepDecided } from "../sources/commit-run.ts";
import { uniqueKey } from "../sources/keys.ts";
import type { ReadOrganization } from "../sources/organization-reads.ts";
import type { ReadGroup, ReadUser } from "../sources/snapshot.ts";
import { depthIn, type PlannedBefore } from "../sources/planned-before.ts";
import { profileOf, type Source } from "../sources/source.ts";
import { PLANNED_SEQ, type Applied, type Known, type KnownRow } from "./known.ts";
import type { Walked } from "./missing-reads.ts";
import { nameOf, type Wish } from "./plan.ts";
import type { Tally } from "./run.ts";
import type { UpstreamType } from "./upstream-page.ts";

export interface Planned {
  readonly organizations: Map<string, ReadOrganization>;
  /** The id above each of the directory's organizations as it would be, once it was needed. */
  parents: Map<string, string | undefined> | undefined;
  /** As those that came so far would be, by our id. */
  readonly groups: Map<string, ReadGroup>;
  /** Who would have a userName, by the folded name. */
  readonly names: Map<string, Named>;
  /** People with a row whose name would be another one, by our id. */
  readonly changed: Map<string, ReadUser>;
  /** Active people who were deleted and would be brought back, by our id. */
  readonly restored: Set<string>;
  /** The id upstream of somebody who would be brought back. */
  control: string | undefined;
  /** By "kind key" who would hold a value that is one's alone; null where nobody would any more. */
  readonly unique: Map<string, string | null>;
  /** By type and id upstream: they have no row, and are known all the same. */
  readonly rows: Map<string, KnownRow>;
  /** The hash that each would have, by our id. */
  readonly hashes: Map<string, string>;
}

interface Named {
  readonly id: string;
  readonly attributes: JsonObject;
}

export function nothingPlanned(): Planned {
  return {
    organizations: new Map(),
    parents: undefined,
    groups: new Map(),
    names: new Map(),
    changed: new Map(),
    restored: new Set(),
    control: undefined,
    unique: new Map(),
    rows: new Map(),
    hashes: new Map(),
  };
}

/** What is known of the ids upstream, as it would be. */
export function knownAsPlanned(
  planned: Planned,
  type: UpstreamType,
  externalIds: readonly string[],
  stored: Known,
): Known {
  const { hashes } = planned;
  const known = new Map([...plannedOf(planned, type, externalIds), ...stored]);
  for (const [label, row] of known) {
    const hash = hashes.get(row.id) ?? row.hash;
    if (hash !== row.hash) known.set(label, { ...row, hash });
  }
  return known;
}

/** Those of the ids upstream that it would have made. */
function plannedOf({ rows }: Planned, type: UpstreamType, externalIds: readonly string[]): Known {
  const asked = rows.size === 0 ? [] : externalIds;
  return new Map(
    asked.flatMap((externalId) => {
      const row = rows.get(keyOf(type, externalId));
      return row === undefined ? [] : [[externalId, row]];
    }),
  );
}

function keyOf(type: UpstreamType, externalId: string): string {
  return `${type} ${externalId}`;
}

/** The id above each organization. It is read before the first one is planned, and kept. */
export async function treeOf(
  planned: Planned,
  db: Database,
  source: Source,
): Promise<Map<string, string | undefined>> {
  if (planned.parents !== undefined) return planned.parents;
  const [rows = []] = await db.batch([{ sql: TREE, params: [source.directoryId] }]);
  const parents = rows.map(
    (row) => [textIn(row, "id"), textOrNullIn(row, "parent_id") ?? undefined] as const,
  );
  planned.parents = new Map(parents);
  return planned.parents;
}

const TREE =
  "SELECT id, parent_id FROM organizations WHERE directory_id = ?1 AND deleted_at IS NULL";

/** What the wishes are decided on as if it were there. */
export function plannedFor(
  planned: Planned,
  wishes: readonly Wish[],
  source: Source,
): PlannedBefore {
  const members = wishes.flatMap(({ record }) =>
    record.type === "Group" ? (record.members ?? []) : [],
  );
  const nameless = [...plannedOf(planned, "User", members).values()].map(({ id }) => ({
    id,
    attributes: { userName: id },
  }));
  const named = wishes.flatMap(({ operation }) => {
    const isWhole = operation.kind === "user.create" || operation.kind === "user.replace";
    if (!isWhole) return [];
    return planned.names.get(userNameKey(operation.resource.attributes)) ?? [];
  });
  const people = [...nameless, ...named].map((one) => [one.id, standIn(one, source)] as const);
  return {
    organizations: [...planned.organizations.values()],
    parents: planned.parents,
    groups: [...planned.groups.values()],
    users: [...new Map([...people, ...planned.changed]).values()],
    unique: planned.unique,
  };
}

/** Of others it only matters that they are there: all of what was planned would be too much to keep. */
function standIn({ id, attributes }: Named, source: Source): ReadUser {
  return {
    id,
    attributes,
    seq: undefined,
    directoryId: source.directoryId,
    sourceId: source.id,
    organizationId: source.targetId,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
    deletedAt: null,
    visible: true,
    owned: true,
  };
}

/** Of a plan, what the run would have found: those who would be there and active then, and places where they would be. */
export function asPlanned(
  { parents, restored, control }: Planned,
  walked: Walked,
  { disabled, deleted, enabled }: Tally,
): Walked {
  const live = walked.live + enabled - disabled - deleted;
  if (walked.type === "User") {
    return { ...walked, live: live + restored.size, control: walked.control ?? control };
  }
  if (parents === undefined) return { ...walked, live };
  const absent = walked.absent.map((one) => ({ ...one, depth: depthIn(parents, one.id) }));
  return { ...walked, live, absent };
}

/** Keeps what the wishes came to. */
export function rememberPlanned(
  planned: Planned,
  { wishes, applied }: { readonly wishes: readonly Wish[]; readonly applied: readonly Applied[] },
  { decision, set }: StepDecided,
  source: Source,
): void {
  const stored = new Map(set.snapshot.users.map((user) => [user.id, user]));
  const claims = claimsOf(source, profileOf(source));
  for (const { id, hash } of applied) planned.hashes.set(id, hash);
  for (const [index, { record, operation, hash }] of wishes.entries()) {
    const outcome = decision.outcomes[index];
    if (outcome?.ok !== true) continue;
    const { type, externalId } = record;
    const id = outcome.resource?.id ?? operation.id;
    if (operation.kind.endsWith(".create")) {
      const known = { seq: PLANNED_SEQ, id, hash, isActive: true, parentId: null };
      planned.rows.set(keyOf(type, externalId), { ...known, name: nameOf(record) });
    }
    const organization = type === "Organization" ? set.tree.organizations.get(id) : undefined;
    if (organization !== undefined) rememberPlace(planned, organization);
    const group = type === "Group" ? set.groups.get(id) : undefined;
    if (group !== undefined) planned.groups.set(id, group);
    const user = type === "User" ? set.users.get(id) : undefined;
    if (user !== undefined) rememberPerson(planned, stored.get(id), user, claims);
  }
}

function rememberPlace({ organizations, parents }: Planned, organization: ReadOrganization): void {
  organizations.set(organization.id, organization);
  parents?.set(organization.id, parentOf(organization));
}

/** Whose names and values are taken then, and whose are free. */
function rememberPerson(
  planned: Planned,
  before: ReadUser | undefined,
  after: ReadUser,
  claims: Claims,
): void {
  const { names, changed, restored, unique } = planned;
  const { id, attributes } = after;
  if (before === after) return;
  const { userName = "", externalId = "" } = attributes;
  const key = userNameKey(attributes);
  names.set(key, { id, attributes: { userName, externalId } });
  const isRenamed = before !== undefined && userNameKey(before.attributes) !== key;
  if (isRenamed || changed.has(id)) changed.set(id, after);
  const wasGone = before !== undefined && before.deletedAt !== null;
  if (wasGone) planned.control ??= textOf(attributes, "externalId");
  if (wasGone && attributes["active"] !== false) restored.add(id);
  const had = before === undefined ? [] : uniqueValues(before.attributes, claims).map(uniqueKey);
  const has = uniqueValues(attributes, claims).map(uniqueKey);
  // Who was deleted had given them up, and somebody else may have taken them.
  const isTheirs = (value: string) => (unique.has(value) ? unique.get(value) === id : !wasGone);
  for (const value of had) if (!has.includes(value) && isTheirs(value)) unique.set(value, null);
  for (const value of has) unique.set(value, id);
}
