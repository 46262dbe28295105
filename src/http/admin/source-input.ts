/** A new data source out of what an admin says of it. */
import type { z } from "zod";
import { randomBytes, uuidv7 } from "../../directory/ids.ts";
import { ScimError } from "../../scim/error.ts";
import { invalidValue } from "../../scim/refusals.ts";
import { newSource } from "../../sources/new-source.ts";
import { inOrder, needConfirmation } from "../../sources/settings-permissions.ts";
import { definedSwitches, type Source } from "../../sources/source.ts";
import type { Place } from "./place.ts";
import type { dataSourceBody } from "./source-contracts.ts";
import { namedPermissions } from "./source-permissions.ts";
import { upstreamOf, withSecret } from "./upstream-input.ts";

type Input = z.infer<typeof dataSourceBody>;

/** Throws ScimError `confirmation_needed`, and what `supportedKind` and upstreams throw. */
export async function sourceOf(
  env: Env,
  input: Input,
  place: Pick<Place, "directoryId" | "shard">,
  now: number,
): Promise<Source> {
  const { name, description, status, switches, apiOpen, scope } = input;
  const kind = supportedKind(input);
  if (apiOpen) needConfirmation(input.confirm);
  const permissions = inOrder(namedPermissions(input.permissions ?? (apiOpen ? "all" : [])));
  const own = uuidv7(now, randomBytes(10));
  const targetId = input.targetOrganizationId ?? scope?.organizationIds[0] ?? own;
  const source = newSource(
    {
      name,
      description,
      status,
      kind,
      // The rules of the documents that pulling is from.
      profileName: input.profile ?? "standard",
      switches: definedSwitches(switches),
      apiOpen,
      permissions,
      upstream: upstreamIn(env, input),
    },
    { ...place, targetId, scopeHasGroups: (scope?.groupIds.length ?? 0) > 0 },
    now,
    randomBytes,
  );
  return withSecret(env, source, input, now);
}

function upstreamIn(env: Env, { mode, upstream, ...input }: Input) {
  if (mode === "push") return undefined;
  if (upstream === undefined) throw invalidValue("upstream", "is required where mode is pull");
  return upstreamOf(env, { upstream, ...input });
}

/** Tells what is planned from what is wrong: each has a code of its own. */
function supportedKind({ type, kind }: Input): Source["kind"] {
  if (type !== "scim") {
    throw new ScimError("source_type_unsupported", "The only type available is scim");
  }
  if (kind !== "standard" && kind !== "custom") {
    throw new ScimError("kind_not_supported", "The kind of a push source is standard or custom");
  }
  return kind;
}
