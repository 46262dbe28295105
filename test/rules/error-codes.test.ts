/** Errors explained: the catalogue over HTTP, and in the language that was asked for. */
import { describe, expect, it } from "vitest";
import { REASONS, type Row } from "../../src/scim/catalogue.ts";
import { ERROR_NUMBERS } from "../../src/scim/dialect-error.ts";
import { newKey, withHeaders } from "../support/admins.ts";
import { oneSource } from "../support/client.ts";
import { keepQuiet } from "../support/quiet.ts";
import { objectsIn, userBody } from "../support/scim.ts";

keepQuiet();

describe("the catalogue of errors", () => {
  it("is there for everybody, in both languages", async () => {
    const { status, body } = await withHeaders({})("GET", "/error-codes");
    expect(status).toBe(200);
    const listed = objectsIn(body["data"] ?? []);
    expect(listed).toHaveLength(Object.keys(REASONS).length);
    expect(listed).toContainEqual({
      code: "invalid_filter",
      status: 400,
      scimType: "invalidFilter",
      errcode: 40003,
      en: REASONS.invalidFilter.en,
      zh: REASONS.invalidFilter.zh,
    });
  });

  it("gives each code the number under which the second dialect has it", async () => {
    const { body } = await withHeaders({})("GET", "/error-codes");
    const listed = objectsIn(body["data"] ?? []);
    const own = Object.values(ERROR_NUMBERS);
    expect(new Set(own).size).toBe(own.length);
    for (const { errcode, status } of listed) {
      if (status === 200) expect(errcode).toBeNull();
      else expect(Math.trunc(Number(errcode) / 100)).toBe(status);
    }
    const numbers = listed.map(({ errcode }) => errcode);
    for (const number of own) expect(numbers.filter((one) => one === number)).toEqual([number]);
  });

  it.each([
    ["zh-CN,zh;q=0.9", "zh"],
    ["fr", "en"],
  ] as const)("explains a problem in the language of %s", async (accept, language) => {
    const { secret } = await newKey("owner");
    const owner = withHeaders({ authorization: `Bearer ${secret}`, "accept-language": accept });
    const { headers, body } = await owner("GET", "/data-sources/ds_none");
    expect(headers.get("content-language")).toBe(language);
    const row: Row = REASONS.not_found;
    expect(body).toMatchObject({
      code: "not_found",
      title: row[language].title,
      hint: row[language].advice,
      detail: "There is no such data source",
    });
  });

  it("names the code of a SCIM error in a header, and leaves the body as RFC 7644 has it", async () => {
    const source = await oneSource("okta");
    const { headers, body } = await source.call("POST", "/Users", userBody({ userName: 7 }));
    expect(headers.get("x-error-code")).toBe("invalid_value");
    expect(Object.keys(body).sort()).toEqual(["detail", "schemas", "scimType", "status"]);
    expect(body["scimType"]).toBe("invalidValue");
  });
});
