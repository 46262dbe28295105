/** Every operation of the OpenAPI document, driven by what the document says of it. */
import { beforeEach, describe, expect, it } from "vitest";
import { adminApp } from "../../../src/http/admin/app.ts";
import { mayAct, roleOf } from "../../../src/http/admin/roles.ts";
import { isObject, type Json, type JsonObject } from "../../../src/scim/json.ts";
import {
  INPUTS,
  newAdminWorld,
  type AdminWorld,
  type Input,
} from "../../support/admin-operations.ts";
import { newKey } from "../../support/admins.ts";
import { call, ORIGIN, type Answer } from "../../support/client.ts";
import { faultsOf, mutantsOf, resolved, checkAllKeywords } from "../../support/json-schema.ts";
import { savedShards } from "../../support/dump.ts";
import { keepQuiet } from "../../support/quiet.ts";
import { objectsIn, textAt } from "../../support/scim.ts";
import { differences, steadyDump } from "../../support/unchanged.ts";

keepQuiet();

const read: unknown = await (await adminApp().request("/openapi.json")).json();
const document = isObject(read) ? read : {};

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly JsonObject[];
  readonly body: JsonObject | undefined;
  readonly responses: JsonObject;
  readonly all: JsonObject;
}

const OPERATIONS = entries(document["paths"]).flatMap(([path, item]) =>
  entries(item).map(([method, operation]) => operationOf(path, method, operation)),
);

function operationOf(path: string, method: string, operation: Json): Operation {
  const all = isObject(operation) ? operation : {};
  return {
    id: textAt(all, "operationId"),
    method: method.toUpperCase(),
    path,
    parameters: objectsIn(all["parameters"] ?? []),
    body: schemaIn(all["requestBody"]),
    responses: isObject(all["responses"]) ? all["responses"] : {},
    all,
  };
}

function entries(value: Json | undefined): [string, Json][] {
  return isObject(value) ? Object.entries(value) : [];
}

function schemaIn(holder: Json | undefined): JsonObject | undefined {
  const [first] = entries(isObject(holder) ? holder["content"] : undefined);
  const media = first?.[1];
  const schema = isObject(media) ? media["schema"] : undefined;
  return isObject(schema) ? schema : undefined;
}

const isAdmin = ({ path }: Operation) => path.startsWith("/api/v1/");

describe("the document", () => {
  it("is one that these tests know to call", () => {
    expect(OPERATIONS.map(({ id }) => id).sort()).toEqual(Object.keys(INPUTS).sort());
  });

  it("refers to nothing that isn't there, and uses no keyword that isn't judged here", () => {
    const walk = (value: Json): void => {
      if (Array.isArray(value)) return value.forEach(walk);
      if (!isObject(value)) return;
      if (typeof value["$ref"] === "string") resolved(value, document);
      Object.values(value).forEach(walk);
    };
    walk(document);
    for (const [, schema] of entries(
      isObject(document["components"]) ? document["components"]["schemas"] : {},
    )) {
      if (isObject(schema)) checkAllKeywords(schema);
    }
  });

  it.each(OPERATIONS)("declares $id whole", ({ path, parameters, responses, all }) => {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = parameters.filter((parameter) => parameter["in"] === "path");
    expect(inPath.map(({ name }) => name)).toEqual(named);
    expect(inPath.every(({ required }) => required === true)).toBe(true);
    expect(parameters.every(({ schema }) => isObject(schema))).toBe(true);
    for (const [status, response] of Object.entries(responses)) {
      const empty = status === "204" || status === "304";
      expect([status, schemaIn(response) === undefined]).toEqual([status, empty]);
      expect(isObject(response) && textAt(response, "description")).not.toBe("");
    }
    const schemes = isObject(document["components"])
      ? document["components"]["securitySchemes"]
      : {};
    for (const requirement of objectsIn(all["security"] ?? [])) {
      for (const name of Object.keys(requirement)) expect(schemes).toHaveProperty(name);
    }
  });
});

let world: AdminWorld;

/** The path with its parameters, and the query. */
function urlOf({ path }: Operation, { params = {}, query = {} }: Input): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  const text = new URLSearchParams(query).toString();
  return ORIGIN + filled + (text === "" ? "" : `?${text}`);
}

/** An input, or what is none. */
interface Asked extends Omit<Input, "body"> {
  readonly body?: Json | undefined;
  readonly headers?: Record<string, string>;
}

function ask(
  operation: Operation,
  { headers = {}, ...input }: Asked,
  key = world.ownerKey,
): Promise<Answer> {
  const { body, ...rest } = input;
  return call(operation.method, urlOf(operation, rest), {
    body,
    headers: {
      authorization: `Bearer ${key}`,
      "cf-connecting-ip": crypto.randomUUID(),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
  });
}

function expectDeclared({ id, responses }: Operation, { status, headers, text }: Answer): void {
  const response = responses[String(status)] ?? responses["default"];
  const schema = schemaIn(response);
  expect([id, status, isObject(response)]).toEqual([id, status, true]);
  if (schema === undefined) return expect(text).toBe("");
  const [type] = Object.keys(
    isObject(response) && isObject(response["content"]) ? response["content"] : {},
  );
  expect(headers.get("content-type")).toBe(type);
  const body: unknown = JSON.parse(text);
  expect([id, text, faultsOf(isObject(body) ? body : null, schema, document)]).toEqual([
    id,
    text,
    [],
  ]);
}

function inputOf({ id }: Operation): Input {
  const make = INPUTS[id];
  if (make === undefined) throw new Error(`Nobody knows how to call ${id}`);
  return make(world);
}

/** Parameters that its schema refuses, each as the request that has it. */
function badParameters(operation: Operation, input: Input): readonly Asked[] {
  return operation.parameters.flatMap((parameter) => {
    const name = textAt(parameter, "name");
    const texts = badTexts(isObject(parameter["schema"]) ? parameter["schema"] : {});
    const ids = parameter["in"] === "path" ? FOREIGN_IDS : [];
    return [...texts, ...ids].map((value) => withParameter(input, parameter["in"], name, value));
  });
}

const FOREIGN_IDS = ["nope", `ds_00${"0".repeat(32)}`, `ds_01${"0".repeat(32)}`, "..%2f"];

function withParameter(input: Input, place: Json | undefined, name: string, value: string): Asked {
  if (place === "header") return { ...input, headers: { [name]: value } };
  if (place === "query") return { ...input, query: { ...input.query, [name]: value } };
  return { ...input, params: { ...input.params, [name]: value } };
}

async function expectRefusals(operation: Operation): Promise<void> {
  const input = inputOf(operation);
  const bodies = operation.body ? mutantsOf(input.body ?? {}, operation.body, document) : [];
  const before = await steadyDump();
  for (const asked of [
    ...bodies.map((body): Asked => ({ ...input, body })),
    ...badParameters(operation, input),
  ]) {
    const answer = await ask(operation, asked);
    const told = [operation.id, asked, answer.status, answer.text];
    expect([answer.status >= 400 && answer.status < 500, ...told]).toEqual([true, ...told]);
    expectDeclared(operation, answer);
  }
  expect([operation.id, ...differences(before, await steadyDump())]).toEqual([operation.id]);
}

/** Asked with the keys in the order of what they may do: only the last one may change anything. */
async function expectRoles(operation: Operation, keys: readonly RoleKey[]): Promise<void> {
  const required = roleOf(operation.id);
  if (required === "public") return;
  const before = await steadyDump();
  for (const { role, key } of keys) {
    const answer = await ask(operation, inputOf(operation), key);
    const { id } = operation;
    expect([id, role, answer.status === 403]).toEqual([id, role, !mayAct(role, required)]);
    expect([401, 500, 503], id).not.toContain(answer.status);
    if (answer.status !== 403) continue;
    expect(answer.body["code"]).toBe("forbidden");
    expect([id, ...differences(before, await steadyDump())]).toEqual([id]);
  }
}

interface RoleKey {
  readonly role: "viewer" | "operator" | "owner";
  readonly key: string;
}

async function newKeys(): Promise<RoleKey[]> {
  const keys: RoleKey[] = [];
  for (const role of ["viewer", "operator", "owner"] as const) {
    keys.push({ role, key: (await newKey(role)).secret });
  }
  return keys;
}

async function expectValid(operation: Operation): Promise<void> {
  const input = inputOf(operation);
  if (operation.body !== undefined) {
    expect(faultsOf(input.body, operation.body, document), operation.id).toEqual([]);
  }
  const declared = operation.parameters.map(({ name }) => name);
  for (const name of Object.keys({ ...input.params, ...input.query })) {
    expect(declared, operation.id).toContain(name);
  }
  const answer = await ask(operation, input);
  const told = `${operation.id}: ${answer.text}`;
  expect(Object.keys(operation.responses), told).toContain(String(answer.status));
  expectDeclared(operation, answer);
}

// To make a world takes longer than to ask in it, so all of them are asked in one.
describe("each of the operations", { timeout: 600_000 }, () => {
  beforeEach(async () => {
    world = await newAdminWorld();
  });

  it("refuses what its schemas do, and changes nothing", async () => {
    for (const operation of OPERATIONS) await expectRefusals(operation);
  });

  it("is for the roles that it is declared for", async () => {
    const keys = await newKeys();
    const bringBack = await savedShards();
    for (const operation of OPERATIONS.filter(isAdmin)) {
      await bringBack();
      await expectRoles(operation, keys);
    }
  });

  it("answers a valid request as it declares", async () => {
    const bringBack = await savedShards();
    for (const operation of OPERATIONS) {
      await bringBack();
      await expectValid(operation);
    }
  });
});

/** Texts that a parameter's schema refuses; a number travels as text. */
function badTexts(schema: JsonObject): string[] {
  const isNumber = schema["type"] === "integer";
  const texts = mutantsOf(isNumber ? 1 : "x", schema, document).flatMap((value) => {
    if (typeof value === "number" && isNumber) return String(value);
    return typeof value === "string" ? value : [];
  });
  // An empty text is no segment of a path, but another path; a header can't be told from none.
  return texts.filter((text) => text !== "");
}
