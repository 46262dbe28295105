/** Application keys as zod contracts, as contracts.ts has the others. */
import { z } from "zod";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { APPLICATION_ACCESS } from "../../sources/application-keys.ts";

const time = z.iso.datetime();
const name = z.string().trim().min(1).max(128);
const access = z.enum(APPLICATION_ACCESS);

const ids = z
  .array(z.string().min(1).max(64))
  .max(100)
  .refine((all) => new Set(all).size === all.length, "One is named twice");

/** The directory's root organization stands for all of it. */
const organizationIds = ids.min(1);
/** Groups to read, of which the members in the organizations are shown; with the root, all are read. */
const groupIds = ids;

export const applicationKey = z
  .object({
    id: z.string(),
    directoryId: z.string(),
    name: z.string(),
    access,
    organizationIds: z.array(z.string()),
    groupIds: z.array(z.string()),
    hint: z.string(),
    version: z.int(),
    createdAt: time,
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .meta({ id: "ApplicationKey" });

export const createdApplicationKey = applicationKey
  .extend({ secret: z.string() })
  .meta({ id: "CreatedApplicationKey" });

export const applicationKeyBody = z
  .strictObject({
    name,
    access: access.default("read"),
    organizationIds,
    groupIds: groupIds.default([]),
    directoryId: z.string().max(64).default(DEFAULT_DIRECTORY),
  })
  .meta({ id: "NewApplicationKey" });

export const applicationKeyChanges = z
  .strictObject({
    name: name.optional(),
    access: access.optional(),
    organizationIds: organizationIds.optional(),
    groupIds: groupIds.optional(),
  })
  .meta({ id: "ApplicationKeyChanges" });

export const applicationKeyList = z
  .object({ data: z.array(applicationKey), nextCursor: z.string().nullable() })
  .meta({ id: "ApplicationKeyList" });
