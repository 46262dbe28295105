/** What can be asked about another data source's people and groups, and the reads that ask it. */
import type { JsonObject } from "../../src/scim/json.ts";
import { MESSAGE_SEARCH } from "../../src/scim/messages.ts";
import type { ProfileName } from "../../src/scim/profile.ts";
import { ENTERPRISE } from "./scim.ts";

/** Stands in an attribute of the other source's user that no request here mentions. */
export const MARKER = "Hidden title";

/** What a request can say about somebody's people and groups. */
export interface Names {
  readonly userId: string;
  readonly groupId: string;
  /** Deleted. */
  readonly goneId: string;
  readonly goneName: string;
  readonly userName: string;
  readonly externalId: string;
  readonly email: string;
  readonly phone: string;
  readonly displayName: string;
  readonly groupExternalId: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly code: string;
  readonly base: string;
}

export interface Case {
  readonly what: string;
  readonly path: string;
  readonly body?: JsonObject | undefined;
  readonly headers?: Record<string, string>;
  readonly status: number;
  /** In a Bulk, what its one operation is answered. */
  readonly each?: number;
  /**
   * A taken name has to be refused, so the answer tells that it is taken; not by whom. And who
   * names an organization of the directory is told that it is out of the scope.
   */
  readonly tells?: boolean;
}

export interface Attacker {
  readonly own: Names;
  readonly profile: ProfileName;
}

export type Row = (their: Names, by: Attacker) => Case[];
export type Filters = (their: Names, by: Attacker) => string[];

/** A name that nobody has. */
export const FRESH = "fresh@people.test";

export const userFilters: Filters = (their, { own }) => [
  `id eq "${their.userId}"`,
  `id sw "${their.userId}"`,
  `userName eq "${their.userName}"`,
  `userName eq "${their.userName.toUpperCase()}"`,
  `userName sw "${their.userName}"`,
  `userName co "${their.userName}"`,
  `externalId eq "${their.externalId}"`,
  `emails.value eq "${their.email}"`,
  `emails eq "${their.email}"`,
  `emails[type eq "work" and value eq "${their.email}"]`,
  `emails[type eq "work"].value eq "${their.email}"`,
  `phoneNumbers.value eq "${their.phone}"`,
  `groups.value eq "${their.groupId}"`,
  `groups[value eq "${their.groupId}"]`,
  `groups.display eq "${their.displayName}"`,
  `groups.$ref eq "${their.base}/Groups/${their.groupId}"`,
  `groups.$ref eq "${own.base}/Groups/${their.groupId}"`,
  `meta.location eq "${their.base}/Users/${their.userId}"`,
  `meta.location eq "${own.base}/Users/${their.userId}"`,
  `userName eq "${their.userName}" or id eq "${their.userId}"`,
  `id ne "${own.userId}" and groups.value ne "${their.groupId}"`,
  `not (id eq "${own.userId}")`,
  `title eq "${MARKER}"`,
  `${ENTERPRISE}:organizationId eq "${their.organizationId}"`,
];

export const groupFilters: Filters = (their, { own }) => [
  `id eq "${their.groupId}"`,
  `displayName eq "${their.displayName}"`,
  `displayName co "${their.displayName}"`,
  `externalId eq "${their.groupExternalId}"`,
  `members.value eq "${their.userId}"`,
  `members eq "${their.userId}"`,
  `members[value eq "${their.userId}"]`,
  `members.$ref eq "${their.base}/Users/${their.userId}"`,
  `members.$ref eq "${own.base}/Users/${their.userId}"`,
  `meta.location eq "${their.base}/Groups/${their.groupId}"`,
  `not (id eq "${own.groupId}")`,
];

export const organizationFilters: Filters = (their, { own }) => [
  `id eq "${their.organizationId}"`,
  `displayName eq "${their.organizationName}"`,
  `displayName co "${their.organizationName}"`,
  `externalId eq "${their.groupExternalId}"`,
  `code eq "${their.code}"`,
  `code co "${their.code}"`,
  `parent eq "${their.organizationId}"`,
  `meta.location eq "${their.base}/Organizations/${their.organizationId}"`,
  `meta.location eq "${own.base}/Organizations/${their.organizationId}"`,
];

/** The filters of all, over all: each still has to find nothing that is theirs. */
export const rootFilters: Filters = (their, by) =>
  [userFilters, groupFilters, organizationFilters]
    .flatMap((of) => of(their, by))
    .filter(
      // These find what is the attacker's own, of the other type.
      (filter) => !/^(not |id ne )/.test(filter),
    );

export function queried(collection: string, filters: Filters): Row {
  return (their, by) =>
    filters(their, by).map((filter) => ({
      what: filter,
      path: `${collection}?filter=${encodeURIComponent(filter)}`,
      status: 200,
    }));
}

export function searched(collection: string, filters: Filters): Row {
  return (their, by) =>
    filters(their, by).map((filter) => ({
      what: filter,
      path: `${collection}/.search`,
      body: { schemas: [MESSAGE_SEARCH], filter },
      status: 200,
    }));
}
