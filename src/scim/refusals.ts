/** What is refused wherever attributes are written, and in which words. RFC 7644 §3.12. */
import { ScimError } from "./error.ts";
import type { JsonObject } from "./json.ts";
import type { Profile } from "./profile.ts";

/** RFC 7643 §2.1: names are compared without regard to case, so two spellings are one name. */
export function refuseRepeatedNames(object: JsonObject, path: string): void {
  const names = Object.keys(object);
  if (new Set(names.map((name) => name.toLowerCase())).size === names.length) return;
  const where = path === "" ? "The body" : `"${path}"`;
  throw new ScimError("invalidSyntax", `${where} has the same name twice`);
}

/** Throws `invalidSyntax` for a name that no schema knows, where the profile wants that. */
export function refuseUnknown(path: string, profile: Profile): void {
  if (profile.unknownAttributes === "ignore") return;
  throw new ScimError("invalidSyntax", `There is no attribute "${brief(path)}"`);
}

export function invalidValue(path: string, problem: string): ScimError {
  return new ScimError("invalidValue", `"${path}" ${problem}`);
}

/** A client's name for something, cut to a length that cannot be abused in an error message. */
export function brief(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

/** Runs one operation's part of the work; an error then says which operation it is about. */
export function atOperation<T>(index: number, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (!(cause instanceof ScimError)) throw cause;
    throw new ScimError(cause.reason, `Operations[${index}]: ${cause.message}`, { cause });
  }
}
