/** What an admin may change about a data source. Pure: a state in, a state or a ScimError out. */
import type { EventType } from "../directory/events.ts";
import { ScimError } from "../scim/error.ts";
import type { Profile, ProfileName } from "../scim/profile.ts";
import type { Source, SourceState, Token } from "./source.ts";
import { applyTokenOperation, type NewToken, type TokenOperation } from "./token-rules.ts";

export interface SourceChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly profileName?: ProfileName | undefined;
  /** All switches set apart from the profile's: they replace the ones before. */
  readonly switches?: Partial<Profile> | undefined;
  readonly ratePerSecond?: number | null | undefined;
}

interface SourceCreation {
  readonly kind: "source.create";
  readonly source: Source;
  /** The source's own new organization: its scope and its target. */
  readonly organizationId: string;
  readonly organizationName: string;
  readonly token?: NewToken;
  readonly clientSecret?: NewToken;
}

interface SourceUpdate {
  readonly kind: "source.update";
  readonly changes: SourceChanges;
}

export type SettingOperation =
  | SourceCreation
  | SourceUpdate
  | { readonly kind: "source.enable" | "source.disable" }
  | { readonly kind: "source.delete"; readonly confirm: string }
  | TokenOperation;

export interface AppliedSetting {
  /** Undefined once the source is deleted. */
  readonly state: SourceState | undefined;
  readonly event: EventType;
  /** Names of changed attributes, or the ids of changed tokens; never a value. */
  readonly changes: string[];
}

const EVENTS = {
  "source.create": "source.created",
  "source.update": "source.updated",
  "source.enable": "source.enabled",
  "source.disable": "source.disabled",
  "source.delete": "source.deleted",
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

/**
 * The state after the operation; the same object when nothing changes. Every change of the source
 * or its tokens is a new `configVersion`. Throws ScimError: `not_found`, `conflict`,
 * `disable_first`, `name_mismatch` and what the token rules throw.
 */
export function applySetting(
  state: SourceState | undefined,
  operation: SettingOperation,
  now: number,
): AppliedSetting {
  const after = stateAfter(state, operation, now);
  return { state: after, event: EVENTS[operation.kind], changes: changesBetween(state, after) };
}

function stateAfter(
  state: SourceState | undefined,
  operation: SettingOperation,
  now: number,
): SourceState | undefined {
  if (operation.kind === "source.create") return createSource(state, operation, now);
  if (state === undefined) throw new ScimError("not_found", "There is no such data source");
  switch (operation.kind) {
    case "source.update":
      return updateSource(state, operation.changes, now);
    case "source.enable":
      return enableSource(state, now);
    case "source.disable":
      return disableSource(state, now);
    case "source.delete":
      return deleteSource(state, operation.confirm);
    default:
      return changeTokens(state, operation, now);
  }
}

function createSource(
  state: SourceState | undefined,
  { source, token, clientSecret }: SourceCreation,
  now: number,
): SourceState {
  if (state !== undefined) throw new ScimError("conflict", "The data source exists already");
  const enabled = source.status === "enabled";
  const first: TokenOperation[] = [];
  if (token !== undefined) first.push({ kind: "token.create", token });
  if (clientSecret !== undefined) first.push({ kind: "secret.create", token: clientSecret });
  const tokens = first.reduce<readonly Token[]>(
    (made, operation) => applyTokenOperation(made, operation, enabled, now),
    [],
  );
  if (enabled) needToken(tokens);
  return { source, tokens };
}

function updateSource(state: SourceState, changes: SourceChanges, now: number): SourceState {
  const { source } = state;
  return withSource(
    state,
    {
      ...source,
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

/** Expired or disabled tokens don't stop it: an admin may want the source on before renewing them. */
function enableSource(state: SourceState, now: number): SourceState {
  needToken(state.tokens);
  return withSource(state, { ...state.source, status: "enabled" }, now);
}

function disableSource(state: SourceState, now: number): SourceState {
  if (state.source.status === "draft") {
    throw new ScimError("conflict", "A draft was never enabled");
  }
  return withSource(state, { ...state.source, status: "disabled" }, now);
}

function deleteSource({ source }: SourceState, confirm: string): undefined {
  if (source.status === "enabled") {
    throw new ScimError("disable_first", "The data source is enabled");
  }
  if (confirm !== source.name) {
    throw new ScimError("name_mismatch", "confirm must be the name of the data source");
  }
  return undefined;
}

function changeTokens(state: SourceState, operation: TokenOperation, now: number): SourceState {
  const { source } = state;
  const enabled = source.status === "enabled";
  const tokens = applyTokenOperation(state.tokens, operation, enabled, now);
  return tokens === state.tokens ? state : { source: nextVersion(source, now), tokens };
}

function needToken(tokens: readonly Token[]): void {
  if (tokens.some(({ type }) => type === "bearer")) return;
  throw new ScimError("conflict", "Add a token first");
}

function withSource(state: SourceState, source: Source, now: number): SourceState {
  if (changedNames(state.source, source).length === 0) return state;
  return { source: nextVersion(source, now), tokens: state.tokens };
}

function nextVersion(source: Source, now: number): Source {
  return { ...source, configVersion: source.configVersion + 1, updatedAt: now };
}

const SETTINGS = [
  "name",
  "description",
  "status",
  "profileName",
  "switches",
  "ratePerSecond",
] as const satisfies (keyof Source)[];

function changedNames(before: Source, after: Source): string[] {
  return SETTINGS.filter((name) => settingText(before, name) !== settingText(after, name));
}

/** Switches are flat, so sorting their names is enough to compare them as text. */
function settingText(source: Source, name: (typeof SETTINGS)[number]): string {
  if (name !== "switches") return JSON.stringify(source[name]);
  return JSON.stringify(Object.entries(source.switches).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function changesBetween(before: SourceState | undefined, after: SourceState | undefined): string[] {
  if (before === undefined || after === undefined || before === after) return [];
  const tokens = [...before.tokens, ...after.tokens];
  const ids = tokens.filter(
    (token) => !(before.tokens.includes(token) && after.tokens.includes(token)),
  );
  return [...changedNames(before.source, after.source), ...new Set(ids.map(({ id }) => id))];
}
