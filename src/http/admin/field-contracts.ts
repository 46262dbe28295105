/** Custom fields in the admin API as zod contracts (contracts.ts says how). */
import { z } from "zod";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { FIELD_TYPES } from "../../scim/custom-schema.ts";

const time = z.iso.datetime();
const label = z.string().trim().min(1).max(64);

const item = z.object({ value: z.string(), label: z.string(), enabled: z.boolean() });

const itemBody = z.strictObject({
  value: z.string().min(1).max(64),
  label: z.string().trim().min(1).max(128),
  enabled: z.boolean().default(true),
});

const items = z.array(itemBody).max(100);

export const field = z
  .object({
    id: z.string(),
    directoryId: z.string(),
    name: z.string(),
    label: z.string(),
    type: z.enum(FIELD_TYPES),
    required: z.boolean(),
    unique: z.boolean(),
    items: z.array(item),
    version: z.int(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Field" });

export const fieldBody = z
  .strictObject({
    name: z
      .string()
      .max(40)
      .regex(/^[a-z][a-z_]*$/),
    label,
    type: z.enum(FIELD_TYPES),
    required: z.boolean().default(false),
    unique: z.boolean().default(false),
    items: items.default([]),
    directoryId: z.string().max(64).default(DEFAULT_DIRECTORY),
  })
  .meta({ id: "NewField" });

export const fieldChanges = z
  .strictObject({
    label: label.optional(),
    required: z.boolean().optional(),
    items: items.optional(),
  })
  .meta({ id: "FieldChanges" });

/** A directory has a hundred at most. */
export const fieldList = z.object({ data: z.array(field) }).meta({ id: "FieldList" });

export const sourceFields = z
  .object({ namespace: z.string().nullable(), fieldIds: z.array(z.string()) })
  .meta({ id: "SourceFields" });

export const sourceFieldsBody = z
  .strictObject({
    namespace: z.string().min(1).max(512).nullable(),
    fieldIds: z.array(z.string().max(64)).max(50),
  })
  .meta({ id: "SourceFieldsChoice" });

/** What arrived: a path, how often, and what stands in its way. */
const observedAttribute = z
  .object({
    path: z.string(),
    count: z.int(),
    lastAt: time,
    code: z.string(),
    title: z.string(),
    detail: z.string(),
    hint: z.string(),
  })
  .meta({ id: "ObservedAttribute" });

export const observedList = z
  .object({ expected: z.string().nullable(), data: z.array(observedAttribute) })
  .meta({ id: "ObservedAttributeList" });
