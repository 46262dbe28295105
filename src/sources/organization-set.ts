/** The directory's tree as it will be once the operations decided so far are written. */
import { organizationCodeKey, organizationNameKey, parentOf } from "../directory/organization.ts";
import { textOf } from "../directory/user.ts";
import type { Move } from "../directory/write-organizations.ts";
import { IdIndex } from "./id-index.ts";
import { MissingKeys, pairKey, type Keys } from "./keys.ts";
import type {
  Contents,
  FurtherOrganization,
  MoveFacts,
  People,
  ReadOrganization,
  ReadTree,
} from "./organization-reads.ts";

/** A decided change of one organization. */
export interface OrganizationChange {
  readonly organization: ReadOrganization;
  /** Sources that lose sight of something, or what is deleted out of their scope. */
  readonly losers?: readonly string[];
}

export class OrganizationSet {
  readonly #keys: Keys;
  readonly #tree: ReadTree;
  readonly organizations = new Map<string, ReadOrganization>();
  readonly #stored: ReadonlySet<string>;
  readonly #named = new IdIndex();
  readonly #coded = new IdIndex();
  readonly #labelled = new IdIndex();
  readonly moves = new Map<string, Move>();
  /** Of what is deleted, the sources whose scope it leaves. */
  readonly scopes = new Map<string, readonly string[]>();
  /** Secondary organizations of users, where they were changed. */
  readonly further = new Map<string, readonly FurtherOrganization[]>();

  constructor(keys: Keys, tree: ReadTree) {
    this.#keys = keys;
    this.#tree = tree;
    this.#stored = new Set(tree.organizations.map(({ id }) => id));
    for (const one of tree.organizations) this.#keep(one);
  }

  apply({ organization, losers }: OrganizationChange): void {
    const { id } = organization;
    this.#keep(organization);
    if (losers === undefined) return;
    if (organization.deletedAt !== null) {
      this.scopes.set(id, losers);
      return;
    }
    const all = new Set([...(this.moves.get(id)?.losers ?? []), ...losers]);
    this.moves.set(id, { id, parentId: parentOf(organization) ?? "", losers: [...all] });
  }

  /** An organization of the directory by id, deleted and invisible ones included. */
  get(id: string): ReadOrganization | undefined {
    const found = this.organizations.get(id);
    if (found === undefined && !this.#keys.organizationIds.has(id)) {
      throw new MissingKeys({ organizationIds: [id] });
    }
    return found;
  }

  /** Asks for all of them at once, where some were not read. */
  know(ids: readonly string[]): void {
    const missing = this.#unknown(ids);
    if (missing.length > 0) throw new MissingKeys({ organizationIds: missing });
  }

  /** The same for everything that a move below the parent is decided on. */
  knowMove(id: string, parentId: string, nameKey: string): void {
    const move = pairKey(id, parentId);
    if (this.#tree.moves.has(move)) return;
    throw new MissingKeys({
      organizationIds: this.#unknown([parentId]),
      organizationNames: [pairKey(parentId, nameKey)],
      organizationMoves: [move],
    });
  }

  /** The live organization of that folded name below the parent. */
  named(parentId: string, nameKey: string): ReadOrganization | undefined {
    const key = pairKey(parentId, nameKey);
    if (!this.#keys.organizationNames.has(key) && !this.#isNew(parentId)) {
      throw new MissingKeys({ organizationNames: [key] });
    }
    return this.#found(this.#named, key).find(
      (one) => parentOf(one) === parentId && organizationNameKey(one.attributes) === nameKey,
    );
  }

  /** The live organization of the directory with that folded code. */
  coded(key: string): ReadOrganization | undefined {
    if (!this.#keys.organizationCodes.has(key)) throw new MissingKeys({ organizationCodes: [key] });
    return this.#found(this.#coded, key).find(
      ({ attributes }) => organizationCodeKey(attributes) === key,
    );
  }

  /** The live organization of the source with that externalId. */
  labelled(sourceId: string, externalId: string): ReadOrganization | undefined {
    if (!this.#keys.organizationExternalIds.has(externalId)) {
      throw new MissingKeys({ organizationExternalIds: [externalId] });
    }
    return this.#found(this.#labelled, externalId).find(
      (one) => one.sourceId === sourceId && textOf(one.attributes, "externalId") === externalId,
    );
  }

  /** As the rows have it: what others of the same group change is proved by the batch. */
  moveOf(id: string, parentId: string): MoveFacts {
    const key = pairKey(id, parentId);
    const facts = this.#tree.moves.get(key);
    if (facts === undefined) throw new MissingKeys({ organizationMoves: [key] });
    return facts;
  }

  contentsOf(id: string): Contents {
    const contents = this.#tree.contents.get(id);
    if (contents === undefined) throw new MissingKeys({ contentsOf: [id] });
    return contents;
  }

  /** Ids of the users who are in the organization, or have it beside another one. */
  peopleOf(id: string): People {
    const people = this.#tree.people.get(id);
    if (people === undefined) throw new MissingKeys({ peopleOf: [id] });
    return people;
  }

  /** The organizations that a user has beside the primary one. */
  furtherOf(userId: string): readonly FurtherOrganization[] {
    const further = this.further.get(userId) ?? this.#tree.further.get(userId);
    if (further === undefined) throw new MissingKeys({ furtherOf: [userId] });
    return further;
  }

  #unknown(ids: readonly string[]): string[] {
    return ids.filter((id) => !this.organizations.has(id) && !this.#keys.organizationIds.has(id));
  }

  #isNew(id: string): boolean {
    return this.organizations.has(id) && !this.#stored.has(id);
  }

  #keep(one: ReadOrganization): void {
    const { id, attributes } = one;
    this.organizations.set(id, one);
    this.#named.add(pairKey(parentOf(one) ?? "", organizationNameKey(attributes)), id);
    const code = organizationCodeKey(attributes);
    if (code !== undefined) this.#coded.add(code, id);
    const externalId = textOf(attributes, "externalId");
    if (externalId !== undefined) this.#labelled.add(externalId, id);
  }

  /** The live ones that have, or once had, the key. */
  #found(index: IdIndex, key: string): ReadOrganization[] {
    return index.get(key).flatMap((id) => {
      const one = this.organizations.get(id);
      return one?.deletedAt === null ? [one] : [];
    });
  }
}
