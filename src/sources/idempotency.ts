/**
 * Requests with an Idempotency-Key, carried out once: the answer is kept for a day in the batch of
 * the change itself, so that either both are there or neither.
 *
 * Answers hold secrets that are shown once, and a database alone must never give one away. So an
 * answer is sealed under a key made from the Idempotency-Key and a pepper, neither of which is in
 * the database: it takes the client's key and the Worker's secret together to read it again.
 * Deriving the secrets themselves from the key was the other way; then who learns a key could
 * compute a secret long after the day, and the rest of the answer had to be kept in clear.
 */
import type { Database, Statement } from "../directory/database.ts";
import { ScimError } from "../scim/error.ts";
import { isObject, type Json } from "../scim/json.ts";
import { base64url, fromBase64url, macUnder, type Pepper, type RandomBytes } from "./secret.ts";

export const KEPT_MS = 24 * 3_600_000;
const IV_BYTES = 12;

/** Who asks for what. */
export interface KeyedRequest {
  /** The admin key's id: nobody meets another's answers. */
  readonly keyId: string;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string;
  readonly body: string;
}

/** A request as it is looked for, under one of the peppers. */
interface Mark {
  readonly id: string;
  readonly body: string;
  readonly sealingKey: Uint8Array<ArrayBuffer>;
}

/** The row of an answer: plain data, since it crosses an RPC. */
export interface KeptAnswer {
  readonly id: string;
  readonly body: string;
  readonly answer: string;
  readonly createdAt: number;
}

/** The request under each pepper, the current one first. */
export function marksOf(peppers: readonly Pepper[], request: KeyedRequest): Promise<Mark[]> {
  const { body, ...rest } = request;
  const asked = JSON.stringify([rest.keyId, rest.method, rest.path, rest.idempotencyKey]);
  return Promise.all(
    peppers.map(async (pepper) => {
      const mac = (purpose: string, text: string) =>
        macUnder(pepper, `idempotency ${purpose}\n${text}`);
      const [id, bodyMac, sealingKey] = await Promise.all([
        mac("id", asked),
        mac("body", `${asked}\n${body}`),
        mac("seal", asked),
      ]);
      return {
        id: base64url(id),
        body: base64url(bodyMac),
        sealingKey: Uint8Array.from(sealingKey),
      };
    }),
  );
}

export async function sealAnswer(
  [mark]: readonly Mark[],
  answer: object,
  now: number,
  randomBytes: RandomBytes,
): Promise<KeptAnswer> {
  if (mark === undefined) throw new Error("There is no pepper");
  // Two requests at once may seal two answers under one key.
  const iv = Uint8Array.from(randomBytes(IV_BYTES));
  const key = await importKey(mark, "encrypt");
  const text = new TextEncoder().encode(JSON.stringify(answer));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text);
  const bytes = new Uint8Array([...iv, ...new Uint8Array(sealed)]);
  return { id: mark.id, body: mark.body, answer: base64url(bytes), createdAt: now };
}

/**
 * The answer this request got before, if it did within the last day. Throws ScimError
 * `idempotency_key_reused` when it was another body that got it.
 */
export async function recallAnswer(
  db: Database,
  marks: readonly Mark[],
  now: number,
): Promise<Json | undefined> {
  const ids = JSON.stringify(marks.map(({ id }) => id));
  const [rows = []] = await db.batch([{ sql: RECALL, params: [ids, now - KEPT_MS] }]);
  const [row] = rows;
  const mark = marks.find(({ id }) => id === row?.["id"]);
  if (row === undefined || mark === undefined) return undefined;
  if (row["body"] !== mark.body) {
    throw new ScimError("idempotency_key_reused", "This key came with another body before");
  }
  return openAnswer(mark, String(row["answer"]));
}

const RECALL = `SELECT id, body, answer FROM idempotency
  WHERE id IN (SELECT value FROM json_each(?1)) AND created_at > ?2`;

/** For the batch of the change. A second one of the same key violates the primary key. */
export function keepStatements({ id, body, answer, createdAt }: KeptAnswer): Statement[] {
  return [
    {
      sql: "DELETE FROM idempotency WHERE id = ?1 AND created_at <= ?2",
      params: [id, createdAt - KEPT_MS],
    },
    {
      sql: "INSERT INTO idempotency (id, body, answer, created_at) VALUES (?1, ?2, ?3, ?4)",
      params: [id, body, answer, createdAt],
    },
  ];
}

async function openAnswer(mark: Mark, answer: string): Promise<Json> {
  const bytes = fromBase64url(answer) ?? new Uint8Array();
  const key = await importKey(mark, "decrypt");
  const algorithm = { name: "AES-GCM", iv: bytes.slice(0, IV_BYTES) };
  const opened = await crypto.subtle.decrypt(algorithm, key, bytes.slice(IV_BYTES));
  const value: unknown = JSON.parse(new TextDecoder().decode(opened));
  if (!isObject(value)) throw new Error("A kept answer is no object");
  return value;
}

function importKey({ sealingKey }: Mark, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", sealingKey, "AES-GCM", false, [use]);
}
