/** Data sources and their credentials as contracts of the admin API. */
import { z } from "zod";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { PROFILE_NAMES, profileSwitches } from "../../scim/profile.ts";
import { PERMISSIONS, TOKEN_TYPES } from "../../sources/source.ts";
import { TOKEN_WARNINGS } from "../../sources/token-warnings.ts";
import { description, name, page, passwordMode, time } from "./contracts.ts";
import { firstScope, permissionsInput } from "./scope-contracts.ts";
import {
  shownUpstream,
  upstreamBody,
  upstreamChanges,
  upstreamSecrets,
} from "./upstream-contracts.ts";

const profileName = z.enum(PROFILE_NAMES);
const switches = profileSwitches.partial().strict();
const ratePerSecond = z.int().min(1).max(10_000).nullable();
/** The exact bounds, one day to three calendar years, are the token rules'. */
const lifetimeInDays = z.int().min(1).max(1096);
const expiresAtInput = z.iso.datetime({ offset: true });

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
    /** Where it is pushed to, and with what; null where it is pulled. */
    scimBaseUrl: z.url().nullable(),
    clientId: z.string().nullable(),
    tokenUrl: z.url().nullable(),
    userUrl: z.url().nullable(),
    orgUrl: z.url().nullable(),
    /** Where it is pulled from; null where it is pushed to. */
    upstream: shownUpstream.nullable(),
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
    /** Required where mode is push; else it is standard. */
    profile: profileName.optional(),
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
    /** Of a pull source, like clientSecret and token. */
    upstream: upstreamBody.optional(),
    ...upstreamSecrets,
  })
  .superRefine((input, context) => {
    for (const path of misplaced(input)) {
      const message = `Doesn't go with mode ${input.mode}`;
      context.addIssue({ code: "custom", path: [path], message });
    }
    for (const path of lacking(input)) {
      const message = `Is required where mode is ${input.mode}`;
      context.addIssue({ code: "custom", path: [path], message });
    }
  })
  .refine(({ scope, targetOrganizationId }) => scope || targetOrganizationId === undefined, {
    path: ["targetOrganizationId"],
    message: "Give a scope that it lies in",
  })
  .meta({ id: "NewDataSource" });

interface ModeInput {
  readonly mode: "push" | "pull";
  readonly [name: string]: unknown;
}

const OF_PULL = ["upstream", "clientSecret", "token"];

/** What is said of a source that its mode has no place for. */
function misplaced({ mode, ...input }: ModeInput): string[] {
  if (mode === "push") return OF_PULL.filter((name) => input[name] !== undefined);
  const both = input["clientSecret"] !== undefined && input["token"] !== undefined;
  return [
    ...(input["apiOpen"] === true ? ["apiOpen"] : []),
    ...(input["permissions"] === undefined ? [] : ["permissions"]),
    ...(both ? ["token"] : []),
  ];
}

function lacking({ mode, ...input }: ModeInput): string[] {
  const needed = mode === "push" ? "profile" : "upstream";
  return input[needed] === undefined ? [needed] : [];
}

export const dataSourceChanges = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    profile: profileName.optional(),
    switches: switches.optional(),
    ratePerSecond: ratePerSecond.optional(),
    // Not unknown: that it can't be changed is 409 with a code of its own.
    mode: z.enum(["push", "pull"]).optional(),
    /** Of a pull source, like clientSecret and token. */
    upstream: upstreamChanges.optional(),
    ...upstreamSecrets,
  })
  .meta({ id: "DataSourceChanges" });

const shownSecret = z.object({ id: z.string(), secret: z.string(), expiresAt: time });

export const createdDataSource = dataSource
  .extend({
    /** Of a push source, like its client secret. */
    token: shownSecret.optional(),
    clientSecret: shownSecret.optional(),
    /** What becomes of the passwords that it will send. */
    passwordMode,
  })
  .meta({ id: "CreatedDataSource" });

export const deletionProgress = z.object({ peopleLeft: z.int() }).meta({ id: "DeletionProgress" });

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

export const dataSourceList = page(dataSource).meta({ id: "DataSourceList" });
export const clientSecretList = page(clientSecret).meta({ id: "ClientSecretList" });
export const tokenList = page(token).meta({ id: "TokenList" });
