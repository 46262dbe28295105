import { describe, expect, it } from "vitest";
import { GROUP, USER } from "../../src/scim/schemas.ts";
import { resolveSort } from "../../src/scim/sort.ts";
import { refusal } from "../support/scim-error.ts";

describe("RFC 7644 §3.4.2.3 sortBy", () => {
  it.each([
    ["userName", "userName", undefined],
    ["NAME.FAMILYNAME", "name", "familyName"],
    ["emails", "emails", "value"],
    ["emails.type", "emails", "type"],
    ["meta.lastModified", "meta", "lastModified"],
    ["urn:ietf:params:scim:schemas:core:2.0:user:title", "title", undefined],
    [
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
      "manager",
      "value",
    ],
  ])("%s names an attribute", (sortBy, attribute, sub) => {
    const [sort] = resolveSort(sortBy, true, [USER]);
    expect(sort?.descending).toBe(true);
    expect([sort?.target?.attribute.name, sort?.target?.sub?.name]).toEqual([attribute, sub]);
  });

  it.each([
    "",
    "nothing",
    "name",
    "name.nothing",
    "addresses",
    "meta",
    "password",
    "groups",
    "groups.display",
    'emails[type eq "work"].value',
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:x:nothing:2.0:User:title",
    "__proto__",
    "userName desc",
    "userName,title",
    "members",
  ])("is invalidPath where it is %j", (sortBy) => {
    expect(refusal(() => resolveSort(sortBy, false, [USER])).reason).toBe("invalidPath");
  });

  it("needs one type that has the attribute", () => {
    const sorts = resolveSort("userName", false, [USER, GROUP]);
    expect(sorts.map(({ target }) => target?.attribute.name)).toEqual(["userName", undefined]);
    expect(refusal(() => resolveSort("x", false, [USER, GROUP])).reason).toBe("invalidPath");
    expect(refusal(() => resolveSort("members", false, [USER, GROUP])).reason).toBe("invalidPath");
  });
});
