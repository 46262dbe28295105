/** Resources of an upstream as records, each for itself: one that can't be read is said to be so. */
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { LIMITS } from "../scim/messages.ts";
import { readGroup } from "./upstream-group.ts";
import { labelOf, textOf, type Members, type Report } from "./upstream-json.ts";
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
  if (isTooLarge(type, raw)) {
    return fault("record_too_large", "", `has more than ${LIMITS.resourceBytes} bytes`);
  }
  const unfit = unfitPlace(raw);
  if (unfit !== undefined) return fault("record_invalid", unfit.path, unfit.problem);
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

function faultOf(
  type: UpstreamType,
  members: Members,
  code: string,
  path: string,
  problem: string,
): RecordFault {
  return {
    type,
    externalId: labelOf(type, members),
    name: textOf(members.get("username")) ?? textOf(members.get("displayname")),
    code,
    path,
    detail: path === "" ? `The record ${problem}` : `"${path}" ${problem}`,
  };
}

/** Members of a group are rows of their own: they don't count. */
function isTooLarge(type: UpstreamType, raw: JsonObject): boolean {
  const others = Object.entries(raw).filter(([name]) => name.toLowerCase() !== "members");
  const text = JSON.stringify(type === "Group" ? Object.fromEntries(others) : raw);
  // So short a text has few bytes enough, whatever its letters are.
  if (text.length * 3 <= LIMITS.resourceBytes) return false;
  return new TextEncoder().encode(text).length > LIMITS.resourceBytes;
}

interface Place {
  readonly value: Json;
  readonly path: string;
  readonly depth: number;
}

/** What a body may not have anywhere, as scim/body.ts says of those that are pushed. */
function unfitPlace(raw: JsonObject): { path: string; problem: string } | undefined {
  const open: Place[] = [{ value: raw, path: "", depth: 1 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { path } = place;
    const problem = unfitness(place);
    if (problem !== undefined) return { path, problem };
    open.push(...placesIn(place));
  }
  return undefined;
}

function unfitness({ value, depth }: Place): string | undefined {
  if (depth > LIMITS.jsonDepth) return `is nested more than ${LIMITS.jsonDepth} levels deep`;
  if (typeof value === "number" && !Number.isFinite(value)) return "is a number out of range";
  if (typeof value !== "string") return undefined;
  return value.isWellFormed() && !value.includes("\0")
    ? undefined
    : "has NUL or half a surrogate pair";
}

function placesIn({ value, path, depth }: Place): Place[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => ({
      value: item,
      path: `${path}[${index}]`,
      depth: depth + 1,
    }));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, item]) => ({
    value: item,
    path: path === "" ? name : `${path}.${name}`,
    depth: depth + 1,
  }));
}
