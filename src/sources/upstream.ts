/** Where a pull source is read from, when, and what becomes of those who are missing there. */
import { z } from "zod";

export const TOKEN_STYLES = [
  "query_get",
  "client_secret_post",
  "client_secret_basic",
  "fixed",
] as const;
export type TokenStyle = (typeof TOKEN_STYLES)[number];

/** What an upstream calls the time of the last change in a filter. */
export const FILTER_STYLES = ["meta.lastModified", "lastModified"] as const;

/** What is done to those who are missing upstream. */
export const DELETION_POLICIES = ["disable", "delete", "keep"] as const;
export type DeletionPolicy = (typeof DELETION_POLICIES)[number];

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** Times of day are UTC. */
export const schedule = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("manual") }),
  z.strictObject({ kind: z.literal("every"), minutes: z.int().min(5).max(1_440) }),
  z.strictObject({ kind: z.literal("hourly") }),
  z.strictObject({ kind: z.literal("daily"), at: timeOfDay }),
]);
export type Schedule = z.infer<typeof schedule>;

/** Above how many missing nothing is done before an admin has agreed: the smallest of them counts. */
const limit = z.strictObject({
  /** So many are always allowed. */
  least: z.int().min(0).max(10_000),
  /** Of a hundred of the source's own. */
  percent: z.number().min(0).max(100),
  most: z.int().min(0).max(1_000_000),
});
export type RemovalLimit = z.infer<typeof limit>;

export const upstream = z.strictObject({
  tokenStyle: z.enum(TOKEN_STYLES),
  /** Null where the token is fixed. */
  tokenUrl: z.string().nullable(),
  clientId: z.string().nullable(),
  userUrl: z.string(),
  orgUrl: z.string(),
  groupUrl: z.string().nullable(),
  filterStyle: z.enum(FILTER_STYLES),
  pageSize: z.int().min(1).max(1_000),
  schedule,
  /** What the schedule runs; deletions are seen by full ones alone. */
  scheduledKind: z.enum(["full", "incremental"]),
  /** Where the schedule runs incremental ones: a full one a day, at this time. */
  fullAt: timeOfDay.nullable(),
  deletionPolicy: z.enum(DELETION_POLICIES),
  userLimit: limit,
  organizationLimit: limit,
});
export type Upstream = z.infer<typeof upstream>;

export const USER_LIMIT: RemovalLimit = { least: 5, percent: 10, most: 500 };
export const ORGANIZATION_LIMIT: RemovalLimit = { least: 3, percent: 10, most: 1_000_000 };
