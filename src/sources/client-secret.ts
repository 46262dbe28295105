/**
 * Client secrets: made here, or brought along from another system by an admin, then any text. The
 * id of a client is that of its source.
 */
import { hashNewSecret, hashSecret, type Pepper, type SecretHash } from "./secret.ts";

/** The hash a new client secret is kept under. */
export function hashNewClientSecret(
  peppers: readonly Pepper[],
  sourceId: string,
  secret: string,
): Promise<SecretHash> {
  return hashNewSecret(peppers, named(sourceId, secret));
}

/** The hashes under which a client secret may be kept that was sent in one of these readings. */
export async function hashClientSecret(
  peppers: readonly Pepper[],
  sourceId: string,
  readings: readonly string[],
): Promise<string[]> {
  const hashes = await Promise.all(
    readings.map((secret) => hashSecret(peppers, named(sourceId, secret))),
  );
  return hashes.flat().map(({ hash }) => hash);
}

/**
 * With the source in it, two sources may bring the same secret without learning of each other;
 * with the word, no secret of an admin's choice is found as a bearer token.
 */
function named(sourceId: string, secret: string): string {
  return `client secret\n${sourceId}\n${secret}`;
}
