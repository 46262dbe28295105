/** A user in more groups than a row can hold beside it. RFC 7643 §4.1.2. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { oneSource } from "../support/client.ts";
import { insertGroups, insertMembers, testId } from "../support/directory-rows.ts";
import * as scim from "../support/scim.ts";

it.each([999, 1_000, 1_001, 2_500])("shows all of its %i groups, in their order", async (count) => {
  const source = await oneSource();
  const user = scim.idAt(await scim.newUser(source));
  const ids = Array.from({ length: count }, (_, index) => testId(index));
  await insertGroups(
    env.DB,
    ids.map((id) => ({ id, sourceId: source.id, attributes: { displayName: `of ${id}` } })),
  );
  await insertMembers(
    env.DB,
    ids.map((group) => ({ group, user })),
  );
  const { body } = await source.call("GET", `/Users/${user}`);
  const shown = ids.map((id) => ({
    value: id,
    $ref: `${source.base}/Groups/${id}`,
    display: `of ${id}`,
    type: "direct",
  }));
  expect(body["groups"]).toEqual(shown);
  const without = await source.call("GET", `/Users/${user}?excludedAttributes=groups`);
  expect([without.status, without.body["groups"]]).toEqual([200, undefined]);
});
