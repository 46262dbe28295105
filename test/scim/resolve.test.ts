import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResourceType } from "../../src/scim/attribute.ts";
import { ScimError } from "../../src/scim/error.ts";
import { parseFilter } from "../../src/scim/filter.ts";
import { SCHEMA_ENTERPRISE, SCHEMA_GROUP, SCHEMA_USER } from "../../src/scim/messages.ts";
import { resolvePath } from "../../src/scim/path.ts";
import { PROFILES } from "../../src/scim/profile.ts";
import type { Profile } from "../../src/scim/profile.ts";
import { resolveFilter } from "../../src/scim/resolve.ts";
import type { ResolvedFilter, Target } from "../../src/scim/resolve.ts";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { anyFilter, userFilter } from "../support/filter-arbitrary.ts";
import { printFilter } from "../support/print-filter.ts";
import { refusal } from "../support/scim-error.ts";

function resolved(text: string, type: ResourceType = USER, profile: Profile = PROFILES.rfc) {
  return resolveFilter(parseFilter(text), type, profile);
}

function printTarget({ extension, attribute, sub }: Target): string {
  const prefix = extension === undefined ? "" : `${extension}:`;
  return `${prefix}${attribute.name}${sub === undefined ? "" : `.${sub.name}`}`;
}

/** A resolved filter with targets printed, to be compared at a glance. */
function printed(filter: ResolvedFilter): string {
  switch (filter.kind) {
    case "compare":
      return `${printTarget(filter.target)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case "present":
      return `${printTarget(filter.target)} pr`;
    case "not":
      return `not (${printed(filter.filter)})`;
    case "some":
      return `${printTarget(filter.target)}[${printed(filter.filter)}]`;
    default:
      return `(${filter.filters.map(printed).join(` ${filter.kind} `)})`;
  }
}

describe("finds attributes", () => {
  it.each<[string, string, ResourceType?]>([
    ['USERNAME eq "x"', 'userName eq "x"'],
    ['Id eq "x"', 'id eq "x"'],
    ['externalID eq "x"', 'externalId eq "x"'],
    ['META.resourcetype eq "x"', 'meta.resourceType eq "x"'],
    [`schemas eq "${SCHEMA_USER}"`, `schemas eq "${SCHEMA_USER}"`],
    ['name.FamilyName co "x"', 'name.familyName co "x"'],
    ["name pr", "name pr"],
    ['emails co "x"', 'emails.value co "x"'],
    ['emails.type eq "x"', 'emails.type eq "x"'],
    ["emails pr", "emails pr"],
    ["addresses pr", "addresses pr"],
    ["emails eq null", "emails.value eq null"],
    [`${SCHEMA_USER.toUpperCase()}:username eq "x"`, 'userName eq "x"'],
    [`${SCHEMA_USER}:emails[type eq "x"]`, 'emails[type eq "x"]'],
    [`${SCHEMA_USER}:id eq "x"`, 'id eq "x"'],
    [
      `${SCHEMA_ENTERPRISE.toUpperCase()}:DEPARTMENT eq "x"`,
      `${SCHEMA_ENTERPRISE}:department eq "x"`,
    ],
    [`${SCHEMA_ENTERPRISE}:manager.value eq "x"`, `${SCHEMA_ENTERPRISE}:manager.value eq "x"`],
    [`${SCHEMA_ENTERPRISE}:manager.$ref sw "x"`, `${SCHEMA_ENTERPRISE}:manager.$ref sw "x"`],
    [`${SCHEMA_ENTERPRISE}:manager pr`, `${SCHEMA_ENTERPRISE}:manager pr`],
    ['groups.value eq "x"', 'groups.value eq "x"'],
    ['emails[TYPE eq "x"].VALUE eq "y"', 'emails[(type eq "x" and value eq "y")]'],
    ["emails[not (primary eq true)]", "emails[not (primary eq true)]"],
    ['members eq "x"', 'members.value eq "x"', GROUP],
    ['members[value eq "x" or $ref co "y"]', 'members[(value eq "x" or $ref co "y")]', GROUP],
    [`${SCHEMA_GROUP}:displayName eq "x"`, 'displayName eq "x"', GROUP],
    [
      'not (title pr) or (active eq false and title ge "x")',
      '(not (title pr) or (active eq false and title ge "x"))',
    ],
  ])("%s", (text, expected, type = USER) => {
    expect(printed(resolved(text, type))).toBe(expected);
  });
});

describe("refuses as invalidFilter", () => {
  it.each<[string, ResourceType?]>([
    ['nothing eq "x"'],
    ['department eq "x"'],
    ['name.nothing eq "x"'],
    ['userName.value eq "x"'],
    ['emails.nothing eq "x"'],
    ['emails[nothing eq "x"]'],
    ['emails[emails.type eq "x"]'],
    [`emails[${SCHEMA_USER}:type eq "x"]`],
    ['name[givenName eq "x"]'],
    ['schemas[value eq "x"]'],
    ['userName[value eq "x"]'],
    ['members.value eq "x"'],
    ['userName eq "x"', GROUP],
    [`${SCHEMA_USER}:displayName eq "x"`, GROUP],
    [`${SCHEMA_GROUP}:displayName eq "x"`],
    [`${SCHEMA_ENTERPRISE}:userName eq "x"`],
    [`${SCHEMA_ENTERPRISE}:id eq "x"`],
    [`${SCHEMA_ENTERPRISE} pr`],
    [`${SCHEMA_USER} pr`],
    ['urn:example:other:1.0:User:x eq "x"'],
    ["__proto__ pr"],
    ["constructor pr"],
    ["toString pr"],
    ["hasOwnProperty.call pr"],
    ["emails.__proto__ pr"],
    ["emails[__proto__ pr]"],
    ["name.constructor pr"],
    ['password eq "x"'],
    ["password pr"],
    ["not (password pr)"],
    ['name eq "x"'],
    ["name eq null"],
    [`${SCHEMA_ENTERPRISE}:manager eq "x"`],
    ['addresses eq "x"'],
    ['meta gt "x"'],
    ["active gt true"],
    ['active co "x"'],
    ["active ge false"],
    ["userName gt null"],
    ["userName co null"],
    ["active co null"],
    ['profileUrl gt "x"'],
    ['x509Certificates co "x"'],
    ['x509Certificates gt "x"'],
    ['meta.lastModified co "2024"'],
    ["userName eq 1"],
    ["userName eq true"],
    ["emails eq 1"],
    ["emails[primary eq 2]"],
    ['active eq "yes"'],
    ["active eq 2"],
    ['active eq ""'],
    ["meta.created gt 1"],
    ['meta.created gt "yesterday"'],
    ['meta.created gt "2024-01-01"'],
    ['meta.created gt "2024-02-30T00:00:00Z"'],
    ['meta.created gt "2024-01-01T25:00:00Z"'],
    ['meta.created gt ""'],
  ])("%s", (text, type = USER) => {
    for (const profile of [PROFILES.rfc, PROFILES.entra]) {
      expect(refusal(() => resolved(text, type, profile)).reason).toBe("invalidFilter");
    }
  });

  it("keeps the name it complains of short", () => {
    const error = refusal(() => resolved(`${"a".repeat(4000)} pr`));
    expect(error.message.length).toBeLessThan(200);
  });
});

it.each([
  ["2011-05-13T04:42:34Z", Date.UTC(2011, 4, 13, 4, 42, 34)],
  ["2011-05-13t04:42:34z", Date.UTC(2011, 4, 13, 4, 42, 34)],
  ["2011-05-13T04:42:34", Date.UTC(2011, 4, 13, 4, 42, 34)],
  ["2011-05-13T04:42:34.5678901Z", Date.UTC(2011, 4, 13, 4, 42, 34, 567)],
  ["2011-05-13T06:42:34+02:00", Date.UTC(2011, 4, 13, 4, 42, 34)],
  ["2011-05-12T23:42:34-05:00", Date.UTC(2011, 4, 13, 4, 42, 34)],
  ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
])("turns the time %s into epoch milliseconds", (text, milliseconds) => {
  expect(resolved(`meta.lastModified ge "${text}"`)).toMatchObject({ value: milliseconds });
});

describe("booleans", () => {
  it.each([
    ['"True"', true],
    ['"FALSE"', false],
    ["1", true],
    ["0", false],
  ])("are read from %s only where the profile says so", (text, value) => {
    expect(resolved(`active eq ${text}`, USER, PROFILES.entra)).toMatchObject({ value });
    expect(resolved(`roles[primary eq ${text}]`, USER, PROFILES.entra)).toMatchObject({
      filter: { value },
    });
    expect(refusal(() => resolved(`active eq ${text}`)).reason).toBe("invalidFilter");
  });
});

describe("extensions whose URN has no version", () => {
  const acme: ResourceType = {
    ...USER,
    extensions: [
      {
        required: false,
        schema: {
          id: "urn:example:acme",
          name: "Acme",
          description: "",
          attributes: USER.schema.attributes.filter(({ name }) => name === "title"),
        },
      },
      {
        required: false,
        schema: {
          id: "urn:example:v:1.0",
          name: "V",
          description: "",
          attributes: USER.schema.attributes,
        },
      },
    ],
  };

  it("are told apart by the schemas", () => {
    expect(printed(resolved('urn:example:acme:title eq "x"', acme))).toBe(
      'urn:example:acme:title eq "x"',
    );
    expect(resolvePath("urn:example:acme", acme, PROFILES.rfc)).toEqual({
      extension: "urn:example:acme",
    });
    expect(printed(resolved('urn:example:v:1.0:title eq "x"', acme))).toBe(
      'urn:example:v:1.0:title eq "x"',
    );
  });
});

describe("PATCH paths", () => {
  function path(text: string, type: ResourceType = USER, profile: Profile = PROFILES.rfc) {
    const found = resolvePath(text, type, profile);
    if (found === undefined) return undefined;
    const { extension, attribute, sub, filter } = found;
    const name = attribute === undefined ? extension : printTarget({ ...found, attribute });
    expect(sub === undefined || attribute !== undefined).toBe(true);
    return filter === undefined ? name : `${name} where ${printed(filter)}`;
  }

  it.each<[string, string | undefined, ResourceType?]>([
    ["Active", "active"],
    ["name.givenname", "name.givenName"],
    ["password", "password"],
    ["meta.version", "meta.version"],
    [`${SCHEMA_USER}:Name.FamilyName`, "name.familyName"],
    ['emails[type eq "work"].Value', 'emails.value where type eq "work"'],
    ['emails[type eq "work"]', 'emails where type eq "work"'],
    [`${SCHEMA_ENTERPRISE}:EmployeeNumber`, `${SCHEMA_ENTERPRISE}:employeeNumber`],
    [`${SCHEMA_ENTERPRISE}:manager.value`, `${SCHEMA_ENTERPRISE}:manager.value`],
    [SCHEMA_ENTERPRISE.toLowerCase(), SCHEMA_ENTERPRISE],
    [SCHEMA_USER, undefined],
    [`${SCHEMA_GROUP}:members[value eq "x"]`, 'members where value eq "x"', GROUP],
  ])("%s is %s", (text, expected, type = USER) => {
    expect(resolvePath(text, type, PROFILES.rfc)).toBeDefined();
    expect(path(text, type)).toBe(expected);
  });

  it.each<[string, ResourceType?]>([
    ["nothing"],
    ["name.nothing"],
    ["userName.value"],
    ["department"],
    ["__proto__"],
    ["constructor.prototype"],
    ["emails.__proto__"],
    ["nothing[value pr]"],
    ['emails[type eq "work"].nothing'],
    ["urn:example:other:1.0:User:x"],
    ["urn:example:other:1.0:User"],
    [`${SCHEMA_ENTERPRISE}[value pr]`],
    [SCHEMA_ENTERPRISE, GROUP],
    [`${SCHEMA_USER}:members`, GROUP],
  ])("%s is known to no schema", (text, type = USER) => {
    expect(resolvePath(text, type, PROFILES.rfc)).toBeUndefined();
  });

  it("refuses a malformed path as invalidPath, a selection as invalidFilter", () => {
    expect(refusal(() => path("emails[")).reason).toBe("invalidPath");
    expect(refusal(() => path("emails[nothing pr]")).reason).toBe("invalidFilter");
    expect(refusal(() => path("name[givenName pr]")).reason).toBe("invalidFilter");
    expect(refusal(() => path('roles[primary eq "True"].value')).reason).toBe("invalidFilter");
    expect(path('roles[primary eq "True"].value', USER, PROFILES.entra)).toBe(
      "roles.value where primary eq true",
    );
  });
});

it("answers every filter whose names, operators and values fit", () => {
  fc.assert(
    fc.property(userFilter, (filter) => {
      resolveFilter(filter, USER, PROFILES.rfc);
    }),
    { numRuns: 2_000 },
  );
});

it("throws nothing but short invalidFilter errors on any tree", () => {
  fc.assert(
    fc.property(anyFilter, fc.constantFrom(USER, GROUP), (filter, type) => {
      try {
        printed(resolveFilter(parseFilter(printFilter(filter)), type, PROFILES.entra));
      } catch (error) {
        if (!(error instanceof ScimError) || error.reason !== "invalidFilter") throw error;
        expect(error.message.length).toBeLessThan(250);
      }
    }),
    { numRuns: 2_000 },
  );
});
