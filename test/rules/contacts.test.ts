/** One work phone and one work e-mail: A63 and A70 to A72 of the source documents. */
import { beforeEach, describe, expect, it } from "vitest";
import { claim, newSource, type Source } from "../support/client.ts";
import * as scim from "../support/scim.ts";

let source: Source;

beforeEach(async () => {
  source = await newSource(await claim(), "standard");
});

describe("A63, A70, A71, A72: one work phone and one work e-mail", () => {
  const ATTRIBUTES = [
    ["phoneNumbers", "+8613800000000", "+8613900000000", "phone"],
    ["emails", "a@one.test", "b@one.test", "email"],
  ] as const;

  it.each(ATTRIBUTES)("A63, A70 keeps one of %s, of type work", async (name, value) => {
    const path = await scim.newUser(source, { [name]: [{ value }] });
    expect((await source.call("GET", path)).body[name]).toEqual([{ value, type: "work" }]);
  });

  it.each(ATTRIBUTES)("A71 refuses another type of %s by name", async (name, value) => {
    const body = scim.userBody({ [name]: [{ value, type: "mobile" }] });
    const posted = await source.call("POST", "/Users", body);
    scim.expectError(posted, 400, "invalidValue");
    expect(scim.textAt(posted.body, "detail")).toMatch(
      `"${name}" takes values of type "work" only`,
    );
    const path = await scim.newUser(source);
    for (const answer of [
      await source.call("PUT", path, body),
      await scim.patch(source, path, { op: "add", path: name, value: [{ value, type: "home" }] }),
      await scim.patch(source, path, { op: "add", path: `${name}[type eq "home"].value`, value }),
    ]) {
      scim.expectError(answer, 400, "invalidValue");
    }
    expect((await source.call("GET", path)).body[name]).toBeUndefined();
  });

  it.each(ATTRIBUTES)("A72 refuses two work values of %s", async (name, one, other) => {
    const two = [
      { value: one, type: "work" },
      { value: other, type: "work" },
    ];
    const body = scim.userBody({ [name]: two });
    scim.expectError(await source.call("POST", "/Users", body), 400, "invalidValue");
    const path = await scim.newUser(source, { [name]: [two[0] ?? {}] });
    scim.expectError(await source.call("PUT", path, body), 400, "invalidValue");
    const add = { op: "add", path: name, value: [two[1] ?? {}] };
    scim.expectError(await scim.patch(source, path, add), 400, "invalidValue");
    expect(scim.valuesOf((await source.call("GET", path)).body[name])).toEqual([one]);
  });
});
