/** The phone number and its region: A64 to A69 of the source documents, by every way of writing. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import { PHONES, type Sent } from "../support/phones.ts";
import * as scim from "../support/scim.ts";

let admin: Admin;
let source: Source;

beforeEach(async () => {
  admin = await claim();
  source = await newSource(admin, "standard");
});

function attributesOf({ number, region, inner }: Sent): JsonObject {
  return {
    ...(number !== undefined && {
      phoneNumbers: [
        { value: number, type: "work", ...(inner !== undefined && { phoneRegion: inner }) },
      ],
    }),
    ...(region !== undefined && { phoneRegion: region }),
  };
}

type Write = (sent: Sent) => Promise<Answer>;

/** Each writes to somebody who has the phone of before. */
const BEFORE: Sent = { number: "+493012345678", region: "49" };

async function somebody(): Promise<string> {
  return scim.newUser(source, { userName: "ann", ...attributesOf(BEFORE) });
}

/** Has the number already, under a region that was set by itself since. */
async function somebodyElsewhere({ number = "" }: Sent): Promise<string> {
  const path = await scim.newUser(source, { userName: "ann", ...attributesOf({ number }) });
  const phoneRegion = { op: "replace", path: "phoneRegion", value: OTHER_REGION };
  expect((await scim.patch(source, path, phoneRegion)).body["phoneRegion"]).toBe(OTHER_REGION);
  return path;
}

const OTHER_REGION = "7";

interface Way {
  readonly write: Write;
  readonly path: string | undefined;
}

const WAYS: Record<string, (before: () => Promise<string>) => Promise<Way>> = {
  POST: () =>
    Promise.resolve({
      write: (sent) =>
        source.call("POST", "/Users", scim.userBody({ userName: "new", ...attributesOf(sent) })),
      path: undefined,
    }),
  "POST again": async (before) => {
    const path = await before();
    const write: Write = (sent) =>
      source.call("POST", "/Users", scim.userBody({ userName: "ann", ...attributesOf(sent) }));
    return { write, path };
  },
  PUT: async (before) => {
    const path = await before();
    const write: Write = (sent) =>
      source.call("PUT", path, scim.userBody({ userName: "ann", ...attributesOf(sent) }));
    return { write, path };
  },
  "PATCH by path": async (before) => {
    const path = await before();
    const write: Write = (sent) => scim.patch(source, path, ...operationsOf(sent));
    return { write, path };
  },
  "PATCH without path": async (before) => {
    const path = await before();
    const write: Write = (sent) =>
      scim.patch(source, path, { op: "replace", value: attributesOf(sent) });
    return { write, path };
  },
};

function operationsOf({ number, region, inner }: Sent): JsonObject[] {
  const work = 'phoneNumbers[type eq "work"]';
  const set = (path: string, value: string | undefined): JsonObject[] =>
    value === undefined ? [] : [{ op: "replace", path, value }];
  return [
    ...set("phoneRegion", region),
    ...set(`${work}.value`, number),
    ...set(`${work}.phoneRegion`, inner),
  ];
}

/** The same by POST, POST again, PUT and PATCH, each time to a directory without people. */
async function byEveryWay(
  run: (write: Write, path: string | undefined, way: string) => Promise<void>,
  before = somebody,
): Promise<void> {
  for (const [name, way] of Object.entries(WAYS)) {
    const { write, path } = await way(before);
    await run(write, path, name);
    for (const id of scim.idsOf(await source.call("GET", "/Users"))) {
      await source.call("DELETE", `/Users/${id}`);
    }
  }
}

describe("by POST, PUT and PATCH", () => {
  const expectSettled = async (
    { sent, expected }: (typeof PHONES)[number],
    before?: () => Promise<string>,
  ) => {
    await byEveryWay(async (write, path, way) => {
      const stored = await usersOf();
      const answer = await write(sent);
      if ("refusal" in expected) {
        scim.expectError(answer, 400, "invalidValue");
        expect(scim.textAt(answer.body, "detail"), way).toMatch(WORDS[expected.refusal]);
        expect(await usersOf(), way).toEqual(stored);
        return;
      }
      const user = await writtenBy(answer, path, way);
      expect(phoneIn(user), way).toEqual([sent.number, expected.region]);
      expect(answer.body, way).toEqual(user.body);
    }, before);
  };

  it.each(PHONES)("$name", async (row) => {
    await expectSettled(row);
  });

  it.each(PHONES.filter(({ sent }) => isNumber(sent)))(
    "$name, also of somebody who has the number under another region",
    async (row) => {
      await expectSettled(row, () => somebodyElsewhere(row.sent));
    },
  );

  it.each<Sent>([
    { number: "+8613800000000", region: "0086" },
    { number: "13800000000", region: "china" },
    { number: "13800000000", region: "1234567" },
    { number: "13800000000", region: "+" },
    { number: "13800" },
    { number: "+8612345" },
    { number: "1234567890123456" },
    { number: "call me" },
    { number: "+0123456789" },
    { number: "+86 13800000000 ext. 5" },
  ])("A78 refuses what is no number of 6 to 15 digits or no region: %j", async (sent) => {
    await byEveryWay(async (write, _path, way) => {
      const before = await usersOf();
      scim.expectError(await write(sent), 400, "invalidValue");
      expect(await usersOf(), way).toEqual(before);
    });
  });

  it.each<Sent>([
    { number: "123456", region: "1" },
    { number: "123456789012345", region: "123456" },
  ])("A78 takes 6 and 15 digits, and 1 and 6 of a region: %j", async (sent) => {
    await byEveryWay(async (write, path, way) => {
      const user = await writtenBy(await write(sent), path, way);
      expect(phoneIn(user), way).toEqual([sent.number, sent.region]);
    });
  });

  it("keeps a region that comes without a number", async () => {
    await byEveryWay(async (write, path, way) => {
      const user = await writtenBy(await write({ region: "+852" }), path, way);
      expect(user.body["phoneRegion"], way).toBe("852");
    });
  });
});

/** Whoever was written, as read afterwards. */
async function writtenBy(
  { status, body, text }: Answer,
  path: string | undefined,
  way: string,
): Promise<Answer> {
  expect(status, `${way}: ${text}`).toBe(path === undefined ? 201 : 200);
  return source.call("GET", path ?? `/Users/${scim.textAt(body, "id")}`);
}

/** One that is stored where nothing is said beside it. */
function isNumber({ number = "" }: Sent): boolean {
  return PHONES.some(
    ({ sent, expected }) =>
      sent.number === number &&
      sent.region === undefined &&
      sent.inner === undefined &&
      "region" in expected,
  );
}

/** What tells the refusals apart for those who read them. */
const WORDS = { phone_region_mismatch: /phoneRegion/, phone_needs_plus: /begin with "\+"/ };

async function usersOf(): Promise<Json | undefined> {
  return (await source.call("GET", "/Users")).body["Resources"];
}

function phoneIn({ body }: Answer): (Json | undefined)[] {
  const [phone, ...others] = scim.objectsIn(body["phoneNumbers"]);
  expect(others).toEqual([]);
  expect(Object.keys(phone ?? {}).sort()).toEqual(phone === undefined ? [] : ["type", "value"]);
  return [phone?.["value"], body["phoneRegion"]];
}

describe("a PATCH of a part", () => {
  it("replaces the region alone, and compares it with nothing", async () => {
    const path = await somebody();
    const answer = await scim.patch(source, path, {
      op: "replace",
      path: "phoneRegion",
      value: "43",
    });
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, BEFORE.number, "43"]);
  });

  it("removes the region with the number", async () => {
    const path = await somebody();
    const answer = await scim.patch(source, path, { op: "remove", path: "phoneNumbers" });
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, undefined, undefined]);
  });

  it("removes it with a number selected by its type", async () => {
    const path = await somebody();
    const gone = { op: "remove", path: 'phoneNumbers[type eq "work"]' };
    const answer = await scim.patch(source, path, gone);
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, undefined, undefined]);
  });

  it("finds the region again where it alone is removed", async () => {
    const path = await somebody();
    const answer = await scim.patch(source, path, { op: "remove", path: "phoneRegion" });
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, BEFORE.number, "49"]);
  });

  it("of another attribute leaves both", async () => {
    const path = await somebody();
    const answer = await scim.patch(source, path, { op: "replace", path: "title", value: "T" });
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, BEFORE.number, "49"]);
  });

  it("with the same number again changes nothing, where its region is what the number says", async () => {
    const path = await scim.newUser(source, attributesOf({ number: "+852 23456789" }));
    const again = operationsOf({ number: "+852 23456789" });
    await scim.expectNothingHappens(admin, source, path, async () => {
      expect((await scim.patch(source, path, ...again)).status).toBe(200);
    });
  });

  it("with the same local number and region again changes nothing", async () => {
    const sent = { number: "23456789", region: "852" };
    const path = await scim.newUser(source, attributesOf(sent));
    await scim.expectNothingHappens(admin, source, path, async () => {
      expect((await scim.patch(source, path, ...operationsOf(sent))).status).toBe(200);
    });
  });
});

describe("a PUT", () => {
  it("without number and region removes both", async () => {
    const path = await somebody();
    const answer = await source.call("PUT", path, scim.userBody({ userName: "ann" }));
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, undefined, undefined]);
  });
});

describe("filters", () => {
  const sent = { number: "+86-138-0000-0000" };

  it.each([
    'phoneNumbers.value eq "+86-138-0000-0000"',
    'phoneNumbers.value eq "+8613800000000"',
    'phoneNumbers.value eq "13800000000"',
    'phoneNumbers eq "13800000000"',
    'phoneNumbers[type eq "work"].value eq "13800000000"',
    'phoneNumbers[type eq "work" and value eq "+8613800000000"]',
    'phoneNumbers.value sw "+86138" and userName eq "some@one.test"',
    'phoneRegion eq "86" and userName eq "some@one.test"',
  ])("A65 find a phone with its region and without: %s", async (filter) => {
    const path = await scim.newUser(source, attributesOf(sent));
    await scim.newUser(source, { userName: "else", ...attributesOf({ number: "13900000000" }) });
    expect(scim.idsOf(await scim.find(source, filter))).toEqual([scim.idAt(path)]);
  });

  it("find a phone in its new form, and no longer in the old one", async () => {
    const path = await scim.newUser(source, attributesOf(sent));
    await scim.patch(source, path, ...operationsOf({ number: "+4930123456" }));
    const count = async (text: string): Promise<number> =>
      scim.idsOf(await scim.find(source, `phoneNumbers.value eq "${text}"`)).length;
    expect([await count("13800000000"), await count("30123456")]).toEqual([0, 1]);
  });
});

describe("the work phone is one in the directory", () => {
  it.each<[Sent, number]>([
    [{ number: "13800000000" }, 409],
    [{ number: "+86-138 0000 0000" }, 409],
    [{ number: "13800000000", region: "852" }, 201],
  ])("in every form, and by region: %j", async (sent, status) => {
    await scim.newUser(source, {
      userName: "first",
      ...attributesOf({ number: "+8613800000000" }),
    });
    const answer = await source.call("POST", "/Users", scim.userBody(attributesOf(sent)));
    expect(answer.status, answer.text).toBe(status);
  });
});

describe("where a region is sent only (entra)", () => {
  beforeEach(async () => {
    source = await newSource(admin, "entra");
  });

  it("leaves numbers as they are where none is", async () => {
    const phoneNumbers = [
      { value: "0086-1", type: "work" },
      { value: "ask for Ann", type: "mobile" },
    ];
    const path = await scim.newUser(source, { phoneNumbers });
    const { body } = await source.call("GET", path);
    expect([body["phoneNumbers"], body["phoneRegion"]]).toEqual([phoneNumbers, undefined]);
  });

  it("A67 compares the work number with one that is", async () => {
    const phoneNumbers = [
      { value: "+12125552671", type: "mobile" },
      { value: "+8613800000000", type: "work" },
    ];
    const post = (phoneRegion: string) =>
      source.call("POST", "/Users", scim.userBody({ phoneNumbers, phoneRegion }));
    scim.expectError(await post("1"), 400, "invalidValue");
    const answer = await post("+86");
    expect([answer.status, answer.body["phoneRegion"]]).toEqual([201, "86"]);
  });

  it("keeps the region of a number that is sent again", async () => {
    const path = await somebody();
    const answer = await scim.patch(source, path, ...operationsOf({ number: "+493012345678" }));
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, BEFORE.number, "49"]);
  });

  it("forgets the region of a number that is replaced", async () => {
    const path = await somebody();
    const answer = await scim.patch(source, path, ...operationsOf({ number: "+43123456" }));
    expect([answer.status, ...phoneIn(answer)]).toEqual([200, "+43123456", undefined]);
  });
});
