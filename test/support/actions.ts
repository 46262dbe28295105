/** What may be asked of a source: all that writes and reads people and groups, and all its settings. */
import fc from "fast-check";
import type { Json } from "../../src/scim/json.ts";
import type { Action, Listed, Plan } from "./commands.ts";
import { own } from "./model-state.ts";
import type { Kept, ModelGroup, ModelToken, ModelUser, UserBody } from "./model-state.ts";
import type { Model } from "./model.ts";
import { CORE, GROUP, patchBody } from "./scim.ts";

const NOBODY = "019a0000-0000-7000-8000-00000000ffff";

// Users and groups are meant by the order in which they came; now and then nobody is.
const idAt = (all: readonly Kept[], n: number): string => all[n % (all.length + 1)]?.id ?? NOBODY;
const valuesOf = (ids: readonly string[]): Json => ids.map((value) => ({ value }));
/** The version to insist on: none, the one there is, or an older one. */
const versionOf = (all: readonly Kept[], n: number, ahead: number | undefined) =>
  ahead === undefined ? undefined : (all[n % (all.length + 1)]?.version ?? 1) + ahead;

const number = fc.nat({ max: 60 });
const numbers = fc.uniqueArray(number, { maxLength: 3 });
const insisted = fc.constantFrom(undefined, undefined, undefined, 0, -1);
const name = fc.constantFrom("ann", "Ann", "bob", "cy", "dora");
const groupName = fc.constantFrom("staff", "Staff", "guests");
const some = {
  externalId: fc.constantFrom("1", "2", "3"),
  displayName: fc.constantFrom("A", "B"),
  active: fc.boolean(),
};
const body = fc.record({ userName: name, ...some }, { requiredKeys: ["userName"] });
const part = fc.record({ userName: name, ...some }, { requiredKeys: [] });

function prefixed<T extends UserBody>(prefix: string, given: T): T {
  const { userName, externalId } = given;
  return {
    ...given,
    ...(userName !== undefined && { userName: prefix + userName }),
    ...(externalId !== undefined && { externalId: prefix + externalId }),
  };
}

const createUser = body.map((given): Action => ({
  text: ["create user", given],
  plan: (model, owner, prefix) => {
    const user = prefixed(prefix, given);
    return {
      method: "POST",
      path: "/Users",
      body: { schemas: [CORE], ...user },
      expected: ({ id }) => model.createUser(owner, user, id),
    };
  },
}));

const putUser = fc.tuple(number, body, insisted).map(([n, given, ahead]): Action => ({
  text: ["put user", n, given, ahead],
  plan: (model, owner, prefix) => {
    const id = idAt(model.users, n);
    const ifMatch = versionOf(model.users, n, ahead);
    const user = prefixed(prefix, given);
    const whole = { externalId: undefined, displayName: undefined, ...user };
    return {
      method: "PUT",
      path: `/Users/${id}`,
      body: { schemas: [CORE], ...user },
      ifMatch,
      expected: () => model.updateUser(owner, id, whole, ifMatch),
    };
  },
}));

const patchUser = fc
  .tuple(number, part, insisted, fc.boolean())
  .map(([n, given, ahead, byPath]): Action => ({
    text: ["patch user", n, given, ahead, byPath],
    plan: (model, owner, prefix) => {
      const id = idAt(model.users, n);
      const ifMatch = versionOf(model.users, n, ahead);
      const user = prefixed(prefix, given);
      const operations = byPath
        ? Object.entries(user).map(([path, value]) => ({ op: "replace", path, value }))
        : [];
      const whole = { op: "replace", value: { ...user } };
      return {
        method: "PATCH",
        path: `/Users/${id}`,
        body: patchBody(...(operations.length > 0 ? operations : [whole])),
        ifMatch,
        expected: () => model.updateUser(owner, id, user, ifMatch),
      };
    },
  }));

const setActive = fc.tuple(number, fc.boolean()).map(([n, active]): Action => ({
  text: [active ? "activate" : "deactivate", n],
  plan: (model, owner) => {
    const id = idAt(model.users, n);
    return {
      method: "PATCH",
      path: `/Users/${id}`,
      body: patchBody({ op: "replace", path: "active", value: active }),
      expected: () => model.updateUser(owner, id, { active }),
    };
  },
}));

const removal = fc
  .tuple(fc.constantFrom("Users", "Users", "Groups"), number, insisted)
  .map(([type, n, ahead]): Action => ({
    text: ["delete", type, n, ahead],
    plan: (model, owner) => {
      const all = type === "Users" ? model.users : model.groups;
      const [id, ifMatch] = [idAt(all, n), versionOf(all, n, ahead)];
      const expected = () => model.remove(owner, id, ifMatch);
      return { method: "DELETE", path: `/${type}/${id}`, ifMatch, expected };
    },
  }));

const createGroup = fc.tuple(groupName, numbers).map(([given, users]): Action => ({
  text: ["create group", given, users],
  plan: (model, owner, prefix) => {
    const ids = idsAt(model, users);
    const displayName = prefix + given;
    return {
      method: "POST",
      path: "/Groups",
      body: { schemas: [GROUP], displayName, ...(ids.length > 0 && { members: valuesOf(ids) }) },
      expected: ({ id }) => model.createGroup(owner, displayName, ids, id),
    };
  },
}));

function idsAt(model: Model, users: readonly number[]): string[] {
  return [...new Set(users.map((n) => idAt(model.users, n)))];
}

const changeMembers = fc
  .tuple(number, fc.constantFrom("add", "add", "remove", "replace", "filter"), numbers, number)
  .map(([n, op, more, first]): Action => ({
    text: ["change members", n, op, first, more],
    plan: (model, owner) => {
      const id = idAt(model.groups, n);
      const ids = idsAt(model, op === "filter" ? [first] : [first, ...more]);
      const operation =
        op === "filter"
          ? { op: "remove", path: `members[value eq "${ids[0]}"]` }
          : { op, path: "members", value: valuesOf(ids) };
      return {
        method: "PATCH",
        path: `/Groups/${id}`,
        body: patchBody(operation),
        expected: () => model.changeMembers(owner, id, op, ids),
      };
    },
  }));

const renameGroup = fc.tuple(number, groupName, insisted).map(([n, given, ahead]): Action => ({
  text: ["rename group", n, given, ahead],
  plan: (model, owner, prefix) => {
    const id = idAt(model.groups, n);
    const ifMatch = versionOf(model.groups, n, ahead);
    return {
      method: "PATCH",
      path: `/Groups/${id}`,
      body: patchBody({ op: "replace", path: "displayName", value: prefix + given }),
      ifMatch,
      expected: () => model.renameGroup(owner, id, prefix + given, ifMatch),
    };
  },
}));

const get = fc.tuple(fc.constantFrom("Users", "Groups"), number).map(([type, n]): Action => ({
  text: ["get", type, n],
  plan: (model, owner) => {
    const all: readonly (ModelUser | ModelGroup)[] = type === "Users" ? model.users : model.groups;
    const id = idAt(all, n);
    const one = own(all, owner, id);
    const expected = () => (one === undefined ? { status: 404 } : { status: 200, one });
    return { method: "GET", path: `/${type}/${id}`, expected };
  },
}));

const findUsers = (what: string): Action => ({
  text: ["find users", what],
  plan: (model, owner, prefix) => {
    const filter = {
      all: `userName sw "${prefix}"`,
      active: `userName sw "${prefix}" and active eq true`,
      1: `externalId eq "${prefix}1"`,
    }[what];
    const shown = listOf(model.users, owner).filter(
      ({ userName, externalId, active }) =>
        what === "all" ||
        (what === "active" && active) ||
        userName.toLowerCase() === (prefix + what).toLowerCase() ||
        externalId === prefix + what,
    );
    return listing("Users", filter ?? `userName eq "${prefix}${what}"`, shown);
  },
});

const findGroups: Action = {
  text: "find groups",
  plan: (model, owner, prefix) =>
    listing("Groups", `displayName sw "${prefix}"`, listOf(model.groups, owner)),
};

function listOf<T extends Kept>(all: readonly T[], owner: number): T[] {
  return all.filter((one) => one.owner === owner && one.gone === 0);
}

function listing(type: string, filter: string, all: Listed["all"]): Plan {
  const path = `/${type}?count=200&filter=${encodeURIComponent(filter)}&attributes=${SHOWN}`;
  return { method: "GET", path, expected: () => ({ status: 200, all }) };
}

const SHOWN = "userName,externalId,displayName,active,members,meta.version";

const settings = fc
  .tuple(
    fc.constantFrom("okta", "rfc", "disable", "enable", "enable", "make", "rotate"),
    fc.constantFrom(undefined, undefined, "disable token", "enable token", "delete token"),
    fc.nat({ max: 2 }),
  )
  .map(([one, other, n]): Action => {
    const what = other ?? one;
    return {
      text: [what, n],
      plan: (model, owner) => {
        const token = model.sources[owner]?.tokens[n];
        const request = settingRequest(what, token);
        return {
          ...request,
          isSetting: true,
          expected: (given) => model.set(owner, what, token, given),
        };
      },
    };
  });

function settingRequest(
  what: string,
  token: ModelToken | undefined,
): { method: string; path: string; body?: Json } {
  const path = `/tokens/${token?.id ?? "tok_00_none"}`;
  switch (what) {
    case "okta":
    case "rfc":
      return { method: "PATCH", path: "", body: { profile: what } };
    case "make":
      return { method: "POST", path: "/tokens", body: {} };
    case "rotate":
      return { method: "POST", path: `${path}/rotate`, body: { overlapHours: 0 } };
    case "delete token":
      return { method: "DELETE", path };
    case "disable token":
    case "enable token":
      return { method: "POST", path: `${path}/${what.split(" ")[0]}` };
    default:
      return { method: "POST", path: `/${what}` };
  }
}

export const people: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: createUser },
  { weight: 2, arbitrary: putUser },
  { weight: 3, arbitrary: patchUser },
  { weight: 2, arbitrary: setActive },
  { weight: 3, arbitrary: removal },
  { weight: 2, arbitrary: createGroup },
  { weight: 4, arbitrary: changeMembers },
  renameGroup,
  { weight: 2, arbitrary: get },
  fc.constantFrom("all", "ann", "CY", "1", "active").map(findUsers),
  fc.constant(findGroups),
);

export const everything: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: people },
  { weight: 1, arbitrary: settings },
);

/** What a source shows of a sequence or, without a prefix, of all. */
export const lastLook: readonly Action[] = [findUsers("all"), findGroups];
