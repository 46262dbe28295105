/** What a request with an Idempotency-Key does, it does once: sent again, it gets its answer again. */
import type { Context } from "hono";
import { z } from "zod";
import type { Database } from "../../directory/database.ts";
import { randomBytes } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import { marksOf, recallAnswer, sealAnswer, type KeptAnswer } from "../../sources/idempotency.ts";
import { readPeppers } from "../../sources/secret.ts";
import type { AdminEnv } from "./router.ts";

/** The header of every POST that makes something or shows a secret. */
export const onceHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({ description: "The same key again within a day gets the same answer again" }),
});

/** The row to write in the batch of the change; undefined without a key. */
export type Keep = (answer: object) => Promise<KeptAnswer | undefined>;

/**
 * The answer of `work`, which has to write what `keep` gives in the batch of its change; or the
 * answer given before. It knows its answer before it writes, so that a reply that was lost on the
 * way is found in the database, by this request or by the next. `db` is the one the change goes to.
 */
export async function once<T>(
  c: Context<AdminEnv>,
  db: Database,
  schema: z.ZodType<T>,
  work: (keep: Keep) => Promise<T>,
): Promise<T> {
  const idempotencyKey = c.req.header("idempotency-key");
  if (idempotencyKey === undefined) return work(() => Promise.resolve(undefined));
  const marks = await marksOf(readPeppers(c.env), {
    keyId: c.get("application")?.id ?? c.get("admin").id,
    method: c.req.method,
    path: c.req.path,
    idempotencyKey,
    body: await c.req.text(),
  });
  const recall = async (): Promise<T | undefined> => {
    const before = await recallAnswer(db, marks, Date.now());
    if (before === undefined) return undefined;
    c.header("idempotent-replayed", "true");
    return schema.parse(before);
  };
  const before = await recall();
  if (before !== undefined) return before;
  try {
    return await work((answer) => sealAnswer(marks, answer, Date.now(), randomBytes));
  } catch (error) {
    // Another request with the key may have been quicker, or this one's reply was lost.
    const meanwhile = await recall().catch((failure: unknown) => {
      // Where this one was refused, the reason may be that the other was quicker: nobody knows.
      if (isReused(failure) || !isFault(error)) throw failure;
    });
    if (meanwhile !== undefined) return meanwhile;
    throw error;
  }
}

function isFault(error: unknown): boolean {
  return error instanceof ScimError && error.status >= 500;
}

function isReused(error: unknown): boolean {
  return error instanceof ScimError && error.reason === "idempotency_key_reused";
}
