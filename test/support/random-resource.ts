/** Resources with everything that makes comparing text hard, made from the schemas. */
import type { Attribute } from "../../src/scim/attribute.ts";
import type { Json, JsonObject } from "../../src/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../src/scim/schemas.ts";
import type { Random } from "./random.ts";

const WORDS = [
  ["", "", "", "a", "A", "ann", "Ann", "ANN", "work", "Work", "home", "bob@example.com", "%", "_"],
  ["é", "É", "e\u0301", "\u0130", "i\u0307", "I", "ß", "ss", "ς", "Σ", "σ", "\u212a", "k", "ﬁ"],
  ["ａｎｎ", "＂", "～", "\u{ff5e}", "\u{1f600}", "\u{1f600}\u{1f3fd}", "\u{10400}", "\uffee"],
  ['a"b', "a\\b", "it's", "tab\there", "line\nbreak", "\u2028", "\u0001", "[0]", "$.x"],
  ["a".repeat(60), "é".repeat(60)],
].flat();

/** A word, or two; now and then empty. */
export function randomText(random: Random): string {
  return random.chance(0.6) ? random.pick(WORDS) : random.pick(WORDS) + random.pick(WORDS);
}

/** Not any text will do for these. */
const RULED = ["userName", "phoneRegion", "expireDate"];

/** A user's attributes in canonical form. `userName` and `externalId` carry the number to be unique. */
export function randomUser(random: Random, number: number): JsonObject {
  const known = USER_SCHEMA.attributes.filter(
    ({ name, mutability }) => mutability === "readWrite" && !RULED.includes(name),
  );
  const extension = randomObject(random, ENTERPRISE_SCHEMA.attributes);
  return {
    ...(random.chance(0.5) ? { externalId: `${randomText(random)}${number}` } : {}),
    userName: `${randomText(random)}${number}`,
    ...randomObject(random, known),
    ...(random.chance(0.5) && hasContent(extension) ? { [ENTERPRISE_SCHEMA.id]: extension } : {}),
  };
}

export function randomGroup(random: Random, number: number): JsonObject {
  return {
    ...(random.chance(0.5) ? { externalId: `${randomText(random)}${number}` } : {}),
    displayName: `${randomText(random)}${number}`,
  };
}

function randomObject(random: Random, attributes: readonly Attribute[]): JsonObject {
  const object: JsonObject = {};
  for (const attribute of attributes) {
    if (attribute.returned === "never") continue;
    const value = random.chance(0.5) ? randomValues(random, attribute) : undefined;
    if (value !== undefined) object[attribute.name] = value;
  }
  return object;
}

function randomValues(random: Random, attribute: Attribute): Json | undefined {
  if (!attribute.multiValued) return randomValue(random, attribute);
  const values = random
    .several(1, 3, () => randomValue(random, attribute))
    .filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values;
}

function randomValue(random: Random, { type, subAttributes = [] }: Attribute): Json | undefined {
  if (type === "boolean") return random.chance(0.5);
  if (type !== "complex") return randomText(random);
  const object = randomObject(random, subAttributes);
  return hasContent(object) ? object : undefined;
}

function hasContent(object: JsonObject): boolean {
  return Object.keys(object).length > 0;
}
