/**
 * Creations decided without reading: a provider that fills a directory sends people whom nobody has
 * heard of, and reading that of each takes as long as writing them. They are decided as if nothing
 * they could meet were there, and the batch proves it: by the UNIQUE indexes, and by what it
 * asserts. Where it was wrong nothing is written, and the group is read after all.
 */
import type { Statement } from "../directory/database.ts";
import { DEFAULT_POLICY } from "../directory/password-policy.ts";
import { textOf, userNameKey } from "../directory/user.ts";
import { rowStatements } from "../directory/write-rows.ts";
import { NO_HEAD } from "./audit.ts";
import type { Decision } from "./decide.ts";
import { NO_GUARD } from "./guard-reads.ts";
import { keysOfOperation, unionOf } from "./keys.ts";
import { isResourceRequest, type ResourceRequest, type WriteRequest } from "./operation.ts";
import { isOfBulk } from "./references.ts";
import { NO_OWNERS } from "./owners.ts";
import type { Snapshot } from "./snapshot.ts";
import type { SourceState } from "./source.ts";
import { passwordIn } from "./user-password.ts";

/** Below this being wrong costs more than being right saves. */
const FEWEST = 4;

/** What an instance remembers from group to group. */
export interface Remembered {
  readonly epoch: number;
  readonly state: SourceState;
}

/**
 * The snapshot of a directory that has nothing of what the requests create. Undefined where the
 * requests are not of that kind.
 */
export function unreadSnapshot(
  { epoch, state }: Remembered,
  requests: readonly WriteRequest[],
): Snapshot | undefined {
  if (requests.length < FEWEST || !requests.every(isCreation)) return undefined;
  return {
    keys: unionOf(requests.map(({ operation }) => keysOfOperation(operation, state.source))),
    epoch,
    source: state.source,
    tokens: state.tokens,
    done: new Map(),
    users: [],
    groups: [],
    pairs: new Set(),
    uniqueValues: new Map(),
    passwords: DEFAULT_POLICY,
    fields: [],
    tree: {
      organizations: [],
      moves: new Map(),
      contents: new Map(),
      people: new Map(),
      further: new Map(),
    },
    owners: NO_OWNERS,
    scope: undefined,
    rootId: undefined,
    auditHead: NO_HEAD,
    guard: NO_GUARD,
  };
}

function isCreation(request: WriteRequest): request is ResourceRequest {
  return (
    isResourceRequest(request) &&
    request.operation.kind === "user.create" &&
    passwordIn(request.operation) === undefined &&
    !isOfBulk(request)
  );
}

/**
 * Whether each creation created somebody: any other outcome may be due to what wasn't read.
 * Undefined where there are no creations.
 */
export function areNew(
  requests: readonly WriteRequest[],
  { outcomes }: Pick<Decision, "outcomes">,
): boolean | undefined {
  const created = outcomes.filter((_, index) => requests[index] && isCreation(requests[index]));
  if (created.length === 0) return undefined;
  return created.every((outcome) => outcome.ok && outcome.status === 201);
}

/** Aborts the batch where the source has deleted somebody whom a creation might bring back. */
export function assertNobodyGone(sourceId: string, { done }: Decision): Statement[] {
  const identities = done.flatMap(({ request: { operation } }) =>
    operation.kind === "user.create"
      ? [
          [
            userNameKey(operation.resource.attributes),
            textOf(operation.resource.attributes, "externalId") ?? null,
          ],
        ]
      : [],
  );
  return rowStatements(NOBODY_GONE, identities, sourceId);
}

const NOBODY_GONE = `INSERT INTO assert_ok (ok) SELECT 0 FROM :rows
  WHERE EXISTS (SELECT 1 FROM users g WHERE g.source_id = ?2
      AND g.user_name_key = j.value ->> 0 AND g.deleted_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM users g WHERE g.source_id = ?2
      AND g.external_id = j.value ->> 1 AND g.deleted_at IS NOT NULL AND g.external_id IS NOT NULL)`;
