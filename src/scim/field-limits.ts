/** How long the fields of a directory may be that keeps to the source documents. */
import type { ResourceType } from "./attribute.ts";
import { equalJson, isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Profile } from "./profile.ts";
import { invalidValue } from "./refusals.ts";

type Limits = readonly (readonly [name: string, characters: number])[];

const OF_USER: Limits = [
  ["displayName", 128],
  ["externalId", 128],
  ["emails", 128],
];
const OF_GROUP: Limits = [
  ["displayName", 64],
  ["externalId", 64],
];

/** Throws `invalidValue` for a text that is too long; one that was there before may stay. */
export function checkLimits(
  resource: JsonObject,
  before: JsonObject,
  type: ResourceType,
  { fieldLimits }: Profile,
): void {
  if (fieldLimits === "wide") return;
  for (const [name, characters] of type.name === "User" ? OF_USER : OF_GROUP) {
    const value = resource[name];
    if (value === undefined || !isLonger(value, characters)) continue;
    if (equalJson(value, before[name])) continue;
    throw invalidValue(name, `has more than ${characters} characters`);
  }
}

function isLonger(value: Json, characters: number): boolean {
  if (Array.isArray(value)) return value.some((element) => isLonger(element, characters));
  const text = isObject(value) ? value["value"] : value;
  return typeof text === "string" && text.length > characters;
}
