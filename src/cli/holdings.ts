/** What a directory holds, read over the admin API, as data to compare and as text to read. */
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { requestAll, type Api } from "./api.ts";
import { table } from "./command.ts";
import { directoryGroup, memberIds, type DirectoryGroup } from "./group-commands.ts";
import { allSources, type SourceAnswer } from "./source-commands.ts";
import { directoryUser, type DirectoryUser } from "./user-commands.ts";

export interface Holdings {
  readonly sources: readonly SourceAnswer[];
  readonly users: readonly DirectoryUser[];
  readonly groups: readonly (DirectoryGroup & { readonly members: readonly string[] })[];
}

export async function readHoldings(api: Api): Promise<Holdings> {
  const sources = await allSources(api);
  const users = (await requestAll(api, "/users", directoryUser)).data;
  const groups = (await requestAll(api, "/groups", directoryGroup)).data;
  const withMembers = await Promise.all(
    groups.map(async (group) => ({ ...group, members: await memberIds(api, group.id) })),
  );
  return { sources, users, groups: withMembers };
}

/**
 * The holdings by source and name, equal for equal content: ids stand as the names they belong to,
 * times and tokens are left out.
 */
export function canonical({ sources, users, groups }: Holdings): JsonObject {
  const names = new Map([
    ...users.map(({ id, userName }) => [id, `user ${userName}`] as const),
    ...groups.map(({ id, displayName }) => [id, `group ${displayName}`] as const),
  ]);
  const userOf = (user: DirectoryUser): JsonObject => ({
    active: user.active,
    version: user.version,
    attributes: named(user.attributes, names),
  });
  const groupOf = (group: Holdings["groups"][number]): JsonObject => ({
    version: group.version,
    attributes: named(group.attributes, names),
    members: group.members.map((id) => names.get(id) ?? id).toSorted(),
  });
  return byName(
    sources.map((source) => [
      source.name,
      {
        profile: source.profile,
        users: byName(of(source, users).map((user) => [user.userName, userOf(user)])),
        groups: byName(of(source, groups).map((group) => [group.displayName, groupOf(group)])),
      },
    ]),
  );
}

/** The holdings for a person: a table of users and one of groups for each source. */
export function describe({ sources, users, groups }: Holdings): string {
  const userName = new Map(users.map((user) => [user.id, user.userName]));
  return sources
    .map((source) => {
      const people = of(source, users).map((user) => [
        user.userName,
        user.active ? "yes" : "no",
        text(user.attributes["displayName"]) || nameOf(user.attributes["name"]),
        firstValue(user.attributes["emails"]),
      ]);
      const teams = of(source, groups).map((group) => [
        group.displayName,
        group.members.map((id) => userName.get(id) ?? id).join(", "),
      ]);
      return [
        `${source.name} (profile ${source.profile}): ${people.length} users, ${teams.length} groups\n`,
        indent(table(["USER NAME", "ACTIVE", "NAME", "E-MAIL"], people.toSorted(byFirst))),
        indent(table(["GROUP", "MEMBERS"], teams.toSorted(byFirst))),
      ].join("\n");
    })
    .join("\n");
}

/** Lines that say where two JSON values differ. */
export function jsonDifferences(expected: Json, actual: Json): string[] {
  const before = leaves(expected, "");
  const after = leaves(actual, "");
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) return [];
    return [`${path}`, `  - ${was ?? "(nothing)"}`, `  + ${is ?? "(nothing)"}`];
  });
}

function leaves(value: Json, path: string): Map<string, string> {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (inner.length === 0) return new Map([[path, JSON.stringify(value)]]);
  return new Map(inner.flatMap(([name, one]) => [...leaves(one, `${path}/${name}`)]));
}

function of<T extends { sourceId: string | null }>(source: SourceAnswer, all: readonly T[]): T[] {
  return all.filter(({ sourceId }) => sourceId === source.id);
}

function named(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => named(one, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, named(inner, names)]),
  );
}

function byName(entries: [string, Json][]): JsonObject {
  return Object.fromEntries(entries.toSorted(byFirst));
}

function byFirst([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function nameOf(name: Json | undefined): string {
  if (!isObject(name)) return "";
  return text(name["formatted"]) || `${text(name["givenName"])} ${text(name["familyName"])}`.trim();
}

function firstValue(list: Json | undefined): string {
  const first = Array.isArray(list) ? list[0] : undefined;
  return isObject(first) ? text(first["value"]) : "";
}

function indent(lines: string): string {
  return lines.replace(/^(?=.)/gm, "  ");
}
