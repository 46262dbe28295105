/** Upstream directories as contracts of the admin API: where a pull source is read from, and when. */
import { z } from "zod";
import { schedule, upstream } from "../../sources/upstream.ts";
import { time } from "./contracts.ts";

const url = z
  .string()
  .max(2048)
  .refine((text) => URL.canParse(text), "Not a URL");
const clientId = z.string().min(1).max(256).nullable();
const addresses = { userUrl: url, orgUrl: url };

const stored = upstream.extend({
  // The same, in the words that the OpenAPI document has for it.
  schedule: z.union(schedule.options),
});

export const upstreamChanges = stored
  .extend({ ...addresses, tokenUrl: url.nullable(), groupUrl: url.nullable(), clientId })
  .partial()
  .meta({ id: "UpstreamChanges" });

export const upstreamBody = upstreamChanges.extend(addresses).meta({ id: "NewUpstream" });

/** Of these one, never shown again. */
export const upstreamSecrets = {
  /** As the upstream gave it out: any text. */
  clientSecret: z
    .string()
    .min(1)
    .max(1024)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "No control characters and no half of a pair")
    .optional(),
  /** In place of client credentials: a bearer token that doesn't end. */
  token: z
    .string()
    .max(4096)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
};

export const shownUpstream = stored
  .extend({
    secretSet: z.boolean(),
    /** By the schedule; the version doesn't count it. */
    nextRunAt: time.nullable(),
    /** Why there is none although there is a schedule: the upstream refused the credentials three times in a row. */
    scheduleStopped: z.literal("upstream_auth_failed").nullable(),
  })
  .meta({ id: "Upstream" });
