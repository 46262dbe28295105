/** The admin API as zod contracts: bodies and answers. Free of server code, so that the console can use them. */
import { z } from "zod";
import { DEFAULT_DIRECTORY, FIRST_SHARD } from "../../directory/directory.ts";
import { PASSWORD_MODES, PASSWORD_RULES } from "../../directory/password-policy.ts";
import { EVENT_RESOURCES, EVENT_TYPES } from "../../directory/events.ts";
import { PROFILE_NAMES, profileSwitches } from "../../scim/profile.ts";
import { firstScope, permissionsInput } from "./scope-contracts.ts";
import { PERMISSIONS, TOKEN_TYPES } from "../../sources/source.ts";
import { TOKEN_WARNINGS } from "../../sources/token-warnings.ts";

const time = z.iso.datetime();
const profileName = z.enum(PROFILE_NAMES);
const switches = profileSwitches.partial().strict();

const name = z.string().trim().min(1).max(128);
const description = z.string().max(512);
const ratePerSecond = z.int().min(1).max(10_000).nullable();
/** The exact bounds, one day to three calendar years, are the token rules'. */
const lifetimeInDays = z.int().min(1).max(1096);
const expiresAtInput = z.iso.datetime({ offset: true });

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

const passwordMode = z.enum(PASSWORD_MODES);
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
const tokenWarning = z.enum(TOKEN_WARNINGS);

export const dataSource = z
  .object({
    id: z.string(),
    directoryId: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string(),
    mode: z.enum(["push", "pull"]),
    type: z.literal("scim"),
    kind: z.enum(["standard", "custom"]),
    status: z.enum(["draft", "enabled", "disabled"]),
    profile: profileName,
    switches: profileSwitches.partial(),
    ratePerSecond: z.int().nullable(),
    apiOpen: z.boolean(),
    provisioning: z.boolean(),
    permissions: z.array(z.enum(PERMISSIONS)),
    targetOrganizationId: z.string(),
    scimBaseUrl: z.url(),
    clientId: z.string(),
    tokenUrl: z.url(),
    userUrl: z.url(),
    orgUrl: z.url(),
    /** Its credentials that have ended or are about to. */
    warnings: z.array(
      z.object({
        code: tokenWarning,
        credentialId: z.string(),
        credentialType: z.enum(TOKEN_TYPES),
        expiresAt: time,
      }),
    ),
    configVersion: z.int(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "DataSource" });

export const dataSourceBody = z
  .strictObject({
    name,
    mode: z.enum(["push", "pull"]),
    profile: profileName,
    // Not enums: what is planned but not there yet is 422 with a code of its own, not a bad value.
    kind: z.string().max(32).default("standard"),
    type: z.string().max(32).default("scim"),
    description: description.default(""),
    switches: switches.default({}),
    status: z.enum(["enabled", "draft"]).default("enabled"),
    tokenExpiresInDays: lifetimeInDays.default(365),
    directoryId: z.string().max(64).default(DEFAULT_DIRECTORY),
    apiOpen: z.boolean().default(false),
    /** Opening the API has to be meant. */
    confirm: z.boolean().default(false),
    /** Left out, they are all where the API is open, and none where it isn't. */
    permissions: permissionsInput.optional(),
    /** Left out, it is a new organization of the source's own. */
    scope: firstScope.optional(),
    /** Left out, it is the first organization of the scope. */
    targetOrganizationId: z.string().min(1).max(64).optional(),
  })
  .refine(({ scope, targetOrganizationId }) => scope || targetOrganizationId === undefined, {
    path: ["targetOrganizationId"],
    message: "Give a scope that it lies in",
  })
  .meta({ id: "NewDataSource" });

export const dataSourceChanges = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    profile: profileName.optional(),
    switches: switches.optional(),
    ratePerSecond: ratePerSecond.optional(),
    // Not unknown: that it can't be changed is 409 with a code of its own.
    mode: z.enum(["push", "pull"]).optional(),
  })
  .meta({ id: "DataSourceChanges" });

const shownSecret = z.object({ id: z.string(), secret: z.string(), expiresAt: time });

export const createdDataSource = dataSource
  .extend({
    token: shownSecret,
    clientSecret: shownSecret,
    /** What becomes of the passwords that it will send. */
    passwordMode,
  })
  .meta({ id: "CreatedDataSource" });

export const token = z
  .object({
    id: z.string(),
    hint: z.string(),
    status: z.enum(["enabled", "disabled"]),
    expired: z.boolean(),
    createdAt: time,
    expiresAt: time,
    lastUsedAt: time.nullable(),
    warnings: z.array(tokenWarning),
  })
  .meta({ id: "Token" });

export const createdToken = token.extend({ secret: z.string() }).meta({ id: "CreatedToken" });

export const tokenBody = z
  .strictObject({ expiresInDays: lifetimeInDays.optional(), expiresAt: expiresAtInput.optional() })
  .refine(
    ({ expiresInDays, expiresAt }) => expiresInDays === undefined || expiresAt === undefined,
    {
      path: ["expiresAt"],
      message: "Give either expiresInDays or expiresAt",
    },
  )
  .meta({ id: "NewToken" });

export const clientSecret = token.meta({ id: "ClientSecret" });
export const createdClientSecret = createdToken.meta({ id: "CreatedClientSecret" });

/** A secret that another system knows already, as it is written there. */
const ownSecret = z
  .string()
  .min(16)
  .max(256)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "No control characters and no half of a pair")
  .optional();

export const clientSecretBody = tokenBody
  .safeExtend({ secret: ownSecret })
  .meta({ id: "NewClientSecret" });

export const tokenChanges = z
  .strictObject({ expiresAt: expiresAtInput })
  .meta({ id: "TokenChanges" });

export const rotation = z
  .strictObject({
    overlapHours: z.number().min(0).max(24).optional(),
    expiresInDays: lifetimeInDays.optional(),
  })
  .meta({ id: "Rotation" });

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
const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), nextCursor });

export const dataSourceList = page(dataSource).meta({ id: "DataSourceList" });
export const clientSecretList = page(clientSecret).meta({ id: "ClientSecretList" });
export const tokenList = page(token).meta({ id: "TokenList" });
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
