/** Custom fields: the directory's, chosen by a source, under the namespace that it sends. */
import { beforeEach, describe, expect, it } from "vitest";
import { isObject, type Json, type JsonObject } from "../../src/scim/json.ts";
import { idOf } from "../support/answer.ts";
import { claim, newSource, type Admin, type Answer, type Source } from "../support/client.ts";
import {
  choose,
  ENTRA_URN,
  newField,
  observedAfter,
  OKTA_URN,
  sourceWith,
  userUnder,
} from "../support/fields.ts";
import { violations } from "../support/invariants.ts";
import { keepQuiet } from "../support/quiet.ts";
import {
  contentOf,
  CORE,
  ENTERPRISE,
  expectError,
  find,
  idsOf,
  newUser,
  objectsIn,
  patch,
  textAt,
  userBody,
} from "../support/scim.ts";
import { call } from "../support/client.ts";

keepQuiet();

let admin: Admin;
let costCenter: string;
let level: string;
let size: string;

beforeEach(async () => {
  admin = await claim();
  costCenter = await newField(admin, "cost_center");
  level = await newField(admin, "level", "number");
  size = await newField(admin, "shirt", "choice", {
    items: [
      { value: "S", label: "Small" },
      { value: "L", label: "Large" },
      { value: "XL", label: "Gone", enabled: false },
    ],
  });
});

const okta = (fieldIds: readonly string[] = [costCenter, level, size]): Promise<Source> =>
  sourceWith(admin, "okta", OKTA_URN, fieldIds);

const entra = (fieldIds: readonly string[] = [costCenter, level, size]): Promise<Source> =>
  sourceWith(admin, "entra", ENTRA_URN, fieldIds);

function fieldsIn({ body }: Answer, urn = OKTA_URN): Json | undefined {
  return body[urn];
}

async function withFields(
  source: Source,
  fields: JsonObject,
  urn = OKTA_URN,
  more: JsonObject = {},
): Promise<string> {
  const answer = await source.call("POST", "/Users", userUnder(urn, fields, more));
  expect(answer.status, answer.text).toBe(201);
  return `/Users/${idOf(answer)}`;
}

/** Where a user belongs is in the enterprise extension, which `standard` always shows. */
function schemasIn({ body }: Answer): unknown[] {
  const schemas = Array.isArray(body["schemas"]) ? body["schemas"] : [];
  return schemas.filter((urn) => urn !== ENTERPRISE);
}

describe("discovery", () => {
  it("A40 lists the namespace among the extensions of User, for its own source alone", async () => {
    const source = await okta();
    const extensionsOf = ({ body }: Answer) =>
      objectsIn(body["schemaExtensions"]).map((one) => textAt(one, "schema"));
    const own = await source.call("GET", "/ResourceTypes/User");
    expect(extensionsOf(own)).toEqual([ENTERPRISE, OKTA_URN]);
    expect(extensionsOf(await call("GET", `${source.base}/ResourceTypes/User`))).toEqual([
      ENTERPRISE,
    ]);
    const other = await newSource(admin, "okta");
    expect(extensionsOf(await other.call("GET", "/ResourceTypes/User"))).toEqual([ENTERPRISE]);
  });

  it("A41 has the schema of the chosen fields, with a token only", async () => {
    const source = await okta([costCenter, size]);
    const { status, body } = await source.call("GET", `/Schemas/${OKTA_URN}`);
    expect(status).toBe(200);
    expect(objectsIn(body["attributes"])).toEqual([
      expect.objectContaining({ name: "cost_center", type: "string", uniqueness: "none" }),
      expect.objectContaining({ name: "shirt", canonicalValues: ["S", "L"] }),
    ]);
    const { body: all } = await source.call("GET", "/Schemas");
    expect(objectsIn(all["Resources"]).map((one) => textAt(one, "id"))).toContain(OKTA_URN);
    expectError(await call("GET", `${source.base}/Schemas/${OKTA_URN}`), 404);
    expect((await call("GET", `${source.base}/Schemas`)).text).not.toContain("cost_center");
  });
});

describe("the namespace", () => {
  it.each(["standard", "okta", "entra"])(
    "A49 isn't needed: without it extension attributes are ignored (%s)",
    async (profile) => {
      const source = await newSource(admin, profile);
      const sent = userUnder(OKTA_URN, { cost_center: "C-17" });
      const answer = await source.call("POST", "/Users", { ...sent, nickname: "Annie", foo: 1 });
      expect(answer.status, answer.text).toBe(201);
      expect(schemasIn(answer)).toEqual([CORE]);
      expect(answer.text).not.toContain("C-17");
    },
  );

  it("A50 has to be the one that the client sends: values under another aren't stored", async () => {
    const source = await okta();
    const path = await withFields(source, { cost_center: "C-17" }, ENTRA_URN);
    await choose(admin, source, ENTRA_URN, [costCenter]);
    expect(fieldsIn(await source.call("GET", path), ENTRA_URN)).toBeUndefined();
    expect(await violations()).toEqual([]);
  });

  it("A50 tells what came under another namespace, and how often", async () => {
    const source = await okta([costCenter]);
    const path = await withFields(source, { cost_center: "a", b: 1 }, ENTRA_URN);
    const unknown = { op: "add", path: `${ENTRA_URN}:cost_center`, value: "b" };
    expectError(await patch(source, path, unknown), 400, "invalidPath");
    await patch(source, path, { op: "add", path: `${OKTA_URN}:level`, value: 3 });
    const observed = await observedAfter(admin, source, () =>
      source.call("PUT", path, userUnder(OKTA_URN, {}, { badge: "x" })),
    );
    expect(new Map(observed.map((one) => [textAt(one, "path"), textAt(one, "code")]))).toEqual(
      new Map([
        [`${ENTRA_URN}:cost_center`, "namespace_mismatch"],
        [`${ENTRA_URN}:b`, "namespace_mismatch"],
        [`${OKTA_URN}:level`, "attribute_unmapped"],
        ["badge", "attribute_unmapped"],
      ]),
    );
    const mismatch = observed.find(({ path }) => path === `${ENTRA_URN}:b`);
    expect(mismatch).toMatchObject({
      detail: `Received ${ENTRA_URN}, expected ${OKTA_URN}`,
      count: 1,
    });
    expect(JSON.stringify(observed)).not.toContain('"x"');
  });

  it.each([
    ["A51", "okta", OKTA_URN],
    ["A52", "entra", ENTRA_URN],
    ["A52", "entra", "urn:ietf:params:scim:schemas:extension:a-b.c:2.0:User"],
    ["A52", "standard", "urn:example:hr"],
    ["A52", "rfc", "urn:Example:HR:fields"],
  ])("%s works for %s as %s", async (_, profile, urn) => {
    const source = await sourceWith(admin, profile, urn, [costCenter, level]);
    const path = await withFields(source, { cost_center: "C-17", level: 2 }, urn);
    const read = await source.call("GET", path);
    expect(schemasIn(read)).toEqual([CORE, urn]);
    expect(fieldsIn(read, urn)).toEqual({ cost_center: "C-17", level: 2 });
    const id = idOf(read);
    expect(idsOf(await find(source, `${urn}:cost_center eq "c-17"`))).toEqual([id]);
    const to = { op: "replace", path: `${urn}:cost_center`, value: "C-18" };
    expect(fieldsIn(await patch(source, path, to), urn)).toEqual({ cost_center: "C-18", level: 2 });
    const shown = await source.call("GET", `${path}?attributes=${urn}:level`);
    expect(contentOf(shown)).toEqual({ [urn]: { level: 2 } });
  });

  it.each([
    ["no URN", "customfield"],
    ["the core schema", CORE],
    ["the enterprise extension, in any letter case", ENTERPRISE.toUpperCase()],
    ["something below it", `${ENTERPRISE}:x`],
    ["an older name of it", "urn:scim:schemas:extension:enterprise:1.0"],
    ["a message", "urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    ["what can't stand in a path", "urn:example:部门"],
  ])("is refused when it is %s", async (_, namespace) => {
    const source = await newSource(admin, "okta");
    const body = { namespace, fieldIds: [] };
    const answer = await admin("PUT", `/data-sources/${source.id}/fields`, body);
    expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_value"]);
  });
});

describe("the choice of fields", () => {
  it("A53 refuses base attributes and fields that aren't there", async () => {
    const source = await okta([costCenter]);
    const route = `/data-sources/${source.id}/fields`;
    for (const other of ["userName", "displayName", level.replace(/.$/, "_"), ""]) {
      const body = { namespace: OKTA_URN, fieldIds: [costCenter, other] };
      const answer = await admin("PUT", route, body);
      expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_value"]);
    }
    const without = await admin("PUT", route, { namespace: null, fieldIds: [costCenter] });
    expect(without.status).toBe(400);
    expect((await admin("GET", route)).body["fieldIds"]).toEqual([costCenter]);
  });

  it("A54 writes chosen fields alone, also by PATCH", async () => {
    const source = await okta([costCenter]);
    const path = await withFields(source, { cost_center: "C-17", level: 3, other: true });
    const changes = [
      { op: "add", path: `${OKTA_URN}:level`, value: 4 },
      { op: "remove", path: `${OKTA_URN}:shirt` },
      { op: "replace", value: { [`${OKTA_URN}:level`]: 5, [OKTA_URN]: { level: 6 } } },
      { op: "replace", path: `${OKTA_URN}:cost_center`, value: "C-18" },
    ];
    const answer = await patch(source, path, ...changes);
    expect([answer.status, fieldsIn(answer)]).toEqual([200, { cost_center: "C-18" }]);
    await choose(admin, source, OKTA_URN, [costCenter, level]);
    expect(fieldsIn(await source.call("GET", path))).toEqual({ cost_center: "C-18" });
  });

  it("A58 is read back as it was saved, and stays until it is saved anew", async () => {
    const source = await newSource(admin, "okta");
    const route = `/data-sources/${source.id}/fields`;
    expect((await admin("GET", route)).body).toEqual({ namespace: null, fieldIds: [] });
    const wanted = { namespace: ENTRA_URN, fieldIds: [size, costCenter] };
    const saved = await admin("PUT", route, wanted);
    expect([saved.status, saved.body]).toEqual([200, wanted]);
    const read = await admin("GET", route);
    expect([read.body, read.headers.get("etag")]).toEqual([wanted, saved.headers.get("etag")]);
    const again = await admin("PUT", route, wanted);
    expect(again.headers.get("etag")).toBe(saved.headers.get("etag"));
    await choose(admin, source, null, []);
    expect((await admin("GET", route)).body).toEqual({ namespace: null, fieldIds: [] });
  });

  it("leaves alone what another source has put into the fields it hasn't chosen", async () => {
    const source = await okta([costCenter, level]);
    const path = await withFields(source, { cost_center: "C-17", level: 3 });
    await choose(admin, source, ENTRA_URN, [costCenter]);
    const put = await source.call("PUT", path, userUnder(ENTRA_URN, { cost_center: "C-18" }));
    expect(put.status, put.text).toBe(200);
    expect(fieldsIn(put, ENTRA_URN)).toEqual({ cost_center: "C-18" });
    await choose(admin, source, OKTA_URN, [level, costCenter]);
    expect(fieldsIn(await source.call("GET", path))).toEqual({ cost_center: "C-18", level: 3 });
    expect(await violations()).toEqual([]);
  });
});

describe("a field", () => {
  it.each([
    ["a", 201],
    ["cost_center_of_the_person_and_his_manager", 400],
    ["abcdefghij".repeat(4), 201],
    ["Cost", 400],
    ["_cost", 400],
    ["cost-center", 400],
    ["kst1", 400],
    ["", 400],
  ])("A55 may be called %s: %i", async (name, status) => {
    const answer = await admin("POST", "/fields", { name, label: "L", type: "string" });
    expect(answer.status, answer.text).toBe(status);
  });

  it.each<[string, JsonObject]>([
    ["of another type", { type: "date" }],
    ["with too long a label", { label: "x".repeat(65) }],
    ["that is a choice of nothing", { type: "choice", items: [] }],
    ["that isn't a choice but has items", { items: [{ value: "a", label: "A" }] }],
    ["with an item twice", { type: "choice", items: [item("a"), item("a")] }],
    ["with too long a value", { type: "choice", items: [item("x".repeat(65))] }],
    [
      "with too many items",
      { type: "choice", items: Array.from({ length: 101 }, (_, i) => item(String(i))) },
    ],
    ["that is a unique boolean", { type: "boolean", unique: true }],
  ])("A55 can't be one %s", async (_, more) => {
    const body = { name: "x", label: "X", type: "string", ...more };
    const answer = await admin("POST", "/fields", body);
    expect([answer.status, answer.body["code"]]).toEqual([400, "invalid_value"]);
  });

  it("A55 is created beforehand, listed, changed and deleted", async () => {
    const { body } = await admin("GET", "/fields");
    const names = objectsIn(body["data"]).map((one) => textAt(one, "name"));
    expect(names).toEqual(["cost_center", "level", "shirt"]);
    const again = await admin("POST", "/fields", { name: "level", label: "L", type: "number" });
    expect([again.status, again.body["code"]]).toEqual([409, "conflict"]);
    const renamed = await admin("PATCH", `/fields/${level}`, { label: "Grade", required: true });
    expect(renamed.body).toMatchObject({ label: "Grade", required: true, version: 2 });
    const retyped = await admin("PATCH", `/fields/${level}`, { type: "string" });
    expect(retyped.status).toBe(400);
    expect((await admin("DELETE", `/fields/${level}`)).status).toBe(204);
    expect((await admin("GET", `/fields/${level}`)).status).toBe(404);
    expect((await admin("DELETE", `/fields/${level}`)).status).toBe(404);
    const { body: log } = await admin("GET", `/events?resource=${level}`);
    const types = objectsIn(log["data"]).map((one) => textAt(one, "type"));
    expect(types).toEqual(["field.deleted", "field.updated", "field.created"]);
  });

  it("A55 is missed where it is required and chosen, in every POST and PUT", async () => {
    await admin("PATCH", `/fields/${level}`, { required: true });
    const source = await okta();
    const { body } = await source.call("GET", "/ResourceTypes/User");
    expect(objectsIn(body["schemaExtensions"])[1]).toEqual({ schema: OKTA_URN, required: true });
    const missing = await source.call("POST", "/Users", userBody({}));
    expectError(missing, 400, "invalidValue");
    expect(missing.body["detail"]).toContain(`${OKTA_URN}:level`);
    const path = await withFields(source, { level: 0 });
    expectError(await source.call("PUT", path, userBody({})), 400, "invalidValue");
    const taken = await patch(source, path, { op: "remove", path: `${OKTA_URN}:level` });
    expectError(taken, 400, "mutability");
    const other = await newSource(admin, "okta");
    await newUser(other, { userName: "other@one.test" });
  });

  it("A55 shows its changes to sources at once, and its end", async () => {
    const source = await okta();
    const path = await withFields(source, { cost_center: "C-17", level: 3, shirt: "S" });
    const items = [item("M"), item("L")];
    await admin("PATCH", `/fields/${size}`, { items });
    const fields = { shirt: "S" };
    expectError(
      await source.call("POST", "/Users", userUnder(OKTA_URN, fields, { userName: "b" })),
      400,
      "invalidValue",
    );
    const kept = await patch(source, path, { op: "add", path: "title", value: "Dr" });
    expect(fieldsIn(kept)).toEqual({ cost_center: "C-17", level: 3, shirt: "S" });
    await admin("DELETE", `/fields/${level}`);
    expect(fieldsIn(await source.call("GET", path))).toEqual({ cost_center: "C-17", shirt: "S" });
    expectError(await find(source, `${OKTA_URN}:level eq 3`), 400, "invalidFilter");
    const choice = await admin("GET", `/data-sources/${source.id}/fields`);
    expect(choice.body["fieldIds"]).toEqual([costCenter, size]);
    expect(await violations()).toEqual([]);
  });

  it("keeps its values when it is deleted, for one of the same name and type", async () => {
    const source = await okta([level]);
    const path = await withFields(source, { level: 3 });
    await admin("DELETE", `/fields/${level}`);
    const other = await admin("POST", "/fields", { name: "level", label: "L", type: "string" });
    expect([other.status, other.body["code"]]).toEqual([409, "conflict"]);
    expect(await newField(admin, "level", "number")).toBe(level);
    await choose(admin, source, OKTA_URN, [level]);
    expect(fieldsIn(await source.call("GET", path))).toEqual({ level: 3 });
    expect(idsOf(await find(source, `${OKTA_URN}:level eq 3`))).toHaveLength(1);
  });

  it("is the directory's: another one has none of it", async () => {
    const made = await admin("POST", "/directories", { name: "Acme", shard: "01" });
    const directoryId = textAt(made.body, "id");
    const listed = await admin("GET", `/fields?directoryId=${directoryId}`);
    expect(listed.body["data"]).toEqual([]);
    const source = await newSource(admin, "okta", { directoryId });
    const body = { namespace: OKTA_URN, fieldIds: [level] };
    expect((await admin("PUT", `/data-sources/${source.id}/fields`, body)).status).toBe(400);
    const field = { name: "level", label: "L", type: "string", directoryId };
    const own = await admin("POST", "/fields", field);
    expect(own.status, own.text).toBe(201);
    await choose(admin, source, OKTA_URN, [idOf(own)]);
    await withFields(source, { level: "high" });
    expect((await admin("GET", `/fields/${idOf(own)}`)).body).toMatchObject({ directoryId });
  });

  it("is made once for one Idempotency-Key, and changed on the version seen", async () => {
    const stale = await admin("PATCH", `/fields/${level}`, { label: "a" });
    expect(stale.headers.get("etag")).toBe('W/"2"');
    const same = await admin("PATCH", `/fields/${level}`, { label: "a" });
    expect(same.body["version"]).toBe(2);
  });
});

function item(value: string): JsonObject {
  return { value, label: value.slice(0, 60) };
}

describe("values", () => {
  it.each<[string, string, Json]>([
    ["a number in a string", "cost_center", 7],
    ["an object in a string", "cost_center", { a: "b" }],
    ["a string in a number", "level", "3"],
    ["a boolean in a number", "level", true],
    ["a list in a number", "level", [3]],
    ["something else in a choice", "shirt", "M"],
    ["another letter case in a choice", "shirt", "s"],
    ["a disabled item in a choice", "shirt", "XL"],
    ["too long a string", "cost_center", "x".repeat(1025)],
  ])("A56 refuses %s, and names the field", async (_, name, value) => {
    const source = await okta();
    const path = await withFields(source, { cost_center: "C-17" });
    const answers = [
      await source.call("POST", "/Users", userUnder(OKTA_URN, { [name]: value })),
      await source.call("PUT", path, userUnder(OKTA_URN, { [name]: value })),
      await patch(source, path, { op: "replace", path: `${OKTA_URN}:${name}`, value }),
    ];
    for (const answer of answers) {
      expectError(answer, 400, "invalidValue");
      expect(answer.body["detail"]).toContain(`"${OKTA_URN}:${name}"`);
    }
    expect(fieldsIn(await source.call("GET", path))).toEqual({ cost_center: "C-17" });
  });

  it("A56 takes a boolean, and null and an empty text as no value", async () => {
    const remote = await newField(admin, "remote", "boolean");
    const source = await okta([remote, costCenter, size]);
    const path = await withFields(source, { remote: false, cost_center: "C", shirt: "L" });
    const answer = await patch(source, path, {
      op: "replace",
      value: { [OKTA_URN]: { remote: true, cost_center: "", shirt: null } },
    });
    expect(fieldsIn(answer)).toEqual({ remote: true });
    expect(idsOf(await find(source, `${OKTA_URN}:remote eq true`))).toHaveLength(1);
    expect(idsOf(await find(source, `${OKTA_URN}:cost_center pr`))).toEqual([]);
  });

  it("A57 are one person's where the field is unique, whoever sends them", async () => {
    const badge = await newField(admin, "badge", "string", { unique: true });
    const [one, two] = [await okta([badge]), await entra([badge])];
    const path = await withFields(one, { badge: "B-1" });
    const body = userUnder(ENTRA_URN, { badge: "b-1" }, { userName: "bob" });
    const clash = await two.call("POST", "/Users", body);
    expectError(clash, 409, "uniqueness");
    expect(clash.body["detail"]).toContain(`${ENTRA_URN}:badge`);
    const bob = await withFields(two, { badge: "B-2" }, ENTRA_URN, { userName: "bob" });
    const change = { op: "replace", path: `${ENTRA_URN}:badge`, value: "B-1" };
    expectError(await patch(two, bob, change), 409, "uniqueness");
    expect((await patch(one, path, { op: "remove", path: `${OKTA_URN}:badge` })).status).toBe(200);
    expect((await patch(two, bob, change)).status).toBe(200);
    await two.call("DELETE", bob);
    await withFields(two, { badge: "B-1" }, ENTRA_URN, { userName: "carl" });
    expect(await violations()).toEqual([]);
  });

  it("A57 go to one of many who ask for them at once", async () => {
    const badge = await newField(admin, "badge", "number", { unique: true });
    const [one, two] = [await okta([badge]), await entra([badge])];
    const sent = await Promise.all(
      Array.from({ length: 12 }, (_, i) => {
        const [source, urn] = i % 2 === 0 ? [one, OKTA_URN] : [two, ENTRA_URN];
        const more = { userName: `user${i}` };
        return source.call("POST", "/Users", userUnder(urn, { badge: 7 }, more));
      }),
    );
    const statuses = sent.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array<number>(11).fill(409)]);
    expect(await violations()).toEqual([]);
  });

  it("A59 are changed by URN:field, for namespace and enterprise fields alike", async () => {
    const source = await entra();
    const path = await withFields(source, { level: 1 }, ENTRA_URN);
    const answer = await patch(
      source,
      path,
      { op: "Add", path: `${ENTRA_URN}:cost_center`, value: "C-17" },
      { op: "Replace", path: `${ENTRA_URN.toUpperCase()}:LEVEL`, value: 2 },
      { op: "Add", path: `${ENTERPRISE}:department`, value: "R&D" },
    );
    expect(fieldsIn(answer, ENTRA_URN)).toEqual({ cost_center: "C-17", level: 2 });
    expect(fieldsIn(answer, ENTERPRISE)).toEqual({ department: "R&D" });
    const pathless = { [`${ENTRA_URN}:level`]: 3, [`${ENTERPRISE}:department`]: "QA" };
    const merged = await patch(source, path, { op: "replace", value: pathless });
    expect(fieldsIn(merged, ENTRA_URN)).toEqual({ cost_center: "C-17", level: 3 });
    const gone = await patch(source, path, { op: "Remove", path: ENTRA_URN });
    expect([gone.body["schemas"], fieldsIn(gone, ENTRA_URN)]).toEqual([
      [CORE, ENTERPRISE],
      undefined,
    ]);
    expect(await violations()).toEqual([]);
  });

  it("are kept by a repeated POST that doesn't name them", async () => {
    const source = await entra();
    const path = await withFields(source, { cost_center: "C", level: 1 }, ENTRA_URN);
    const again = await source.call("POST", "/Users", userUnder(ENTRA_URN, { level: 2 }));
    expect([again.status, `/Users/${idOf(again)}`]).toEqual([200, path]);
    expect(fieldsIn(again, ENTRA_URN)).toEqual({ cost_center: "C", level: 2 });
  });

  it("are found, sorted and shown as other attributes are", async () => {
    const source = await entra();
    const given: [string, JsonObject][] = [
      ["ann", { level: 3, cost_center: "A", shirt: "S" }],
      ["bob", { level: 1.5, cost_center: "b", shirt: "L" }],
      ["carl", { level: 20 }],
      ["dora", {}],
    ];
    for (const [userName, fields] of given) {
      await withFields(source, fields, ENTRA_URN, { userName });
    }
    const named = async (query: string) => {
      const { body, text, status } = await source.call("GET", `/Users?${query}`);
      expect(status, text).toBe(200);
      return objectsIn(body["Resources"]).map((one) => textAt(one, "userName"));
    };
    const found = (filter: string) =>
      named(`filter=${encodeURIComponent(filter.replaceAll("@", `${ENTRA_URN}:`))}`);
    expect(await found("@level eq 3")).toEqual(["ann"]);
    expect(await found("@level gt 2")).toEqual(["ann", "carl"]);
    expect(await found('@cost_center eq "B"')).toEqual(["bob"]);
    expect(await found('@cost_center eq "B" or @level eq 20')).toEqual(["bob", "carl"]);
    expect(await found('@cost_center ne "B"')).toEqual(["ann", "carl", "dora"]);
    expect(await found('not (@shirt eq "S") and @level pr')).toEqual(["bob", "carl"]);
    expect(await found('@shirt sw "s" and userName co "n"')).toEqual(["ann"]);
    expect(await found("@level eq null")).toEqual(["dora"]);
    expect(await found(`schemas eq "${ENTRA_URN}"`)).toEqual(["ann", "bob", "carl"]);
    const sortBy = `sortBy=${ENTRA_URN}:level`;
    expect(await named(sortBy)).toEqual(["bob", "ann", "carl", "dora"]);
    expect(await named(`${sortBy}&sortOrder=descending`)).toEqual(["dora", "carl", "ann", "bob"]);
    const { body } = await source.call(
      "GET",
      `/Users?excludedAttributes=${ENTRA_URN}:level&filter=${encodeURIComponent('userName eq "ann"')}`,
    );
    const [ann = {}] = objectsIn(body["Resources"]);
    expect(ann[ENTRA_URN]).toEqual({ cost_center: "A", shirt: "S" });
    const search = await source.call("POST", "/.search", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
      filter: `${ENTRA_URN}:cost_center eq "a"`,
      attributes: [`${ENTRA_URN}:shirt`],
    });
    expect(objectsIn(search.body["Resources"])[0]?.[ENTRA_URN]).toEqual({ shirt: "S" });
  });

  it("come in a Bulk as they do alone", async () => {
    const source = await entra();
    const { status, body } = await source.call("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [
        { method: "POST", path: "/Users", bulkId: "a", data: userUnder(ENTRA_URN, { level: 4 }) },
        {
          method: "POST",
          path: "/Users",
          bulkId: "b",
          data: userUnder(ENTRA_URN, { level: "x" }, { userName: "bob" }),
        },
      ],
    });
    expect(status).toBe(200);
    expect(objectsIn(body["Operations"]).map((one) => textAt(one, "status"))).toEqual([
      "201",
      "400",
    ]);
    expect(idsOf(await find(source, `${ENTRA_URN}:level eq 4`))).toHaveLength(1);
  });

  it("are the directory's: an admin sees them under one name, whoever sent them", async () => {
    const source = await entra();
    const path = await withFields(source, { level: 1 }, ENTRA_URN);
    const { body } = await admin("GET", path.toLowerCase());
    const attributes = isObject(body["attributes"]) ? body["attributes"] : {};
    expect(attributes[OKTA_URN]).toEqual({ level: 1 });
  });
});
