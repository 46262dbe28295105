/** The activity log, the change feed and the audit as zod contracts. */
import { z } from "zod";
import { event, role } from "./contracts.ts";

const time = z.iso.datetime();
const nextCursor = z.string().nullable();
const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), nextCursor });

const value = z.unknown().optional();

/** By path, what it was and what it is; for viewers without the values. */
export const diff = z.record(z.string(), z.object({ from: value, to: value }));

export const eventDetail = event
  .extend({
    diff,
    /** Whether only paths were kept, because the values were too large. */
    truncated: z.boolean(),
    actorName: z.string().nullable(),
    sentence: z.string(),
  })
  .meta({ id: "EventDetail" });

export const refusal = z
  .object({
    id: z.int(),
    sourceId: z.string(),
    firstAt: time,
    lastAt: time,
    count: z.int(),
    operation: z.string(),
    code: z.string(),
    path: z.string(),
    record: z.string(),
    resourceType: z.string().nullable(),
    actor: z.string(),
    requestId: z.string(),
    detail: z.string(),
    fix: z.string().nullable(),
  })
  .meta({ id: "Refusal" });

export const refusalList = page(refusal).meta({ id: "RefusalList" });

export const requestCountList = z
  .object({
    data: z.array(z.object({ hour: time, route: z.string(), status: z.string(), count: z.int() })),
    totals: z.record(z.string(), z.int()),
    nextFrom: time.nullable(),
  })
  .meta({ id: "RequestCountList" });

const arrival = z.object({ at: time, id: z.string() }).nullable();

export const connectionCheck = z
  .object({
    firstRequestAt: time.nullable(),
    lastRequestAt: time.nullable(),
    firstUser: arrival,
    firstGroup: arrival,
    refusedCredentials: z.array(
      z.object({ at: time, why: z.string(), hint: z.string(), userAgent: z.string() }),
    ),
  })
  .meta({ id: "ConnectionCheck" });

export const historyItem = z
  .object({
    at: time,
    sentence: z.string(),
    outcome: z.enum(["done", "refused"]),
    eventId: z.int().optional(),
    refusal: refusal.optional(),
    sourceId: z.string().nullable(),
    requestId: z.string(),
  })
  .meta({ id: "HistoryItem" });

export const history = z
  .object({
    people: z.array(z.object({ id: z.string(), state: z.enum(["present", "deleted", "purged"]) })),
    data: z.array(historyItem),
    nextCursor,
  })
  .meta({ id: "History" });

export const change = z
  .object({
    seq: z.int(),
    at: time,
    type: z.string(),
    resourceType: z.enum(["User", "Group", "Organization"]),
    resourceId: z.string(),
    sourceId: z.string().nullable(),
    version: z.int().nullable(),
    attributes: z.array(z.string()),
    membersAdded: z.array(z.string()).optional(),
    membersRemoved: z.array(z.string()).optional(),
    /** There were more than are named: read the group's members anew. */
    membersTruncated: z.boolean().optional(),
    /** How many there were, where they are not all named. */
    membersAddedTotal: z.int().optional(),
    membersRemovedTotal: z.int().optional(),
    /** As it is now, which may be later than the change; null once it is gone. */
    resource: z.record(z.string(), z.unknown()).nullable().optional(),
  })
  .meta({ id: "Change" });

export const changeList = z
  .object({ data: z.array(change), nextCursor: z.string(), hasMore: z.boolean() })
  .meta({ id: "ChangeList" });

export const auditEntry = z
  .object({
    seq: z.int(),
    chain: z.string(),
    position: z.int(),
    at: time,
    actor: z.string(),
    actorName: z.string().nullable(),
    role,
    action: z.string(),
    targetType: z.string(),
    targetId: z.string(),
    changes: diff,
    truncated: z.boolean(),
    requestId: z.string(),
    hmac: z.string(),
  })
  .meta({ id: "AuditEntry" });

export const auditList = page(auditEntry).meta({ id: "AuditList" });

const shard = z
  .string()
  .regex(/^[0-9a-z]{2}$/)
  .default("00");

export const auditVerifyBody = z
  .strictObject({
    shard,
    after: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    limit: z.int().min(1).max(1_000).default(500),
  })
  .meta({ id: "AuditVerify" });

export const auditVerification = z
  .object({
    checked: z.int(),
    broken: z
      .object({
        seq: z.int(),
        chain: z.string(),
        why: z.enum(["changed", "gap", "pepper_unknown"]),
      })
      .optional(),
    heads: z.array(
      z.object({ chain: z.string(), seq: z.int(), position: z.int(), hmac: z.string() }),
    ),
    next: z.int().nullable(),
  })
  .meta({ id: "AuditVerification" });
