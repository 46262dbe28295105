/** Memberships as they will be, found by their group and by their user. */
import { IdIndex } from "./id-index.ts";
import { pairKey } from "./keys.ts";

export class MemberPairs {
  /** "groupId userId" → whether the membership exists afterwards. */
  readonly all = new Map<string, boolean>();
  readonly #users = new IdIndex();
  readonly #groups = new IdIndex();

  constructor(existing: ReadonlySet<string>) {
    for (const pair of existing) {
      const [groupId = "", userId = ""] = pair.split(" ");
      this.set(groupId, userId, true);
    }
  }

  set(groupId: string, userId: string, exists: boolean): void {
    this.all.set(pairKey(groupId, userId), exists);
    this.#users.add(groupId, userId);
    this.#groups.add(userId, groupId);
  }

  usersIn(groupId: string): string[] {
    return this.#users.get(groupId).filter((userId) => this.all.get(pairKey(groupId, userId)));
  }

  groupsWith(userId: string): string[] {
    return this.#groups.get(userId).filter((groupId) => this.all.get(pairKey(groupId, userId)));
  }
}
