/** A user's `groups` and organizations and a group's `members` in filters: rows instead of JSON. */
import type { Attribute } from "../scim/attribute.ts";
import { ScimError } from "../scim/error.ts";
import type { CompareOperator } from "../scim/filter.ts";
import type { ResolvedFilter, Target } from "../scim/resolve.ts";
import { isVisible, seesGroup, seesUser, visibleGroups, type Question } from "./scope.ts";

/** The part of a filter that looks at one attribute. */
export type Leaf = Extract<ResolvedFilter, { target: Target }>;

/** The values of a multi-valued attribute as rows. */
export interface Values {
  /** SQL that is 1 where a value satisfies the condition, else 0. */
  readonly has: (condition: string) => string;
  /** What a value holds at the sub-attribute; without one, the value itself. */
  readonly column: (sub: Attribute | undefined) => string;
}

/** The rows behind the leaf's attribute, or undefined where it isn't one of memberships. */
export function membershipValues(leaf: Leaf, question: Question): Values | undefined {
  if (leaf.target.attribute.name === "organizations") return organizationsOfUser(question);
  if (!isMembership(leaf.target, question)) return undefined;
  return question.type.name === "User" ? groupsOfUser(leaf, question) : membersOfGroup(question);
}

/**
 * Does the filter look at memberships in a way that costs more than a few rows for each user or
 * group? Asking for one id does not.
 */
export function walksMemberships(filter: ResolvedFilter, question: Question): boolean {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.filters.some((part) => walksMemberships(part, question));
    case "not":
      return walksMemberships(filter.filter, question);
    default:
      return isMembership(filter.target, question) && !asksForId(filter);
  }
}

function isMembership({ extension, attribute }: Target, { type }: Question): boolean {
  return (
    extension === undefined && attribute.name === (type.name === "User" ? "groups" : "members")
  );
}

/** `groups.value eq "…"` or `ne`; `eq` also in brackets, alone or joined by `and`. */
function asksForId(leaf: Leaf): boolean {
  if (leaf.kind !== "some") return comparesId(leaf, ["eq", "ne"]);
  const parts = leaf.filter.kind === "and" ? leaf.filter.filters : [leaf.filter];
  return parts.some((part) => comparesId(part, ["eq"]));
}

function comparesId(filter: ResolvedFilter, operators: readonly CompareOperator[]): boolean {
  if (filter.kind !== "compare" || filter.value === null) return false;
  const { attribute, sub = attribute } = filter.target;
  return sub.name === "value" && operators.includes(filter.operator);
}

function groupsOfUser(leaf: Leaf, question: Question): Values {
  const seen = `mg.deleted_at IS NULL AND ${seesGroup(question, "mg")}`;
  // One id is found through its index. Everything else begins at the groups in scope, whose
  // memberships are counted: those of a user may be many more, in groups out of scope.
  const has = asksForId(leaf)
    ? (condition: string) =>
        `EXISTS (SELECT 1 FROM groups mg JOIN members m ON m.group_seq = mg.seq
          WHERE m.user_seq = u.seq AND ${seen} AND ${condition})`
    : (condition: string) =>
        `u.seq IN (SELECT m.user_seq FROM groups mg CROSS JOIN members m ON m.group_seq = mg.seq
          WHERE ${visibleGroups(question, "mg")} AND ${condition})`;
  return { has, column: (sub) => groupColumn(sub, question) };
}

function membersOfGroup(question: Question): Values {
  const seen = `mu.deleted_at IS NULL AND ${seesUser(question, "mu")}`;
  return {
    has: (condition) =>
      `EXISTS (SELECT 1 FROM members m JOIN users mu ON mu.seq = m.user_seq
        WHERE m.group_seq = g.seq AND ${seen} AND ${condition})`,
    column: (sub) => memberColumn(sub, question),
  };
}

/** The primary one, and of those beside it the ones that the reader sees. */
function organizationsOfUser({ scope, parameters }: Question): Values {
  const { sourceId } = scope;
  const seen = sourceId === undefined ? "1" : isVisible(sourceId, parameters, "uo.organization_id");
  return {
    has: (condition) => `EXISTS (SELECT 1 FROM (SELECT u.organization_id AS value UNION ALL
        SELECT uo.organization_id FROM user_organizations uo
        WHERE uo.user_id = u.id AND ${seen}) e WHERE ${condition})`,
    column: () => "e.value",
  };
}

function groupColumn(sub: Attribute | undefined, question: Question): string {
  switch (sub?.name) {
    case "value":
      return "mg.id";
    case "display":
      return "mg.name_key";
    case "type":
      return "'direct'";
    case "$ref":
      return locationColumn("/Groups/", "mg", question);
    default:
      return "NULL";
  }
}

/** A member's `display` is nowhere shown, so nothing is equal to it. */
function memberColumn(sub: Attribute | undefined, question: Question): string {
  switch (sub?.name) {
    case "value":
      return "mu.id";
    case "type":
      return "'user'";
    case "$ref":
      return locationColumn("/Users/", "mu", question);
    default:
      return "NULL";
  }
}

/** The URI of the resource at `alias`. Throws `invalidFilter` when the question has no base. */
export function locationColumn(path: string, alias: string, question: Question): string {
  const { base, parameters } = question;
  if (base === undefined) {
    throw new ScimError("invalidFilter", "The filter cannot be answered: it compares locations");
  }
  return `(${parameters.bind(base + path)} || ${alias}.id)`;
}
