/** From a decided group to the one batch that writes it: assertions first, then the difference. */
import { fieldStatements } from "../directory/custom-field.ts";
import type { Statement } from "../directory/database.ts";
import { eventStatements, type Event } from "../directory/events.ts";
import { forgetStatements, passwordStatements } from "../directory/passwords.ts";
import { userNameKey } from "../directory/user.ts";
import { groupStatements } from "../directory/write-groups.ts";
import { leaveAllGroups, memberStatements, type Membership } from "../directory/write-members.ts";
import { rowStatements, type RowChange } from "../directory/write-rows.ts";
import { removalStatements, treeStatements } from "../directory/write-organizations.ts";
import { placementStatements, type Placements } from "../directory/write-placements.ts";
import { userStatements } from "../directory/write-users.ts";
import { auditStatements, type AuditEntry, type AuditRow } from "./audit.ts";
import { claimsOf, type Claims } from "./claims.ts";
import type { Decision, Done } from "./decide.ts";
import { fieldsByHand } from "./hand.ts";
import { keepStatements } from "./idempotency.ts";
import { directoryOfObject } from "./object.ts";
import { assertOwners } from "./owners.ts";
import { profileOf, type Source } from "./source.ts";
import {
  directoryOf,
  isDirectoryRequest,
  isResourceRequest,
  type WriteRequest,
} from "./operation.ts";
import { readAnewStatements, rejoinStatements } from "./read-anew.ts";
import type { ReadUser, Snapshot } from "./snapshot.ts";
import type { WorkingSet } from "./working-set.ts";
import { guardStatements, type GrownHold } from "./write-guard.ts";
import { logStatements, oncePerRequest } from "./write-log.ts";
import { scopeStatements } from "./write-scope.ts";
import {
  fieldChoiceStatements,
  organizationEvents,
  organizationStatements,
  settingStatements,
} from "./write-settings.ts";

export interface Writing {
  /** Name of the Durable Object, which is the id of its source. */
  readonly object: string;
  readonly now: number;
  /** What is kept of what admins did in the group. */
  readonly audit: readonly AuditRow[];
  /** Whose removals are counted, and what of them has to wait. */
  readonly removerId?: string | undefined;
  readonly hold?: GrownHold | undefined;
}

/** The statements of the one batch; none when nothing was changed. */
export function batchOf(
  set: WorkingSet,
  { done, names }: Pick<Decision, "done" | "names">,
  { object, now, audit, removerId, hold }: Writing,
): Statement[] {
  if (done.length === 0 && hold === undefined) return [];
  const { source, owners } = set.snapshot;
  const users = changedRows(set.snapshot.users, set.users);
  const groups = changedRows(set.snapshot.groups, set.groups);
  const organizations = changedRows(set.snapshot.tree.organizations, set.tree.organizations);
  const [added, removed] = memberChanges(set);
  return [
    assertion(set, object),
    ...assertOwners(owners),
    ...done.flatMap(({ request }) => assertApplication(request)),
    ...settings(set, done, now),
    ...fieldStatements(changedRows(set.snapshot.fields, set.fields)),
    ...treeStatements(organizations, [...set.tree.moves.values()], now),
    ...placementStatements(placementsOf(set, users)),
    ...freedNames(users),
    ...userStatements(users, claimsIn(set, users)),
    ...readAnewStatements(owners, {
      users,
      groups,
      organizations,
      memberships: [...added, ...removed],
    }),
    ...rejoinStatements(source, users),
    ...removalStatements(organizations, set.tree.scopes, now),
    ...groupStatements(groups),
    ...memberStatements(added, removed, new Set(users.map(({ after }) => after.id))),
    ...users.flatMap(({ after }) => (after.deletedAt === null ? [] : leaveAllGroups(after, now))),
    ...passwordStatements(set.passwords, directoryIn(source, done), now),
    ...forgetStatements(users.flatMap(({ after }) => (after.deletedAt === null ? [] : after.id))),
    ...eventStatements(done.flatMap((one) => eventsOf(set, one, object, now))),
    ...auditStatements(audit),
    ...oncePerRequest(done).flatMap(({ request }) => keptStatements(request)),
    ...guardStatements(set, removerId, hold),
    ...logStatements(done, set.guard.heldBack, names.past.unlogged, object),
  ];
}

/**
 * Aborts the batch of an instance that was superseded, and any batch whose source was changed
 * since it was read: tokens and permissions are part of what `config_version` counts.
 */
export function assertion(
  { snapshot }: { readonly snapshot: Pick<Snapshot, "epoch" | "source"> },
  object: string,
): Statement {
  return {
    sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (
      SELECT 1 FROM epochs e
      LEFT JOIN data_sources s ON s.id = ?1 AND s.deleted_at IS NULL
      WHERE e.object = ?1 AND e.epoch = ?2 AND coalesce(s.config_version, 0) = ?3)`,
    params: [object, snapshot.epoch, snapshot.source?.configVersion ?? 0],
  };
}

function settings(set: WorkingSet, done: readonly Done[], now: number): Statement[] {
  const { source, tokens, rootId } = set.snapshot;
  const before = source === undefined ? undefined : { source, tokens };
  const after = set.state;
  if (
    after === undefined ||
    (after !== "deleted" && after.source === source && after.tokens === tokens)
  ) {
    return [];
  }
  const creations = done.flatMap(({ request: { operation } }) =>
    operation.kind === "source.create" && operation.scope === undefined && rootId !== undefined
      ? organizationStatements(operation, rootId)
      : [],
  );
  const choices = done.flatMap(({ request: { operation } }) =>
    operation.kind === "source.fields" && after !== "deleted"
      ? fieldChoiceStatements(after.source.id, operation)
      : [],
  );
  const scopes =
    after === "deleted" || set.scope === undefined ? [] : scopeStatements(after.source, set.scope);
  return [...creations, ...settingStatements(before, after, now), ...choices, ...scopes];
}

function changedRows<T extends { readonly id: string }>(
  before: readonly T[],
  after: ReadonlyMap<string, T>,
): RowChange<T>[] {
  const stored = new Map(before.map((row) => [row.id, row]));
  return [...after.values()].flatMap((row) => {
    const was = stored.get(row.id);
    return was === row ? [] : [{ before: was, after: row }];
  });
}

/**
 * The members of a group deleted in the same batch go with it. Those who are deleted come and go
 * like others, since the group has counted them; then they leave all their groups.
 */
function memberChanges({
  snapshot,
  pairs,
  users,
  groups,
}: WorkingSet): [Membership[], Membership[]] {
  const added: Membership[] = [];
  const removed: Membership[] = [];
  for (const [pair, exists] of pairs.all) {
    const [groupId = "", userId = ""] = pair.split(" ");
    const group = groups.get(groupId);
    if (exists === snapshot.pairs.has(pair) || group?.deletedAt !== null) continue;
    const membership = {
      group: { id: groupId, seq: group.seq },
      user: { id: userId, seq: users.get(userId)?.seq },
    };
    (exists ? added : removed).push(membership);
  }
  return [added, removed];
}

function keptStatements(request: WriteRequest): Statement[] {
  if (isResourceRequest(request) || request.kept === undefined) return [];
  return keepStatements(request.kept);
}

/** Those whose names others take would stand in their way, one row before the other. */
function freedNames(users: readonly RowChange<ReadUser>[]): Statement[] {
  const given = new Set(users.map(({ after }) => userNameKey(after.attributes)));
  const ids = users.flatMap(({ before, after }) => {
    const name = before && userNameKey(before.attributes);
    const isTaken = name !== undefined && name !== userNameKey(after.attributes) && given.has(name);
    return isTaken ? [after.id] : [];
  });
  return rowStatements(
    "UPDATE users SET user_name_key = '~' || id WHERE id IN (SELECT :row :from)",
    ids,
  );
}

/** What of the group admins did. */
export function auditEntries(done: readonly Done[], at: number): AuditEntry[] {
  return done.flatMap(({ request, effect, trace }) => {
    const { actor, role, requestId } = request;
    if (role === undefined) return [];
    const { type: action, resourceType: targetType, resourceId: targetId } = effect;
    return [{ at, actor, role, action, targetType, targetId, diff: trace.diff, requestId }];
  });
}

function eventsOf(
  { snapshot }: WorkingSet,
  { request, effect, trace, losers = [] }: Done,
  object: string,
  at: number,
): Event[] {
  const { actor, requestId } = request;
  const directoryId = snapshot.source?.directoryId ?? directoryOf(request) ?? "";
  const by = { directoryId, at, actor, requestId };
  // Their configuration has a new version, which has to have a reason in their own log.
  const others = losers.filter(isSourceId).map((sourceId): Event => ({
    ...by,
    sourceId,
    type: "source.updated",
    resourceType: "DataSource",
    resourceId: sourceId,
    changes: { attributes: ["scope"], organizations: [effect.resourceId] },
  }));
  const sourceId = directoryOfObject(object) === undefined ? object : null;
  const all = { ...by, sourceId };
  return [
    { ...all, ...effect, ...trace },
    ...organizationEvents(request, snapshot.rootId, all),
    ...others,
  ];
}

/** Where users are put, and what of theirs that ends. The target lives: what is one is not deleted. */
function placementsOf(set: WorkingSet, users: readonly RowChange<ReadUser>[]): Placements {
  const { snapshot, tree } = set;
  const stored = new Set(snapshot.tree.organizations.map(({ id }) => id));
  const moved = users.filter(
    ({ before, after }) => before?.organizationId !== after.organizationId,
  );
  const further = [...tree.further].map(([userId, organizations]) => ({
    userId,
    before: (snapshot.tree.further.get(userId) ?? []).map(({ id }) => id),
    after: organizations.map(({ id }) => id),
  }));
  const places = [
    ...moved.map(({ after }) => after.organizationId),
    ...further.flatMap(({ before, after }) => after.filter((id) => !before.includes(id))),
  ];
  return {
    places: [...new Set(places)].filter((id) => id !== snapshot.source?.targetId && stored.has(id)),
    moved: moved.flatMap(({ before, after }) => (before === undefined ? [] : [after])),
    further,
    gone: users.flatMap(({ after }) => (after.deletedAt === null ? [] : [after.id])),
  };
}

/** Applications see less as well, and have no log of their own. */
function isSourceId(id: string): boolean {
  return id.startsWith("ds_");
}

function directoryIn(source: Source | undefined, done: readonly Done[]): string {
  const named = done.map(({ request }) => directoryOf(request)).find((id) => id !== undefined);
  return source?.directoryId ?? named ?? "";
}

/** By hand, what the owners of those who are changed claim. */
function claimsIn({ snapshot }: WorkingSet, users: readonly RowChange<ReadUser>[]): Claims {
  const { source, owners, fields } = snapshot;
  if (source !== undefined) return claimsOf(source, profileOf(source));
  const profiles = users.flatMap(({ after }) => {
    const owner = owners.get(after.sourceId ?? "");
    return owner === undefined ? [] : [profileOf(owner.source)];
  });
  const uniqueContacts = profiles.some((profile) => profile.uniqueContacts);
  return claimsOf({ fields: fieldsByHand(fields) }, { uniqueContacts });
}

/** Aborts the batch of an application whose key was revoked or changed since it was looked at. */
function assertApplication(request: WriteRequest): Statement[] {
  if (!isDirectoryRequest(request) || request.application === undefined) return [];
  const { id, version } = request.application;
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM application_keys
        WHERE id = ?1 AND version = ?2 AND revoked_at IS NULL)`,
      params: [id, version],
    },
  ];
}
