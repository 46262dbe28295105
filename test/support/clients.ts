/** Clients of data sources: their credentials, and the ways of sending them. */
import type { Call } from "./admins.ts";
import { anyone } from "./callers.ts";
import { ORIGIN, type Answer, type Source } from "./client.ts";
import { send, textAt } from "./scim.ts";

export interface Client {
  readonly id: string;
  readonly secret: string;
  readonly secretId: string;
}

/** A client of the source with this secret, or with one that is made for it. */
export async function newClient(admin: Call, source: Source, secret?: string): Promise<Client> {
  const body = secret === undefined ? {} : { secret };
  const answer = await admin("POST", `/data-sources/${source.id}/client-secrets`, body);
  if (answer.status !== 201) throw new Error(`No client secret: ${answer.text}`);
  return {
    id: source.id,
    secret: textAt(answer.body, "secret"),
    secretId: textAt(answer.body, "id"),
  };
}

/** Sends the body to the token endpoint as it is. */
export function askToken(body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return send(`${ORIGIN}/oauth/token`, {
    method: "POST",
    body,
    headers: anyone({ "content-type": "application/x-www-form-urlencoded", ...headers }),
  });
}

export function form(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString();
}

export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** RFC 6749 §2.3.1, `client_secret_post`. */
export function post({ id, secret }: Pick<Client, "id" | "secret">): Promise<Answer> {
  return askToken(form({ grant_type: "client_credentials", client_id: id, client_secret: secret }));
}

/** `client_secret_basic` with whatever stands for id and secret. */
export function basic(id: string, secret: string): Promise<Answer> {
  return askToken("grant_type=client_credentials", {
    authorization: `Basic ${base64(`${id}:${secret}`)}`,
  });
}

/** The access token for the client. */
export async function accessTokenOf(client: Pick<Client, "id" | "secret">): Promise<string> {
  return textAt((await post(client)).body, "access_token");
}
