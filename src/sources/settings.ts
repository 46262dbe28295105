/** What an admin may change about a data source. Pure: a state in, a state or a ScimError out. */
import type { ChosenField } from "../directory/custom-field.ts";
import type { EventType } from "../directory/events.ts";
import { namespaceProblem } from "../scim/custom-schema.ts";
import { ScimError } from "../scim/error.ts";
import type { Profile, ProfileName } from "../scim/profile.ts";
import { invalidValue } from "../scim/refusals.ts";
import { changedNames, nextVersion, withSource } from "./source-changes.ts";
import {
  applyPermissions,
  isPermissionOperation,
  permissionEvent,
  type PermissionOperation,
} from "./settings-permissions.ts";
import {
  isScopeOperation,
  replaceScope,
  replaceTarget,
  type ScopeChange,
  type ScopeFacts,
  type ScopeOperation,
  type ScopeQuestion,
} from "./settings-scope.ts";
import {
  changeUpstream,
  needPush,
  neededSecret,
  rescheduled,
  type UpstreamChange,
} from "./settings-upstream.ts";
import type { Source, SourceState } from "./source.ts";
import { createSource, type SourceCreation } from "./settings-create.ts";
import { applyTokenOperation, needToken, type TokenOperation } from "./token-rules.ts";

export interface SourceChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly profileName?: ProfileName | undefined;
  /** All switches set apart from the profile's: they replace the ones before. */
  readonly switches?: Partial<Profile> | undefined;
  readonly ratePerSecond?: number | null | undefined;
  /** Refused: it is fixed at creation. */
  readonly mode?: Source["mode"] | undefined;
  /** Of a pull source. */
  readonly upstream?: UpstreamChange | undefined;
}

interface SourceUpdate {
  readonly kind: "source.update";
  readonly changes: SourceChanges;
}

/** The fields as they were read: the batch is aborted where they are other ones by now. */
export interface FieldChoice {
  readonly kind: "source.fields";
  readonly namespace: string | null;
  readonly fields: readonly ChosenField[];
}

export type SettingOperation =
  | SourceCreation
  | SourceUpdate
  | FieldChoice
  | { readonly kind: "source.enable" | "source.disable" }
  | { readonly kind: "source.delete"; readonly confirm: string }
  | PermissionOperation
  | ScopeOperation
  | TokenOperation;

export interface AppliedSetting {
  /** Undefined once the source is deleted. */
  readonly state: SourceState | undefined;
  readonly event: EventType;
  /** Names of changed attributes, or the ids of changed tokens; never a value. */
  readonly changes: string[];
  readonly scope?: ScopeChange;
}

const EVENTS = {
  "source.create": "source.created",
  "source.update": "source.updated",
  "source.fields": "source.updated",
  "source.enable": "source.enabled",
  "source.disable": "source.disabled",
  "source.delete": "source.deleted",
  "permissions.replace": "source.permissions_changed",
  "provisioning.enable": "source.provisioning_enabled",
  "provisioning.disable": "source.provisioning_disabled",
  "scope.replace": "source.scope_changed",
  "target.replace": "source.target_changed",
  "token.create": "token.created",
  "token.expiry": "token.updated",
  "token.enable": "token.enabled",
  "token.disable": "token.disabled",
  "token.delete": "token.deleted",
  "token.rotate": "token.rotated",
  "secret.create": "secret.created",
  "secret.expiry": "secret.updated",
  "secret.enable": "secret.enabled",
  "secret.disable": "secret.disabled",
  "secret.delete": "secret.deleted",
  "secret.rotate": "secret.rotated",
} as const satisfies Record<SettingOperation["kind"], EventType>;

/** Throws ScimError `precondition_failed` unless the source has one of the versions. */
export function checkConfigVersion(
  state: SourceState | undefined,
  ifMatch: "*" | readonly number[] | undefined,
): void {
  if (ifMatch === undefined || ifMatch === "*" || state === undefined) return;
  if (ifMatch.includes(state.source.configVersion)) return;
  throw new ScimError("precondition_failed", "The data source was changed in the meantime");
}

/** What has to be looked up for the operation; undefined where the source and its tokens are enough. */
export function scopeQuestionOf(operation: SettingOperation): ScopeQuestion | undefined {
  switch (operation.kind) {
    case "source.create": {
      const { scope, source } = operation;
      return scope === undefined ? undefined : { scope, targetId: source.targetId };
    }
    case "scope.replace":
      return { scope: operation.scope, targetId: operation.targetId };
    case "target.replace":
      return { scope: { organizationIds: [], groupIds: [] }, targetId: operation.targetId };
    default:
      return undefined;
  }
}

/**
 * The state after the operation; the same object when nothing changes. Every change of the source
 * or its tokens is a new `configVersion`. `facts` answer `scopeQuestionOf`. Throws ScimError:
 * `not_found`, `conflict`, `disable_first`, `name_mismatch`, `mode_immutable` and what the rules of
 * tokens, permissions, scopes and upstreams throw.
 */
export function applySetting(
  state: SourceState | undefined,
  operation: SettingOperation,
  now: number,
  facts?: ScopeFacts,
): AppliedSetting {
  if (operation.kind === "source.create") {
    return {
      ...createSource(state, operation, now, facts),
      event: EVENTS[operation.kind],
      changes: [],
    };
  }
  if (state === undefined) throw new ScimError("not_found", "There is no such data source");
  if (isScopeOperation(operation)) return changeScope(state, operation, now, facts);
  const after = inTime(state, stateAfter(state, operation, now), now);
  const event =
    after !== undefined && isPermissionOperation(operation)
      ? permissionEvent(state.source, after.source)
      : EVENTS[operation.kind];
  return { state: after, event, changes: changesBetween(state, after) };
}

function stateAfter(
  state: SourceState,
  operation: Exclude<SettingOperation, SourceCreation | ScopeOperation>,
  now: number,
): SourceState | undefined {
  switch (operation.kind) {
    case "source.update":
      return updateSource(state, operation.changes, now);
    case "source.fields":
      return chooseFields(state, operation, now);
    case "source.enable":
      return enableSource(state, now);
    case "source.disable":
      return disableSource(state, now);
    case "source.delete":
      return deleteSource(state, operation.confirm);
    case "permissions.replace":
      needPush(state.source);
      return withSource(state, applyPermissions(state.source, operation), now);
    case "provisioning.enable":
    case "provisioning.disable":
      return withSource(state, applyPermissions(state.source, operation), now);
    default:
      return changeTokens(state, operation, now);
  }
}

function changeScope(
  state: SourceState,
  operation: ScopeOperation,
  now: number,
  facts: ScopeFacts | undefined,
): AppliedSetting {
  if (facts === undefined) throw new Error("The scope was not read");
  const { source, change } =
    operation.kind === "scope.replace"
      ? replaceScope(state.source, operation, facts)
      : replaceTarget(state.source, operation.targetId, facts);
  const event = EVENTS[operation.kind];
  if (source === state.source) return { state, event, changes: [] };
  const after = { source: nextVersion(source, now), tokens: state.tokens };
  return { state: after, event, changes: changedNames(state.source, source), scope: change };
}

function updateSource(state: SourceState, changes: SourceChanges, now: number): SourceState {
  if (changes.mode !== undefined) {
    throw new ScimError("mode_immutable", "The mode is fixed when a data source is created");
  }
  const { source } = state;
  return withSource(
    state,
    {
      ...changeUpstream(source, changes.upstream ?? {}),
      name: changes.name ?? source.name,
      description: changes.description ?? source.description,
      profileName: changes.profileName ?? source.profileName,
      switches: changes.switches ?? source.switches,
      ratePerSecond:
        changes.ratePerSecond === undefined ? source.ratePerSecond : changes.ratePerSecond,
    },
    now,
  );
}

function chooseFields(
  state: SourceState,
  { namespace, fields }: FieldChoice,
  now: number,
): SourceState {
  const problem = namespace === null ? undefined : namespaceProblem(namespace);
  if (problem !== undefined) throw invalidValue("namespace", problem);
  if (namespace === null && fields.length > 0) {
    throw invalidValue("namespace", "is required where fields are chosen");
  }
  return withSource(state, { ...state.source, namespace, fields }, now);
}

/** Expired or disabled tokens don't stop it: an admin may want the source on before renewing them. */
function enableSource(state: SourceState, now: number): SourceState {
  if (state.source.mode === "pull") neededSecret(state.source);
  else needToken(state.tokens);
  return withSource(state, { ...state.source, status: "enabled" }, now);
}

function disableSource(state: SourceState, now: number): SourceState {
  if (state.source.status === "draft") {
    throw new ScimError("conflict", "A draft was never enabled");
  }
  return withSource(state, { ...state.source, status: "disabled" }, now);
}

function deleteSource({ source }: SourceState, confirm: string): undefined {
  checkDeletion(source, confirm);
  return undefined;
}

/** Throws ScimError `disable_first`, `name_mismatch`. */
export function checkDeletion(source: Source, confirm: string): void {
  if (source.status === "enabled") {
    throw new ScimError("disable_first", "The data source is enabled");
  }
  if (confirm !== source.name) {
    throw new ScimError("name_mismatch", "confirm must be the name of the data source");
  }
}

function changeTokens(state: SourceState, operation: TokenOperation, now: number): SourceState {
  const { source } = state;
  needPush(source);
  const enabled = source.status === "enabled";
  const tokens = applyTokenOperation(state.tokens, operation, enabled, now);
  return tokens === state.tokens ? state : { source: nextVersion(source, now), tokens };
}

function inTime(before: SourceState, after: SourceState | undefined, now: number) {
  if (after === undefined || after === before) return after;
  return { ...after, source: rescheduled(before.source, after.source, now) };
}

function changesBetween(before: SourceState | undefined, after: SourceState | undefined): string[] {
  if (before === undefined || after === undefined || before === after) return [];
  const tokens = [...before.tokens, ...after.tokens];
  const ids = tokens.filter(
    (token) => !(before.tokens.includes(token) && after.tokens.includes(token)),
  );
  return [...changedNames(before.source, after.source), ...new Set(ids.map(({ id }) => id))];
}
