/** What changing users, groups and organizations by hand over HTTP has in common. */
import type { Context } from "hono";
import type { z } from "zod";
import { fieldsOf } from "../../directory/custom-field.ts";
import type { ResourceType } from "../../scim/attribute.ts";
import { FIELDS_KEY, userWith } from "../../scim/custom-schema.ts";
import { fromRefusal } from "../../scim/error.ts";
import { fieldsByHand, fieldsVersionOf } from "../../sources/hand.ts";
import type { KeptAnswer } from "../../sources/idempotency.ts";
import type {
  HandOperation,
  ResourceOperation,
  RestoreOperation,
} from "../../sources/operation.ts";
import { CONFIG_CHANGES } from "../configuration.ts";
import { forgetMode, withHash } from "../password.ts";
import { once } from "./once.ts";
import { tag, type AdminEnv } from "./router.ts";
import { ask, beingChanged, writerOf, type Writer } from "./write-directory.ts";

/** What a body is read under. */
export interface Reading {
  /** The User with all custom fields of the directory. */
  readonly user: ResourceType;
  readonly now: number;
}

/** A creation, with what it will have made. */
export interface Making<T> {
  readonly operation: ResourceOperation;
  readonly made: T;
}

interface Creating<T> {
  /** Of the list that the new one is in. */
  readonly path: string;
  readonly schema: z.ZodType<T>;
  readonly directoryId: string | undefined;
  readonly prepare: (writer: Writer) => Promise<(reading: Reading) => Making<T>>;
}

/**
 * Makes it, once for an Idempotency-Key: hence the answer has to be known before it is written.
 * Throws as `changeByHand`.
 */
export async function createByHand<T extends { readonly id: string; readonly version: number }>(
  c: Context<AdminEnv>,
  { path, schema, directoryId, prepare }: Creating<T>,
): Promise<T> {
  const writer = await writerOf(c, directoryId);
  const created = await once(c, writer.db, schema, async (keep) => {
    const makingOf = await prepare(writer);
    const { made } = await write(c, writer, (reading) => {
      const making = makingOf(reading);
      return { ...making, keep: () => keep(making.made) };
    });
    return made;
  });
  c.header("location", `/api/v1${path}/${created.id}`);
  tag(c, created.version);
  return created;
}

/** Throws what the rules refuse, and `unavailable` when there is no end to changes of custom fields. */
export async function changeByHand(
  c: Context<AdminEnv>,
  operationOf: (reading: Reading) => ResourceOperation,
): Promise<void> {
  const writer = await writerOf(c, c.req.query("directoryId"));
  await write(c, writer, (reading) => ({ operation: operationOf(reading) }));
}

/** The same for what has no body. */
export async function changePlainly(
  c: Context<AdminEnv>,
  operation: Extract<HandOperation, RestoreOperation | { kind: `${string}.delete` }>,
): Promise<void> {
  const { directoryId, application } = await writerOf(c, c.req.query("directoryId"));
  const outcome = await ask(c, { directoryId, application, at: Date.now(), operation });
  if (outcome.ok) return;
  if (typeof outcome.refusal === "string") throw beingChanged();
  throw fromRefusal(outcome.refusal);
}

interface Asked {
  readonly operation: ResourceOperation;
  readonly keep?: () => Promise<KeptAnswer | undefined>;
}

/** Reads a body under the custom fields in force and has it written; what was asked when it was. */
async function write<A extends Asked>(
  c: Context<AdminEnv>,
  { db, shard, directoryId, application }: Writer,
  askedOf: (reading: Reading) => A,
): Promise<A> {
  for (let changes = 0; changes < CONFIG_CHANGES; changes++) {
    const all = await fieldsOf(db, directoryId);
    const at = Date.now();
    const asked = askedOf({ user: userWith(FIELDS_KEY, fieldsByHand(all)), now: at });
    const outcome = await ask(c, {
      directoryId,
      application,
      at,
      fieldsVersion: fieldsVersionOf(all),
      operation: await withHash(c.env, { directoryId, shard }, asked.operation),
      kept: await asked.keep?.(),
    });
    if (outcome.ok) return asked;
    if (typeof outcome.refusal === "object") throw fromRefusal(outcome.refusal);
    forgetMode(directoryId);
  }
  throw beingChanged();
}
