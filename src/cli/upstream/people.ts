/** Records made up from their numbers, so that both sides of the wire know them. */
import type { JsonObject } from "../../scim/json.ts";
import type { Route, Script } from "./script.ts";

const CORE = "urn:ietf:params:scim:schemas:core:2.0";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/** When the first record was last changed; the others follow second by second. */
const FIRST = Date.UTC(2026, 0, 1);
/** Below an organization are so many. */
const BRANCHES = 8;

/** How many there are of what people belong to. */
export interface Sizes {
  readonly organizations: number;
  readonly groups: number;
}

export function personId(n: number): string {
  return `person-${n}`;
}

export function organizationId(n: number): string {
  return `organization-${n}`;
}

export function groupId(n: number): string {
  return `group-${n}`;
}

/** `revision` counts the changes of a record: each is a second younger than the one before. */
export function recordAt(
  route: Exclude<Route, "token">,
  n: number,
  revision: number,
  shape: Script["shape"],
  sizes: Sizes,
): JsonObject {
  switch (route) {
    case "Users":
      return shape === "dialect" ? dialectPerson(n, revision, sizes) : person(n, revision, sizes);
    case "Organizations":
      return organization(n, revision, shape);
    case "Groups":
      return group(n, revision);
  }
}

function person(n: number, revision: number, { organizations, groups }: Sizes): JsonObject {
  return {
    schemas: [`${CORE}:User`, ENTERPRISE],
    id: personId(n),
    userName: `person.${n}`,
    name: { givenName: `Given${n}`, familyName: `Family${n}` },
    displayName: `Given${n} Family${n}`,
    title: "Engineer",
    active: true,
    emails: [
      { value: `person.${n}@home.example`, type: "home" },
      { value: `person.${n}@work.example`, type: "work", primary: true },
    ],
    [ENTERPRISE]: {
      employeeNumber: String(n),
      department: `Department ${n % 10}`,
      ...(organizations > 0 && { organizationId: organizationId(n % organizations) }),
    },
    ...(groups > 0 && { groups: [{ value: groupId(n % groups), display: `Group ${n % groups}` }] }),
    meta: metaOf("User", n, revision),
  };
}

function dialectPerson(n: number, revision: number, { organizations, groups }: Sizes): JsonObject {
  return {
    schemas: [`${CORE}:User`, ENTERPRISE],
    id: personId(n),
    displayName: `Given${n} Family${n}`,
    userName: `person.${n}`,
    active: true,
    organization: organizations > 0 ? [organizationId(n % organizations)] : [],
    group: groups > 0 ? [groupId(n % groups)] : [],
    emails: [{ value: `person.${n}@work.example` }],
    phoneNumbers: [{ value: `+86-138${String(n).padStart(8, "0")}` }],
    [ENTERPRISE]: { costcenter: `C-${n % 100}` },
    meta: { ...metaOf("User", n, revision), version: String(revision) },
  };
}

function organization(n: number, revision: number, shape: Script["shape"]): JsonObject {
  const meta = metaOf("Organization", n, revision);
  return {
    schemas: [`${CORE}:Organization`],
    id: organizationId(n),
    displayName: `Organization ${n}`,
    code: `O-${n}`,
    order: n,
    ...(n > 0 && { parent: organizationId(Math.floor((n - 1) / BRANCHES)) }),
    // The documents have these times with an offset, and without its colon.
    meta: shape === "dialect" ? { ...meta, lastModified: eastTime(timeAt(n, revision)) } : meta,
  };
}

function group(n: number, revision: number): JsonObject {
  return {
    schemas: [`${CORE}:Group`],
    id: groupId(n),
    displayName: `Group ${n}`,
    meta: metaOf("Group", n, revision),
  };
}

function metaOf(resourceType: string, n: number, revision: number): JsonObject {
  const lastModified = `${new Date(timeAt(n, revision)).toISOString().slice(0, 19)}Z`;
  return { resourceType, created: `${new Date(FIRST).toISOString().slice(0, 19)}Z`, lastModified };
}

/** Changes are younger than all that was there before them. */
export function timeAt(n: number, revision: number): number {
  return FIRST + n * 1_000 + revision * 30 * 86_400_000;
}

function eastTime(time: number): string {
  return `${new Date(time + 8 * 3_600_000).toISOString().slice(0, 19)}+0800`;
}
