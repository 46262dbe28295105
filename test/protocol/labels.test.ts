/** `externalId` is what a source calls somebody: to another source it says nothing. RFC 7643 §3.1. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { claim, newSource, type Answer, type Source } from "../support/client.ts";
import { search } from "../support/lists.ts";
import * as scim from "../support/scim.ts";
import { walk } from "../support/walk.ts";

interface World {
  readonly owner: Source;
  /** Sees the owner's organization. */
  readonly other: Source;
  readonly user: string;
  readonly group: string;
}

async function world(): Promise<World> {
  const admin = await claim();
  const [owner, other] = [await newSource(admin, "okta"), await newSource(admin, "okta")];
  const user = await scim.newUser(owner, { userName: "ann", externalId: "label-of-ann" });
  await scim.newUser(other, { userName: "own", externalId: "label-of-own" });
  const group = await scim.newGroup(owner, "team", [scim.idAt(user)]);
  await env.DB.prepare(
    `INSERT INTO visible_orgs (source_id, organization_id)
      SELECT ?, organization_id FROM users WHERE id = ?`,
  )
    .bind(other.id, scim.idAt(user))
    .run();
  return { owner, other, user, group };
}

const SHOWN = ["", "?attributes=externalId", "?attributes=userName,externalId"];

describe("the externalId of somebody whom another source owns", () => {
  it("is the owner's to see, on every path", async () => {
    const { owner, other, user } = await world();
    const id = scim.idAt(user);
    for (const query of SHOWN) {
      expect((await owner.call("GET", user + query)).body["externalId"]).toBe("label-of-ann");
      const joined = query === "" ? "?" : `${query}&`;
      const paths = [
        user + query,
        `/Users${query}`,
        `/Users${joined}cursor=`,
        `/Users${joined}sortBy=userName`,
        `/Users${joined}filter=${encodeURIComponent(`id eq "${id}"`)}`,
        `/${query}`,
      ];
      for (const path of paths) {
        const seen = await other.call("GET", path);
        expect([path, seen.status, seen.text.includes(id)]).toEqual([path, 200, true]);
        expect([path, seen.text.includes("label-of-ann")]).toEqual([path, false]);
      }
    }
    for (const collection of ["", "/Users"]) {
      const seen = await search(other, collection, { attributes: ["externalId"] });
      expect(seen.text).toContain(id);
      expect(seen.text).toContain("label-of-own");
      expect(seen.text).not.toContain("label-of-ann");
    }
  });

  it("finds and orders nobody", async () => {
    const { owner, other, user } = await world();
    const own = scim.idsOf(await scim.find(other, 'userName eq "own"'));
    const both = [...own, scim.idAt(user)];
    const found = async (source: Source, filter: string): Promise<unknown[]> => {
      const answers: Answer[] = [
        await scim.find(source, filter),
        await search(source, "/Users", { filter }),
        await search(source, "", { filter: `${filter} and userName pr` }),
      ];
      const [first, ...rest] = answers.map(scim.idsOf);
      for (const ids of rest) expect(ids).toEqual(first);
      return first ?? [];
    };
    for (const filter of [
      'externalId eq "label-of-ann"',
      'externalId sw "label-of-a"',
      'externalId eq "label-of-ann" or externalId eq "x"',
      'externalId gt "label" and userName eq "ann"',
    ]) {
      expect([filter, await found(owner, filter)]).toEqual([filter, [scim.idAt(user)]]);
      expect([filter, await found(other, filter)]).toEqual([filter, []]);
    }
    expect(await found(other, "externalId pr")).toEqual(own);
    expect(await found(other, "externalId eq null")).toEqual([scim.idAt(user)]);
    // As if there were none: last, and descending first.
    expect(await walk(other, "/Users?sortBy=externalId&count=1")).toEqual(both);
    const down = "/Users?sortBy=externalId&sortOrder=descending&count=1";
    expect(await walk(other, down)).toEqual(both.toReversed());
  });

  it("does not come back with what a write of another source is answered", async () => {
    const { other, user, group } = await world();
    const change = scim.patchBody({ op: "replace", path: "title", value: "x" });
    for (const answer of [
      await other.call("PATCH", user, change),
      await other.call("PUT", user, scim.userBody({ userName: "ann" })),
      await other.call("POST", "/Users", scim.userBody({ userName: "ann" })),
      await other.call("DELETE", user),
      await other.call("GET", group),
    ]) {
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain("label-of-ann");
    }
  });
});
