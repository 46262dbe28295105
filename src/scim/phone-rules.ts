/** What a request's phone number and its region owe one another. Only what it carries is compared. */
import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { ScimError } from "./error.ts";
import { HOME_REGION, parsePhone, parseRegion, phoneElement, phoneValue } from "./phone.ts";
import type { Profile } from "./profile.ts";

/** Which of the two a request gives a value; the rest of a draft is as it was kept. */
export interface Carried {
  readonly number: boolean;
  readonly region: boolean;
}

/**
 * The draft with its region where it is kept: beside the numbers, which stay in the form they were
 * sent in. A number brings its region along, and takes it along when it goes. Throws
 * `phone_region_mismatch`, `phone_needs_plus` or `invalidValue`.
 */
export function settlePhone(
  draft: JsonObject,
  before: JsonObject,
  carried: Carried,
  profile: Profile,
): JsonObject {
  const list = draft["phoneNumbers"];
  if (list === undefined && draft["phoneRegion"] === undefined) return draft;
  const inner = parseRegion(phoneElement(list)?.["phoneRegion"]);
  const given = carried.region ? parseRegion(draft["phoneRegion"]) : undefined;
  if (given !== undefined && inner !== undefined && given !== inner) {
    throw new ScimError("phone_region_mismatch", '"phoneRegion" is given twice, and differs');
  }
  const value = phoneValue(list);
  const isSame = value !== undefined && value === phoneValue(before["phoneNumbers"]);
  // What a number says by itself it says again: a PATCH and a PUT of it are not to differ.
  const isSettled = carried.number && profile.phoneRules === "always";
  const isKept = isSame && !carried.region && !isSettled;
  const region = regionOf({
    sent: given ?? inner,
    kept: isKept ? textOf(draft["phoneRegion"]) : undefined,
    value,
    isSent: carried.number,
    profile,
  });
  const { phoneRegion: _region, phoneNumbers: _numbers, ...rest } = draft;
  return {
    ...rest,
    ...(list !== undefined && { phoneNumbers: withoutRegions(list) }),
    ...(region !== undefined && { phoneRegion: region }),
  };
}

interface Question {
  readonly sent: string | undefined;
  /** What was said before of the very same number, and isn't said anew. */
  readonly kept: string | undefined;
  readonly value: string | undefined;
  readonly isSent: boolean;
  readonly profile: Profile;
}

function regionOf({ sent, kept, value, isSent, profile }: Question): string | undefined {
  if (sent === undefined && (kept !== undefined || profile.phoneRules !== "always")) return kept;
  if (value === undefined || (sent !== undefined && !isSent)) return sent;
  const { region } = parsePhone(value, sent);
  return sent ?? region ?? HOME_REGION;
}

function withoutRegions(list: Json): Json {
  if (!Array.isArray(list)) return list;
  return list.map((element) => {
    if (!isObject(element) || !("phoneRegion" in element)) return element;
    const { phoneRegion: _, ...rest } = element;
    return rest;
  });
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
