/** Where a data source may act: its scope and the target in it. Pure, on facts that were read with the source. */
import { ScimError, type Fault } from "../scim/error.ts";
import type { Source } from "./source.ts";

export interface Scope {
  /** Each covers all that is below it. */
  readonly organizationIds: readonly string[];
  /** Groups of others: those that the source makes are in its scope by themselves. */
  readonly groupIds: readonly string[];
}

export interface ScopeReplacement {
  readonly kind: "scope.replace";
  readonly scope: Scope;
  /** Undefined keeps the target there is. */
  readonly targetId?: string | undefined;
}

export type ScopeOperation =
  ScopeReplacement | { readonly kind: "target.replace"; readonly targetId: string };

/** What has to be looked up before an operation can be decided. */
export interface ScopeQuestion {
  readonly scope: Scope;
  /** Undefined asks for the target there is. */
  readonly targetId: string | undefined;
}

export interface ScopeFacts {
  /** The scope as it is. */
  readonly current: Scope;
  /** Of the organizations and groups asked for, those that the directory has. */
  readonly organizations: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** The target asked for and the organizations above it; empty where the directory has none such. */
  readonly targetPath: readonly string[];
}

/** The whole scope, and what of it comes and goes. */
export interface ScopeChange extends Scope {
  readonly added: Scope;
  readonly removed: Scope;
}

export interface AppliedScope {
  /** The same object where nothing changes. */
  readonly source: Source;
  readonly change: ScopeChange;
}

const NOTHING: Scope = { organizationIds: [], groupIds: [] };

/** So many of the ids that nobody knows are named. */
const FAULTS = 20;
/** An event names at most so many entries that come, and so many that go. */
const NAMED_ENTRIES = 1_000;

/**
 * Throws ScimError: `organization_unknown` and `group_unknown` with a pointer to each, and
 * `target_out_of_scope`. A scope without organizations has no target: the one before waits. `at` is
 * where the scope stands in the request.
 */
export function replaceScope(
  source: Source,
  { scope, targetId = source.targetId }: Omit<ScopeReplacement, "kind">,
  facts: ScopeFacts,
  at = "",
): AppliedScope {
  refuseUnknown(scope, facts, at);
  const wanted = distinctIds(scope);
  const { organizationIds, groupIds } = wanted;
  if (organizationIds.length > 0 || targetId !== source.targetId) {
    refuseTargetOutside(organizationIds, facts);
  }
  const change = {
    ...wanted,
    added: without(wanted, facts.current),
    removed: without(facts.current, wanted),
  };
  const after: Source = {
    ...source,
    targetId,
    scopeHasOrganizations: organizationIds.length > 0,
    scopeHasGroups: groupIds.length > 0,
  };
  const isSame =
    targetId === source.targetId && sizeOf(change.added) + sizeOf(change.removed) === 0;
  return { source: isSame ? source : after, change };
}

/** Each once, in the order of ids. */
export function distinctIds({ organizationIds, groupIds }: Scope) {
  const distinct = (ids: readonly string[]) => [...new Set(ids)].sort();
  return { organizationIds: distinct(organizationIds), groupIds: distinct(groupIds) };
}

/** Throws ScimError `organization_unknown` and `target_out_of_scope`. */
export function replaceTarget(source: Source, targetId: string, facts: ScopeFacts): AppliedScope {
  if (facts.targetPath.length === 0) throw unknownTarget("/organizationId");
  refuseTargetOutside(facts.current.organizationIds, facts);
  const change = { ...facts.current, added: NOTHING, removed: NOTHING };
  return { source: targetId === source.targetId ? source : { ...source, targetId }, change };
}

export function isScopeOperation(operation: {
  readonly kind: string;
}): operation is ScopeOperation {
  return operation.kind === "scope.replace" || operation.kind === "target.replace";
}

/** What an event says of the entries that come and go. */
export function movedIn({ added, removed }: ScopeChange): Record<"added" | "removed", string[]> {
  const idsOf = ({ organizationIds, groupIds }: Scope) =>
    [...organizationIds, ...groupIds].slice(0, NAMED_ENTRIES);
  return { added: idsOf(added), removed: idsOf(removed) };
}

function refuseUnknown({ organizationIds, groupIds }: Scope, facts: ScopeFacts, at: string): void {
  const organizations = faultsIn(`${at}/organizationIds`, organizationIds, facts.organizations);
  const groups = faultsIn(`${at}/groupIds`, groupIds, facts.groups);
  const faults = [...organizations, ...groups].slice(0, FAULTS);
  if (organizations.length > 0) {
    throw new ScimError("organization_unknown", "The directory has no such organization", {
      faults,
    });
  }
  if (groups.length > 0) {
    throw new ScimError("group_unknown", "The directory has no such group", { faults });
  }
}

function faultsIn(pointer: string, ids: readonly string[], known: ReadonlySet<string>): Fault[] {
  return ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : { pointer: `${pointer}/${index}`, code: "unknown", detail: "The directory has no such" },
  );
}

function refuseTargetOutside(organizationIds: readonly string[], { targetPath }: ScopeFacts): void {
  const inScope = new Set(organizationIds);
  if (targetPath.some((id) => inScope.has(id))) return;
  throw new ScimError("target_out_of_scope", "The target organization is not in the scope");
}

function unknownTarget(pointer: string): ScimError {
  const detail = "The directory has no such organization";
  return new ScimError("organization_unknown", detail, {
    faults: [{ pointer, code: "unknown", detail }],
  });
}

function without(scope: Scope, other: Scope): Scope {
  const others = new Set([...other.organizationIds, ...other.groupIds]);
  return {
    organizationIds: scope.organizationIds.filter((id) => !others.has(id)),
    groupIds: scope.groupIds.filter((id) => !others.has(id)),
  };
}

function sizeOf({ organizationIds, groupIds }: Scope): number {
  return organizationIds.length + groupIds.length;
}
