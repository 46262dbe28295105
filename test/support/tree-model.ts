/** What the tree of two sources has to be after any commands, and what each has to answer. */
import type { Random } from "./random.ts";

type Who = "host" | "guest";

interface Node {
  readonly id: string;
  parent: string | undefined;
  name: string;
  /** Nobody's are the organizations that the sources were given. */
  readonly owner: Who | undefined;
}

interface Person {
  readonly id: string;
  readonly owner: Who;
  place: string;
}

export type Command =
  | { readonly kind: "create"; readonly who: Who; readonly parent: string; readonly name: string }
  | { readonly kind: "move"; readonly who: Who; readonly id: string; readonly parent: string }
  | { readonly kind: "rename"; readonly who: Who; readonly id: string; readonly name: string }
  | { readonly kind: "delete"; readonly who: Who; readonly id: string }
  | { readonly kind: "hire"; readonly who: Who; readonly place: string; readonly name: string }
  | { readonly kind: "send"; readonly who: Who; readonly id: string; readonly place: string }
  | { readonly kind: "fire"; readonly who: Who; readonly id: string };

const KINDS = [
  "create",
  "create",
  "create",
  "move",
  "move",
  "rename",
  "delete",
  "hire",
  "send",
  "fire",
] as const;

export class TreeModel {
  readonly nodes = new Map<string, Node>();
  readonly people = new Map<string, Person>();
  readonly gone = new Set<string>();
  readonly #seen: Record<Who, readonly string[]>;

  /** Both see the host's target, the guest also its own. */
  constructor(hostTarget: string, guestTarget: string) {
    for (const id of [hostTarget, guestTarget]) {
      this.nodes.set(id, { id, parent: undefined, name: id, owner: undefined });
    }
    this.#seen = { host: [hostTarget], guest: [hostTarget, guestTarget] };
  }

  command(random: Random, number: number): Command {
    const who = random.pick(["host", "guest"] as const);
    const node = () => random.pick([...this.nodes.keys(), ...this.gone]);
    const person = () => random.pick([...this.people.keys(), node()]);
    const name = random.pick(["a", "b", "c", "d"]);
    const kind = random.pick(KINDS);
    switch (kind) {
      case "create":
        return { kind, who, parent: node(), name };
      case "move":
        return { kind, who, id: node(), parent: node() };
      case "rename":
        return { kind, who, id: node(), name };
      case "delete":
        return { kind, who, id: node() };
      case "hire":
        return { kind, who, place: node(), name: `user${number}` };
      case "send":
        return { kind, who, id: person(), place: node() };
      case "fire":
        return { kind, who, id: person() };
    }
  }

  /** The status the command has to be answered with; what it changes is changed. `id` is the new one's. */
  apply(command: Command, id: string | undefined): number {
    const { who } = command;
    switch (command.kind) {
      case "create":
        return this.#create(who, command.parent, command.name, id);
      case "move":
        return this.#owned(who, this.nodes.get(command.id)) ?? this.#move(who, command);
      case "rename":
        return this.#owned(who, this.nodes.get(command.id)) ?? this.#rename(command);
      case "delete":
        return this.#owned(who, this.nodes.get(command.id)) ?? this.#delete(command.id);
      case "hire": {
        const refused = this.#unseen(who, command.place);
        if (refused !== undefined) return refused;
        if (id !== undefined) this.people.set(id, { id, owner: who, place: command.place });
        return 201;
      }
      case "send": {
        const person = this.people.get(command.id);
        const refused = this.#of(who, person, person?.place);
        if (refused !== undefined || person === undefined) return refused ?? 404;
        if (person.place === command.place) return 200;
        const unseen = this.#unseen(who, command.place);
        if (unseen === undefined) person.place = command.place;
        return unseen ?? 200;
      }
      case "fire": {
        const person = this.people.get(command.id);
        const refused = this.#of(who, person, person?.place);
        if (refused === undefined) this.people.delete(command.id);
        return refused ?? 204;
      }
    }
  }

  sees(who: Who, id: string): boolean {
    return this.#above(id).some((one) => this.#seen[who].includes(one));
  }

  #create(who: Who, parent: string, name: string, id: string | undefined): number {
    const refused = this.#unseen(who, parent);
    if (refused !== undefined) return refused;
    const same = this.#child(parent, name);
    if (same !== undefined) return same.owner === who ? 200 : 409;
    if (id !== undefined) this.nodes.set(id, { id, parent, name, owner: who });
    return 201;
  }

  #move(who: Who, { id, parent }: Extract<Command, { kind: "move" }>): number {
    const node = this.nodes.get(id);
    if (node === undefined || node.parent === parent) return 200;
    const refused = this.#unseen(who, parent);
    if (refused !== undefined) return refused;
    if (this.#child(parent, node.name) !== undefined) return 409;
    if (this.#above(parent).includes(id)) return 400;
    node.parent = parent;
    return 200;
  }

  #rename({ id, name }: Extract<Command, { kind: "rename" }>): number {
    const node = this.nodes.get(id);
    if (node === undefined || node.name === name) return 200;
    if (this.#child(node.parent, name) !== undefined) return 409;
    node.name = name;
    return 200;
  }

  #delete(id: string): number {
    const isParent = [...this.nodes.values()].some(({ parent }) => parent === id);
    if (isParent || [...this.people.values()].some(({ place }) => place === id)) return 409;
    this.nodes.delete(id);
    this.gone.add(id);
    return 204;
  }

  #owned(who: Who, node: Node | undefined): number | undefined {
    return this.#of(who, node, node?.id);
  }

  #of(who: Who, one: Node | Person | undefined, place: string | undefined): number | undefined {
    if (one === undefined || place === undefined || !this.sees(who, place)) return 404;
    return one.owner === who ? undefined : 403;
  }

  #unseen(who: Who, id: string): number | undefined {
    if (!this.nodes.has(id)) return 400;
    return this.sees(who, id) ? undefined : 403;
  }

  #child(parent: string | undefined, name: string): Node | undefined {
    return [...this.nodes.values()].find((node) => node.parent === parent && node.name === name);
  }

  #above(id: string): string[] {
    const line: string[] = [];
    for (let at: string | undefined = id; at !== undefined; at = this.nodes.get(at)?.parent) {
      line.push(at);
    }
    return line;
  }
}
