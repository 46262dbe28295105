/** Access tokens for the clients of data sources. RFC 6749 §4.4. */
import { Hono } from "hono";
import { openDatabase } from "../directory/database.ts";
import { shardOf } from "../directory/ids.ts";
import { ScimError } from "../scim/error.ts";
import { ACCESS_TOKEN_SECONDS, newAccessToken, type AccessGrant } from "../sources/access-token.ts";
import { hashClientSecret } from "../sources/client-secret.ts";
import { admit, clientGateStatement, parseGate, unauthorized } from "../sources/gate.ts";
import { currentPepper, readPeppers } from "../sources/secret.ts";
import { requireShard } from "./admin/place.ts";
import {
  basicCredentials,
  credentialsIn,
  parameterOf,
  parseParameters,
  type ClientCredentials,
  type Parameters,
} from "./client-credentials.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { countFailure } from "./rate.ts";
import { readText } from "./request.ts";
import { refuseMethod } from "./scim.ts";
import { noteTokenUse } from "./activity.ts";

const BODY_BYTES = 16 * 1024;

export function oauthRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post("/token", answerToken);
  app.all("/token", refuseMethod("POST"));
  return app;
}

export interface IssuedAccessToken {
  readonly accessToken: string;
  /** Seconds; less than two hours where the client secret ends before. */
  readonly expiresIn: number;
}

async function answerToken(c: AppContext): Promise<Response> {
  const parameters = await readForm(c);
  const grantType = parameterOf(parameters, "grant_type");
  if (grantType === undefined) throw new ScimError("invalidSyntax", "grant_type is missing");
  if (grantType !== "client_credentials") {
    throw new ScimError("unsupported_grant_type", "The grant_type here is client_credentials");
  }
  const { accessToken, expiresIn } = await issueAccessToken(c, credentialsOf(c, parameters));
  c.header("pragma", "no-cache");
  return c.json({ access_token: accessToken, token_type: "Bearer", expires_in: expiresIn });
}

/**
 * An access token for a client, in one read of the database and without a write. Throws ScimError
 * `unauthorized` alike for an unknown client and for a secret that doesn't work, which counts
 * against the address; `data_source_disabled` or `api_closed` to who has proved its secret.
 */
export async function issueAccessToken(
  c: AppContext,
  credentials: ClientCredentials | undefined,
): Promise<IssuedAccessToken> {
  if (credentials === undefined) throw unauthorized("invalid_client");
  const now = Date.now();
  const grant = await grantOf(c, credentials, now).catch(async (error: unknown) => {
    const counts = error instanceof ScimError && error.reason === "unauthorized";
    throw counts ? await countFailure(c, "client", error) : error;
  });
  c.set("caller", grant);
  noteTokenUse(c, grant, now);
  return {
    accessToken: await newAccessToken(currentPepper(readPeppers(c.env)), grant),
    expiresIn: Math.floor((grant.expiresAt - now) / 1000),
  };
}

async function grantOf(
  c: AppContext,
  { clientId, readings }: ClientCredentials,
  now: number,
): Promise<AccessGrant> {
  const shard = clientId.startsWith("ds_") ? shardOf(clientId) : undefined;
  if (shard === undefined) throw unauthorized("invalid_client");
  await requireShard(c.env, shard, () => {
    throw unauthorized("invalid_client");
  });
  const hashes = await hashClientSecret(readPeppers(c.env), clientId, readings);
  const [rows] = await openDatabase(c.env, shard).batch([clientGateStatement(clientId, hashes)]);
  const { source, token } = parseGate(rows?.[0]);
  if (source === undefined) throw unauthorized("invalid_client");
  // Whoever it is: it may have named another's client, and gets nothing until its secret is proved.
  c.set("caller", { shard, sourceId: source.id, tokenId: token?.id ?? source.id });
  c.set("client", { hint: token?.hint ?? "" });
  c.set("proved", true);
  if (token === undefined) throw unauthorized("invalid_client");
  const { id } = admit(source, token, undefined, now);
  const expiresAt = Math.min(now + ACCESS_TOKEN_SECONDS * 1000, token.expiresAt);
  return { shard, sourceId: id, tokenId: token.id, expiresAt };
}

/** RFC 6749 §2.3: one way of authenticating, though many clients name themselves in the body as well. */
function credentialsOf(c: AppContext, parameters: Parameters): ClientCredentials | undefined {
  const posted = credentialsIn(parameters);
  const header = c.req.header("authorization");
  if (header === undefined) return posted;
  const basic = basicCredentials(header);
  const named = parameterOf(parameters, "client_id");
  if (posted !== undefined || (named !== undefined && named !== basic?.clientId)) {
    throw new ScimError("invalidSyntax", "Send the client secret in one way only");
  }
  return basic;
}

/** RFC 6749 §2.3.1 keeps secrets out of URLs, which end up in logs. */
async function readForm(c: AppContext): Promise<Parameters> {
  if (c.req.query("client_secret") !== undefined) {
    throw new ScimError("invalidSyntax", "Send the parameters in the body, not in the URL");
  }
  const type = (c.req.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new ScimError("invalidSyntax", "The body has to be application/x-www-form-urlencoded");
  }
  return parseParameters(await readText(c, BODY_BYTES));
}
