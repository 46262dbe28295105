/** What must hold of the tree of organizations and of who sees it, whatever happened. */
import type { Row } from "../../src/directory/database.ts";
import { MAX_DEPTH } from "../../src/directory/organization.ts";
import { fold } from "../../src/scim/fold.ts";
import { rowsOf, type Dump } from "./dump.ts";

/** Each broken rule in a line of its own. */
export function treeViolations(from: Dump): string[] {
  const organizations = new Map(
    rowsOf(from, "organizations")
      .filter(isLive)
      .map((row) => [row["id"] ?? null, row]),
  );
  const above = (id: Row[string]): readonly Row[string][] => {
    const line: Row[string][] = [];
    for (let at: Row[string] | undefined = id; at != null && line.length <= MAX_DEPTH + 1;) {
      line.push(at);
      at = organizations.get(at)?.["parent_id"];
    }
    return line;
  };
  return [
    ...nodes([...organizations.values()], organizations, above),
    ...sights(from, [...organizations.keys()], above),
    ...placements(from, organizations),
  ];
}

type Above = (id: Row[string]) => readonly Row[string][];

function nodes(live: readonly Row[], known: ReadonlyMap<Row[string], Row>, above: Above): string[] {
  const names = new Map<string, number>();
  for (const row of live) names.set(nameOf(row), (names.get(nameOf(row)) ?? 0) + 1);
  return live.flatMap((row) => {
    const { id = null, parent_id: parent = null, depth, directory_id: directory } = row;
    const line = above(id);
    const root = known.get(line.at(-1) ?? null);
    const wrong = [
      line.length > MAX_DEPTH + 1 && "is in a circle or too deep",
      depth !== line.length - 1 && `says depth ${depth}, not ${line.length - 1}`,
      (root?.["parent_id"] !== null || root["directory_id"] !== directory) && "hangs nowhere",
      row["name_key"] !== fold(String(row["display_name"])) && "has another name key",
      row["code_key"] !== (row["code"] === null ? null : fold(String(row["code"]))) &&
        "has another code key",
      parent !== null && (names.get(nameOf(row)) ?? 0) > 1 && "has the name of a sibling",
    ];
    return wrong.filter((one) => one !== false).map((one) => `organization ${id} ${one}`);
  });
}

function nameOf(row: Row): string {
  return JSON.stringify([row["parent_id"], row["name_key"]]);
}

/**
 * `visible_orgs` is the scopes, of sources and of applications, with all that is below them; every
 * target is in sight of its source.
 */
function sights(from: Dump, live: readonly Row[string][], above: Above): string[] {
  const pair = (source: unknown, organization: unknown): string =>
    JSON.stringify([source, organization]);
  const scopes = new Set(
    rowsOf(from, "scope_organizations").map((row) =>
      pair(row["source_id"], row["organization_id"]),
    ),
  );
  const sources = rowsOf(from, "data_sources").filter(isLive);
  const holders = [...sources, ...rowsOf(from, "application_keys")];
  const expected = new Set(
    holders.flatMap(({ id: source }) =>
      live
        .filter((id) => above(id).some((one) => scopes.has(pair(source, one))))
        .map((id) => pair(source, id)),
    ),
  );
  const actual = new Set(
    rowsOf(from, "visible_orgs").map((row) => pair(row["source_id"], row["organization_id"])),
  );
  return [
    ...[...expected].filter((one) => !actual.has(one)).map((one) => `visible_orgs lacks ${one}`),
    ...[...actual].filter((one) => !expected.has(one)).map((one) => `visible_orgs has ${one}`),
    ...sources
      .filter(({ scope_has_organizations: has }) => has === 1)
      .filter(({ id, target_id: target }) => !actual.has(pair(id, target)))
      .map(({ id }) => `the target of ${id} is out of its sight`),
  ];
}

/** What counters say of who sees what. Who sees several organizations has a sum of their users, and may have kept it when fewer are left. */
export function sightCounts(from: Dump, said: ReadonlyMap<string, number>): [string, number][] {
  const people = Object.groupBy(rowsOf(from, "users").filter(isLive), (row) =>
    String(row["organization_id"]),
  );
  const seen = Object.groupBy(rowsOf(from, "visible_orgs"), (row) => String(row["source_id"]));
  return Object.entries(seen).flatMap(([seer, rows = []]) => {
    const users = rows.flatMap((row) => people[String(row["organization_id"])] ?? []).length;
    const sum: [string, number] = [`${seer} visible users`, users];
    const isSummed = rows.length > 1 || said.has(sum[0]);
    return [[`${seer} visible organizations`, rows.length], ...(isSummed ? [sum] : [])];
  });
}

/** Live users are in live organizations; further ones are few, live, and none is the primary one. */
function placements(from: Dump, known: ReadonlyMap<Row[string], Row>): string[] {
  const users = new Map(
    rowsOf(from, "users")
      .filter(isLive)
      .map((row) => [row["id"] ?? null, row]),
  );
  const further = rowsOf(from, "user_organizations");
  const homeless = [...users.values()].filter((row) => !known.has(row["organization_id"] ?? null));
  const stray = further.filter((row) => {
    const user = users.get(row["user_id"] ?? null);
    const organization = row["organization_id"] ?? null;
    return (
      user === undefined || !known.has(organization) || user["organization_id"] === organization
    );
  });
  const many = [...users.keys()].filter(
    (id) => further.filter((row) => row["user_id"] === id).length > 20,
  );
  return [
    ...homeless.map(({ id }) => `user ${id} is in no organization`),
    ...stray.map((row) => `a further organization that is none: ${JSON.stringify(row)}`),
    ...many.map((id) => `user ${id} has too many organizations`),
  ];
}

function isLive(row: Row): boolean {
  return row["deleted_at"] === null;
}
