/** What a decided change leaves in the log beside its names: before, after and the version since. */
import type { CustomField } from "../directory/custom-field.ts";
import { diffOf, type Diff } from "../directory/diff.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Hold } from "./holds.ts";
import type { ReadOrganization } from "./organization-reads.ts";
import type { Scope, ScopeChange } from "./settings-scope.ts";
import type { ReadGroup, ReadUser } from "./snapshot.ts";
import type { Source, SourceState, Token } from "./source.ts";
import type { Change, WorkingSet } from "./working-set.ts";

export interface Trace {
  readonly diff: Diff;
  readonly version?: number | undefined;
}

/** To be asked before the change is applied to the set. */
export function traceOf(set: WorkingSet, change: Change): Trace {
  const { user, group, tree, field, state, scope, hold } = change;
  if (state !== undefined) return settingTrace(set.state, state, scope);
  if (tree !== undefined) {
    const { organization } = tree;
    const before = set.tree.organizations.get(organization.id);
    const diff = resourceDiff(organizationShown, before, organization);
    return { diff, version: organization.version };
  }
  if (hold !== undefined) return { diff: holdDiff(set.guard.hold(hold.id), hold) };
  if (field !== undefined) {
    const diff = resourceDiff(fieldShown, set.fields.get(field.id), field);
    return { diff, version: field.version };
  }
  if (user !== undefined) {
    return { diff: resourceDiff(userShown, set.users.get(user.id), user), version: user.version };
  }
  if (group === undefined) return { diff: {} };
  const diff = resourceDiff(groupShown, set.groups.get(group.id), group);
  return { diff, version: group.version };
}

function holdDiff(before: Hold | undefined, after: Hold): Diff {
  const shown = ({ status, n }: Hold) => ({ status, n });
  return diffOf(before === undefined ? {} : shown(before), shown(after));
}

/** Whoever is gone is as nobody: their end tells what they were, and so does their return. */
function resourceDiff<T extends { readonly deletedAt: number | null }>(
  shown: (one: T) => JsonObject,
  before: T | undefined,
  after: T,
): Diff {
  const was = before === undefined || before.deletedAt !== null ? {} : shown(before);
  return diffOf(was, after.deletedAt === null ? shown(after) : {});
}

/** A move and a new owner are told as attributes of their own. */
function userShown({ attributes, organizationId, sourceId }: ReadUser): JsonObject {
  return { ...attributes, organizationId, sourceId };
}

/** Who is in a group is told by the ids that come and go. */
function groupShown({ attributes, memberCount, sourceId }: ReadGroup): JsonObject {
  return { ...attributes, memberCount, sourceId };
}

function organizationShown({ attributes, sourceId }: ReadOrganization): JsonObject {
  return { ...attributes, sourceId };
}

function fieldShown({ name, label, type, required, unique, items }: CustomField): JsonObject {
  return { name, label, type, required, unique, items: items.map((item) => ({ ...item })) };
}

function settingTrace(
  before: SourceState | "deleted" | undefined,
  after: SourceState | "deleted",
  scope: ScopeChange | undefined,
): Trace {
  const [was, is] = scope === undefined ? [{}, {}] : [scopeBefore(scope), scopeShown(scope)];
  const diff = diffOf({ ...stateShown(before), ...was }, { ...stateShown(after), ...is });
  return typeof after === "object" ? { diff, version: after.source.configVersion } : { diff };
}

function stateShown(state: SourceState | "deleted" | undefined): JsonObject {
  if (state === undefined || state === "deleted") return {};
  return {
    ...sourceShown(state.source),
    tokens: tokensShown(state.tokens, "bearer"),
    clientSecrets: tokensShown(state.tokens, "client_secret"),
  };
}

function scopeShown({ organizationIds, groupIds }: Scope): JsonObject {
  return { scope: { organizationIds: [...organizationIds], groupIds: [...groupIds] } };
}

function scopeBefore({ added, removed, ...scope }: ScopeChange): JsonObject {
  const before = (list: keyof Scope) =>
    [...scope[list].filter((id) => !added[list].includes(id)), ...removed[list]].sort();
  return scopeShown({ organizationIds: before("organizationIds"), groupIds: before("groupIds") });
}

/** Named one by one, so that a secret which a source may have some day is not among them. */
function sourceShown(source: Source): JsonObject {
  const { name, description, mode, type, kind, status, provisioning, apiOpen } = source;
  const { permissions, profileName, switches, targetId, ratePerSecond, namespace } = source;
  return {
    name,
    description,
    mode,
    type,
    kind,
    status,
    provisioning,
    apiOpen,
    permissions: [...permissions],
    profile: profileName,
    switches: { ...switches },
    targetId,
    ratePerSecond,
    namespace,
    fields: source.fields.map((field) => field.name),
    upstream: source.upstream,
    upstreamSecretSet: source.upstreamSecret !== null,
  };
}

function tokensShown(tokens: readonly Token[], type: Token["type"]): JsonObject {
  const own = tokens.filter((token) => token.type === type);
  return Object.fromEntries(own.map((token) => [token.id, tokenShown(token)]));
}

function tokenShown({ hint, status, expiresAt }: Token): JsonObject {
  return { hint, status, expiresAt: new Date(expiresAt).toISOString() };
}
