/** The people and groups of a world: made up from numbers, so that both sides of the wire know them. */
import { uuidv7 } from "../src/directory/ids.ts";
import type { JsonObject } from "../src/scim/json.ts";

/** The sizes of groups; a world has those that its users can fill. */
export const GROUP_SIZES = [10, 1_000, 100_000] as const;
export type GroupSize = (typeof GROUP_SIZES)[number];

/** Users beyond the size of a world, in no group: one for each connection to put into groups. */
export const SPARES = 64;

const CORE = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export function userId(number: number): string {
  return numberedId(1_700_000_000_000, number);
}

export function groupId(size: GroupSize): string {
  return numberedId(1_600_000_000_000, size);
}

/** A UUIDv7 that is the same for the same number, in the order of numbers. */
function numberedId(since: number, number: number): string {
  const bytes = new Uint8Array(10);
  new DataView(bytes.buffer).setUint32(6, number);
  return uuidv7(since + number, bytes);
}

export function userNameOf(name: string): string {
  return `${name}@people.example`;
}

/** About a kilobyte, as identity providers send it. */
export function attributesOf(name: string): JsonObject {
  return {
    userName: userNameOf(name),
    externalId: `ext-${name}`,
    name: { givenName: "Ada", familyName: `Lovelace ${name}`, formatted: `Ada Lovelace ${name}` },
    displayName: `Ada Lovelace ${name}`,
    nickName: "Ada",
    title: "Principal Analyst, Engines and Tables",
    userType: "Employee",
    preferredLanguage: "en-GB",
    locale: "en-GB",
    timezone: "Europe/London",
    active: true,
    emails: [{ value: userNameOf(name), type: "work", primary: true }],
    phoneNumbers: [{ value: `+44 20 7946 0000 ext ${name}`, type: "work" }],
    addresses: [
      {
        type: "work",
        streetAddress: "12 St James's Square",
        locality: "London",
        postalCode: "SW1Y 4JH",
        country: "GB",
      },
    ],
    [ENTERPRISE]: {
      employeeNumber: `70-${name}`,
      costCenter: "4130",
      division: "Research",
      department: "Analytical Engines",
    },
  };
}

/** The attributes of a new user as a request's body. */
export function userBody(name: string): JsonObject {
  return { schemas: [CORE, ENTERPRISE], ...attributesOf(name) };
}

/** The name of the user that a world has under a number. */
export function nameOf(number: number | string): string {
  return `user-${number}`;
}
