/** What a directory of sources with profile `okta` is expected to do, without a line of the code that does it. */

interface Kept {
  readonly id: string;
  readonly owner: number;
  /** When it was deleted, as a count; 0 while it lives. */
  gone: number;
  version: number;
}

export interface ModelUser extends Kept, UserBody {
  readonly userName: string;
  readonly active: boolean;
}

export interface ModelGroup extends Kept {
  name: string;
  members: ReadonlySet<string>;
}

export interface UserBody {
  readonly userName?: string;
  readonly externalId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly active?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly user?: ModelUser;
  readonly group?: ModelGroup;
}

const NOTHING = { externalId: undefined, displayName: undefined };

export class Model {
  readonly users: ModelUser[] = [];
  readonly groups: ModelGroup[] = [];
  #deletions = 0;

  /** A POST; `id` is the one a new user gets. */
  createUser(owner: number, body: UserBody & { userName: string }, id: string): Answered {
    const named = this.#named(body.userName);
    const labelled = this.#labelled(owner, body.externalId);
    const known = labelled ?? named;
    if (known === undefined) return { status: 201, user: this.#comeOrReturn(owner, body, id) };
    if (named !== undefined && named !== known) return { status: 409 };
    const twoLabels = labelled === undefined && body.externalId && known.externalId;
    if (known.owner !== owner || twoLabels) return { status: 409 };
    return { status: 200, user: change(known, { active: true, ...body }) };
  }

  /** A PUT or PATCH. */
  updateUser(owner: number, id: string, body: UserBody, ifMatch?: number): Answered {
    const user = own(this.users, owner, id);
    if (user === undefined) return { status: 404 };
    if (ifMatch !== undefined && ifMatch !== user.version) return { status: 412 };
    const holders = [this.#named(body.userName), this.#labelled(owner, body.externalId)];
    if (holders.some((holder) => holder && holder !== user)) return { status: 409 };
    return { status: 200, user: change(user, body) };
  }

  /** Of a user or a group: a deleted user is no member any more. */
  remove(owner: number, id: string): Answered {
    const one = own<Kept>([...this.users, ...this.groups], owner, id);
    if (one === undefined) return { status: 404 };
    one.gone = ++this.#deletions;
    one.version++;
    for (const group of this.groups) group.members = without(group.members, [id]);
    return { status: 204 };
  }

  createGroup(owner: number, name: string, members: readonly string[], id: string): Answered {
    if (!this.#areUsers(owner, members)) return { status: 400 };
    const known = this.#groupNamed(owner, name);
    const group = known ?? { id, owner, gone: 0, version: 1, name, members: new Set<string>() };
    if (known === undefined) this.groups.push(group);
    group.name = name;
    if (members.length > 0) group.members = new Set(members);
    return { status: known === undefined ? 201 : 200, group };
  }

  changeMembers(owner: number, id: string, op: string, values: readonly string[]): Answered {
    const group = own(this.groups, owner, id);
    if (group === undefined) return { status: 404 };
    if (op !== "remove" && !this.#areUsers(owner, values)) return { status: 400 };
    if (op === "remove") group.members = without(group.members, values);
    else group.members = new Set([...(op === "add" ? group.members : []), ...values]);
    return { status: 204, group };
  }

  renameGroup(owner: number, id: string, name: string): Answered {
    const group = own(this.groups, owner, id);
    if (group === undefined) return { status: 404 };
    const holder = this.#groupNamed(owner, name);
    if (holder !== undefined && holder !== group) return { status: 409 };
    group.name = name;
    return { status: 204, group };
  }

  /** Who was deleted comes back: the last one of the label or, where one of the two has none, of the name. */
  #comeOrReturn(owner: number, body: UserBody & { userName: string }, id: string): ModelUser {
    const gone = this.users.filter((user) => user.owner === owner && user.gone > 0);
    const back = gone
      .sort((a, b) => b.gone - a.gone)
      .find((user) =>
        user.externalId && body.externalId
          ? user.externalId === body.externalId
          : same(user.userName, body.userName),
      );
    const user = back ?? { id, owner, active: true, version: 0, gone: 0, userName: "" };
    if (back === undefined) this.users.push(user);
    return Object.assign(user, NOTHING, { active: true, gone: 0, version: user.version + 1 }, body);
  }

  #named(name: string | undefined): ModelUser | undefined {
    return this.users.find(({ gone, userName }) => gone === 0 && same(userName, name ?? ""));
  }

  #labelled(owner: number, label: string | undefined): ModelUser | undefined {
    const users = label === undefined ? [] : this.users;
    return users.find((user) => own([user], owner, user.id) && user.externalId === label);
  }

  #groupNamed(owner: number, name: string): ModelGroup | undefined {
    return this.groups.find((group) => own([group], owner, group.id) && same(group.name, name));
  }

  #areUsers(owner: number, ids: readonly string[]): boolean {
    return ids.every((id) => own(this.users, owner, id) !== undefined);
  }
}

function own<T extends Kept>(list: readonly T[], owner: number, id: string): T | undefined {
  return list.find((one) => one.id === id && one.owner === owner && one.gone === 0);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function without(set: ReadonlySet<string>, values: readonly string[]): ReadonlySet<string> {
  return new Set([...set].filter((one) => !values.includes(one)));
}

/** A version more where anything differs. */
function change(user: ModelUser, body: UserBody): ModelUser {
  const differs = Object.entries(body).some(([name, value]) => Reflect.get(user, name) !== value);
  return Object.assign(user, body, differs ? { version: user.version + 1 } : {});
}
