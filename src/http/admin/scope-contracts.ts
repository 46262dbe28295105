/** What says where a data source may act, and whether, as zod contracts. */
import { z } from "zod";
import { PERMISSIONS } from "../../sources/source.ts";

/** An organization covers all that is below it, so that a scope needs few. */
const SCOPE_ENTRIES = 5_000;

const id = z.string().min(1).max(64);
const ids = z.array(id).max(SCOPE_ENTRIES);

export const permissionsInput = z.union([z.literal("all"), z.array(z.enum(PERMISSIONS))]);

export const permissions = z
  .object({
    apiOpen: z.boolean(),
    permissions: z.array(z.enum(PERMISSIONS)),
    provisioning: z.boolean(),
  })
  .meta({ id: "Permissions" });

export const permissionsBody = z
  .strictObject({
    apiOpen: z.boolean(),
    /** All of them, in place of those before; left out, those before stay. */
    permissions: permissionsInput.optional(),
    /** Opening has to be meant. */
    confirm: z.boolean().default(false),
  })
  .meta({ id: "NewPermissions" });

export const scope = z
  .object({
    organizationIds: z.array(z.string()),
    groupIds: z.array(z.string()),
    targetOrganizationId: z.string(),
  })
  .meta({ id: "Scope" });

export const scopeBody = z
  .strictObject({ organizationIds: ids, groupIds: ids, targetOrganizationId: id.optional() })
  .meta({ id: "NewScope" });

/** A source begins with a scope that somebody can be placed in; it may be emptied later. */
export const firstScope = z.strictObject({
  organizationIds: ids.min(1),
  groupIds: ids.default([]),
});

export const target = z.object({ organizationId: z.string() }).meta({ id: "Target" });

export const targetBody = z.strictObject({ organizationId: id }).meta({ id: "NewTarget" });

export const targetCheck = z
  .object({
    organizationId: z.string(),
    inScope: z.boolean(),
    /** Null where the organization is gone. */
    organizationName: z.string().nullable(),
    /** The names from the root of the tree down to it. */
    path: z.array(z.string()),
  })
  .meta({ id: "TargetCheck" });
