/** What must hold in the database after everything, whatever happened. */
import { parseField, toChosen } from "../../src/directory/custom-field.ts";
import {
  fieldKind,
  foldedAttributes,
  lookupValues,
  textOf,
  uniqueValues,
  userNameKey,
} from "../../src/directory/user.ts";
import { groupNameKey } from "../../src/directory/group.ts";
import type { Row } from "../../src/directory/database.ts";
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import { parseSource, profileOf } from "../../src/sources/source.ts";
import { dump, rowsOf, type Dump } from "./dump.ts";
import { sightCounts, treeViolations } from "./tree-invariants.ts";

/** Each broken rule in a line of its own; none when all is well. */
export async function violations(): Promise<string[]> {
  return violationsOf(await dump());
}

/** For rows that were all written by the code, since the first migration. */
export function violationsOf(from: Dump): string[] {
  return [
    ...identities(from),
    ...columns(from),
    ...memberships(from),
    ...counters(from),
    ...treeViolations(from),
    ...values(from),
    ...copies(from),
    ...orphans(from),
    ...scopes(from),
    ...eventsPerVersion(from),
    ...holds(from),
    ...rowsOf(from, "assert_ok").map(() => "assert_ok holds a row"),
  ];
}

function identities(from: Dump): string[] {
  const users = live(from, "users");
  const groups = live(from, "groups");
  const organizations = live(from, "organizations");
  const labelled = (rows: readonly Row[]) => rows.filter(({ external_id }) => external_id !== null);
  return [
    ...repeated("user name", users, "directory_id", "user_name_key"),
    ...repeated("user label", labelled(users), "source_id", "external_id"),
    ...repeated("group name", groups, "source_id", "name_key"),
    ...repeated("group label", labelled(groups), "source_id", "external_id"),
    ...repeated("organization label", labelled(organizations), "source_id", "external_id"),
    ...repeated(
      "organization code",
      organizations.filter(({ code_key: code }) => code !== null),
      "directory_id",
      "code_key",
    ),
    ...repeated("source name", live(from, "data_sources"), "directory_id", "name_key"),
    ...repeated("done operation", rowsOf(from, "op_log"), "op_id"),
    ...Object.values(Object.groupBy(rowsOf(from, "tokens"), credentialKind))
      .filter((tokens = []) => tokens.length > 2)
      .map(() => "a source has more than two tokens or client secrets"),
  ];
}

function credentialKind(row: Row): string {
  return text(row["source_id"], row["type"]);
}

/** What stands beside the attributes says what they say. */
function columns(from: Dump): string[] {
  const users = rowsOf(from, "users").filter((row) => {
    const attributes = attributesOf(row);
    return (
      row["user_name_key"] !== userNameKey(attributes) ||
      row["external_id"] !== (textOf(attributes, "externalId") ?? null) ||
      row["active"] !== (attributes["active"] === false ? 0 : 1) ||
      row["folded"] !== foldedAttributes(attributes)
    );
  });
  const groups = rowsOf(from, "groups").filter((row) => {
    const attributes = attributesOf(row);
    return (
      row["name_key"] !== groupNameKey(attributes) ||
      row["external_id"] !== (textOf(attributes, "externalId") ?? null) ||
      row["folded"] !== foldedAttributes(attributes)
    );
  });
  return [...users, ...groups].map(({ id }) => `${id}: columns and attributes differ`);
}

function memberships(from: Dump): string[] {
  const groups = new Map(live(from, "groups").map((row) => [row["seq"], row]));
  const users = new Set(live(from, "users").map(({ seq }) => seq));
  const members = rowsOf(from, "members");
  const strays = members.filter(
    (row) => !groups.has(row["group_seq"] ?? null) || !users.has(row["user_seq"] ?? null),
  );
  const miscounted = rowsOf(from, "groups").filter(
    ({ seq, member_count }) =>
      member_count !== members.filter((row) => row["group_seq"] === seq).length,
  );
  return [
    ...strays.map((row) => `a membership of what is gone: ${JSON.stringify(row)}`),
    ...miscounted.map(({ id, member_count }) => `group ${id} counts ${member_count} members`),
  ];
}

function counters(from: Dump): string[] {
  const said = new Map<string, number>();
  for (const { owner, name, n } of rowsOf(from, "counters"))
    said.set(`${owner} ${name}`, Number(n));
  const actual = new Map<string, number>();
  const add = (key: string) => actual.set(key, (actual.get(key) ?? 0) + 1);
  for (const { organization_id } of live(from, "users")) add(`${organization_id} users`);
  for (const { source_id, directory_id } of live(from, "groups")) {
    add(`${source_id ?? directory_id} groups`);
  }
  for (const [key, n] of sightCounts(from, said)) actual.set(key, n);
  const keys = new Set([...said.keys(), ...actual.keys()]);
  return [...keys]
    .filter((key) => (said.get(key) ?? 0) !== (actual.get(key) ?? 0))
    .map((key) => `counter ${key} says ${said.get(key)}, there are ${actual.get(key) ?? 0}`);
}

/** Look-up and unique values are those of live users, no more and no less. */
function values(from: Dump): string[] {
  const claiming = new Set(
    rowsOf(from, "data_sources")
      .filter((row) => profileOf(parseSource(row)).uniqueContacts)
      .map(({ id }) => id),
  );
  const users = live(from, "users");
  const lookups = users.flatMap(({ directory_id, id, attributes }) =>
    lookupValues(parse(attributes)).map(({ attribute, key }) =>
      text(directory_id, attribute, key, id),
    ),
  );
  const unique = new Set(
    rowsOf(from, "custom_fields")
      .filter(({ is_unique }) => is_unique === 1)
      .map(({ directory_id, name }) => text(directory_id, fieldKind(String(name)))),
  );
  const claims = users.flatMap(({ directory_id, id, source_id, attributes }) =>
    uniqueValues(parse(attributes))
      .filter(({ kind }) =>
        kind.startsWith("field:")
          ? unique.has(text(directory_id, kind))
          : claiming.has(source_id ?? null),
      )
      .map(({ kind, key }) => text(directory_id, kind, key, id)),
  );
  const inOrder = (table: string, kind: string) =>
    rowsOf(from, table).map((row) =>
      text(row["directory_id"], row[kind], row["key"], row["user_id"]),
    );
  return [
    ...difference("user_values", lookups, inOrder("user_values", "attribute")),
    ...difference("unique_values", [...new Set(claims)], inOrder("unique_values", "kind")),
  ];
}

/** What a source has of a field it chose is what the field is. */
function copies(from: Dump): string[] {
  const fields = new Map(
    live(from, "custom_fields").map((row) => [row["id"], toChosen(parseField(row))]),
  );
  return live(from, "data_sources").flatMap((row) =>
    parseSource(row)
      .fields.filter((copy) => text(copy) !== text(fields.get(copy.id)))
      .map(({ id }) => `${row["id"]} has another copy of ${id}`),
  );
}

function orphans(from: Dump): string[] {
  const ids = (table: string) => new Set(rowsOf(from, table).map(({ id }) => id ?? null));
  const sources = ids("data_sources");
  const holders = new Set([...sources, ...ids("application_keys")]);
  const organizations = ids("organizations");
  const resources = new Set([
    ...ids("users"),
    ...ids("groups"),
    ...organizations,
    ...sources,
    ...ids("admin_keys"),
    ...ids("application_keys"),
    ...ids("directories"),
    ...ids("custom_fields"),
    ...ids("holds"),
  ]);
  const objects = new Set([...sources, ...[...ids("directories")].map((id) => `directory:${id}`)]);
  const lost = (table: string, column: string, known: ReadonlySet<unknown>) =>
    rowsOf(from, table)
      .filter((row) => row[column] !== null && !known.has(row[column]))
      .map((row) => `${table}.${column} points nowhere: ${row[column]}`);
  return [
    ...lost("users", "organization_id", organizations),
    ...lost("users", "source_id", sources),
    ...lost("groups", "source_id", sources),
    ...lostTargets(from, organizations),
    ...lost("organizations", "parent_id", organizations),
    ...lost("tokens", "source_id", sources),
    ...lost("scope_organizations", "source_id", holders),
    ...lost("scope_organizations", "organization_id", organizations),
    ...lost("scope_groups", "source_id", holders),
    ...lost("visible_orgs", "source_id", holders),
    ...lost("visible_orgs", "organization_id", organizations),
    ...lost("events", "resource_id", resources),
    ...lost("events", "source_id", sources),
    ...lost("op_log", "object", objects),
    ...lost("op_log", "resource_id", resources),
    ...lost("holds", "source_id", holders),
    ...lost("held", "hold_id", ids("holds")),
    ...lost("guard", "source_id", holders),
  ];
}

/** What is left of a deleted source keeps its key alone from being used again. */
function lostTargets(from: Dump, organizations: ReadonlySet<unknown>): string[] {
  return live(from, "data_sources")
    .filter(({ target_id: target }) => !organizations.has(target))
    .map(({ id }) => `the target of ${id} points nowhere`);
}

/** A source sees its organizations with all that is below them, and its target is one of these. */
function scopes(from: Dump): string[] {
  const organizations = live(from, "organizations");
  const groups = new Set(live(from, "groups").map(({ seq }) => seq));
  const applications = new Set(rowsOf(from, "application_keys").map(({ id }) => id));
  const known = new Set(rowsOf(from, "groups").map(({ seq }) => seq));
  // An application's is there for when the group is restored.
  const strays = rowsOf(from, "scope_groups").filter(({ source_id, group_seq = null }) =>
    applications.has(source_id) ? !known.has(group_seq) : !groups.has(group_seq),
  );
  const of = (table: string, { id }: Row) =>
    rowsOf(from, table).flatMap((row) => (row["source_id"] === id ? [row["organization_id"]] : []));
  return [
    ...strays.map((row) => `a group in scope that is gone: ${JSON.stringify(row)}`),
    ...live(from, "data_sources").flatMap((source) => {
      const inScope = new Set(of("scope_organizations", source));
      const seen = subtrees(organizations, inScope);
      const named = difference("visible_orgs", seen, of("visible_orgs", source).map(String));
      const isPlaced = inScope.size === 0 || seen.includes(String(source["target_id"]));
      return isPlaced ? named : [...named, `the target of ${source["id"]} is out of its scope`];
    }),
  ];
}

function subtrees(organizations: readonly Row[], roots: ReadonlySet<unknown>): string[] {
  const seen = new Set(organizations.flatMap(({ id }) => (roots.has(id) ? [id] : [])));
  for (let size = -1; size !== seen.size;) {
    size = seen.size;
    for (const { id, parent_id } of organizations) if (seen.has(parent_id ?? null)) seen.add(id);
  }
  return [...seen].map(String);
}

/** A hold counts what is in it, and began with an event. */
function holds(from: Dump): string[] {
  const events = rowsOf(from, "events").filter(({ type }) => type === "hold.created");
  const pushed = rowsOf(from, "holds").filter((row) => row["run_id"] === null);
  return pushed.flatMap(({ id, n }) => {
    const held = rowsOf(from, "held").filter((row) => row["hold_id"] === id).length;
    const begun = events.filter((event) => event["resource_id"] === id).length;
    return held === n && begun === 1 ? [] : [`hold ${id} says ${n} of ${held}, begun ${begun}`];
  });
}

/** One event per step of a user's version. A group's is also stepped by members who are deleted. */
function eventsPerVersion(from: Dump): string[] {
  const events = rowsOf(from, "events");
  const count = ({ id }: Row) => events.filter((event) => event["resource_id"] === id).length;
  const users = rowsOf(from, "users").filter((row) => count(row) !== row["version"]);
  const groups = rowsOf(from, "groups").filter((row) => count(row) > Number(row["version"]));
  // A source that has fields is also stepped by what is done to those.
  const sources = live(from, "data_sources").filter((row) =>
    row["namespace"] === null
      ? count(row) !== row["config_version"]
      : count(row) > Number(row["config_version"]),
  );
  // A new source's own organization comes with the source.
  const organizations = rowsOf(from, "organizations").filter(
    (row) => row["source_id"] !== null && count(row) !== row["version"],
  );
  return [...users, ...groups, ...organizations, ...sources].map(
    (row) => `${row["id"]} has ${count(row)} events at version ${versionOf(row)}`,
  );
}

function versionOf(row: Row): number {
  return Number(row["version"] ?? row["config_version"]);
}

function live(from: Dump, table: string): Row[] {
  return rowsOf(from, table).filter((row) => row["deleted_at"] === null);
}

function attributesOf(row: Row): JsonObject {
  return parse(row["attributes"]);
}

function parse(attributes: Row[string] | undefined): JsonObject {
  const value: unknown = JSON.parse(String(attributes));
  return isObject(value) ? value : {};
}

function text(...parts: unknown[]): string {
  return JSON.stringify(parts);
}

function difference(table: string, expected: string[], actual: string[]): string[] {
  return [
    ...expected.filter((row) => !actual.includes(row)).map((row) => `${table} lacks ${row}`),
    ...actual.filter((row) => !expected.includes(row)).map((row) => `${table} has ${row}`),
  ];
}

function repeated(what: string, rows: readonly Row[], ...names: string[]): string[] {
  const keys = rows.map((row) => text(...names.map((name) => row[name])));
  return keys
    .filter((key, index) => keys.indexOf(key) !== index)
    .map((key) => `${what} twice: ${key}`);
}
