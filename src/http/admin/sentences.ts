/** What happened, in a sentence for the person who wants to know why. */
import { z } from "zod";
import type { EventRow } from "../../directory/event-page.ts";
import type { RefusalRow } from "../../directory/refusal-page.ts";
import { SUPPRESSED } from "../../sources/activity.ts";
import type { Names } from "./names.ts";

const lists = z.record(z.string(), z.array(z.string()));
/** A diff as it was kept. */
export const keptPaths = z.record(
  z.string(),
  z.object({ from: z.json().exactOptional(), to: z.json().exactOptional() }),
);
const keptDiff = z.object({
  diff: keptPaths,
  truncated: z.boolean().default(false),
});
export type ReadDiff = z.infer<typeof keptDiff>;

/** The lists of names and ids that an event has. */
export function changesIn({ changes }: Pick<EventRow, "changes">): Record<string, string[]> {
  return lists.parse(JSON.parse(changes));
}

/** An event from before diffs were kept has an empty one. */
export function diffIn(text: string | null): ReadDiff {
  return text === null ? { diff: {}, truncated: false } : keptDiff.parse(JSON.parse(text));
}

/** An event as such, or for one of the people given: a group's is then about their membership. */
export function eventSentence(
  event: EventRow,
  names: Names,
  people: readonly string[] = [],
): string {
  const what =
    event.resource_type === "Group" && people.length > 0
      ? membershipOf(event, names, people)
      : `${subjectOf(event, names)} ${doneTo(event, names)}`;
  return `${what}, by ${actorIn(event, names)}.`;
}

/** Ids that the sentences of these events name. */
export function idsNamedIn(events: readonly EventRow[]): string[] {
  return events.flatMap((event) => [
    event.actor,
    event.source_id ?? "",
    event.resource_id,
    ...movesIn(event),
  ]);
}

function membershipOf(event: EventRow, names: Names, people: readonly string[]): string {
  const group = `the group ${quoted(names.get(event.resource_id)) ?? event.resource_id}`;
  const { added = [], removed = [] } = changesIn(event);
  if (event.type === "group.deleted") return `Is no longer a member of ${group}, which was deleted`;
  if (added.some((id) => people.includes(id))) return `Became a member of ${group}`;
  if (removed.some((id) => people.includes(id))) return `Was taken out of ${group}`;
  return `Is named by a change of ${group}`;
}

function subjectOf(
  { resource_type: type, type: name, resource_id: id }: EventRow,
  names: Names,
): string {
  if (name.startsWith("token.")) return "A token of the data source";
  if (name.startsWith("secret.")) return "A client secret of the data source";
  const subject = SUBJECTS[type] ?? `The ${type.toLowerCase()}`;
  const named = NAMED.includes(type) ? quoted(names.get(id)) : undefined;
  return named === undefined ? subject : `${subject} ${named}`;
}

const SUBJECTS: Readonly<Record<string, string>> = {
  DataSource: "The data source",
  AdminKey: "The admin key",
  ApplicationKey: "The application key",
  Field: "The custom field",
  Hold: "The hold of removals",
};

/** What a story tells of beside the person it is about. */
const NAMED = ["Organization", "Field"];

function doneTo(event: EventRow, names: Names): string {
  const action = event.type.split(".")[1] ?? event.type;
  const attributes = changedIn(event);
  const [from, to] = movesIn(event);
  if (from !== undefined && to !== undefined && action !== "deleted") {
    const place = (id: string) => quoted(names.get(id)) ?? id;
    return `was moved from ${place(from)} to ${place(to)}`;
  }
  const told = ACTIONS[action] ?? `was ${action.replaceAll("_", " ")}`;
  return action === "updated" && attributes.length > 0
    ? `${told} (${attributes.slice(0, 10).join(", ")})`
    : told;
}

const ACTIONS: Readonly<Record<string, string>> = {
  updated: "was changed",
  reactivated: "came back and was enabled again",
  adopted: "was taken over by the data source",
  restored: "was brought back after its deletion",
  expired: "was disabled, as its expireDate has come",
  opened: "had its API opened",
  closed: "had its API closed",
  permissions_changed: "was given other permissions",
  scope_changed: "was given another scope",
  target_changed: "was given another target",
  provisioning_enabled: "had its provisioning switched on",
  provisioning_disabled: "had its provisioning switched off",
  claimed: "was made when the deployment was claimed",
};

/** Names of attributes; of an extension those in it, where that is known. */
function changedIn(event: EventRow): string[] {
  const { attributes = [] } = changesIn(event);
  const paths = Object.keys(diffIn(event.diff).diff);
  return attributes.flatMap((name) => {
    const inner = name.includes(":") ? paths.filter((path) => path.startsWith(`${name}:`)) : [];
    return inner.length === 0 ? [name] : inner;
  });
}

/** The organizations that somebody left and came to, or one was below and is; none where nobody moved. */
function movesIn({ diff, resource_type: type }: EventRow): string[] {
  const { organizationId, parent } = diffIn(diff).diff;
  const move = type === "Organization" ? parent : organizationId;
  const ids = [move?.from, move?.to].filter((id) => typeof id === "string");
  return ids.length === 2 ? ids : [];
}

function actorIn({ actor, source_id: sourceId }: EventRow, names: Names): string {
  const by = names.get(actor) ?? actor;
  const isSources = actor.startsWith("tok_") || actor.startsWith("sec_");
  const source = sourceId === null || !isSources ? undefined : names.get(sourceId);
  return source === undefined ? by : `the data source ${quoted(source)} (${by})`;
}

export function refusalSentence(refusal: RefusalRow, names: Names): string {
  const { code, operation, detail, n } = refusal;
  const source = quoted(names.get(refusal.source_id)) ?? refusal.source_id;
  const times = n === 1 ? "" : `, ${n} times in that hour`;
  if (code === SUPPRESSED)
    return `The data source ${source} had ${n} more refusals of other kinds.`;
  return `${operation} of the data source ${source} was refused${times} (${code}): ${detail}`;
}

function quoted(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `“${name}”`;
}
