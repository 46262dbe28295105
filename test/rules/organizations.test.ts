/** Organizations as a SCIM resource. */
import { expect, it } from "vitest";
import { oneSource } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import { ENTERPRISE, textAt, userBody } from "../support/scim.ts";

const ORGANIZATION = "urn:ietf:params:scim:schemas:core:2.0:Organization";

it("A20 thin path", async () => {
  const source = await oneSource("standard");
  const made = await source.call("POST", "/Organizations", {
    schemas: [ORGANIZATION],
    displayName: "Sales",
    code: "S-1",
    order: 0,
  });
  expect(made.status, made.text).toBe(201);
  const id = textAt(made.body, "id");
  const got = await source.call("GET", `/Organizations/${id}`);
  expect(got.status, got.text).toBe(200);
  expect(got.body).toEqual(made.body);
  const user = await source.call(
    "POST",
    "/Users",
    userBody({ [ENTERPRISE]: { organization: id } }),
  );
  expect(user.status, user.text).toBe(201);
  expect(user.body[ENTERPRISE]).toEqual({ organization: id });
  const list = await source.call("GET", `/Organizations?filter=${encodeURIComponent('code eq "s-1"')}`);
  expect(list.body["totalResults"], list.text).toBe(1);
  expect(await violations()).toEqual([]);
});
