/** Writes to values of a multi-valued attribute that are there. RFC 7644 §3.5.2, §3.5.2.3. */
import type { Attribute } from "./attribute.ts";
import { ScimError } from "./error.ts";
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { matches } from "./match.ts";
import { nameOf } from "./place.ts";
import type { AttributePlace, Edit } from "./place.ts";
import type { Profile } from "./profile.ts";
import type { ResolvedFilter } from "./resolve.ts";
import { mergeComplex } from "./value.ts";
import { demoteOthers } from "./values.ts";

/** `attr[filter]` or `attr[filter].sub`. */
type Selection = AttributePlace & { filter: ResolvedFilter };

/**
 * Writes to every value the filter selects, and demotes the others when a primary one is among
 * them. Where none is selected, `add` makes one of what the filter says, and so does `replace` with
 * `createMissingTarget`. Throws `noTarget` otherwise.
 */
export function assignSelected(
  values: readonly Json[],
  place: Selection,
  value: Json,
  edit: Edit,
): Json[] {
  if (value === null) return removeSelected(values, place, edit.profile);
  const written: Json[] = [];
  const result = values.map((element) => {
    if (!selects(place.filter, element)) return element;
    const changed = write(element, place, value, edit);
    written.push(changed);
    return changed;
  });
  if (written.length > 0) return demoteOthers(result, written);
  const created = write(createElement(place, edit), place, value, edit);
  return demoteOthers([...result, created], [created]);
}

/** RFC 7644 §3.5.2.3: `replace` replaces the record, all but what it was selected by. */
function write(element: JsonObject, place: Selection, value: Json, edit: Edit): JsonObject {
  const { attribute, sub, filter } = place;
  const path = nameOf(place);
  if (sub !== undefined) {
    return mergeComplex(element, attribute, { [sub.name]: value }, path, edit.profile);
  }
  const [only = null] = Array.isArray(value) && value.length === 1 ? value : [value];
  const base = edit.op === "add" ? element : (findEqualities(filter) ?? {});
  return mergeComplex(base, attribute, only, path, edit.profile);
}

function createElement(place: Selection, { op, profile }: Edit): JsonObject {
  const element = findEqualities(place.filter);
  const creates = op === "add" || profile.createMissingTarget;
  if (!creates || element === undefined || !matches(place.filter, element)) throw noTarget(place);
  return element;
}

/** What a filter made of equalities says of the values it selects; undefined for any other. */
function findEqualities(filter: ResolvedFilter): JsonObject | undefined {
  if (filter.kind === "and") {
    const parts = filter.filters.map(findEqualities);
    return parts.reduce((all, part) => (all && part ? { ...all, ...part } : undefined), {});
  }
  if (filter.kind !== "compare" || filter.operator !== "eq") return undefined;
  // A time comes as milliseconds and has lost how it was written.
  if (filter.value === null || filter.target.attribute.type === "dateTime") return undefined;
  return { [filter.target.attribute.name]: filter.value };
}

/**
 * `attr.sub` of a multi-valued attribute, which means the sub-attribute of every value. Without
 * any value the same holds as for a selection without a match.
 */
export function assignToEach(
  values: readonly Json[],
  place: AttributePlace & { sub: Attribute },
  value: Json,
  { op, profile }: Edit,
): Json[] {
  const { attribute, sub } = place;
  const write = (element: Json) =>
    mergeComplex(
      isObject(element) ? element : {},
      attribute,
      { [sub.name]: value },
      nameOf(place),
      profile,
    );
  if (values.length > 0 || value === null) return values.map(write);
  if (op === "replace" && !profile.createMissingTarget) throw noTarget(place);
  return [write({})];
}

/** RFC 7644 §3.5.2.2. Removes the values selected, or their sub-attribute. */
export function removeSelected(
  values: readonly Json[],
  place: Selection,
  profile: Profile,
): Json[] {
  const { attribute, sub, filter } = place;
  const rest = values.filter((element) => !selects(filter, element));
  if (rest.length === values.length && !profile.createMissingTarget) throw noTarget(place);
  if (sub === undefined) return rest;
  return values.map((element) =>
    selects(filter, element)
      ? mergeComplex(element, attribute, { [sub.name]: null }, nameOf(place), profile)
      : element,
  );
}

function selects(filter: ResolvedFilter, element: Json): element is JsonObject {
  return isObject(element) && matches(filter, element);
}

function noTarget(place: AttributePlace): ScimError {
  return new ScimError("noTarget", `No value of "${nameOf(place)}" matches the filter`);
}
