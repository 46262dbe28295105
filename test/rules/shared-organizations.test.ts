/** Organizations that two sources see: what is whose, and what happens when both change the tree at once. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newSource, type Answer, type Source } from "../support/client.ts";
import { violations } from "../support/invariants.ts";
import * as scim from "../support/scim.ts";
import * as tree from "../support/tree.ts";

function move(source: Source, path: string, below: string): Promise<Answer> {
  return scim.patch(source, path, { op: "replace", path: "parent", value: scim.idAt(below) });
}

describe("an organization of another source, in scope", () => {
  it("takes users and children, and is not renamed, moved or deleted", async () => {
    const { admin, host, guest } = await tree.neighbours();
    const path = await tree.newOrganization(host);
    const id = scim.idAt(path);
    expect((await guest.call("GET", path)).status).toBe(200);
    const child = await tree.newOrganization(guest, { displayName: "Ours", parent: id });
    const user = await scim.created(guest, "/Users", tree.placedBody(id));
    expect(await tree.placeOf(user)).toBe(id);
    const before = await scim.stateAt(admin, host, path);
    const rename = { op: "replace", path: "displayName", value: "Taken" };
    tree.expectRefusal(await scim.patch(guest, path, rename), 403, /another data source/);
    tree.expectRefusal(await move(guest, path, child), 403, /another data source/);
    tree.expectRefusal(await guest.call("DELETE", path), 403, /another data source/);
    const again = await guest.call(
      "POST",
      "/Organizations",
      tree.organizationBody({ parent: await tree.targetOf(host) }),
    );
    scim.expectError(again, 409, "uniqueness");
    expect(await scim.stateAt(admin, host, path)).toEqual(before);
    tree.expectRefusal(await host.call("DELETE", path), 409, /organizations below/);
    expect(await violations()).toEqual([]);
  });

  it("does not tell its label, nor who is above it", async () => {
    const { host, guest } = await tree.neighbours();
    const path = await tree.newOrganization(host, { externalId: "secret", code: "C" });
    const { body } = await guest.call("GET", path);
    expect(body).not.toHaveProperty("externalId");
    const found = await scim.find(guest, 'externalId eq "secret"', "/Organizations");
    expect(found.body["totalResults"]).toBe(0);
    const top = `/Organizations/${await tree.targetOf(host)}`;
    expect((await guest.call("GET", top)).body).not.toHaveProperty("parent");
    expect((await scim.find(guest, "not (parent pr)", "/Organizations")).body["totalResults"]).toBe(
      2,
    );
  });
});

/** The host's `shared` with a child is in the scope of the guest, beside the guest's own. */
async function sharing() {
  const { admin, source: host } = await tree.adminAndSource("okta");
  const guest = await newSource(admin, "okta");
  const shared = await tree.newOrganization(host, { displayName: "shared" });
  const child = await tree.newOrganization(host, { parent: scim.idAt(shared) });
  const elsewhere = await tree.newOrganization(host, { displayName: "elsewhere" });
  await tree.giveScope(guest, [await tree.targetOf(guest), scim.idAt(shared)]);
  return { admin, host, guest, child, elsewhere };
}

describe("a move out of another source's sight", () => {
  it("A12 A15 ends that source's sight of it and of its people, and is told to it", async () => {
    const { admin, host, guest, child, elsewhere } = await sharing();
    const below = await tree.newOrganization(host, { parent: scim.idAt(child) });
    const body = tree.placedBody(scim.idAt(below));
    const user = `/Users/${await scim.created(guest, "/Users", body)}`;
    const version = await configVersion(guest);
    expect((await move(host, child, elsewhere)).status).toBe(200);
    for (const path of [child, below, user]) scim.expectError(await guest.call("GET", path), 404);
    scim.expectError(await guest.call("PUT", user, scim.userBody({})), 404);
    expect((await scim.find(guest, "userName pr")).body["totalResults"]).toBe(0);
    expect(await configVersion(guest)).toBe(version + 1);
    expect((await scim.eventsOf(admin, guest.id)).at(-1)).toBe("source.updated");
    const back = await move(host, child, `/${await tree.targetOf(guest)}`);
    scim.expectError(back, 403);
    expect(await violations()).toEqual([]);
  });

  it("does not come between: who decided on the old sight decides again", async () => {
    const { host, guest, child, elsewhere } = await sharing();
    const id = scim.idAt(child);
    const [moved, ...placed] = await Promise.all([
      move(host, child, elsewhere),
      ...Array.from({ length: 8 }, (_, i) =>
        guest.call("POST", "/Users", tree.placedBody(id, { userName: `u${i}` })),
      ),
    ]);
    expect(moved.status).toBe(200);
    for (const { status } of placed) expect([201, 403]).toContain(status);
    expect(await violations()).toEqual([]);
  });

  it("A21 is refused where that source's target would go with it", async () => {
    const { host, guest, child, elsewhere } = await sharing();
    const aim = (target: string) =>
      env.DB.prepare(
        "UPDATE data_sources SET updated_at = updated_at + 1, target_id = ?2 WHERE id = ?1",
      )
        .bind(guest.id, target)
        .run();
    const own = await tree.targetOf(guest);
    await aim(scim.idAt(child));
    tree.expectRefusal(await move(host, child, elsewhere), 409, /target/);
    tree.expectRefusal(await host.call("DELETE", child), 409, /target/);
    await aim(own);
    expect((await move(host, child, elsewhere)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });

  it("leaves what is in a scope by itself", async () => {
    const { admin, source: host } = await tree.adminAndSource("okta");
    const guest = await newSource(admin, "okta");
    const [top = "", low = ""] = await tree.newChain(host, 2);
    const elsewhere = await tree.newOrganization(host, { displayName: "elsewhere" });
    await tree.giveScope(guest, [await tree.targetOf(guest), scim.idAt(low)]);
    expect((await move(host, top, elsewhere)).status).toBe(200);
    expect((await guest.call("GET", low)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });
});

describe("two sources at once", () => {
  it("A122 never close a circle together", async () => {
    const { host, guest } = await tree.neighbours();
    for (let round = 0; round < 5; round++) {
      const parent = await tree.targetOf(host);
      const one = await tree.newOrganization(host, { displayName: `one ${round}`, parent });
      const two = await tree.newOrganization(guest, { displayName: `two ${round}`, parent });
      const answers = await Promise.all([move(host, one, two), move(guest, two, one)]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
      expect(await violations()).toEqual([]);
    }
  });

  it("place nobody in what is being deleted", async () => {
    const { host, guest } = await tree.neighbours();
    for (let round = 0; round < 5; round++) {
      const path = await tree.newOrganization(host, { displayName: `gone ${round}` });
      const id = scim.idAt(path);
      const [gone, placed, child] = await Promise.all([
        host.call("DELETE", path),
        guest.call("POST", "/Users", tree.placedBody(id, { userName: `u${round}` })),
        guest.call("POST", "/Organizations", tree.organizationBody({ parent: id })),
      ]);
      const isEmpty = placed.status !== 201 && child.status !== 201;
      expect(gone.status === 204).toBe(isEmpty);
      for (const { status } of [placed, child]) expect([201, 400]).toContain(status);
      expect(await violations()).toEqual([]);
    }
  });

  it("put a new organization where its parent has gone, as deep as that is", async () => {
    const { host, guest } = await tree.neighbours();
    const chain = await tree.newChain(host, 4);
    for (let round = 0; round < 5; round++) {
      const path = await tree.newOrganization(host, { displayName: `moving ${round}` });
      const parent = scim.idAt(path);
      const [moved, child] = await Promise.all([
        move(host, path, chain[round % 4] ?? ""),
        guest.call("POST", "/Organizations", tree.organizationBody({ parent })),
      ]);
      expect([moved.status, child.status]).toEqual([200, 201]);
      expect(await violations()).toEqual([]);
    }
  });
});

async function configVersion({ id }: Source): Promise<number> {
  const sql = "SELECT config_version FROM data_sources WHERE id = ?1";
  return Number(await env.DB.prepare(sql).bind(id).first("config_version"));
}
