/** The one batch that writes what was noted of a source. */
import type { Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";
import {
  ATTEMPTS_KEPT,
  REFUSAL_KINDS,
  SUPPRESSED,
  type Activity,
  type Refused,
  type TokenUse,
} from "./activity.ts";

/** Of at most a kilobyte each, so that a parameter stays below a megabyte. */
const REFUSALS_AT_ONCE = 250;

/**
 * The first statement aborts the batch where it has been written before, which is told by its id:
 * counts must not be added twice after a lost reply. So it does where the source is gone.
 */
export function activityStatements(
  sourceId: string,
  flushId: string,
  { uses = [], counts = [], refusals = [], attempts = [], seen }: Activity,
): Statement[] {
  return [
    {
      sql: `INSERT INTO assert_ok (ok) SELECT 0
        WHERE EXISTS (SELECT 1 FROM source_activity WHERE source_id = ?1 AND flush_id = ?2)
          OR NOT EXISTS (SELECT 1 FROM data_sources WHERE id = ?1 AND deleted_at IS NULL)`,
      params: [sourceId, flushId],
    },
    { sql: SEEN, params: [sourceId, seen?.[0] ?? null, seen?.[1] ?? null, flushId] },
    ...useStatements(uses),
    ...rowStatements(COUNT, counts, sourceId),
    ...chunksOf(refusals).map((some) => ({
      sql: REFUSALS,
      params: [JSON.stringify(some), sourceId],
    })),
    ...rowStatements(ATTEMPT, attempts, sourceId),
    ...(attempts.length === 0 ? [] : [{ sql: FORGET_ATTEMPTS, params: [sourceId] }]),
  ];
}

function useStatements(uses: readonly TokenUse[]): Statement[] {
  return rowStatements(
    `UPDATE tokens SET last_used_at = max(coalesce(last_used_at, 0), :row ->> 1)
     :from WHERE tokens.id = :row ->> 0`,
    uses,
  );
}

function chunksOf(refusals: readonly Refused[]): (readonly Refused[])[] {
  const count = Math.ceil(refusals.length / REFUSALS_AT_ONCE);
  return Array.from({ length: count }, (_, index) =>
    refusals.slice(index * REFUSALS_AT_ONCE, (index + 1) * REFUSALS_AT_ONCE),
  );
}

const SEEN = `INSERT INTO source_activity (source_id, first_request_at, last_request_at, flush_id)
  VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT (source_id) DO UPDATE SET flush_id = excluded.flush_id,
    first_request_at = coalesce(min(first_request_at, excluded.first_request_at),
      first_request_at, excluded.first_request_at),
    last_request_at = coalesce(max(last_request_at, excluded.last_request_at),
      last_request_at, excluded.last_request_at)`;

const COUNT = `INSERT INTO request_counts (source_id, hour, route, status, n)
  SELECT ?2, :row ->> 'hour', :row ->> 'route', :row ->> 'status', :row ->> 'count'
  :from WHERE true
  ON CONFLICT (source_id, hour, route, status) DO UPDATE SET n = n + excluded.n`;

const ATTEMPT = `INSERT INTO credential_attempts (source_id, at, why, hint, user_agent)
  SELECT ?2, :row ->> 'at', :row ->> 'why', :row ->> 'hint', :row ->> 'userAgent' :from`;

const FORGET_ATTEMPTS = `DELETE FROM credential_attempts WHERE source_id = ?1 AND seq <= (
  SELECT seq FROM credential_attempts WHERE source_id = ?1
  ORDER BY seq DESC LIMIT 1 OFFSET ${ATTEMPTS_KEPT})`;

/**
 * Kinds that are there are counted on. New ones come in their order as long as there is room in
 * their hour; what is one too many is counted as suppressed. ?1 is the list, ?2 the source.
 */
const REFUSALS = `WITH given AS (
    SELECT j.key AS place, j.value AS r, j.value ->> 'hour' AS hour,
      j.value ->> 'code' <> '${SUPPRESSED}' AND NOT EXISTS (
        SELECT 1 FROM refusals k WHERE k.source_id = ?2 AND k.hour = j.value ->> 'hour'
          AND k.operation = j.value ->> 'operation' AND k.code = j.value ->> 'code'
          AND k.path = j.value ->> 'path' AND k.record = j.value ->> 'record') AS is_new
    FROM json_each(?1) j
  ), room AS MATERIALIZED (
    SELECT h.hour, ${REFUSAL_KINDS} - (SELECT count(*) FROM refusals k
      WHERE k.source_id = ?2 AND k.hour = h.hour AND k.code <> '${SUPPRESSED}') AS room
    FROM (SELECT DISTINCT hour FROM given) h
  ), decided AS (
    SELECT g.place, g.r, g.hour, g.is_new AND row_number() OVER (
      PARTITION BY g.hour, g.is_new ORDER BY g.place) > room.room AS is_over
    FROM given g JOIN room ON room.hour = g.hour
  )
  INSERT INTO refusals (directory_id, source_id, hour, operation, code, path, record,
    resource_type, record_id, user_name_key, external_id, n, first_at, last_at, actor, request_id,
    detail)
  SELECT (SELECT directory_id FROM data_sources WHERE id = ?2), ?2, hour,
    iif(is_over, '', r ->> 'operation') AS operation,
    iif(is_over, '${SUPPRESSED}', r ->> 'code') AS code,
    iif(is_over, '', r ->> 'path') AS path, iif(is_over, '', r ->> 'record') AS record,
    iif(is_over, NULL, r ->> 'resourceType'), iif(is_over, NULL, r ->> 'recordId'),
    iif(is_over, NULL, r ->> 'userNameKey'), iif(is_over, NULL, r ->> 'externalId'),
    sum(r ->> 'count'), min(r ->> 'firstAt'), max(r ->> 'lastAt'),
    r ->> 'actor', r ->> 'requestId', iif(is_over, '', r ->> 'detail')
  FROM decided WHERE true
  GROUP BY hour, operation, code, path, record
  ORDER BY min(place)
  ON CONFLICT (source_id, hour, operation, code, path, record) DO UPDATE SET
    n = n + excluded.n, first_at = min(first_at, excluded.first_at),
    last_at = max(last_at, excluded.last_at), actor = excluded.actor,
    request_id = excluded.request_id, detail = excluded.detail`;
