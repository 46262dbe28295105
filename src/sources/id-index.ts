/** Ids by a key that they have, or once had: what a group holds may be large, and is asked for one by one. */
export class IdIndex {
  readonly #ids = new Map<string, Set<string>>();

  add(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids === undefined) this.#ids.set(key, new Set([id]));
    else ids.add(id);
  }

  /** In the order in which they were added. */
  get(key: string): readonly string[] {
    return [...(this.#ids.get(key) ?? [])];
  }
}
