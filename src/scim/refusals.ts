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

/** Throws `invalidSyntax` for an attribute that no schema knows, where the profile wants that. */
export function refuseUnknown(path: string, profile: Profile): void {
  if (profile.unknownAttributes === "ignore") return;
  throw new ScimError("invalidSyntax", `There is no attribute "${brief(path)}"`);
}

/** The same for a name in a body, which may also be the URI of a foreign schema. */
export function refuseKey(name: string, profile: Profile): void {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(name)) return refuseUnknown(name, profile);
  if (profile.lenientSchemas) return;
  throw new ScimError("invalidSyntax", `There is no schema or attribute "${brief(name)}"`);
}

export function invalidValue(path: string, problem: string): ScimError {
  return new ScimError("invalidValue", `"${path}" ${problem}`);
}

/** A path for an error message: cut to a length no client can abuse, and without what it compares. */
export function brief(path: string): string {
  const [name = "", ...filter] = path.split("[");
  const shown = filter.length === 0 ? name : `${name}[…]`;
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
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
