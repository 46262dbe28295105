/** What has to be there before anybody is served: a missing secret or binding never opens the door. */
import type { Next } from "hono";
import { ScimError } from "../scim/error.ts";
import { readPeppers } from "../sources/secret.ts";
import type { AppContext } from "./context.ts";

const BINDINGS = ["DB", "TOKENS", "SOURCE", "FAILURES"] as const;
/** These tell what is missing. */
const ALWAYS_SERVED = ["/healthz", "/readyz"];

/** Throws ScimError `unavailable`. */
export async function requireConfigured(c: AppContext, next: Next): Promise<void> {
  if (!ALWAYS_SERVED.includes(c.req.path)) {
    for (const name of BINDINGS) requireBinding(c.env, name);
    readPeppers(c.env);
  }
  await next();
}

function requireBinding(env: Env, name: (typeof BINDINGS)[number]): void {
  if (env[name] !== undefined) return;
  throw new ScimError("unavailable", `The binding ${name} is missing`, { retryAfterSeconds: 60 });
}
