/** Filters over every readable attribute of a type, their values drawn from resources. */
import type { Attribute, ResourceType } from "../../src/scim/attribute.ts";
import type { AttributePath, CompareOperator, Filter } from "../../src/scim/filter.ts";
import { isObject, type Json, type JsonObject } from "../../src/scim/json.ts";
import { COMMON_ATTRIBUTES } from "../../src/scim/schemas.ts";
import { randomText } from "./random-resource.ts";
import type { Random } from "./random.ts";

interface Place {
  readonly path: AttributePath;
  readonly attribute: Attribute;
}

export interface Vocabulary {
  readonly places: readonly Place[];
  /** Attributes whose values brackets select. */
  readonly lists: readonly Place[];
  /** The text in the resources. */
  readonly texts: readonly string[];
}

export function vocabularyOf(type: ResourceType, resources: readonly JsonObject[]): Vocabulary {
  const core = [...COMMON_ATTRIBUTES, ...type.schema.attributes].map((attribute) => ({
    path: { attribute: attribute.name },
    attribute,
  }));
  const extended = type.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute) => ({
      path: { schema: schema.id, attribute: attribute.name },
      attribute,
    })),
  );
  const wholes = [...core, ...extended].filter(({ attribute }) => attribute.returned !== "never");
  return {
    places: wholes.flatMap((whole) => [whole, ...subPlaces(whole)]),
    lists: wholes.filter(({ attribute }) => attribute.multiValued && attribute.subAttributes),
    texts: resources.flatMap(textsIn),
  };
}

/** Up to twelve comparisons, of any operator; some do not fit their attribute's type. */
export function randomFilter(random: Random, vocabulary: Vocabulary, depth = 2): Filter {
  const shape = depth === 0 ? 0 : random.next();
  if (shape < 0.45) return randomLeaf(random, vocabulary);
  if (shape < 0.6) {
    return { kind: "not", filter: randomFilter(random, vocabulary, depth - 1) };
  }
  const kind = random.chance(0.5) ? "and" : "or";
  const parts = random.several(2, 3, () => randomFilter(random, vocabulary, depth - 1));
  return {
    kind,
    filters: parts.flatMap((part) => (part.kind === kind ? part.filters : [part])),
  };
}

function randomLeaf(random: Random, vocabulary: Vocabulary): Filter {
  const { lists, texts } = vocabulary;
  if (lists.length === 0 || !random.chance(0.25)) return randomComparison(random, vocabulary);
  const list = random.pick(lists);
  const places = subPlaces(list).map(({ path, attribute }) => ({
    path: { attribute: path.subAttribute ?? "" },
    attribute,
  }));
  return {
    kind: "some",
    path: list.path,
    filter: randomFilter(random, { places, lists: [], texts }, 1),
  };
}

const OPERATORS: readonly CompareOperator[] = [
  ...["eq", "eq", "eq", "ne", "co", "co", "sw", "sw", "ew", "gt", "ge", "lt", "le"],
] as const;

function randomComparison(random: Random, vocabulary: Vocabulary): Filter {
  const { path, attribute } = random.pick(vocabulary.places);
  if (random.chance(0.1)) return { kind: "present", path };
  const operator = random.pick(OPERATORS);
  const isNull = (operator === "eq" || operator === "ne") && random.chance(0.05);
  const value = isNull ? null : randomValue(random, attribute, vocabulary.texts);
  return { kind: "compare", path, operator, value };
}

function randomValue(random: Random, { type }: Attribute, texts: readonly string[]) {
  if (type === "boolean") return random.chance(0.5);
  if (type === "dateTime") return new Date(randomTime(random)).toISOString();
  if (random.chance(0.2)) return randomText(random);
  const characters = [...random.pick(texts)];
  const start = random.chance(0.6) ? 0 : random.below(characters.length + 1);
  const end = random.chance(0.6) ? characters.length : random.below(characters.length + 1);
  const part = characters.slice(Math.min(start, end), Math.max(start, end)).join("");
  return random.chance(0.3) ? part.toUpperCase() : part;
}

/** One of a few times, so that two are often the same. */
export function randomTime(random: Random): number {
  return 1_700_000_000_000 + random.below(6) * 500;
}

function subPlaces({ path, attribute }: Place): Place[] {
  return (attribute.subAttributes ?? []).map((sub) => ({
    path: { ...path, subAttribute: sub.name },
    attribute: sub,
  }));
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
