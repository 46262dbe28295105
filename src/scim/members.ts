/** A group's members: rows of their own, and no part of its attributes. RFC 7643 §4.2. */
import type { Attribute } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { findKey } from "./key.ts";
import { LIMITS } from "./messages.ts";
import type { PatchOperation } from "./messages.ts";
import type { NumberedOperation } from "./patch.ts";
import { resolvePath } from "./path.ts";
import type { ResolvedPath } from "./path.ts";
import type { Profile } from "./profile.ts";
import { atOperation, invalidValue, refuseRepeatedNames } from "./refusals.ts";
import type { ResolvedFilter } from "./resolve.ts";
import { GROUP } from "./schemas.ts";
import { parseElement } from "./value.ts";

/**
 * What one operation does to the members, in ids. `replace` with no ids empties the group. The
 * filter of `removeMatching` is about one member (`value`, `type`, `$ref`, `display`).
 */
export type MemberChange =
  | { op: "add"; values: string[] }
  | { op: "remove"; values: string[] }
  | { op: "replace"; values: string[] }
  | { op: "removeMatching"; filter: ResolvedFilter };

/**
 * Takes the member operations out of a group's PATCH. What is left is for `applyPatch`; both parts
 * keep their order, and neither depends on the other. Throws `invalidPath`, `invalidFilter`,
 * `invalidSyntax` (a value list without `removeByValue`), `invalidValue`, `mutability`,
 * `noTarget`, or `payload_too_large` for more members than one request may name.
 */
export function splitMembers(
  operations: readonly PatchOperation[],
  profile: Profile,
): { operations: NumberedOperation[]; members: MemberChange[] } {
  const split = operations.map((operation, index) =>
    atOperation(index, () => splitOperation({ ...operation, index }, profile)),
  );
  const members = split.flatMap(({ changes }) => changes);
  refuseTooMany(members);
  return { operations: split.flatMap(({ operation }) => operation ?? []), members };
}

interface Split {
  operation?: NumberedOperation;
  changes: MemberChange[];
}

function splitOperation(operation: NumberedOperation, profile: Profile): Split {
  const { op, path, value } = operation;
  const place = path === undefined ? {} : resolvePath(path, GROUP, profile);
  if (isMembers(place)) return { changes: toChanges(op, place, value, profile) };
  const whole = place !== undefined && place.attribute === undefined;
  if (!whole || op === "remove" || !isObject(value)) return { operation, changes: [] };
  const { rest, changes } = takeMembers(value, op, profile);
  if (Object.keys(rest).length === 0 && "value" in operation && Object.keys(value).length > 0) {
    return { changes };
  }
  return { operation: { ...operation, value: rest }, changes };
}

/** Takes the members out of a body, or of a PATCH value without a path. */
export function takeMembers(
  body: JsonObject,
  op: "add" | "replace",
  profile: Profile,
): { rest: JsonObject; changes: MemberChange[] } {
  refuseRepeatedNames(body, "");
  const rest: [string, Json][] = [];
  const changes: MemberChange[] = [];
  for (const [name, value] of Object.entries(body)) {
    const place = findKey(name, { type: GROUP, profile });
    if (isMembers(place)) changes.push(...toChanges(op, place, value, profile));
    else if (isCore(place) && isObject(value)) {
      const inner = takeMembers(value, op, profile);
      changes.push(...inner.changes);
      rest.push([name, inner.rest]);
    } else rest.push([name, value]);
  }
  refuseTooMany(changes);
  // Built from entries, so that a name like "__proto__" stays a name.
  return { rest: Object.fromEntries(rest), changes };
}

type MembersPath = ResolvedPath & { attribute: Attribute };

function isMembers(path: ResolvedPath | undefined): path is MembersPath {
  return path?.attribute?.name === "members" && path.extension === undefined;
}

function isCore(path: ResolvedPath | undefined): boolean {
  return path !== undefined && path.attribute === undefined && path.extension === undefined;
}

function toChanges(
  op: PatchOperation["op"],
  path: MembersPath,
  value: Json | undefined,
  profile: Profile,
): MemberChange[] {
  // RFC 7643 §4.2: a member is added or removed, but never becomes another.
  if (path.sub !== undefined || (path.filter !== undefined && op === "replace")) {
    throw new ScimError("mutability", '"members" have no sub-attributes that can be changed');
  }
  if (path.filter !== undefined) return [toSelection(op, path.filter)];
  if (op === "remove") return toRemoval(path, value, profile);
  if (value === undefined) throw invalidValue("value", "is required");
  const values = parseMembers(path.attribute, value, profile);
  return op === "add" && values.length === 0 ? [] : [{ op, values }];
}

/** `members[value eq "id"]`, alone or several joined by `or`, is a list of ids. */
function toSelection(op: PatchOperation["op"], filter: ResolvedFilter): MemberChange {
  const values = findIds(filter);
  if (op === "remove") {
    return values === undefined ? { op: "removeMatching", filter } : { op, values };
  }
  if (values === undefined) {
    throw new ScimError("noTarget", 'The filter does not say which of "members" to add');
  }
  return { op: "add", values };
}

function findIds(filter: ResolvedFilter): string[] | undefined {
  if (filter.kind === "or") {
    const parts = filter.filters.map(findIds);
    return parts.reduce((all, part) => (all && part ? [...all, ...part] : undefined), []);
  }
  if (filter.kind !== "compare" || filter.operator !== "eq") return undefined;
  const { target, value } = filter;
  return target.attribute.name === "value" && typeof value === "string" ? [value] : undefined;
}

/** Without a value, every member; with one, as Entra and JumpCloud send it, those and no others. */
function toRemoval(
  { attribute }: MembersPath,
  value: Json | undefined,
  profile: Profile,
): MemberChange[] {
  if (value === undefined || value === null) return [{ op: "replace", values: [] }];
  if (!profile.removeByValue) {
    throw new ScimError("invalidSyntax", '"members" are removed by a filter, not by a value');
  }
  const values = parseMembers(attribute, unwrap(value), profile);
  return values.length === 0 ? [] : [{ op: "remove", values }];
}

/** Salesforce wraps the list into an object: `{"members": [...]}`. */
function unwrap(value: Json): Json {
  if (!isObject(value)) return value;
  const wrapped = Object.entries(value).find(([name]) => name.toLowerCase() === "members");
  return wrapped === undefined ? value : wrapped[1];
}

/** The ids in a list of members, or in one member; each once, in order. */
function parseMembers(attribute: Attribute, value: Json, profile: Profile): string[] {
  if (value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  if (list.length > LIMITS.membersPerRequest) throw tooMany();
  return [...new Set(list.map((item) => parseMember(attribute, item, profile)))];
}

function parseMember(attribute: Attribute, item: Json, profile: Profile): string {
  const given = typeof item === "string" && profile.lenientSchemas ? { value: item } : item;
  const member = parseElement(attribute, given, "members", profile);
  const { value, type = "User" } = isObject(member) ? member : {};
  if (typeof type !== "string" || type.toLowerCase() !== "user") {
    throw new ScimError("member_type_unsupported", '"members" takes the type User only');
  }
  if (typeof value !== "string" || value === "" || value.length > LIMITS.identifierLength) {
    throw invalidValue("members.value", "is not the id of a user");
  }
  return value;
}

/** The members after the changes of a body, where there were none before. */
export function toMemberIds(changes: readonly MemberChange[]): string[] {
  const ids = changes.flatMap((change) => (change.op === "removeMatching" ? [] : change.values));
  return [...new Set(ids)];
}

function refuseTooMany(changes: readonly MemberChange[]): void {
  if (toCount(changes) > LIMITS.membersPerRequest) throw tooMany();
}

function toCount(changes: readonly MemberChange[]): number {
  return changes.reduce(
    (sum, change) => sum + (change.op === "removeMatching" ? 0 : change.values.length),
    0,
  );
}

function tooMany(): ScimError {
  return new ScimError(
    "payload_too_large",
    `A request may name ${LIMITS.membersPerRequest} members at most`,
  );
}
