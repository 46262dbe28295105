/** A body that the contracts' library could not even refuse. */
import type { MiddlewareHandler } from "hono";
import { isObject } from "../../scim/json.ts";
import { ScimError } from "../../scim/error.ts";
import type { AdminEnv } from "./router.ts";

/**
 * zod compares the `length` of whatever stands where a text or a list should be, and throws where
 * that is an object without a number: `{"name": {"length": {"toString": 1}}}`. No contract has a
 * member of that name, so nothing that would fit is refused here. Throws ScimError `invalidValue`.
 */
export const refuseOddLengths: MiddlewareHandler<AdminEnv> = async (c, next) => {
  // What is no JSON is for the contract to refuse.
  const body: unknown = await c.req.json().catch(() => undefined);
  if (hasOddLength(body)) {
    throw new ScimError("invalidValue", 'The body has a "length" that is no number');
  }
  return next();
};

/** By a list of its own: a body may be nested deeper than calls can be. */
function hasOddLength(body: unknown): boolean {
  const left = [body];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    if (isObject(value) && typeof (value["length"] ?? 0) === "object") return true;
    for (const inner of Object.values(value)) left.push(inner);
  }
  return false;
}
