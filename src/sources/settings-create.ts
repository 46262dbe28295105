/** What a data source begins with. Pure. */
import { ScimError } from "../scim/error.ts";
import { replaceScope, type Scope, type ScopeChange, type ScopeFacts } from "./settings-scope.ts";
import { neededSecret, rescheduled } from "./settings-upstream.ts";
import type { Source, SourceState, Token } from "./source.ts";
import {
  applyTokenOperation,
  needToken,
  type NewToken,
  type TokenOperation,
} from "./token-rules.ts";

export interface SourceCreation {
  readonly kind: "source.create";
  readonly source: Source;
  /** What the source's own new organization is called, which is its target and, alone, its scope. */
  readonly organizationName: string;
  /** The scope to begin with, in place of an organization of its own. */
  readonly scope?: Scope | undefined;
  readonly token?: NewToken;
  readonly clientSecret?: NewToken;
}

interface Created {
  readonly state: SourceState;
  readonly scope?: ScopeChange;
}

/** Throws ScimError `conflict`, `upstream_secret_needed` and what the rules of tokens and scopes throw. */
export function createSource(
  state: SourceState | undefined,
  { source, scope, ...credentials }: SourceCreation,
  now: number,
  facts: ScopeFacts | undefined,
): Created {
  if (state !== undefined) throw new ScimError("conflict", "The data source exists already");
  const created =
    source.mode === "pull" ? createPulled(source, now) : createPushed(source, credentials, now);
  if (scope === undefined) return { state: created };
  if (facts === undefined) throw new Error("The scope was not read");
  return { state: created, scope: replaceScope(source, { scope }, facts, "/scope").change };
}

/** It lets nobody in, so it has no tokens. */
function createPulled(source: Source, now: number): SourceState {
  if (source.status === "enabled") neededSecret(source);
  return { source: rescheduled(undefined, source, now), tokens: [] };
}

function createPushed(
  source: Source,
  { token, clientSecret }: Pick<SourceCreation, "token" | "clientSecret">,
  now: number,
): SourceState {
  const enabled = source.status === "enabled";
  const first: TokenOperation[] = [];
  if (token !== undefined) first.push({ kind: "token.create", token });
  if (clientSecret !== undefined) first.push({ kind: "secret.create", token: clientSecret });
  const tokens = first.reduce<readonly Token[]>(
    (made, operation) => applyTokenOperation(made, operation, enabled, now),
    [],
  );
  if (enabled) needToken(tokens);
  return { source, tokens };
}
