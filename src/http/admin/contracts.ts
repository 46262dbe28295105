/** The admin API as zod contracts: bodies and answers. Free of server code, so that the console can use them. */
import { z } from "zod";
import { FIRST_SHARD } from "../../directory/directory.ts";
import { PASSWORD_MODES, PASSWORD_RULES } from "../../directory/password-policy.ts";
import { EVENT_RESOURCES, EVENT_TYPES } from "../../directory/events.ts";

export const time = z.iso.datetime();

export const name = z.string().trim().min(1).max(128);
export const description = z.string().max(512);

export const problem = z
  .object({
    type: z.string(),
    code: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    hint: z.string().optional(),
    instance: z.string(),
    requestId: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
      .optional(),
  })
  .meta({ id: "Problem" });

const words = z.object({ title: z.string(), advice: z.string() });

export const errorCode = z
  .object({
    code: z.string(),
    status: z.int(),
    scimType: z.string().nullable(),
    /** In the second dialect; null for what refuses nothing. */
    errcode: z.int().nullable(),
    en: words,
    zh: words,
  })
  .meta({ id: "ErrorCode" });

export const errorCodeList = z.object({ data: z.array(errorCode) }).meta({ id: "ErrorCodeList" });

export const setupState = z.object({ claimed: z.boolean() }).meta({ id: "SetupState" });

export const claimBody = z
  .strictObject({ secret: z.string().min(1).max(512), name })
  .meta({ id: "Claim" });

export const claimedKey = z
  .object({ key: z.string(), keyId: z.string() })
  .meta({ id: "ClaimedKey" });

export const sessionBody = z.strictObject({ key: z.string().max(128) }).meta({ id: "SignIn" });

export const role = z.enum(["viewer", "operator", "owner"]);

export const me = z
  .object({ keyId: z.string(), name: z.string(), role, via: z.enum(["key", "session"]) })
  .meta({ id: "Me" });

export const adminKey = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    hint: z.string(),
    version: z.int(),
    createdAt: time,
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .meta({ id: "AdminKey" });

export const createdAdminKey = adminKey
  .extend({ secret: z.string() })
  .meta({ id: "CreatedAdminKey" });

export const adminKeyBody = z.strictObject({ name, role }).meta({ id: "NewAdminKey" });

export const adminKeyChanges = z
  .strictObject({ name: name.optional(), role: role.optional() })
  .meta({ id: "AdminKeyChanges" });

export const directory = z
  .object({
    id: z.string(),
    name: z.string(),
    shard: z.string(),
    rootOrganizationId: z.string(),
    version: z.int(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Directory" });

const shard = z.string().regex(/^[0-9a-z]{2}$/);

export const directoryBody = z
  .strictObject({ name, shard: shard.default(FIRST_SHARD) })
  .meta({ id: "NewDirectory" });

export const directoryChanges = z.strictObject({ name }).meta({ id: "DirectoryChanges" });

export const passwordMode = z.enum(PASSWORD_MODES);
const passwordRules = {
  mode: passwordMode,
  minLength: z.int().min(1).max(128),
  rules: z.array(z.enum(PASSWORD_RULES)).max(PASSWORD_RULES.length),
};

export const passwordPolicyBody = z.strictObject(passwordRules).meta({ id: "NewPasswordPolicy" });

export const passwordPolicy = z
  .object({ ...passwordRules, version: z.int() })
  .meta({ id: "PasswordPolicy" });

export const passwordToVerify = z
  .strictObject({ password: z.string().max(256) })
  .meta({ id: "PasswordToVerify" });

export const verified = z.object({ valid: z.boolean() }).meta({ id: "Verified" });

/** The type of what was refused: it is no event, and is listed like one. */
export const REFUSED = "request.refused";

export const event = z
  .object({
    seq: z.int(),
    at: time,
    type: z.enum([...EVENT_TYPES, REFUSED]),
    outcome: z.enum(["done", "refused"]),
    sourceId: z.string().nullable(),
    resourceType: z.enum(EVENT_RESOURCES),
    resourceId: z.string(),
    actor: z.string(),
    requestId: z.string(),
    changes: z.record(z.string(), z.array(z.string())),
    /** Only of what was refused. */
    refusal: z
      .object({
        operation: z.string(),
        code: z.string(),
        path: z.string(),
        record: z.string(),
        detail: z.string(),
        count: z.int(),
      })
      .optional(),
  })
  .meta({ id: "Event" });

const nextCursor = z.string().nullable();
export const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), nextCursor });

export const adminKeyList = page(adminKey).meta({ id: "AdminKeyList" });
export const directoryList = page(directory).meta({ id: "DirectoryList" });
export const eventList = page(event).meta({ id: "EventList" });

export const health = z.object({ status: z.literal("ok") }).meta({ id: "Health" });

export const readiness = z
  .object({
    ready: z.boolean(),
    checks: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        detail: z.string(),
        fix: z.string().optional(),
      }),
    ),
  })
  .meta({ id: "Readiness" });
