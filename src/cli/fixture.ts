/** A recorded exchange of one client with Muster, as the files in test/clients hold it. */
import { z } from "zod";
import { PROFILE_NAMES } from "../scim/profile.ts";

/** How far requests are the client's own words, from best to least. */
export const TRUST = [
  "captured",
  "vendor-doc",
  "client-source",
  "third-party",
  "constructed",
] as const;
export type Trust = (typeof TRUST)[number];

const trust = z.enum(TRUST);

const step = z.strictObject({
  /** What the client does, in the present tense. */
  does: z.string().trim().min(1),
  /** Where this request rests on something else than the file. */
  trust: trust.optional(),
  request: z.strictObject({
    method: z.string(),
    /** Behind the SCIM base URL, sent byte for byte. */
    path: z.string().startsWith("/"),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.json().optional(),
    rawBody: z.string().optional(),
  }),
  expect: z.strictObject({
    status: z.int(),
    /** The exact value, or "*" for any. */
    headers: z.record(z.string(), z.string()).optional(),
    /** What the body has at least; "*" stands for any value, null for an empty body. */
    body: z.json().optional(),
    /** Dotted paths the body must not have. */
    absent: z.array(z.string()).optional(),
  }),
  /** Name → dotted path in the response's body; later steps write it as {{name}}. */
  save: z.record(z.string(), z.string()).optional(),
});

export const fixture = z.strictObject({
  client: z.string().min(1),
  name: z.string().trim().min(1),
  /** The profile of the data source it is played against. */
  profile: z.enum(PROFILE_NAMES),
  /** Where the requests are from. */
  source: z.string().trim().min(1),
  trust,
  steps: z.array(step).min(1),
});

export type Fixture = z.infer<typeof fixture>;
export type Step = z.infer<typeof step>;
