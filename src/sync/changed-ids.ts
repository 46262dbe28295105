/**
 * People who come under another id upstream. To take somebody for them by the name alone would hand
 * them over to whoever is given that name: so nobody must have answered to the id that is known, in
 * two complete runs one after the other.
 */
import type { Database } from "../directory/database.ts";
import { numberIn, textIn, textOrNullIn } from "../directory/row.ts";
import { userNameKey } from "../directory/user.ts";
import { rowStatements } from "../directory/write-rows.ts";
import type { Source } from "../sources/source.ts";
import type { KnownRow } from "./known.ts";
import type { Going } from "./run-rows.ts";
import type { UpstreamRecord } from "./upstream-page.ts";

export interface ChangedIds {
  /** By the new id: missing in an earlier complete run as well, they keep who they are here. */
  readonly relinked: ReadonlyMap<string, KnownRow>;
  /** By the new id, our id of the one who has the name: the next complete run decides. */
  readonly doubtful: ReadonlyMap<string, string>;
}

const NO_CHANGED_IDS: ChangedIds = { relinked: new Map(), doubtful: new Map() };

export interface Unlabelled {
  /** Without those whose id is known. */
  readonly records: readonly UpstreamRecord[];
  readonly source: Pick<Source, "id" | "directoryId">;
  readonly hasSeen: (seq: number) => boolean;
}

/** To be asked when the list of people is read to its end. */
export async function readChangedIds(
  db: Database,
  { kind, state }: Pick<Going, "kind" | "state">,
  { records, source, hasSeen }: Unlabelled,
): Promise<ChangedIds> {
  if (kind !== "full" || state.doubts.length > 0) return NO_CHANGED_IDS;
  const ids = new Map(records.map(({ body, externalId }) => [userNameKey(body), externalId]));
  if (ids.size === 0) return NO_CHANGED_IDS;
  const rows = await db.batch(
    rowStatements(HOLDERS, [...ids.keys()], source.directoryId, source.id),
  );
  const relinked = new Map<string, KnownRow>();
  const doubtful = new Map<string, string>();
  for (const row of rows.flat()) {
    const externalId = ids.get(textIn(row, "user_name_key"));
    const [seq, id] = [numberIn(row, "seq"), textIn(row, "id")];
    if (externalId === undefined || seq > state.maxSeq.User || hasSeen(seq)) continue;
    if (row["before"] === 1) {
      const isActive = row["active"] === 1;
      relinked.set(externalId, { seq, id, hash: "", isActive, parentId: null });
    } else doubtful.set(externalId, id);
  }
  return { relinked, doubtful };
}

const HOLDERS = `SELECT u.seq, u.id, u.user_name_key, u.active, EXISTS (
      SELECT 1 FROM missing m
      WHERE m.source_id = ?3 AND m.resource_type = 'User' AND m.resource_id = u.id
    ) AS before
  FROM :rows CROSS JOIN users u
    ON u.directory_id = ?2 AND u.user_name_key = j.value AND u.deleted_at IS NULL
  WHERE u.source_id = ?3`;

/** Those who may be in the upstream under another id. */
export interface Doubtful {
  /** Our ids of those of whom the run has told so. */
  readonly ids: ReadonlySet<string>;
  /** Folded userNames of records that could not be applied: whoever has one may be meant. */
  readonly names: ReadonlySet<string>;
}

export const NOBODY_DOUBTFUL: Doubtful = { ids: new Set(), names: new Set() };

export async function readDoubtful(db: Database, runId: string): Promise<Doubtful> {
  const [rows = []] = await db.batch([{ sql: FAILED, params: [runId] }]);
  return {
    ids: new Set(rows.flatMap((row) => textOrNullIn(row, "resource_id") ?? [])),
    names: new Set(rows.flatMap((row) => keyOf(textOrNullIn(row, "name")))),
  };
}

function keyOf(userName: string | null): string[] {
  return userName === null ? [] : [userNameKey({ userName })];
}

/** Our ids of those of them who are missing. */
export function doubtfulIn(
  absent: readonly { readonly id: string; readonly name: string }[],
  { ids, names }: Doubtful,
): ReadonlySet<string> {
  return new Set([...ids, ...absent.flatMap(({ id, name }) => (names.has(name) ? [id] : []))]);
}

const FAILED = `SELECT iif(code = 'id_changed', resource_id, NULL) AS resource_id, name
  FROM run_records WHERE run_id = ?1 AND result = 'failed' AND resource_type = 'User'`;
