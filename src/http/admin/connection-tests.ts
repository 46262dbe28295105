/** Testing the connection to an upstream over HTTP, with the settings there are or with others. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { ScimError } from "../../scim/error.ts";
import { invalidValue } from "../../scim/refusals.ts";
import { originsText } from "../../sources/sealed-secret.ts";
import { changedUpstream, notPulled } from "../../sources/settings-upstream.ts";
import { findSource } from "../../sources/source-reads.ts";
import type { Source } from "../../sources/source.ts";
import { allowsLoopback, connectionOf } from "../../sync/connection.ts";
import { testConnection } from "../../sync/connection-test.ts";
import type { Connection } from "../../sync/upstream-page.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import { adminRoute, body, idParams, json, newRouter, type AdminEnv } from "./router.ts";
import { connectionTest, connectionTestBody } from "./run-contracts.ts";
import { checkAddresses, checkKind } from "./upstream-input.ts";

const test = adminRoute({
  method: "post",
  path: "/data-sources/{id}/test",
  operationId: "testDataSource",
  description:
    "Asks the upstream for a token, a page of organizations and a page of people, up to the first step that fails. Nothing is kept.",
  request: { params: idParams, body: body(connectionTestBody) },
  responses: { 200: json(connectionTest, "Each step, and what came of it") },
});

export function connectionTestRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(test, async (c) => {
    const { id } = c.req.valid("param");
    const found = await findSource(await openSourceDatabase(c.env, id), id);
    const source = found ?? refuseUnknownSource();
    const connection = await connectionFor(c.env, source, c.req.valid("json"));
    const steps = await testConnection({
      connection,
      source,
      fetcher: (request) => fetch(request),
      now: () => Date.now(),
    });
    return c.json({ ok: steps.every(({ ok }) => ok), steps }, 200);
  });
  return app;
}

/**
 * With the secret that is kept only where it would be sent anyway. Throws ScimError
 * `not_a_pull_source`, `upstream_secret_needed`, `upstream_url_refused`, `invalidValue`.
 */
async function connectionFor(
  env: Env,
  source: Source,
  { upstream: settings, clientSecret, token }: z.infer<typeof connectionTestBody>,
): Promise<Connection> {
  if (source.upstream === null) throw notPulled();
  if (clientSecret !== undefined && token !== undefined) {
    throw invalidValue("token", "doesn't go with clientSecret");
  }
  const upstream = changedUpstream(source.upstream, settings ?? {});
  checkAddresses(env, upstream);
  checkKind(upstream, { clientSecret, token });
  const given = clientSecret ?? token;
  if (given !== undefined) return { upstream, secret: given, allowLoopback: allowsLoopback(env) };
  if (originsText(upstream) !== originsText(source.upstream)) {
    throw new ScimError("upstream_secret_needed", "An address has another origin than the secret");
  }
  return { ...(await connectionOf(env, source)), upstream };
}
