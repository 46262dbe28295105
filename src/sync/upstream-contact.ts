/** The one e-mail address and the one phone number that a person is known by here. */
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { memberOf, textOf, type Report } from "./upstream-json.ts";

/**
 * The one for work, else the primary, else the first, as a list of one for work; empty where the
 * upstream says that there is none, undefined where it says nothing.
 */
export function contactOf(
  given: Json | undefined,
  name: string,
  report: Report,
): JsonObject[] | undefined {
  if (given === undefined || given === null) return undefined;
  const list = Array.isArray(given) ? given : [given];
  const elements = list.map((element) => (isObject(element) ? element : { value: element }));
  const isText = ({ value }: JsonObject) => isObject(value) || Array.isArray(value);
  const wrong = elements.findIndex(isText);
  if (wrong !== -1) return report(`${name}[${wrong}].value`, "is not a text");
  const known = elements.filter((element) => textOf(memberOf(element, "value")) !== undefined);
  const work = known.filter(isWork);
  const chosen = work.find(isPrimary) ?? work[0] ?? known.find(isPrimary) ?? known[0];
  return chosen === undefined ? [] : [forWork(chosen)];
}

function isWork(element: JsonObject): boolean {
  const type = memberOf(element, "type");
  return typeof type === "string" && type.toLowerCase() === "work";
}

function isPrimary(element: JsonObject): boolean {
  const primary = memberOf(element, "primary");
  return primary === true || (typeof primary === "string" && primary.toLowerCase() === "true");
}

function forWork(element: JsonObject): JsonObject {
  const region = textOf(memberOf(element, "phoneRegion"));
  return {
    value: textOf(memberOf(element, "value")) ?? "",
    type: "work",
    ...(region !== undefined && { phoneRegion: region }),
  };
}
