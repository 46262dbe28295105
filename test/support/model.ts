/** What two sources of one directory are expected to do, without a line of the code that does it. */
import {
  own,
  type Answered,
  type Kept,
  type ModelGroup,
  type ModelSource,
  type ModelToken,
  type ModelUser,
  type NewUser,
  type UserBody,
} from "./model-state.ts";

export class Model {
  readonly sources: readonly ModelSource[];
  readonly users: ModelUser[] = [];
  readonly groups: ModelGroup[] = [];
  #deletions = 0;

  constructor(sources: readonly ModelSource[]) {
    this.sources = sources;
  }

  /** The status for who may do nothing, whatever is asked. */
  refusal(owner: number, token: ModelToken | undefined): number | undefined {
    const source = this.sources[owner];
    if (!token?.enabled || !source?.tokens.includes(token)) return 401;
    return source.enabled ? undefined : 403;
  }

  createUser(owner: number, body: NewUser, id: string): Answered {
    const named = this.#named(body.userName);
    const labelled = this.#labelled(owner, body.externalId);
    const known = labelled ?? named;
    if (known === undefined) return { status: 201, one: this.#comeOrReturn(owner, body, id) };
    const others = (named !== undefined && named !== known) || known.owner !== owner;
    const twoLabels = labelled === undefined && body.externalId && known.externalId;
    if (others || twoLabels || this.#isStrict(owner)) return { status: 409 };
    return { status: 200, one: change(known, { active: true, ...body }) };
  }

  updateUser(owner: number, id: string, body: UserBody, ifMatch?: number): Answered {
    const user = own(this.users, owner, id);
    if (user === undefined) return { status: 404 };
    if (ifMatch !== undefined && ifMatch !== user.version) return { status: 412 };
    const holders = [this.#named(body.userName), this.#labelled(owner, body.externalId)];
    if (holders.some((holder) => holder && holder !== user)) return { status: 409 };
    return { status: 200, one: change(user, body) };
  }

  /** Of a user or a group: a deleted user is no member any more. */
  remove(owner: number, id: string, ifMatch?: number): Answered {
    const one = own<Kept>([...this.users, ...this.groups], owner, id);
    if (one === undefined) return { status: 404 };
    if (ifMatch !== undefined && ifMatch !== one.version) return { status: 412 };
    Object.assign(one, { gone: ++this.#deletions, version: one.version + 1 });
    for (const group of this.groups) change(group, { members: without(group.members, [id]) });
    return { status: 204 };
  }

  createGroup(owner: number, displayName: string, ids: readonly string[], id: string): Answered {
    const known = this.#groupNamed(owner, displayName);
    if (known !== undefined && this.#isStrict(owner)) return { status: 409 };
    if (!this.#areUsers(owner, ids)) return { status: 400 };
    const members = new Set(ids.length > 0 ? ids : known?.members);
    if (known !== undefined) return { status: 200, one: change(known, { displayName, members }) };
    const group = { id, owner, gone: 0, version: 1, displayName, members };
    this.groups.push(group);
    return { status: 201, one: group };
  }

  changeMembers(owner: number, id: string, op: string, ids: readonly string[]): Answered {
    if (op === "remove" && this.#isStrict(owner)) return { status: 400 };
    const group = own(this.groups, owner, id);
    if (group === undefined) return { status: 404 };
    const leave = op === "remove" || op === "filter";
    if (!leave && !this.#areUsers(owner, ids)) return { status: 400 };
    const before = op === "replace" ? [] : group.members;
    const members = leave ? without(group.members, ids) : new Set([...before, ...ids]);
    return { status: 204, one: change(group, { members }) };
  }

  renameGroup(owner: number, id: string, displayName: string, ifMatch?: number): Answered {
    const group = own(this.groups, owner, id);
    if (group === undefined) return { status: 404 };
    if (ifMatch !== undefined && ifMatch !== group.version) return { status: 412 };
    const holder = this.#groupNamed(owner, displayName);
    if (holder !== undefined && holder !== group) return { status: 409 };
    return { status: 204, one: change(group, { displayName }) };
  }

  /** A setting of the source or of one of its tokens; `made` is the new one, where one is made. */
  set(owner: number, what: string, token: ModelToken | undefined, made: ModelToken): Answered {
    const source = this.sources[owner];
    if (source === undefined) return { status: 404 };
    const others = source.tokens.filter((other) => other !== token);
    const isKnown = others.length < source.tokens.length;
    const isLast = source.enabled && token?.enabled && !others.some(({ enabled }) => enabled);
    if (what === "make" && source.tokens.length > 1) return { status: 409 };
    if (what === "enable" && source.tokens.length === 0) return { status: 409 };
    if (/token|rotate/.test(what) && !(isKnown && token)) return { status: 404 };
    if (what === "disable token" && isLast) return { status: 409 };
    if (what === "delete token" && token?.enabled) return { status: 409 };
    if (token && /able token/.test(what)) token.enabled = what === "enable token";
    else if (/token|rotate/.test(what)) source.tokens = others;
    if (what === "enable" || what === "disable") source.enabled = what === "enable";
    if (what === "okta" || what === "rfc") source.profile = what;
    if (what === "make" || what === "rotate") source.tokens = [...source.tokens, made];
    const status = { make: 201, rotate: 201, "delete token": 204 }[what] ?? 200;
    return { status };
  }

  /** Who was deleted comes back: the last one of the label or, where one of the two has none, of the name. */
  #comeOrReturn(owner: number, body: NewUser, id: string): ModelUser {
    const gone = this.users.filter((user) => user.owner === owner && user.gone > 0);
    const label = body.externalId;
    const back = gone
      .sort((a, b) => b.gone - a.gone)
      .find((user) =>
        user.externalId && label ? user.externalId === label : same(user.userName, body.userName),
      );
    const fresh = { id, owner, active: true, version: 0, gone: 0, userName: "" };
    const user = (this.#isStrict(owner) ? undefined : back) ?? fresh;
    if (user === fresh) this.users.push(user);
    const empty = { externalId: undefined, displayName: undefined, active: true, gone: 0 };
    return Object.assign(user, empty, { version: user.version + 1 }, body);
  }

  #isStrict = (owner: number) => this.sources[owner]?.profile === "rfc";
  #named = (name = "") => this.users.find((one) => one.gone === 0 && same(one.userName, name));
  #labelled = (owner: number, label: string | undefined) =>
    this.users.find((one) => label && own([one], owner, one.id) && one.externalId === label);
  #groupNamed = (owner: number, name: string) =>
    this.groups.find((one) => own([one], owner, one.id) && same(one.displayName, name));
  #areUsers = (owner: number, ids: readonly string[]) =>
    ids.every((id) => own(this.users, owner, id) !== undefined);
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const without = (set: ReadonlySet<string>, ids: readonly string[]) =>
  new Set([...set].filter((one) => !ids.includes(one)));
const text = (value: unknown) =>
  JSON.stringify(value instanceof Set ? [...value].map(String).toSorted() : value);

/** A version more where anything differs. */
function change<T extends Kept>(one: T, to: Partial<ModelUser> | Partial<ModelGroup>): T {
  const differs = Object.entries(to).some(([k, v]) => text(Reflect.get(one, k)) !== text(v));
  return Object.assign(one, to, differs ? { version: one.version + 1 } : {});
}
