/** One of each kind of write, for a `World`. */
import type { Json, JsonObject } from "../../src/scim/json.ts";
import type { Answer } from "./client.ts";
import type { World } from "./world.ts";

export interface Write {
  readonly name: string;
  readonly send: (world: World) => Promise<Answer>;
  /** What a client may be told when it sends again what was done; "never" where that would be a second one. */
  readonly again: readonly number[] | "never";
}

type In<T> = (world: World) => T;

function scim(name: string, method: string, path: In<string>, body?: In<JsonObject>): Write {
  const again = method === "DELETE" ? [404] : [200, 204];
  return { name, again, send: (world) => world.source.call(method, path(world), body?.(world)) };
}

function setting(
  name: string,
  method: string,
  path: In<string>,
  again: Write["again"],
  body?: JsonObject,
): Write {
  return {
    name,
    again,
    send: (world) => world.admin(method, `/data-sources${path(world)}`, body),
  };
}

function patch(op: string, path: string, value?: Json): JsonObject {
  return { Operations: [{ op, path, ...(value === undefined ? {} : { value }) }] };
}

function members({ id }: World, ...names: string[]): Json[] {
  return names.map((name) => ({ value: id[name] ?? "" }));
}

const users =
  (name: string): In<string> =>
  ({ id }) =>
    `/Users/${id[name]}`;
const groups =
  (name: string): In<string> =>
  ({ id }) =>
    `/Groups/${id[name]}`;

const work = (value: string): Json => [{ value, type: "work" }];

export const RESOURCE_WRITES: readonly Write[] = [
  scim(
    "POST of a user",
    "POST",
    () => "/Users",
    () => ({
      userName: "eve",
      externalId: "5",
      emails: work("eve@x"),
    }),
  ),
  scim(
    "POST of a user who is there",
    "POST",
    () => "/Users",
    () => ({
      userName: "bob",
      externalId: "2",
      displayName: "Bob",
    }),
  ),
  scim(
    "POST that restores a user",
    "POST",
    () => "/Users",
    () => ({
      userName: "dora2",
      externalId: "4",
    }),
  ),
  scim("PUT of a user", "PUT", users("ann"), () => ({
    userName: "anna",
    externalId: "9",
    emails: work("anna@x"),
  })),
  scim("PATCH of a user", "PATCH", users("cy"), () => patch("replace", "active", false)),
  scim("PATCH that renames a user", "PATCH", users("ann"), () =>
    patch("replace", "userName", "anna"),
  ),
  scim("DELETE of a user", "DELETE", users("bob")),
  scim(
    "POST of a group",
    "POST",
    () => "/Groups",
    (world) => ({
      displayName: "board",
      members: members(world, "ann", "cy"),
    }),
  ),
  scim("PUT of a group", "PUT", groups("staff"), (world) => ({
    displayName: "team",
    members: members(world, "bob", "cy"),
  })),
  scim("PATCH of a group", "PATCH", groups("guests"), () => patch("replace", "displayName", "all")),
  scim("DELETE of a group", "DELETE", groups("staff")),
  scim("adding a member", "PATCH", groups("staff"), (world) =>
    patch("add", "members", members(world, "cy")),
  ),
  scim("removing a member", "PATCH", groups("staff"), ({ id }) =>
    patch("remove", `members[value eq "${id["ann"]}"]`),
  ),
  scim("replacing the members", "PATCH", groups("staff"), (world) =>
    patch("replace", "members", members(world, "cy")),
  ),
];

/** Those of them that don't touch the same user or group. */
export const EIGHT_WRITES: readonly Write[] = RESOURCE_WRITES.filter(({ name }) =>
  [
    "POST of a user",
    "POST of a user who is there",
    "POST that restores a user",
    "PUT of a user",
    "PATCH of a user",
    "POST of a group",
    "PATCH of a group",
    "adding a member",
  ].includes(name),
);

export const SETTING_WRITES: readonly Write[] = [
  setting("creating a source", "POST", () => "", [409], {
    name: "Acme",
    mode: "push",
    profile: "okta",
  }),
  setting("updating a source", "PATCH", ({ other }) => `/${other.id}`, [200], {
    description: "new",
  }),
  setting("disabling a source", "POST", ({ other }) => `/${other.id}/disable`, [200]),
  setting("enabling a source", "POST", ({ closed }) => `/${closed.id}/enable`, [200]),
  setting("deleting a source", "DELETE", ({ closed }) => `/${closed.id}?confirm=closed`, [404]),
  setting("creating a token", "POST", ({ source }) => `/${source.id}/tokens`, "never", {}),
  setting(
    "disabling a token",
    "POST",
    ({ other, secondToken }) => `/${other.id}/tokens/${secondToken}/disable`,
    [200],
  ),
  setting(
    "enabling a token",
    "POST",
    ({ closed }) => `/${closed.id}/tokens/${closed.disabledToken}/enable`,
    [200],
  ),
  setting(
    "extending a token",
    "PATCH",
    ({ other, secondToken }) => `/${other.id}/tokens/${secondToken}`,
    [200],
    { expiresAt: new Date(Date.now() + 400 * 86_400_000).toISOString() },
  ),
  setting(
    "deleting a token",
    "DELETE",
    ({ closed }) => `/${closed.id}/tokens/${closed.disabledToken}`,
    [404],
  ),
  setting(
    "rotating a token",
    "POST",
    ({ source }) => `/${source.id}/tokens/${source.tokenId}/rotate`,
    "never",
    {},
  ),
];

export const WRITES = [...RESOURCE_WRITES, ...SETTING_WRITES];

/** Whether the answer tells the client to come again, and when. */
export function isPutOff({ status, headers }: Answer): boolean {
  return status === 503 && Number(headers.get("retry-after")) > 0;
}
