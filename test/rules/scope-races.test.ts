/** A scope is changed while others write, and nothing ends up outside of it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { pauseCall } from "../support/faults.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import { newScopes, placesOf, putScope, scopeOf } from "../support/trees.ts";

it("A10 takes no organization that is deleted while it is written", async () => {
  const { admin, seller, sales, asia } = await newScopes();
  await putScope(admin, seller, { organizationIds: [sales] });
  const pause = pauseCall("object", 2, "before");
  const put = putScope(admin, seller, { organizationIds: [sales, asia] });
  await pause.reached();
  await env.DB.prepare("UPDATE organizations SET deleted_at = 1 WHERE id = ?").bind(asia).run();
  pause.release();
  expect([(await put).status, (await put).body["code"]]).toEqual([400, "organization_unknown"]);
  expect((await scopeOf(admin, seller)).body["organizationIds"]).toEqual([sales]);
});

it("A13 is where everybody lands, also while it shrinks and moves", async () => {
  const { admin, seller, sales, asia } = await newScopes();
  await putScope(admin, seller, { organizationIds: [sales, asia] });
  const post = (n: number) => seller.call("POST", "/Users", scim.userBody({ userName: `u${n}` }));
  const before = Array.from({ length: 20 }, (_, n) => post(n));
  const shrunk = putScope(admin, seller, { organizationIds: [asia], targetOrganizationId: asia });
  const during = Array.from({ length: 20 }, (_, n) => post(20 + n));
  expect((await shrunk).status).toBe(200);
  const after = await Promise.all([post(40), post(41)]);
  const answers = await Promise.all([...before, ...during]);
  expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
  const places = await placesOf(answers.map(({ body }) => scim.textAt(body, "id")));
  expect(places.filter((place) => place !== sales && place !== asia)).toEqual([]);
  expect(await placesOf(after.map(({ body }) => scim.textAt(body, "id")))).toEqual([asia, asia]);
  expect(await violations()).toEqual([]);
});

it("is one of two that are put at the same time, whole", async () => {
  const { admin, seller, europe, sales, asia } = await newScopes();
  const scopes = [
    { organizationIds: [europe, asia], targetOrganizationId: asia },
    { organizationIds: [sales], targetOrganizationId: sales },
  ];
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(scopes.map((scope) => putScope(admin, seller, scope)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { body } = await scopeOf(admin, seller);
    const { groupIds: _groups, ...found } = body;
    const wanted = scopes.map((scope) => ({
      ...scope,
      organizationIds: [...scope.organizationIds].sort(),
    }));
    expect(wanted).toContainEqual(found);
  }
  expect(await violations()).toEqual([]);
});
