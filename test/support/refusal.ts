import { ScimError } from "../../src/scim/error.ts";

/** The ScimError that `run` throws; anything else fails the test. */
export function refusalOf(run: () => unknown): ScimError {
  try {
    run();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
