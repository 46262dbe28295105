/** What of a source counts as changed, and the version that counts it. */
import type { Source, SourceState } from "./source.ts";

const SETTINGS = [
  "name",
  "description",
  "status",
  "profileName",
  "switches",
  "ratePerSecond",
  "apiOpen",
  "permissions",
  "provisioning",
  "targetId",
  "namespace",
  "fields",
  "upstream",
  "upstreamSecret",
] as const satisfies (keyof Source)[];

export function changedNames(before: Source, after: Source): string[] {
  return SETTINGS.filter((name) => settingText(before, name) !== settingText(after, name));
}

/** The state with the source as it is to be; the same object when nothing changes. */
export function withSource(state: SourceState, source: Source, now: number): SourceState {
  if (changedNames(state.source, source).length === 0) return state;
  return { source: nextVersion(source, now), tokens: state.tokens };
}

export function nextVersion(source: Source, now: number): Source {
  return { ...source, configVersion: source.configVersion + 1, updatedAt: now };
}

/** Switches are flat, so sorting their names is enough to compare them as text. */
function settingText(source: Source, name: (typeof SETTINGS)[number]): string {
  if (name !== "switches") return JSON.stringify(source[name]);
  return JSON.stringify(Object.entries(source.switches).sort(([a], [b]) => (a < b ? -1 : 1)));
}
