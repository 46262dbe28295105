/** What a database says about people, in words that two runs of the same requests share: no ids, no times. */
import { isObject, type JsonObject } from "../../src/scim/json.ts";
import type { Row } from "../../src/directory/database.ts";
import { rowsOf, type Dump } from "./dump.ts";

/** Equal for two runs that came to the same. A resource goes by its name. */
export function factsOf(from: Dump): JsonObject {
  return {
    users: sortedByText(rowsOf(from, "users").map((row) => userFacts(from, row))),
    groups: sortedByText(rowsOf(from, "groups").map((row) => groupFacts(from, row))),
    sources: sortedByText(rowsOf(from, "data_sources").map((row) => sourceFacts(from, row))),
    organizations: rowsOf(from, "organizations").length,
  };
}

function userFacts(from: Dump, row: Row): JsonObject {
  return {
    attributes: String(row["attributes"]),
    deleted: row["deleted_at"] !== null,
    version: row["version"] ?? null,
    events: eventsOf(from, row),
  };
}

function groupFacts(from: Dump, row: Row): JsonObject {
  const seqs = rowsOf(from, "members").filter((member) => member["group_seq"] === row["seq"]);
  const names = seqs.map((member) => {
    const user = rowsOf(from, "users").find(({ seq }) => seq === member["user_seq"]);
    return String(user?.["user_name_key"]);
  });
  return {
    attributes: String(row["attributes"]),
    members: names.sort(),
    deleted: row["deleted_at"] !== null,
    version: row["version"] ?? null,
    events: eventsOf(from, row),
  };
}

function sourceFacts(from: Dump, row: Row): JsonObject {
  const tokens = rowsOf(from, "tokens").filter(
    (token) => token["source_id"] === row["id"] && token["type"] === "bearer",
  );
  return {
    name: row["name"] ?? null,
    description: row["description"] ?? null,
    status: row["status"] ?? null,
    deleted: row["deleted_at"] !== null,
    version: row["config_version"] ?? null,
    tokens: tokens.map((token) => token["status"] ?? null),
    events: eventsOf(from, row),
  };
}

function eventsOf(from: Dump, { id }: Row): string[] {
  const own = rowsOf(from, "events").filter((event) => event["resource_id"] === id);
  return own.map(({ type }) => String(type));
}

function sortedByText(facts: JsonObject[]): JsonObject[] {
  return facts
    .map((fact) => JSON.stringify(fact))
    .sort()
    .map((text): unknown => JSON.parse(text))
    .filter(isObject);
}
