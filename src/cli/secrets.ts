/** The secrets an instance needs, made here and told to nobody else. */
import { randomInt } from "node:crypto";

export const SECRET_NAMES = ["TOKEN_PEPPER", "MASTER_KEY", "BOOTSTRAP_TOKEN"] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 43 base62 characters carry 256 bits. */
function randomSecret(): string {
  return Array.from({ length: 43 }, () => BASE62.charAt(randomInt(62))).join("");
}

const makers: Record<SecretName, () => string> = {
  // The key id in front lets a second pepper be added without ending the tokens of the first.
  TOKEN_PEPPER: () => `k1:${randomSecret()}`,
  MASTER_KEY: () => `m1:${randomSecret()}`,
  BOOTSTRAP_TOKEN: randomSecret,
};

export function makeSecret(name: SecretName): string {
  return makers[name]();
}

/** The secrets as the lines of an env file. */
export function toEnvFile(secrets: Readonly<Record<string, string>>): string {
  return Object.entries(secrets)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
