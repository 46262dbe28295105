/** A data source and its tokens as data: what the rest of this layer decides on. */
import { z } from "zod";
import { parseChosen, type ChosenField } from "../directory/custom-field.ts";
import type { Row } from "../directory/database.ts";
import {
  PROFILE_NAMES,
  PROFILES,
  profileSwitches,
  type Profile,
  type ProfileName,
} from "../scim/profile.ts";
import { upstream as upstreamSettings, type Upstream } from "./upstream.ts";

export const PERMISSIONS = [
  "user:read",
  "user:write",
  "group:read",
  "group:write",
  "organization:read",
  "organization:write",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export type SourceStatus = "draft" | "enabled" | "disabled";

export interface Source {
  readonly id: string;
  readonly directoryId: string;
  /** The part of the base URL that names the source: `[a-z0-9-]`, never changes. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly mode: "push" | "pull";
  readonly type: "scim";
  readonly kind: "standard" | "custom";
  readonly status: SourceStatus;
  readonly provisioning: boolean;
  readonly apiOpen: boolean;
  readonly permissions: readonly Permission[];
  readonly profileName: ProfileName;
  /** The switches set apart from the profile's. */
  readonly switches: Partial<Profile>;
  /** The organization where users without one are placed. */
  readonly targetId: string;
  /** Whether organizations, and groups of others, were put into its scope. */
  readonly scopeHasOrganizations: boolean;
  readonly scopeHasGroups: boolean;
  /** Requests per second, or null for the default. */
  readonly ratePerSecond: number | null;
  /** The URN under which it sends and is shown custom fields; null while it has none. */
  readonly namespace: string | null;
  /** The custom fields it has chosen: the others don't exist to it. */
  readonly fields: readonly ChosenField[];
  /** Where it is read from; null for one that is pushed to. */
  readonly upstream: Upstream | null;
  /** What it is read with, sealed (src/sources/sealed-secret.ts); null until it was given. */
  readonly upstreamSecret: string | null;
  /** When its schedule has it read next; null where it doesn't. */
  readonly nextRunAt: number | null;
  readonly configVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A source is asked in with a bearer token, or with an access token that a client secret got. */
export const TOKEN_TYPES = ["bearer", "client_secret"] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

/** A credential of a source; its `type` says how it is used. */
export interface Token {
  readonly id: string;
  readonly type: TokenType;
  readonly pepperId: string;
  readonly hash: string;
  readonly hint: string;
  readonly status: "enabled" | "disabled";
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

/** A source with its tokens and client secrets: what settings are decided on. */
export interface SourceState {
  readonly source: Source;
  readonly tokens: readonly Token[];
}

const flag = z.number().transform((value) => value === 1);
const json = z.string().transform((text): unknown => JSON.parse(text));

const sourceRow = z.object({
  id: z.string(),
  directory_id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  mode: z.enum(["push", "pull"]),
  type: z.literal("scim"),
  kind: z.enum(["standard", "custom"]),
  status: z.enum(["draft", "enabled", "disabled"]),
  provisioning: flag,
  api_open: flag,
  permissions: json.pipe(z.array(z.enum(PERMISSIONS))),
  profile: z.enum(PROFILE_NAMES),
  switches: json.pipe(profileSwitches.partial()),
  target_id: z.string(),
  rate_per_second: z.number().nullable(),
  config_version: z.number(),
  created_at: z.number(),
  updated_at: z.number(),
  scope_has_organizations: flag,
  scope_has_groups: flag,
  namespace: z.string().nullable(),
  fields: z.string().transform(parseChosen),
  upstream: json.pipe(upstreamSettings).nullable(),
  upstream_secret: z.string().nullable(),
  next_run_at: z.number().nullable(),
});

const COLUMNS = Object.keys(sourceRow.shape);

/** So many rows are kept at most. */
const KEPT = 256;

const kept = new Map<string, { readonly row: Row; readonly source: Source }>();

/**
 * Reads a row of `data_sources`; throws when the row is not what this code wrote. Every request
 * reads it, and it seldom changes: a row that is as it was is the same object, and all that is
 * made from that once stays made.
 */
export function parseSource(row: Row): Source {
  const id = String(row["id"]);
  const known = kept.get(id);
  if (known !== undefined && COLUMNS.every((name) => known.row[name] === row[name])) {
    return known.source;
  }
  const source = readSource(row);
  if (kept.size >= KEPT) kept.clear();
  kept.set(id, { row, source });
  return source;
}

function readSource(row: Row): Source {
  const { directory_id, api_open, target_id, rate_per_second, config_version, profile, ...rest } =
    sourceRow.parse(row);
  const { created_at, updated_at, switches, scope_has_organizations, scope_has_groups, ...other } =
    rest;
  const { upstream_secret, next_run_at, ...same } = other;
  return {
    ...same,
    directoryId: directory_id,
    apiOpen: api_open,
    targetId: target_id,
    scopeHasOrganizations: scope_has_organizations,
    scopeHasGroups: scope_has_groups,
    ratePerSecond: rate_per_second,
    configVersion: config_version,
    profileName: profile,
    switches: definedSwitches(switches),
    upstreamSecret: upstream_secret,
    nextRunAt: next_run_at,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

const tokenRow = z.object({
  id: z.string(),
  type: z.enum(TOKEN_TYPES),
  pepper_id: z.string(),
  hash: z.string(),
  hint: z.string(),
  status: z.enum(["enabled", "disabled"]),
  created_at: z.number(),
  expires_at: z.number(),
  last_used_at: z.number().nullable(),
});

/** Reads a row of `tokens`; throws when the row is not what this code wrote. */
export function parseToken(row: Row): Token {
  const { pepper_id, created_at, expires_at, last_used_at, ...same } = tokenRow.parse(row);
  return {
    ...same,
    pepperId: pepper_id,
    createdAt: created_at,
    expiresAt: expires_at,
    lastUsedAt: last_used_at,
  };
}

/** The switches in force: the profile's, then those set apart. */
export function profileOf(source: Source): Profile {
  return { ...PROFILES[source.profileName], ...source.switches };
}

/** JSON has no undefined; this says so to the type. */
export function definedSwitches(switches: {
  [K in keyof Profile]?: Profile[K] | undefined;
}): Partial<Profile> {
  return Object.fromEntries(Object.entries(switches).filter(([, value]) => value !== undefined));
}
