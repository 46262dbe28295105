/** Deleting a data source over HTTP, and before it what is to become of its people. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ScimError } from "../../scim/error.ts";
import { countPeople, leave } from "../../sources/leaving.ts";
import { checkDeletion } from "../../sources/settings.ts";
import { readPeppers } from "../../sources/secret.ts";
import { findSource, tokensOf } from "../../sources/source-reads.ts";
import { dropToken } from "../../sources/token-index.ts";
import { USER_LIMIT } from "../../sources/upstream.ts";
import { openSourceDatabase, refuseUnknownSource } from "./place.ts";
import type { deletionQuery } from "./queries.ts";
import { checkVersion, type AdminEnv } from "./router.ts";
import { callOf } from "./start-run.ts";
import { writeSetting } from "./write-setting.ts";

type Query = z.infer<typeof deletionQuery>;

/**
 * How many people are left to be disabled or deleted: the source is deleted when it is none. Throws
 * ScimError `disable_first`, `name_mismatch`, `people_confirmation_needed`.
 */
export async function deleteSource(
  c: Context<AdminEnv>,
  id: string,
  query: Query,
): Promise<number> {
  const { confirm, people } = query;
  if (people !== "keep") {
    const left = await sendAway(c, id, { ...query, people });
    if (left > 0) return left;
  }
  const tokens = await tokensOf(await openSourceDatabase(c.env, id), id);
  await writeSetting(c, id, { kind: "source.delete", confirm });
  await Promise.all(tokens.map(({ hash }) => dropToken(c.env, hash)));
  return 0;
}

async function sendAway(
  c: Context<AdminEnv>,
  sourceId: string,
  { confirm, people: fate, confirmPeople }: Query & { readonly people: "disable" | "delete" },
): Promise<number> {
  const db = await openSourceDatabase(c.env, sourceId);
  const source = (await findSource(db, sourceId)) ?? refuseUnknownSource();
  checkVersion(c, source.configVersion);
  checkDeletion(source, confirm);
  const n = await countPeople(db, { sourceId, fate });
  if (fate === "delete" && n > limitOf(n) && confirmPeople !== n) {
    throw new ScimError("people_confirmation_needed", `${n} people would be deleted`);
  }
  const leaving = { sourceId, fate, by: callOf(c), peppers: readPeppers(c.env) };
  const isMore = await leave(db, leaving, Date.now());
  return isMore ? countPeople(db, { sourceId, fate }) : 0;
}

/** As many as a run may remove without being held. */
function limitOf(n: number): number {
  const { least, percent, most } = USER_LIMIT;
  return Math.max(least, Math.min((n * percent) / 100, most));
}
