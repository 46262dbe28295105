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
  /** Places that an index may be asked for, which are asked for more often. */
  readonly indexed: readonly Place[];
  /** Attributes whose values brackets select. */
  readonly lists: readonly Place[];
  readonly resources: readonly JsonObject[];
  /** Text that may stand elsewhere, such as ids of what is out of sight. */
  readonly strangers: readonly string[];
}

const INDEXED = [
  ["id", "userName", "externalId", "displayName", "emails.value", "phoneNumbers.value"],
  ["groups.value", "members.value", "meta.lastModified"],
].flat();

export function vocabularyOf(
  type: ResourceType,
  resources: readonly JsonObject[],
  strangers: readonly string[],
): Vocabulary {
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
  // Times that stand in no column of their own can't be compared, which is refused.
  const wholes = [...core, ...extended].filter(
    ({ attribute: { returned, type } }) => returned !== "never" && type !== "dateTime",
  );
  const places = wholes.flatMap((whole) => [whole, ...subPlaces(whole)]);
  return {
    places,
    indexed: places.filter(({ path }) => INDEXED.includes(nameOf(path))),
    lists: wholes.filter(({ attribute }) => attribute.multiValued && attribute.subAttributes),
    resources,
    strangers,
  };
}

function nameOf({ attribute, subAttribute }: AttributePath): string {
  return subAttribute === undefined ? attribute : `${attribute}.${subAttribute}`;
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
  const { lists, resources } = vocabulary;
  if (lists.length === 0 || !random.chance(0.25)) return randomComparison(random, vocabulary);
  const list = random.pick(lists);
  const places = subPlaces(list).map(({ path, attribute }) => ({
    path: { attribute: path.subAttribute ?? "" },
    attribute,
  }));
  const values = resources.flatMap((resource) => valuesAt(resource, list.path).filter(isObject));
  const indexed = places.filter(({ path }) => path.attribute === "value");
  const inner = { ...vocabulary, places, indexed, lists: [], resources: values };
  return { kind: "some", path: list.path, filter: randomFilter(random, inner, 1) };
}

const OPERATORS: readonly CompareOperator[] = [
  ["eq", "eq", "eq", "ne"] as const,
  ["co", "co", "sw", "ew"] as const,
  ["gt", "ge", "lt", "le"] as const,
].flat();

function randomComparison(random: Random, vocabulary: Vocabulary): Filter {
  const { places, indexed, resources, strangers } = vocabulary;
  const isIndexed = indexed.length > 0 && random.chance(0.35);
  const { path, attribute } = random.pick(isIndexed ? indexed : places);
  if (random.chance(0.15)) return { kind: "present", path };
  const operator = random.pick(OPERATORS);
  const isNull = (operator === "eq" || operator === "ne") && random.chance(0.05);
  const texts = random.chance(0.1)
    ? strangers
    : resources.flatMap((resource) => valuesAt(resource, path)).flatMap(textsIn);
  const value = isNull ? null : randomValue(random, attribute, texts);
  return { kind: "compare", path, operator, value };
}

function randomValue(random: Random, { type }: Attribute, texts: readonly string[]) {
  if (type === "boolean") return random.chance(0.5);
  if (type === "dateTime") return new Date(randomTime(random)).toISOString();
  if (texts.length === 0 || random.chance(0.1)) return randomText(random);
  const characters = Array.from(random.pick(texts));
  const start = random.chance(0.8) ? 0 : random.below(characters.length + 1);
  const end = random.chance(0.8) ? characters.length : random.below(characters.length + 1);
  const part = characters.slice(Math.min(start, end), Math.max(start, end)).join("");
  return random.chance(0.3) ? part.toUpperCase() : part;
}

/** What stands at the path; of a multi-valued attribute each value. */
function valuesAt(
  resource: JsonObject,
  { schema, attribute, subAttribute }: AttributePath,
): Json[] {
  const names = [schema, attribute, subAttribute].filter((name) => name !== undefined);
  let values: Json[] = [resource];
  for (const name of names) {
    values = values.flatMap((value) => (isObject(value) ? (value[name] ?? []) : []));
  }
  return values;
}

/** One of a few times, so that two are often the same. */
export function randomTime(random: Random): number {
  return 1_700_000_000_000 + random.below(6) * 500;
}

function subPlaces({ path, attribute }: Place): Place[] {
  const subs = (attribute.subAttributes ?? []).filter(({ returned }) => returned !== "never");
  return subs.map((sub) => ({
    path: { ...path, subAttribute: sub.name },
    attribute: sub,
  }));
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
