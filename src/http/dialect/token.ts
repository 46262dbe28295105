/** The access token of the second dialect: the client's id and secret come in the query, or in a form. */
import { credentialsIn, parseParameters, type Parameters } from "../client-credentials.ts";
import type { AppContext } from "../context.ts";
import { issueAccessToken } from "../oauth.ts";
import { readText } from "../request.ts";

const BODY_BYTES = 16 * 1024;
const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** No log has queries: secrets stand in them here. */
export async function answerToken(c: AppContext): Promise<Response> {
  const credentials = credentialsIn(await parametersOf(c));
  const { accessToken, expiresIn } = await issueAccessToken(c, credentials);
  return c.json({ access_token: accessToken, expires_in: expiresIn });
}

/** Throws `invalidSyntax` for a parameter that stands in both places, or twice in one. */
async function parametersOf(c: AppContext): Promise<Parameters> {
  const query = new URL(c.req.url).search.slice(1);
  const isForm = c.req.method === "POST" && FORM.test(c.req.header("content-type") ?? "");
  return parseParameters(isForm ? `${query}&${await readText(c, BODY_BYTES)}` : query);
}
