/** Where a pull source is read from, what it is read with, and when: the rules of changing it. Pure. */
import { ScimError } from "../scim/error.ts";
import { invalidValue } from "../scim/refusals.ts";
import { nextRunAt } from "./schedule-times.ts";
import { markOf, originsText } from "./sealed-secret.ts";
import type { Source } from "./source.ts";
import { FILTER_STYLES, ORGANIZATION_LIMIT, USER_LIMIT, type Upstream } from "./upstream.ts";

/** What of the settings is said; the rest stays, or is as it is where nobody says anything. */
export type UpstreamInput = { readonly [K in keyof Upstream]?: Upstream[K] | undefined };

/** A secret that was sealed for these origins. */
export interface SealedSecret {
  readonly sealed: string;
  readonly origins: string;
  /** It is the same secret under another key, and takes the place of this one alone. */
  readonly replaces?: string | undefined;
}

export interface UpstreamChange {
  readonly settings?: UpstreamInput | undefined;
  readonly secret?: SealedSecret | undefined;
}

/** Where a token is given out at such an address, the second dialect is spoken there. */
const DIALECT_TOKEN_PATH = /\/scim\/api\/token\/?$/;

/** The settings of a new pull source. Throws ScimError `invalidValue`. */
export function newUpstream(
  input: UpstreamInput & Pick<Upstream, "userUrl" | "orgUrl">,
  hasFixedToken: boolean,
): Upstream {
  const isDialect = DIALECT_TOKEN_PATH.test(pathOf(input.tokenUrl ?? ""));
  const clientStyle = isDialect ? "query_get" : "client_secret_post";
  const tokenStyle = hasFixedToken ? "fixed" : clientStyle;
  const schedule = input.schedule ?? { kind: "every", minutes: 60 };
  const [rfcFilter, dialectFilter] = FILTER_STYLES;
  return checked({
    tokenStyle: input.tokenStyle ?? tokenStyle,
    tokenUrl: input.tokenUrl ?? null,
    clientId: input.clientId ?? null,
    userUrl: input.userUrl,
    orgUrl: input.orgUrl,
    groupUrl: input.groupUrl ?? null,
    filterStyle: input.filterStyle ?? (isDialect ? dialectFilter : rfcFilter),
    pageSize: input.pageSize ?? 100,
    schedule,
    scheduledKind: input.scheduledKind ?? usualKind(schedule),
    fullAt: input.fullAt === undefined ? "02:00" : input.fullAt,
    deletionPolicy: input.deletionPolicy ?? "disable",
    userLimit: input.userLimit ?? USER_LIMIT,
    organizationLimit: input.organizationLimit ?? ORGANIZATION_LIMIT,
  });
}

/** The settings after a change. Throws ScimError `invalidValue`. */
export function changedUpstream(before: Upstream, input: UpstreamInput): Upstream {
  const given = Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  );
  // Whoever goes over to a fixed token has nothing left to say about how to get one.
  const client = input.tokenStyle === "fixed" ? { tokenUrl: null, clientId: null } : {};
  const isRescheduled =
    input.schedule !== undefined && input.schedule.kind !== before.schedule.kind;
  const kind = isRescheduled ? { scheduledKind: usualKind(input.schedule) } : {};
  return checked({ ...before, ...client, ...kind, ...given });
}

/** Once a day is seldom enough to find out who has left. */
function usualKind({ kind }: Upstream["schedule"]): Upstream["scheduledKind"] {
  return kind === "daily" ? "full" : "incremental";
}

/**
 * The source with another upstream. Throws ScimError `not_a_pull_source`, `invalidValue`, `conflict`,
 * and `upstream_secret_needed` where the secret there is would go to other origins.
 */
export function changeUpstream(source: Source, { settings, secret }: UpstreamChange): Source {
  if (settings === undefined && secret === undefined) return source;
  if (source.upstream === null) throw notPulled();
  const upstream = changedUpstream(source.upstream, settings ?? {});
  const origins = originsText(upstream);
  if (secret !== undefined && isFor(source, secret)) {
    if (secret.origins === origins) return { ...source, upstream, upstreamSecret: secret.sealed };
    if (secret.replaces === undefined) {
      throw new ScimError("conflict", "The addresses were changed in the meantime");
    }
  }
  if (source.upstreamSecret !== null && originsText(source.upstream) !== origins) {
    throw new ScimError(
      "upstream_secret_needed",
      "An address has another origin now: give the client secret or the token again",
    );
  }
  return { ...source, upstream };
}

/** What was sealed anew is out of date once somebody gave another secret. */
function isFor({ upstreamSecret }: Source, { replaces }: SealedSecret): boolean {
  return replaces === undefined || replaces === upstreamSecret;
}

/** The sealed secret. Throws ScimError `upstream_secret_needed`: nothing is read without it. */
export function neededSecret({ upstreamSecret }: Source): string {
  if (upstreamSecret !== null) return upstreamSecret;
  throw new ScimError("upstream_secret_needed", "Give the client secret or the token first");
}

/** The source with its next run, where it is on, its schedule or, after that was stopped, its connection is another than before. */
export function rescheduled(before: Source | undefined, after: Source, now: number): Source {
  const { upstream } = after;
  if (upstream === null) return after;
  const isSame = before !== undefined && timingOf(before) === timingOf(after);
  if (isSame && !(isStopped(before) && connectionOf(before) !== connectionOf(after))) return after;
  const next = isOn(after) ? nextRunAt(upstream, now) : undefined;
  return { ...after, nextRunAt: next?.at ?? null };
}

/** Whether nobody asks by the schedule any more, because the upstream refused the credentials again and again. */
export function isStopped(source: Source): boolean {
  const { upstream, nextRunAt: next } = source;
  return isOn(source) && upstream !== null && upstream.schedule.kind !== "manual" && next === null;
}

function connectionOf({ upstream, upstreamSecret }: Source): string {
  return JSON.stringify([upstream, upstreamSecret === null ? null : markOf(upstreamSecret)]);
}

/** Whether the same is read from the same place: of another one nobody knows since when it was changed. */
export function readsSame(before: Source, after: Source): boolean {
  return placeIn(before) === placeIn(after);
}

function placeIn({ upstream }: Source): string {
  const { tokenStyle, tokenUrl, clientId, userUrl, orgUrl, groupUrl } = upstream ?? {};
  return JSON.stringify([tokenStyle, tokenUrl, clientId, userUrl, orgUrl, groupUrl]);
}

function isOn({ status, provisioning }: Source): boolean {
  return status === "enabled" && provisioning;
}

function timingOf(source: Source): string {
  const { schedule, scheduledKind, fullAt } = source.upstream ?? {};
  return JSON.stringify([isOn(source), schedule, scheduledKind, fullAt]);
}

export function notPulled(): ScimError {
  return new ScimError("not_a_pull_source", "The data source is pushed to");
}

/** Throws ScimError `not_a_push_source`. */
export function needPush({ mode }: Source): void {
  if (mode === "push") return;
  throw new ScimError("not_a_push_source", "The data source is pulled from an upstream");
}

/** A token is got with client credentials, or it is fixed. */
function checked(upstream: Upstream): Upstream {
  const { tokenStyle, tokenUrl, clientId } = upstream;
  for (const [name, value] of Object.entries({ tokenUrl, clientId })) {
    if (tokenStyle === "fixed" && value !== null) {
      throw invalidValue(`upstream.${name}`, "doesn't go with a fixed token");
    }
    if (tokenStyle !== "fixed" && value === null) {
      throw invalidValue(`upstream.${name}`, "is required unless the token is fixed");
    }
  }
  return upstream;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : "";
}
