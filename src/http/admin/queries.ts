/** The query strings of the admin API as zod contracts. */
import { z } from "zod";
import { DEFAULT_DIRECTORY, FIRST_SHARD } from "../../directory/directory.ts";
import { EVENT_RESOURCES, EVENT_TYPES } from "../../directory/events.ts";
import { RESULTS, RUN_STATUSES } from "../../sync/run.ts";

const limit = z.coerce.number().int().min(1).max(200).default(50);
/** What a list's `nextCursor` was; the list says whether it is one of its own. */
const cursor = z.string().min(1).max(512).optional();
const id = z.string().min(1).max(64);
const time = z.iso.datetime({ offset: true });

export const listQuery = z.object({ limit, cursor });
export const inDirectory = z.object({ directoryId: id.default(DEFAULT_DIRECTORY) });

export const dataSourceQuery = inDirectory.extend({ limit, cursor });
export const resourceQuery = dataSourceQuery.extend({ filter: z.string().max(4096).optional() });
export const organizationQuery = dataSourceQuery.extend({
  parentId: id.optional(),
  q: z.string().trim().min(1).max(128).optional(),
});
/** Where those go who are in what is deleted. */
export const organizationRemoval = inDirectory.extend({ moveUsersTo: id.optional() });
export const memberQuery = inDirectory.extend({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  cursor,
});

const actions = [...new Set(EVENT_TYPES.map((type) => type.split(".")[1] ?? ""))];

export const eventQuery = dataSourceQuery.extend({
  source: id.optional(),
  resource: id.optional(),
  resourceType: z.enum(EVENT_RESOURCES).optional(),
  type: z.enum(EVENT_TYPES).optional(),
  action: z.enum(actions).optional(),
  /** A token's or an admin key's id. */
  actor: id.optional(),
  from: time.optional(),
  to: time.optional(),
  /** What was done, or what was refused: these are listed by the hour. */
  outcome: z.enum(["done", "refused"]).default("done"),
});

export const refusalQuery = listQuery.extend({
  code: z.string().min(1).max(64).optional(),
  from: time.optional(),
  to: time.optional(),
});
export const countQuery = z.object({ from: time.optional(), to: time.optional() });
export const whyQuery = dataSourceQuery.extend({
  userName: z.string().min(1).max(256).optional(),
  id: id.optional(),
});
export const changeQuery = inDirectory.extend({
  limit: z.coerce.number().int().min(1).max(200).default(100),
  cursor,
  /** Where to begin without a cursor. */
  since: time.optional(),
  include: z.literal("resource").optional(),
});
export const auditQuery = listQuery.extend({
  shard: z
    .string()
    .regex(/^[0-9a-z]{2}$/)
    .default(FIRST_SHARD),
  chain: id.optional(),
  actor: id.optional(),
  action: id.optional(),
  target: id.optional(),
  from: time.optional(),
  to: time.optional(),
});

export const sourceRunQuery = listQuery.extend({ status: z.enum(RUN_STATUSES).optional() });
export const runQuery = dataSourceQuery.extend({
  dataSourceId: id.optional(),
  status: z.enum(RUN_STATUSES).optional(),
});
export const recordQuery = listQuery.extend({
  result: z.enum(RESULTS).optional(),
  resourceType: z.enum(["Organization", "User", "Group"]).optional(),
});

export const deletionQuery = z.object({
  confirm: z.string().max(512).default(""),
  /** What becomes of its people: kept, they belong to nobody. */
  people: z.enum(["keep", "disable", "delete"]).default("keep"),
  /** How many are deleted, where they are more than a run may remove unasked. */
  confirmPeople: z.coerce.number().int().min(0).max(1_000_000_000).optional(),
});
