import { ScimError } from "../../src/scim/error.ts";

/** The ScimError that the call throws; any other outcome fails the test. */
export function refusal(call: () => unknown): ScimError {
  try {
    call();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
