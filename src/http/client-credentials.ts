/**
 * The id and secret of a client as requests carry them. RFC 6749 §2.3.1 wants both form-encoded,
 * in the body or before base64 in `Authorization: Basic`; many clients encode otherwise or not at
 * all, so that a secret is read in each way it may be meant.
 */
import { ScimError } from "../scim/error.ts";

export interface ClientCredentials {
  readonly clientId: string;
  /** The secret, in each reading. One of them is what the client knows. */
  readonly readings: readonly string[];
}

/** Parameters by name; their values as they were sent. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * The parameters of a form body or of a query without its `?`. Throws ScimError `invalidSyntax`
 * for one that is there twice (RFC 6749 §3.2).
 */
export function parseParameters(text: string): Parameters {
  const parameters = new Map<string, string>();
  for (const part of text.split("&").filter((one) => one !== "")) {
    const [name = "", ...value] = part.split("=");
    const known = formDecoded(name);
    if (parameters.has(known)) {
      throw new ScimError("invalidSyntax", "A parameter is there more than once");
    }
    parameters.set(known, value.join("="));
  }
  return parameters;
}

/** The value of a parameter; an empty one counts as absent (RFC 6749 §3.2). */
export function parameterOf(parameters: Parameters, name: string): string | undefined {
  const value = formDecoded(parameters.get(name) ?? "");
  return value === "" ? undefined : value;
}

/** `client_id` and `client_secret`, of a body or a query. */
export function credentialsIn(parameters: Parameters): ClientCredentials | undefined {
  const clientId = parameterOf(parameters, "client_id");
  const secret = parameters.get("client_secret") ?? "";
  if (clientId === undefined || secret === "") return undefined;
  return { clientId, readings: readingsOf(secret) };
}

/** Of a header `Authorization: Basic …`; undefined for what is none. */
export function basicCredentials(header: string | undefined): ClientCredentials | undefined {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(header ?? "") ?? [];
  const text = encoded === undefined ? undefined : decodedBase64(encoded);
  const [clientId = "", ...secret] = text?.split(":") ?? [];
  if (clientId === "" || secret.length === 0) return undefined;
  return { clientId: formDecoded(clientId), readings: readingsOf(secret.join(":")) };
}

function readingsOf(text: string): string[] {
  return [...new Set([formDecoded(text), percentDecoded(text), text])];
}

function formDecoded(text: string): string {
  return percentDecoded(text.replaceAll("+", " "));
}

/** As it is where it is no percent-encoding: a bare `%` is a character like others. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 7617 §2.1 leaves the encoding open: UTF-8 is what everybody means now, Latin-1 what some send. */
function decodedBase64(encoded: string): string | undefined {
  let binary: string;
  try {
    binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return binary;
  }
}
