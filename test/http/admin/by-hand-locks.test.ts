/** What a data source owns is locked while it is enabled, field by field. */
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/scim/json.ts";
import { isObject } from "../../../src/scim/json.ts";
import { adminOf, type Call } from "../../support/admins.ts";
import { idOf } from "../../support/answer.ts";
import { newSource, type Source } from "../../support/client.ts";
import { newField, sourceWith, userUnder } from "../../support/fields.ts";
import { violations } from "../../support/invariants.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { newOrganization } from "../../support/tree.ts";
import { created, idAt, newGroup, objectsIn, textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

keepQuiet();

const URN = "urn:example:hr";

interface World {
  readonly admin: Call;
  readonly source: Source;
  readonly userId: string;
  readonly otherId: string;
  readonly groupId: string;
  readonly organizationId: string;
  readonly elsewhere: string;
}

let here: World;

beforeEach(async () => {
  const admin = await adminOf("owner");
  const chosen = await newField(admin, "badge");
  await newField(admin, "locker");
  const source = await sourceWith(admin, "okta", URN, [chosen]);
  const userId = await created(
    source,
    "/Users",
    userUnder(URN, { badge: "b1" }, { externalId: "e1", displayName: "Ann" }),
  );
  const otherId = idOf(await admin("POST", "/users", { userName: "other" }));
  const groupId = idAt(await newGroup(source, "Staff", [userId]));
  const organizationId = idAt(await newOrganization(source, { displayName: "Sales" }));
  const elsewhere = idOf(await admin("POST", "/organizations", { displayName: "Elsewhere" }));
  here = { admin, source, userId, otherId, groupId, organizationId, elsewhere };
});

interface Edit {
  readonly name: string;
  readonly method?: string;
  readonly path: (world: World) => string;
  readonly body?: (world: World) => JsonObject;
  /** What the refusal names; none for what is never locked. */
  readonly locked: string | undefined;
}

const ofUser = ({ userId }: World) => `/users/${userId}`;
const ofGroup = ({ groupId }: World) => `/groups/${groupId}`;
const ofOrganization = ({ organizationId }: World) => `/organizations/${organizationId}`;

const EDITS: readonly Edit[] = [
  { name: "userName", path: ofUser, body: () => ({ userName: "new" }), locked: "/userName" },
  {
    name: "displayName",
    path: ofUser,
    body: () => ({ attributes: { displayName: "New" } }),
    locked: "/attributes/displayName",
  },
  {
    name: "e-mail",
    path: ofUser,
    body: () => ({ attributes: { emails: [{ value: "n@one.test", type: "work" }] } }),
    locked: "/attributes/emails",
  },
  {
    name: "phone",
    path: ofUser,
    body: () => ({ attributes: { phoneNumbers: [{ value: "+8613800138000", type: "work" }] } }),
    locked: "/attributes/phoneNumbers",
  },
  {
    name: "externalId",
    path: ofUser,
    body: () => ({ attributes: { externalId: "e2" } }),
    locked: "/attributes/externalId",
  },
  {
    name: "organization",
    path: ofUser,
    body: ({ elsewhere }) => ({ organizationId: elsewhere }),
    locked: "/organizationId",
  },
  {
    name: "a field that the source has chosen",
    path: ofUser,
    body: () => ({ fields: { badge: "b2" } }),
    locked: "/fields/badge",
  },
  {
    name: "a field that the source hasn't chosen",
    path: ofUser,
    body: () => ({ fields: { locker: "l1" } }),
    locked: undefined,
  },
  { name: "status", path: ofUser, body: () => ({ active: false }), locked: undefined },
  {
    name: "the end of the status",
    path: ofUser,
    body: () => ({ expireDate: "2999-01-01T00:00:00Z" }),
    locked: undefined,
  },
  {
    name: "password",
    path: ofUser,
    body: () => ({ password: "Correct-horse-9" }),
    locked: undefined,
  },
  {
    name: "further organizations",
    path: ofUser,
    body: ({ elsewhere }) => ({ furtherOrganizationIds: [elsewhere] }),
    locked: undefined,
  },
  {
    name: "a group's name",
    path: ofGroup,
    body: () => ({ displayName: "New" }),
    locked: "/displayName",
  },
  {
    name: "a group's new member",
    method: "POST",
    path: (world) => `${ofGroup(world)}/members`,
    body: ({ otherId }) => ({ add: [otherId] }),
    locked: "/members",
  },
  {
    name: "a group's old member",
    method: "POST",
    path: (world) => `${ofGroup(world)}/members`,
    body: ({ userId }) => ({ remove: [userId] }),
    locked: "/members",
  },
  {
    name: "an organization's name",
    path: ofOrganization,
    body: () => ({ displayName: "New" }),
    locked: "/displayName",
  },
  {
    name: "an organization's code",
    path: ofOrganization,
    body: () => ({ code: "N" }),
    locked: "/code",
  },
  {
    name: "an organization's parent",
    path: ofOrganization,
    body: ({ elsewhere }) => ({ parentId: elsewhere }),
    locked: "/parentId",
  },
  {
    name: "an organization's order",
    path: ofOrganization,
    body: () => ({ order: 7 }),
    locked: undefined,
  },
];

const STATES = {
  enabled: async () => {},
  disabled: async ({ admin, source }: World) => {
    await admin("POST", `/data-sources/${source.id}/disable`);
  },
  deleted: async ({ admin, source }: World) => {
    await admin("POST", `/data-sources/${source.id}/disable`);
    const { body } = await admin("GET", `/data-sources/${source.id}`);
    const confirm = encodeURIComponent(textAt(body, "name"));
    const gone = await admin("DELETE", `/data-sources/${source.id}?confirm=${confirm}`);
    expect(gone.status, gone.text).toBe(204);
  },
} as const;

const DELETIONS: readonly Edit[] = [
  { name: "a user", path: ofUser, locked: "" },
  { name: "a group", path: ofGroup, locked: "" },
  { name: "an organization", path: ofOrganization, locked: "" },
];

describe("of a data source's records", () => {
  it.each(DELETIONS)("the end of $name, which can be brought back", async ({ path }) => {
    const { admin, source } = here;
    const before = await steadyDump();
    const locked = await admin("DELETE", path(here));
    expect([locked.status, locked.body["code"]], locked.text).toEqual([409, "field_locked"]);
    expect(textAt(locked.body, "detail")).toContain(source.id);
    expect(differences(before, await steadyDump())).toEqual([]);
    for (const state of ["disabled", "deleted"] as const) {
      await STATES[state](here);
      const gone = await admin("DELETE", path(here));
      expect([state, gone.status], gone.text).toEqual([state, 204]);
      if (state === "disabled") await admin("POST", `/data-sources/${source.id}/enable`);
      const back = await admin("POST", `${path(here)}/restore`);
      expect([state, back.status], back.text).toEqual([state, 200]);
    }
    expect(await violations()).toEqual([]);
  });

  it.each(EDITS)("$name", async ({ method = "PATCH", path, body, locked }) => {
    const { admin, source } = here;
    for (const state of ["enabled", "disabled", "deleted"] as const) {
      await STATES[state](here);
      const before = await steadyDump();
      const answer = await admin(method, path(here), body?.(here));
      if (state !== "enabled" || locked === undefined) {
        expect([state, answer.status], answer.text).toEqual([state, 200]);
        continue;
      }
      expect([answer.status, answer.body["code"]], answer.text).toEqual([409, "field_locked"]);
      const pointers = objectsIn(answer.body["errors"]).map((one) => one["pointer"]);
      expect(pointers).toEqual([locked]);
      expect(textAt(answer.body, "detail")).toContain(source.id);
      expect(differences(before, await steadyDump())).toEqual([]);
    }
    expect(await violations()).toEqual([]);
  });

  it("what stays as it is can be sent along", async () => {
    const { admin, userId } = here;
    const { body } = await admin("GET", `/users/${userId}`);
    const answer = await admin("PATCH", `/users/${userId}`, {
      userName: textAt(body, "userName"),
      attributes: { displayName: "Ann" },
      fields: { badge: "b1" },
      active: false,
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body["active"]).toBe(false);
  });

  it("the owner stays who it was, and writes on", async () => {
    const { admin, source, userId } = here;
    await admin("POST", `/data-sources/${source.id}/disable`);
    const edited = await admin("PATCH", `/users/${userId}`, { attributes: { title: "Chief" } });
    expect(edited.body["sourceId"], edited.text).toBe(source.id);
    await admin("POST", `/data-sources/${source.id}/enable`);
    const seen = await source.call("GET", `/Users/${userId}`);
    expect(seen.body["title"]).toBe("Chief");
    expect(isObject(seen.body[URN]) && seen.body[URN]["badge"]).toBe("b1");
    expect(await violations()).toEqual([]);
  });

  it("a label of a disabled source is unique among its own", async () => {
    const { admin, source, userId } = here;
    await created(source, "/Users", userUnder(URN, {}, { userName: "bob", externalId: "e2" }));
    await admin("POST", `/data-sources/${source.id}/disable`);
    const answer = await admin("PATCH", `/users/${userId}`, { attributes: { externalId: "e2" } });
    expect([answer.status, answer.body["code"]], answer.text).toEqual([409, "uniqueness"]);
    expect(await violations()).toEqual([]);
  });

  it("contacts that a disabled source lets nobody else have stay its own", async () => {
    const { admin } = here;
    const strict = await newSource(admin, "standard");
    const body = (userName: string) => ({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName,
      emails: [{ value: `${userName}@one.test`, type: "work" }],
    });
    const ada = await created(strict, "/Users", body("ada"));
    await created(strict, "/Users", body("bob"));
    await admin("POST", `/data-sources/${strict.id}/disable`);
    const email = (name: string) => ({
      attributes: { emails: [{ value: `${name}@one.test`, type: "work" }] },
    });
    const taken = await admin("PATCH", `/users/${ada}`, email("bob"));
    expect([taken.status, taken.body["code"]], taken.text).toEqual([409, "uniqueness"]);
    expect((await admin("PATCH", `/users/${ada}`, email("new"))).status).toBe(200);
    expect(await violations()).toEqual([]);
    await admin("DELETE", `/users/${ada}`);
    expect((await admin("POST", `/users/${ada}/restore`)).status).toBe(200);
    expect(await violations()).toEqual([]);
  });

  it("people who would be moved with their organization's end are locked too", async () => {
    const { admin, source, organizationId, elsewhere } = here;
    await admin("POST", `/data-sources/${source.id}/disable`);
    const second = await newSource(admin, "okta", {
      scope: { organizationIds: [elsewhere, organizationId] },
    });
    const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    await created(
      second,
      "/Users",
      userUnder(URN, {}, { userName: "cy", [urn]: { organizationId } }),
    );
    const path = `/organizations/${organizationId}?moveUsersTo=${elsewhere}`;
    await admin("PUT", `/data-sources/${second.id}/scope`, {
      organizationIds: [elsewhere],
      groupIds: [],
      targetOrganizationId: elsewhere,
    });
    const locked = await admin("DELETE", path);
    expect([locked.status, locked.body["code"]], locked.text).toEqual([409, "field_locked"]);
    await admin("POST", `/data-sources/${second.id}/disable`);
    expect((await admin("DELETE", path)).status).toBe(204);
    expect(await violations()).toEqual([]);
  });
});
