/** `muster scope …` and `muster permissions …`: where a data source may act, and whether. */
import { z } from "zod";
import { request } from "./api.ts";
import { idsIn, type Call, type Command, type Output } from "./command.ts";
import { findSource } from "./source-commands.ts";
import { EXIT, Stop } from "./stop.ts";

const scope = z.looseObject({
  organizationIds: z.array(z.string()),
  groupIds: z.array(z.string()),
  targetOrganizationId: z.string(),
});
type Scope = z.infer<typeof scope>;

const permissions = z.looseObject({
  apiOpen: z.boolean(),
  permissions: z.array(z.string()),
  provisioning: z.boolean(),
});
type Permissions = z.infer<typeof permissions>;

/** What isn't given stays; the target goes along only where one is named. */
async function runScope({ api, positionals: [named = ""], options }: Call): Promise<Output> {
  const { id } = await findSource(api, named);
  const path = `/data-sources/${id}/scope`;
  const before = await request(api, "GET", path, scope);
  const { organizations, groups, target } = options;
  if (organizations === undefined && groups === undefined && target === undefined) {
    return toldScope(before);
  }
  const after = await request(api, "PUT", path, scope, {
    organizationIds: listed(organizations) ?? before.organizationIds,
    groupIds: listed(groups) ?? before.groupIds,
    ...(target === undefined ? {} : { targetOrganizationId: target }),
  });
  return toldScope(after);
}

function listed(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : idsIn(text);
}

function toldScope(shown: Scope): Output {
  const { organizationIds, groupIds, targetOrganizationId } = shown;
  const lines = [
    ["Organizations", organizationIds.join(", ") || "none: it may not write"],
    ["Groups", groupIds.join(", ") || "its own"],
    ["Target", targetOrganizationId],
  ];
  return { json: shown, text: aligned(lines) };
}

async function runPermissions(call: Call): Promise<Output> {
  const {
    api,
    positionals: [named = ""],
    options,
    flags,
  } = call;
  refuseTogether(flags, "open", "close");
  const granted = flags.has("all") ? "all" : listed(options["grant"]);
  if (flags.has("all") && options["grant"] !== undefined) {
    throw new Stop(EXIT.usage, "Give --grant or --all, not both");
  }
  const { id } = await findSource(api, named);
  const path = `/data-sources/${id}/permissions`;
  const before = await request(api, "GET", path, permissions);
  if (granted === undefined && !flags.has("open") && !flags.has("close")) {
    return toldPermissions(before);
  }
  const apiOpen = flags.has("open") || (before.apiOpen && !flags.has("close"));
  const given = granted === undefined ? {} : { permissions: granted };
  // Who types --open means it.
  const body = { apiOpen, ...given, ...(flags.has("open") ? { confirm: true } : {}) };
  return toldPermissions(await request(api, "PUT", path, permissions, body));
}

function refuseTogether(flags: Call["flags"], one: string, other: string): void {
  if (!flags.has(one) || !flags.has(other)) return;
  throw new Stop(EXIT.usage, `Give --${one} or --${other}, not both`);
}

function toldPermissions(shown: Permissions): Output {
  const lines = [
    ["API", shown.apiOpen ? "open" : "closed"],
    ["Permissions", shown.permissions.join(", ") || "none"],
    ["Provisioning", shown.provisioning ? "enabled" : "disabled"],
  ];
  return { json: shown, text: aligned(lines) };
}

function aligned(lines: readonly (readonly string[])[]): string {
  return lines.map(([name = "", value = ""]) => `${name.padEnd(13)}  ${value}\n`).join("");
}

export const scopeCommands: Readonly<Record<string, Command>> = {
  scope: {
    positionals: ["source"],
    options: { organizations: "ID,…", groups: "ID,…", target: "ID" },
    summary: "shows where it may act; with options, says so anew (--organizations '' for nowhere)",
    run: runScope,
  },
  permissions: {
    positionals: ["source"],
    options: { grant: "PERMISSION,…" },
    flags: ["open", "close", "all"],
    summary: "shows what it may do; opens or closes its API, gives these permissions or all",
    run: runPermissions,
  },
};
