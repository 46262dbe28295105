import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFilter, parsePath } from "../../src/scim/filter.ts";
import type { AttributePath, Filter, FilterValue } from "../../src/scim/filter.ts";
import { LIMITS, SCHEMA_ENTERPRISE, SCHEMA_GROUP, SCHEMA_USER } from "../../src/scim/messages.ts";
import { anyFilter } from "../support/filter-arbitrary.ts";
import { and, at, compare, not, or, present, some } from "../support/filter-trees.ts";
import { printFilter } from "../support/print-filter.ts";

const employee = compare("userType", "eq", "Employee");
const anyExample = or(
  compare("emails", "co", "example.com"),
  compare("emails.value", "co", "example.org"),
);
const workMail = and(compare("type", "eq", "work"), compare("value", "co", "@example.com"));

describe("the examples of RFC 7644 §3.4.2.2", () => {
  it.each<[string, Filter]>([
    ['userName Eq "john"', compare("userName", "eq", "john")],
    ['Username eq "john"', compare("Username", "eq", "john")],
    ['userName eq "bjensen"', compare("userName", "eq", "bjensen")],
    [`name.familyName co "O'Malley"`, compare("name.familyName", "co", "O'Malley")],
    ['userName sw "J"', compare("userName", "sw", "J")],
    [`${SCHEMA_USER}:userName sw "J"`, compare(at("userName", SCHEMA_USER), "sw", "J")],
    ["title pr", present("title")],
    ...(["gt", "ge", "lt", "le"] as const).map((operator): [string, Filter] => [
      `meta.lastModified ${operator} "2011-05-13T04:42:34Z"`,
      compare("meta.lastModified", operator, "2011-05-13T04:42:34Z"),
    ]),
    ['title pr and userType eq "Employee"', and(present("title"), employee)],
    ['title pr or userType eq "Intern"', or(present("title"), compare("userType", "eq", "Intern"))],
    [`schemas eq "${SCHEMA_ENTERPRISE}"`, compare("schemas", "eq", SCHEMA_ENTERPRISE)],
    [
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      and(employee, anyExample),
    ],
    [
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
      and(compare("userType", "ne", "Employee"), not(anyExample)),
    ],
    [
      'userType eq "Employee" and (emails.type eq "work")',
      and(employee, compare("emails.type", "eq", "work")),
    ],
    [
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      and(employee, some("emails", workMail)),
    ],
    [
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
      or(
        some("emails", workMail),
        some("ims", and(compare("type", "eq", "xmpp"), compare("value", "co", "@foo.com"))),
      ),
    ],
  ])("parses %s", (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });
});

const work = compare("type", "eq", "work");
const a = present("a");
const b = present("b");
const c = present("c");

describe("grouping and precedence", () => {
  it.each<[string, Filter]>([
    ["a pr or b pr and c pr", or(a, and(b, c))],
    ["a pr and b pr or c pr", or(and(a, b), c)],
    ["(a pr or b pr) and c pr", and(or(a, b), c)],
    ["a pr and (b pr and c pr)", and(a, b, c)],
    ["(a pr or b pr) or c pr", or(a, b, c)],
    ["a pr or (b pr and c pr)", or(a, and(b, c))],
    ["((a pr))", a],
    ["not (a pr)", not(a)],
    ["NOT(a pr)", not(a)],
    ["not (a pr) and b pr", and(not(a), b)],
    ["not (a pr and b pr)", not(and(a, b))],
    ["not (not (a pr))", not(not(a))],
    ["a pr AND b pr Or c pr", or(and(a, b), c)],
    ["a pr and(b pr)or c pr", or(and(a, b), c)],
    ["e[not (a pr)]", some("e", not(a))],
    ["e[(a pr or b pr) and c pr]", some("e", and(or(a, b), c))],
    ["not (e[a pr] and b pr)", not(and(some("e", a), b))],
  ])("parses %s", (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });
});

describe("value paths", () => {
  it.each<[string, Filter]>([
    ['emails[type eq "work"]', some("emails", work)],
    ['emails[type eq "work"].value eq "x"', some("emails", and(work, compare("value", "eq", "x")))],
    ['emails[type eq "work"].value pr', some("emails", and(work, present("value")))],
    [
      'emails[type eq "work" and primary eq true].value SW "x"',
      some("emails", and(work, compare("primary", "eq", true), compare("value", "sw", "x"))),
    ],
    [
      'emails[type eq "work" or a pr].value eq "x"',
      some("emails", and(or(work, a), compare("value", "eq", "x"))),
    ],
    [
      'a pr and emails[ type eq "work" ].value eq "x" or b pr',
      or(and(a, some("emails", and(work, compare("value", "eq", "x")))), b),
    ],
    [
      '(emails[type eq "work"].value eq "x")',
      some("emails", and(work, compare("value", "eq", "x"))),
    ],
  ])("parses %s", (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });
});

describe("names", () => {
  const upper = SCHEMA_ENTERPRISE.toUpperCase();

  it.each<[string, AttributePath]>([
    [`${SCHEMA_ENTERPRISE}:department`, at("department", SCHEMA_ENTERPRISE)],
    [`${upper}:Department`, at("Department", upper)],
    [`${SCHEMA_ENTERPRISE}:manager.value`, at("manager.value", SCHEMA_ENTERPRISE)],
    [`${SCHEMA_ENTERPRISE}:manager.$ref`, at("manager.$ref", SCHEMA_ENTERPRISE)],
    ["urn:example:acme:badge", at("badge", "urn:example:acme")],
    ["members.$ref", at("members.$ref")],
    ["__proto__", at("__proto__")],
    ["constructor.prototype", at("constructor.prototype")],
    ["not", at("not")],
    ["pr", at("pr")],
    ["and", at("and")],
    ["a-b_c1", at("a-b_c1")],
  ])("reads %s", (text, path) => {
    expect(parseFilter(`${text} pr`)).toEqual({ kind: "present", path });
    expect(parsePath(text)).toEqual({ path });
  });
});

describe("values", () => {
  it.each<[string, FilterValue]>([
    ['""', ""],
    ['"a\\"b\\\\c\\/d"', 'a"b\\c/d'],
    ['"\\b\\f\\n\\r\\t"', "\b\f\n\r\t"],
    ['"\\u00e9\\ud83d\\ude00"', "é\u{1f600}"],
    ['"é+%2B \u{1f600}"', "é+%2B \u{1f600}"],
    ['"a) or (b pr"', "a) or (b pr"],
    ['"]"', "]"],
    ["0", 0],
    ["-0", 0],
    ["-12.5e+3", -12500],
    ["1E2", 100],
    ["true", true],
    ["false", false],
    ["null", null],
    ["True", true],
  ])("reads %s", (text, value) => {
    expect(parseFilter(`a eq ${text}`)).toEqual(compare("a", "eq", value));
    expect(parseFilter(`(a eq ${text})`)).toEqual(compare("a", "eq", value));
    expect(parseFilter(`e[a eq ${text}]`)).toEqual(some("e", compare("a", "eq", value)));
  });
});

it.each(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const)(
  "knows %s in any letter case",
  (operator) => {
    for (const text of [
      operator,
      operator.toUpperCase(),
      `${operator.charAt(0)}${operator.charAt(1).toUpperCase()}`,
    ]) {
      expect(parseFilter(`a ${text} 1`)).toEqual(compare("a", operator, 1));
    }
    expect(parseFilter("a PR")).toEqual(present("a"));
  },
);

it("tolerates white space between any two tokens", () => {
  expect(parseFilter(' \t( not  ( a\r\n pr )\nand  e [ a  eq  "x" ] ) ')).toEqual(
    and(not(a), some("e", compare("a", "eq", "x"))),
  );
});

describe("PATCH paths", () => {
  it.each([
    ["members", { path: at("members") }],
    ["name.givenName", { path: at("name.givenName") }],
    ['members[value eq "x"]', { path: at("members"), filter: compare("value", "eq", "x") }],
    ['emails[type eq "work"].value', { path: at("emails.value"), filter: work }],
    ['emails[type eq "work"].$ref', { path: at("emails.$ref"), filter: work }],
    [' emails [ type eq "work" ] ', { path: at("emails"), filter: work }],
    ["e[a pr and not (b pr or c pr)]", { path: at("e"), filter: and(a, not(or(b, c))) }],
    [`${SCHEMA_ENTERPRISE}:employeeNumber`, { path: at("employeeNumber", SCHEMA_ENTERPRISE) }],
    [
      `${SCHEMA_GROUP}:members[value eq "x"]`,
      { path: at("members", SCHEMA_GROUP), filter: compare("value", "eq", "x") },
    ],
    [SCHEMA_ENTERPRISE, { path: at("", SCHEMA_ENTERPRISE) }],
    ["urn:example:ext:1.0:Thing", { path: at("", "urn:example:ext:1.0:Thing") }],
  ])("parses %s", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });
});

it("gives back every tree that was printed", () => {
  fc.assert(
    fc.property(
      anyFilter.filter((filter) => printFilter(filter).length <= LIMITS.filterLength),
      (filter) => {
        expect(parseFilter(printFilter(filter))).toEqual(filter);
      },
    ),
    { numRuns: 6_000 },
  );
}, 60_000);
