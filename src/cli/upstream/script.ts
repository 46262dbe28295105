/** What an upstream directory of tests, demo and bench holds and does: all of it is JSON. */
import type { Json, JsonObject } from "../../scim/json.ts";
import type { TokenStyle } from "../../sources/upstream.ts";

export type Route = "token" | "Users" | "Organizations" | "Groups";

/** Records are numbered from 0 on; those that are not given are made up from their numbers. */
export interface Population {
  readonly count: number;
  /** What differs from the made-up record, or all of it where nothing is to be made up. */
  readonly given?: readonly JsonObject[];
  /** No record is made up: `given` are all that there are. */
  readonly exactly?: boolean;
}

export interface Script {
  /** RFC 7643, or the second dialect. */
  readonly shape?: "scim" | "dialect";
  readonly paging?: "startIndex" | "cursor";
  readonly token?: TokenScript;
  readonly people?: Population;
  readonly organizations?: Population;
  readonly groups?: Population;
  /** The most that a page has, whatever is asked for. */
  readonly pageMax?: number;
  /** A filter is answered 400. */
  readonly refusesFilters?: boolean;
  readonly faults?: readonly Fault[];
}

export interface TokenScript {
  readonly style: TokenStyle;
  readonly clientId?: string;
  /** The client secret, or the fixed token. */
  readonly secret: string;
  /** As it is sent; null leaves it out. */
  readonly expiresIn?: Json;
}

/** Something that a call does instead of, or beside, answering as it should. */
export interface Fault {
  readonly on: Route;
  /** The number of the call of this route that has it, from 1 on; without it all have. */
  readonly call?: number;
  /** All calls from that one on. */
  readonly onwards?: boolean;
  /** Calls for one resource alone, else calls for lists alone. */
  readonly one?: boolean;
  readonly act: Act;
}

export type Act =
  /** Another answer: an error, a redirect, a page for people. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Text is sent as it is, all else as JSON. */
      readonly body?: Json;
      /** As which bytes the text goes out; UTF-8 where it isn't said. */
      readonly encoding?: "latin1" | "utf16le";
    }
  /** So many bytes of the answer, then the end; how the length was told decides who notices. */
  | {
      readonly kind: "cut";
      readonly bytes: number;
      readonly framing: "length" | "chunked" | "close";
    }
  /** A byte now and then, for ever. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** As much as is read, for ever. */
  | { readonly kind: "flood" }
  /** Spaces, so many, which are next to nothing on the wire: gzip. */
  | { readonly kind: "bomb"; readonly bytes: number }
  /** Headers never come. */
  | { readonly kind: "hang" }
  /** The connection is closed without a word. */
  | { readonly kind: "reset" }
  /** Members of the answer put or, by null, taken away. */
  | { readonly kind: "overlay"; readonly members: JsonObject }
  | { readonly kind: "loop"; readonly loop: Loop }
  /** All tokens given so far are worthless from now on. */
  | { readonly kind: "expire" }
  /** Before the answer the directory changes. */
  | ({ readonly kind: "change" } & Change);

export const LOOPS = [
  /** Whatever is asked for, the page of the first call comes. */
  "samePage",
  /** The cursor that was sent comes back as the next one. */
  "sameCursor",
  "startIndexIgnored",
  /** The next cursor leads to a page that has been. */
  "earlier",
  /** Two pages take turns. */
  "alternating",
  /** Each page is full of records that have been, changed a little. */
  "changedAgain",
] as const;
export type Loop = (typeof LOOPS)[number];

/** By the numbers of records of a population. */
export interface Change {
  readonly of: Exclude<Route, "token">;
  readonly remove?: readonly number[];
  /** So many more behind the last one. */
  readonly add?: number;
  /** All that there are from now on, in this order: of a population of which all are given. */
  readonly give?: readonly JsonObject[];
  /** Members put over the record, whose `lastModified` moves on; `every` nth of all. */
  readonly put?: { readonly every: number; readonly members: JsonObject };
}

/** What the upstream was asked. */
export interface Asked {
  readonly method: string;
  /** Path and query below the upstream's own prefix, as they were sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is told of an upstream that was set up: where it is. */
export interface Addresses {
  readonly tokenUrl: string;
  readonly userUrl: string;
  readonly orgUrl: string;
  readonly groupUrl: string;
}
