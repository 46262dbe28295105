/** The Worker's HTTP face: what every request gets, and where the parts are mounted. */
import { Hono } from "hono";
import { logRequest } from "../directory/log.ts";
import { LIMITS } from "../scim/messages.ts";
import { ScimError } from "../scim/error.ts";
import { adminApp } from "./admin/app.ts";
import { noteRefusal, noteRequest } from "./activity.ts";
import { errorOnceProved, forgetToken } from "./authenticate.ts";
import { requireConfigured } from "./configured.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { dialectRoutes } from "./dialect/routes.ts";
import { respondError } from "./errors.ts";
import { oauthRoutes } from "./oauth.ts";
import { limitFailures } from "./rate.ts";
import { errorAtPulled } from "./pulled.ts";
import { routedPath, routeOf } from "./routed-path.ts";
import { scimRoutes } from "./scim.ts";

export function createApp(): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ getPath: routedPath });
  app.use(async (c, next) => {
    const started = Date.now();
    c.set("requestId", requestIdOf(c));
    c.header("x-request-id", c.get("requestId"));
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
    await next();
    const now = Date.now();
    noteRequest(c, now);
    log(c, now - started);
  });
  app.use(async (c, next) => {
    if (c.req.url.length > LIMITS.urlLength) {
      throw new ScimError("uri_too_long", `The URL is longer than ${LIMITS.urlLength} characters`);
    }
    await next();
  });
  app.use(requireConfigured);
  app.route("/scim/v2", scimRoutes());
  app.route("/scim/api", dialectRoutes());
  app.route("/scim/:sourceKey/v2", scimRoutes());
  app.route("/oauth", oauthRoutes());
  app.route("/", adminApp());
  app.notFound((c) => respondError(new ScimError("not_found", "There is nothing here"), c));
  app.onError(async (thrown, c) => {
    const error = await errorOnceProved(thrown, c);
    const caller = c.get("caller");
    if (caller !== undefined && error instanceof ScimError && error.status === 401) {
      forgetToken(caller.tokenId);
    }
    noteRefusal(c, error, Date.now());
    return respondError(await errorAtPulled(await limitFailures(error, c), c), c);
  });
  return app;
}

/** The caller's id where it sent a plain one, so that both logs can be laid side by side. */
function requestIdOf(c: AppContext): string {
  const given = c.req.header("x-request-id");
  return given !== undefined && /^[0-9a-f-]{8,64}$/i.test(given) ? given : crypto.randomUUID();
}

function log(c: AppContext, ms: number): void {
  const caller = c.get("caller");
  logRequest({
    requestId: c.get("requestId"),
    method: c.req.method,
    route: routeOf(c),
    status: c.res.status,
    ms,
    sourceId: caller?.sourceId,
    tokenId: caller?.tokenId,
    reason: c.get("reason"),
  });
}
