/** Resources of an upstream as records, each for itself: one that can't be read is said to be so. */
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { LIMITS } from "../scim/messages.ts";
import { unfitnessOf } from "./upstream-fitness.ts";
import { readGroup } from "./upstream-group.ts";
import { labelOf, lastModifiedOf, textOf, type Members, type Report } from "./upstream-json.ts";
import { readOrganization } from "./upstream-organization.ts";
import type { RecordFault, UpstreamRecord, UpstreamType } from "./upstream-page.ts";
import { readUser } from "./upstream-user.ts";

interface Read {
  readonly records: readonly UpstreamRecord[];
  readonly faults: readonly RecordFault[];
}

export function readRecords(type: UpstreamType, resources: readonly Json[]): Read {
  const read = resources.map((raw) => readRecord(type, raw));
  return {
    records: read.filter((one): one is UpstreamRecord => !isFault(one)),
    faults: read.filter(isFault),
  };
}

function isFault(read: UpstreamRecord | RecordFault): read is RecordFault {
  return "code" in read;
}

function readRecord(type: UpstreamType, raw: Json): UpstreamRecord | RecordFault {
  if (!isObject(raw)) return faultOf(type, new Map(), "record_invalid", "", "is not an object");
  const entries = Object.entries(raw);
  const members = new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
  const fault = (code: string, path: string, problem: string) =>
    faultOf(type, members, code, path, problem);
  if (members.size < entries.length) return fault("record_invalid", "", "has the same name twice");
  const unfit = unfitnessOf(type === "Group" ? withoutMembers(raw) : raw);
  if (unfit !== undefined) return fault(unfit.code, unfit.path, unfit.problem);
  const problems: { path: string; problem: string }[] = [];
  const record = recordOf(type, raw, members, (path, problem) => {
    problems.push({ path, problem });
    return undefined;
  });
  const [first = { path: "", problem: "can't be read" }] = problems;
  if (record !== undefined && problems.length === 0) return record;
  return fault("record_invalid", first.path, first.problem);
}

function recordOf(
  type: UpstreamType,
  raw: JsonObject,
  members: Members,
  report: Report,
): UpstreamRecord | undefined {
  switch (type) {
    case "User":
      return readUser(raw, members, report);
    case "Organization":
      return readOrganization(members, report);
    case "Group":
      return readGroup(members, report);
  }
}

/** They are rows of their own, and don't count. */
function withoutMembers(raw: JsonObject): JsonObject {
  const others = Object.entries(raw).filter(([name]) => name.toLowerCase() !== "members");
  return Object.fromEntries(others);
}

function faultOf(
  type: UpstreamType,
  members: Members,
  code: string,
  path: string,
  problem: string,
): RecordFault {
  const label = labelOf(members);
  const name = textOf(members.get("username")) ?? textOf(members.get("displayname"));
  return {
    type,
    // Nobody here has a longer one.
    externalId: (label?.length ?? 0) > LIMITS.identifierLength ? undefined : label,
    name: name?.slice(0, LIMITS.identifierLength),
    code,
    path,
    detail: path === "" ? `The record ${problem}` : `"${path}" ${problem}`,
    lastModified: lastModifiedOf(members),
  };
}
