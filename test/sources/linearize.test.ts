/** The judge of histories, judged: it must refuse what no server may do, and nothing else. */
import { describe, expect, it } from "vitest";
import {
  NOBODY_YET,
  stepPeople,
  withLook,
  type Asked,
  type Person,
  type Seen,
  type Told,
} from "../support/directory-spec.ts";
import { isLinearizable } from "../support/linearize.ts";
import { mutated, simulated } from "../support/simulated-history.ts";
import { Random } from "../support/random.ts";
import { SEED } from "../support/scale.ts";

const isSound = (history: readonly Seen[]) =>
  isLinearizable(history.flatMap(withLook), NOBODY_YET, stepPeople);

/** A call from one moment to another; without `told` its outcome is unknown. */
function seen(asked: number, answered: number, request: Asked, told?: Told): Seen {
  return told === undefined
    ? { asked, answered: undefined, request }
    : { asked, answered, request, told };
}

const ann = (value: string, version: number, id = "1"): Person => ({ id, value, version });
const create = (value: string): Asked => ({ kind: "create", name: "ann", value });
const find: Asked = { kind: "find", name: "ann" };
const get: Asked = { kind: "get", id: "1" };
const patch = (value: string, ifMatch?: number): Asked => ({
  kind: "patch",
  id: "1",
  value,
  ifMatch,
});
const remove: Asked = { kind: "delete", id: "1" };
const members: Asked = { kind: "members" };

const born = seen(0, 1, create("a"), { status: 201, person: ann("a", 1) });
const NOT_THERE = { status: 404 };
const DONE = { status: 204 };
const shows = (person?: Person): Told => ({ status: 200, person });

const BAD: readonly (readonly [string, readonly Seen[]])[] = [
  [
    "a stale read after an acknowledged write",
    [born, seen(2, 3, patch("b"), shows(ann("b", 2))), seen(4, 5, get, shows(ann("a", 1)))],
  ],
  [
    "a lost update: two conditional writes on one version",
    [
      born,
      seen(2, 5, patch("b", 1), shows(ann("b", 2))),
      seen(3, 4, patch("c", 1), shows(ann("c", 2))),
    ],
  ],
  [
    "a lost update: two plain writes, and the version of one",
    [born, seen(2, 5, patch("b"), shows(ann("b", 2))), seen(3, 4, patch("c"), shows(ann("c", 2)))],
  ],
  ["an acknowledged creation that is gone", [born, seen(2, 3, find, shows())]],
  ["a resurrected person", [born, seen(2, 3, remove, DONE), seen(4, 5, get, shows(ann("a", 1)))]],
  [
    "one deletion that two were told of",
    [born, seen(2, 5, remove, DONE), seen(3, 4, remove, DONE)],
  ],
  [
    "two ids for one name",
    [
      seen(0, 3, create("a"), { status: 201, person: ann("a", 1) }),
      seen(1, 2, create("a"), { status: 201, person: ann("a", 1, "2") }),
    ],
  ],
  [
    "one id for two names",
    [
      born,
      seen(2, 3, { kind: "create", name: "bob", value: "a" }, { status: 201, person: ann("a", 1) }),
    ],
  ],
  [
    "an unknown outcome that happened twice",
    [
      born,
      seen(2, 0, patch("b")),
      seen(3, 4, get, shows(ann("b", 2))),
      seen(5, 6, patch("c"), shows(ann("c", 3))),
      seen(7, 8, get, shows(ann("b", 4))),
    ],
  ],
  [
    "an unknown creation that came to two people",
    [
      seen(0, 0, create("a")),
      seen(1, 2, find, shows(ann("a", 1))),
      seen(3, 4, find, shows(ann("a", 1, "2"))),
    ],
  ],
  [
    "an effect before its cause",
    [born, seen(2, 3, get, shows(ann("b", 2))), seen(4, 0, patch("b"))],
  ],
  [
    "a version that went back",
    [born, seen(2, 3, patch("b"), shows(ann("b", 2))), seen(4, 5, patch("a"), shows(ann("a", 1)))],
  ],
  [
    "an added member who is not there",
    [
      born,
      seen(2, 3, { kind: "add", id: "1" }, DONE),
      seen(4, 5, members, { status: 200, members: [] }),
    ],
  ],
  [
    "a deleted member",
    [
      born,
      seen(2, 3, { kind: "add", id: "1" }, DONE),
      seen(4, 5, remove, DONE),
      seen(6, 7, members, { status: 200, members: ["1"] }),
    ],
  ],
  ["a refusal without a reason", [born, seen(2, 3, patch("b", 1), { status: 412 })]],
  ["a person who is not there and is", [born, seen(2, 3, get, NOT_THERE)]],
];

const GOOD: readonly (readonly [string, readonly Seen[]])[] = [
  ["nothing", []],
  [
    "a read beside a write that shows either state",
    [
      born,
      seen(2, 7, patch("b"), shows(ann("b", 2))),
      seen(3, 4, get, shows(ann("a", 1))),
      seen(5, 6, get, shows(ann("b", 2))),
    ],
  ],
  [
    "an unknown outcome that never was",
    [born, seen(2, 0, patch("b")), seen(3, 4, get, shows(ann("a", 1)))],
  ],
  [
    "an unknown outcome that came late",
    [
      born,
      seen(2, 0, patch("b")),
      seen(3, 4, get, shows(ann("a", 1))),
      seen(5, 6, get, shows(ann("b", 2))),
    ],
  ],
  [
    "an unknown creation that somebody found",
    [
      seen(0, 0, create("a")),
      seen(1, 2, find, shows()),
      seen(3, 4, find, shows(ann("a", 1))),
      seen(5, 6, remove, DONE),
    ],
  ],
  [
    "two creations at once: one is an update",
    [
      seen(0, 3, create("a"), { status: 201, person: ann("a", 1) }),
      seen(1, 2, create("b"), shows(ann("b", 2))),
    ],
  ],
  [
    "who was deleted comes back with the same id",
    [born, seen(2, 3, remove, DONE), seen(4, 5, create("b"), { status: 201, person: ann("b", 3) })],
  ],
  [
    "an unknown deletion",
    [born, seen(2, 0, remove), seen(3, 4, remove, NOT_THERE), seen(5, 6, find, shows())],
  ],
];

describe("a history", () => {
  it.each(BAD)("with %s is refused", (_, history) => {
    expect(isSound(history)).toBe(false);
  });

  it.each(GOOD)("with %s is accepted", (_, history) => {
    expect(isSound(history)).toBe(true);
  });

  it("that would take too many states to refuse is left undecided", () => {
    const unknown = Array.from({ length: 4 }, (_, n) => seen(2 + n, 0, patch(`v${n}`)));
    const history = [born, ...unknown, seen(9, 10, get, shows(ann("none of them", 3)))];
    expect(isLinearizable(history, NOBODY_YET, stepPeople, 20)).toBeUndefined();
    expect(isSound(history)).toBe(false);
  });

  it("made by the specification is accepted, and with one answer changed it is mostly refused", () => {
    const random = new Random(SEED);
    const histories = Array.from({ length: 60 }, () => simulated(random, 5, 25));
    expect(histories.filter((history) => !isSound(history))).toEqual([]);
    const wrong = histories.map((history) => mutated(random, history));
    const refused = wrong.filter((history) => isSound(history) === false);
    expect(refused.length, `seed ${SEED}`).toBeGreaterThan(0.7 * wrong.length);
  });
});
