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

beforeEach(async () => {
  world = await newAdminWorld();
});

/** The path with its parameters, and the query. */
function urlOf({ path }: Operation, { params = {}, query = {} }: Input): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  const text = new URLSearchParams(query).toString();
  return ORIGIN + filled + (text === "" ? "" : `?${text}`);
}

function ask(
  operation: Operation,
  input: Omit<Input, "body"> & { readonly body?: Json | undefined },
  { key = world.ownerKey, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
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

describe.each(OPERATIONS)("$id", (operation) => {
  const schemaOf = (name: string): JsonObject => {
    const parameter = operation.parameters.find((one) => one["name"] === name);
    return isObject(parameter?.["schema"]) ? parameter["schema"] : {};
  };

  it("answers a valid request as it declares", async () => {
    const input = inputOf(operation);
    if (operation.body !== undefined) {
      expect(faultsOf(input.body, operation.body, document)).toEqual([]);
    }
    const declared = operation.parameters.map(({ name }) => name);
    for (const name of Object.keys({ ...input.params, ...input.query })) {
      expect(declared).toContain(name);
    }
    const answer = await ask(operation, input);
    expect(Object.keys(operation.responses), answer.text).toContain(String(answer.status));
    expectDeclared(operation, answer);
  });

  it("refuses what its schemas do, and changes nothing", async () => {
    const input = inputOf(operation);
    const before = await steadyDump();
    const refuse = async (answer: Answer, what: unknown): Promise<void> => {
      const refused = answer.status >= 400 && answer.status < 500;
      expect([what, answer.status, refused, answer.text]).toEqual([
        what,
        answer.status,
        true,
        answer.text,
      ]);
      expectDeclared(operation, answer);
    };
    if (operation.body !== undefined) {
      for (const body of mutantsOf(input.body ?? {}, operation.body, document)) {
        await refuse(await ask(operation, { ...input, body }), body);
      }
    }
    for (const { name, in: place } of operation.parameters) {
      if (typeof name !== "string") continue;
      for (const value of badTexts(schemaOf(name))) {
        if (place === "header") {
          await refuse(await ask(operation, input, { headers: { [name]: value } }), [name, value]);
        } else {
          const changed = { ...(place === "query" ? input.query : input.params), [name]: value };
          const all = place === "query" ? { query: changed } : { params: changed };
          await refuse(await ask(operation, { ...input, ...all }), [name, value]);
        }
      }
      if (place === "path") {
        for (const id of ["nope", `ds_00${"0".repeat(32)}`, `ds_01${"0".repeat(32)}`, "..%2f"]) {
          const params = { ...input.params, [name]: id };
          await refuse(await ask(operation, { ...input, params }), id);
        }
      }
    }
    expect(differences(before, await steadyDump())).toEqual([]);
  });

  it.runIf(isAdmin(operation))("is for the roles that it is declared for", async () => {
    const required = roleOf(operation.id);
    if (required === "public") return;
    const input = inputOf(operation);
    const before = await steadyDump();
    for (const role of ["viewer", "operator", "owner"] as const) {
      const { secret: key, id } = await newKey(role);
      const answer = await ask(operation, input, { key });
      expect([role, answer.status === 403]).toEqual([role, !mayAct(role, required)]);
      expect([401, 500, 503]).not.toContain(answer.status);
      if (answer.status !== 403) continue;
      expect(answer.body["code"]).toBe("forbidden");
      const own = differences(before, await steadyDump()).filter(
        ({ table, row }) => table !== "admin_keys" || row["id"] !== id,
      );
      expect(own.filter(({ table }) => table !== "admin_keys")).toEqual([]);
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
