import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { randomBytes } from "../../src/directory/ids.ts";
import { hashSecret, newSecret, readPeppers, type SecretHash } from "../../src/sources/secret.ts";
import { dropToken, findToken, hintedToken, putToken } from "../../src/sources/token-index.ts";
import { faults, withFaults } from "../support/faults.ts";

const PEPPERS = `k2:${"n".repeat(40)},${env.TOKEN_PEPPER ?? ""}`;
const ENTRY = { tokenId: "tok_1", sourceId: "ds_1" };

async function hashesOf(peppers = env.TOKEN_PEPPER ?? ""): Promise<SecretHash[]> {
  const secret = newSecret("scim", "00", randomBytes);
  return hashSecret(readPeppers({ TOKEN_PEPPER: peppers }), secret);
}

async function keep({ pepperId, hash }: SecretHash): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO tokens (id, source_id, pepper_id, hash, hint, status, created_at, expires_at)
     VALUES ('tok_1', 'ds_1', ?, ?, 'abcd', 'enabled', 0, 1)`,
  )
    .bind(pepperId, hash)
    .run();
}

function last<T>(list: readonly T[]): T {
  const [item] = list.slice(-1);
  if (item === undefined) throw new Error("The list is empty");
  return item;
}

it("hints at what was put, and no longer at what was dropped", async () => {
  const hashes = await hashesOf(PEPPERS);
  const { hash } = last(hashes);
  await putToken(env, hash, ENTRY);
  expect(await hintedToken(env, hashes)).toEqual(ENTRY);
  await dropToken(env, hash);
  expect(await hintedToken(env, hashes)).toBeUndefined();
});

it.each(["nonsense", "[]", '{"tokenId":1,"sourceId":"ds_1"}'])(
  "hints at nothing where KV holds %j",
  async (value) => {
    const hashes = await hashesOf();
    await env.TOKENS.put(last(hashes).hash, value);
    expect(await hintedToken(env, hashes)).toBeUndefined();
  },
);

it("hints at nothing when KV fails", async () => {
  const hashes = await hashesOf();
  await putToken(env, last(hashes).hash, ENTRY);
  faults.kv = "fails";
  expect(await hintedToken(withFaults(env, "worker"), hashes)).toBeUndefined();
});

it("finds a token hashed under the older of two peppers", async () => {
  const hashes = await hashesOf(PEPPERS);
  await keep(last(hashes));
  expect(await findToken(env, "00", hashes)).toEqual(ENTRY);
});

it("puts into KV what it found in the database", async () => {
  const hashes = await hashesOf();
  await keep(last(hashes));
  await findToken(env, "00", hashes);
  expect(await env.TOKENS.get(last(hashes).hash, "json")).toEqual(ENTRY);
});

it("doesn't take a database that fails for one that knows no token", async () => {
  const hashes = await hashesOf();
  await keep(last(hashes));
  await env.DB.exec("ALTER TABLE tokens RENAME TO elsewhere");
  await expect(findToken(env, "00", hashes)).rejects.toMatchObject({ reason: "unavailable" });
});
