/** A valid request for each operation of the admin API. */
import type { JsonObject } from "../../src/scim/json.ts";
import { firstState } from "../../src/sync/run-state.ts";
import { BOOTSTRAP, newKey, withHeaders, type Call } from "./admins.ts";
import { idOf } from "./answer.ts";
import { newSource, type Source } from "./client.ts";
import { insertHold, insertRecord, insertRun, newPullSource, NOBODY } from "./pull-rows.ts";
import { newGroup, newUser, objectsIn, patchBody, textAt } from "./scim.ts";

export interface AdminWorld {
  readonly owner: Call;
  readonly ownerKey: string;
  /** Has two tokens, the second of them disabled; a user in a group. */
  readonly source: Source;
  readonly disabledToken: string;
  /** Has two client secrets, the second of them disabled. */
  readonly secretIds: readonly [first: string, disabled: string];
  /** Is disabled, and called "closed". */
  readonly closed: Source;
  readonly userId: string;
  readonly groupId: string;
  /** The source's target. */
  readonly organizationId: string;
  /** Somebody else's key. */
  readonly keyId: string;
  readonly applicationKeyId: string;
  readonly directoryId: string;
  readonly fieldId: string;
  /** Made by hand: a user and a group, an organization for each, and one of each that was deleted. */
  readonly hand: ByHand;
  readonly pulled: Pulled;
}

/** Sources that are pulled: one is idle, has a run with a record and what it held; of one a run goes on. */
interface Pulled {
  readonly sourceId: string;
  readonly runId: string;
  readonly setHash: string;
  readonly busyId: string;
  readonly busyRunId: string;
}

async function pulledSources(
  owner: Call,
  userId: string,
  within: { directoryId?: string },
): Promise<Pulled> {
  const sourceId = await newPullSource(owner, { ...within, upstream: NOBODY });
  const busyId = await newPullSource(owner, within);
  const runId = await insertRun(sourceId, { status: "held" });
  await insertRecord(runId, 0);
  const setHash = await insertHold(sourceId, [userId], { run_id: runId });
  const state = firstState("", { User: 0, Group: 0, Organization: 0 });
  const running = { status: "running", state: JSON.stringify({ ...state, total: 40 }) };
  const busyRunId = await insertRun(busyId, { ...running, ended_at: null });
  return { sourceId, runId, setHash, busyId, busyRunId };
}

interface ByHand {
  readonly userId: string;
  readonly groupId: string;
  readonly organizationId: string;
  readonly gone: Readonly<Record<"userId" | "groupId" | "organizationId", string>>;
  /** Of the directory that all of it is in. */
  readonly directoryId: string;
}

async function madeByHand(owner: Call, directoryId = "default"): Promise<ByHand> {
  const make = async (path: string, body: JsonObject) =>
    idOf(await owner("POST", path, { directoryId, ...body }));
  const remove = async (path: string) => {
    await owner("DELETE", `${path}?directoryId=${directoryId}`);
  };
  const gone = {
    userId: await make("/users", { userName: "gone" }),
    groupId: await make("/groups", { displayName: "Gone" }),
    organizationId: await make("/organizations", { displayName: "Gone" }),
  };
  await remove(`/users/${gone.userId}`);
  await remove(`/groups/${gone.groupId}`);
  await remove(`/organizations/${gone.organizationId}`);
  const organizationId = await make("/organizations", { displayName: "By hand" });
  return {
    organizationId,
    userId: await make("/users", { userName: "by.hand", organizationId }),
    groupId: await make("/groups", { displayName: "By hand" }),
    gone,
    directoryId,
  };
}

export interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** In the default directory, or in the one named. */
export async function newAdminWorld(within: { directoryId?: string } = {}): Promise<AdminWorld> {
  const { secret: ownerKey } = await newKey("owner");
  const owner = withHeaders({ authorization: `Bearer ${ownerKey}` });
  const source = await newSource(owner, "okta", within);
  const tokens = `/data-sources/${source.id}/tokens`;
  const disabledToken = idOf(await owner("POST", tokens, {}));
  await owner("POST", `${tokens}/${disabledToken}/disable`);
  const secretIds = await twoSecrets(owner, source);
  const closed = await newSource(owner, "okta", { name: "closed", ...within });
  await owner("POST", `/data-sources/${closed.id}/disable`);
  const user = await newUser(source);
  const group = await newGroup(source, "Staff");
  const userId = user.replace("/Users/", "");
  const add = { op: "add", path: "members", value: [{ value: userId }] };
  await source.call("PATCH", group, patchBody(add));
  // Where passwords are dropped there is none to verify.
  const policy = `/directories/${within.directoryId ?? "default"}/password-policy`;
  await owner("PUT", policy, { mode: "hash", minLength: 8, rules: [] });
  const badge = { name: "badge", label: "Badge", type: "string", ...within };
  const field = await owner("POST", "/fields", badge);
  const name = `Acme ${within.directoryId ?? ""}`;
  const { body } = await owner("POST", "/directories", { name, shard: "01" });
  const organizationId = await organizationOf(owner, source);
  const application = { name: "Intranet", organizationIds: [organizationId], ...within };
  return {
    owner,
    ownerKey,
    source,
    disabledToken,
    secretIds,
    closed,
    userId,
    groupId: group.replace("/Groups/", ""),
    keyId: (await newKey("viewer")).id,
    applicationKeyId: idOf(await owner("POST", "/application-keys", application)),
    organizationId,
    directoryId: textAt(body, "id"),
    fieldId: idOf(field),
    hand: await madeByHand(owner, within.directoryId),
    pulled: await pulledSources(owner, userId, within),
  };
}

/** The one that a source was made with: its scope and its target. */
export async function organizationOf(owner: Call, { id }: Source): Promise<string> {
  return textAt((await owner("GET", `/data-sources/${id}`)).body, "targetOrganizationId");
}

async function twoSecrets(owner: Call, { id }: Source): Promise<[string, string]> {
  const path = `/data-sources/${id}/client-secrets`;
  const { body } = await owner("GET", path);
  const second = idOf(await owner("POST", path, {}));
  await owner("POST", `${path}/${second}/disable`);
  return [textAt(objectsIn(body["data"])[0] ?? {}, "id"), second];
}

const nothing = (): Input => ({});
const source = (world: AdminWorld) => ({ id: world.source.id });
const first = (world: AdminWorld) => ({ ...source(world), tokenId: world.source.tokenId });
const second = (world: AdminWorld) => ({ ...source(world), tokenId: world.disabledToken });
const firstSecret = (world: AdminWorld) => ({ ...source(world), secretId: world.secretIds[0] });
const secondSecret = (world: AdminWorld) => ({ ...source(world), secretId: world.secretIds[1] });
const pulled = ({ pulled: { sourceId: id } }: AdminWorld): Input => ({ params: { id } });
const ofRun = ({ pulled: { runId: id } }: AdminWorld): Input => ({ params: { id } });
const decided = ({ pulled: { setHash } }: AdminWorld): Input => ({ body: { setHash } });
const inDirectory = ({ directoryId }: ByHand) => ({ directoryId });
const later = () => new Date(Date.now() + 9 * 86_400_000).toISOString();

/** By operationId. */
export const INPUTS: Readonly<Record<string, (world: AdminWorld) => Input>> = {
  listErrorCodes: nothing,
  getSetup: nothing,
  claimSetup: () => ({ body: { secret: BOOTSTRAP, name: "Ada" } }),
  createSession: ({ ownerKey }) => ({ body: { key: ownerKey } }),
  deleteSession: nothing,
  getMe: nothing,
  listDataSources: () => ({ query: { limit: "1", directoryId: "default" } }),
  createDataSource: ({ directoryId }) => ({
    body: {
      name: "New",
      mode: "push",
      profile: "okta",
      kind: "custom",
      type: "scim",
      description: "d",
      switches: { adopt: true, onDuplicate: "conflict" },
      status: "draft",
      tokenExpiresInDays: 9,
      directoryId,
      apiOpen: true,
      confirm: true,
      permissions: ["user:read", "user:write"],
    },
  }),
  getDataSource: (world) => ({ params: source(world) }),
  updateDataSource: (world) => ({
    params: source(world),
    body: { name: "Other", description: "", profile: "rfc", switches: {}, ratePerSecond: 5 },
  }),
  deleteDataSource: ({ closed }) => ({ params: { id: closed.id }, query: { confirm: "closed" } }),
  enableDataSource: ({ closed }) => ({ params: { id: closed.id } }),
  disableDataSource: (world) => ({ params: source(world) }),
  testDataSource: (world) => ({ ...pulled(world), body: {} }),
  syncDataSource: (world) => ({
    ...pulled(world),
    body: { kind: "full", dryRun: true, settings: { switches: {} } },
  }),
  listDataSourceRuns: (world) => ({ ...pulled(world), query: { limit: "1", status: "held" } }),
  listSyncRuns: ({ pulled: { sourceId } }) => ({
    query: { limit: "1", dataSourceId: sourceId, status: "held", directoryId: "default" },
  }),
  getSyncRun: ofRun,
  listSyncRunRecords: (world) => ({
    ...ofRun(world),
    query: { limit: "1", result: "success", resourceType: "User" },
  }),
  cancelSyncRun: ({ pulled: { busyRunId } }) => ({ params: { id: busyRunId } }),
  retrySyncRun: ofRun,
  getHold: (world) => ({ ...pulled(world), query: { limit: "1" } }),
  approveHold: (world) => ({ ...pulled(world), ...decided(world) }),
  rejectHold: (world) => ({ ...pulled(world), ...decided(world) }),
  getSyncRunHold: (world) => ({ ...ofRun(world), query: { limit: "1" } }),
  approveSyncRunHold: (world) => ({ ...ofRun(world), ...decided(world) }),
  rejectSyncRunHold: (world) => ({ ...ofRun(world), ...decided(world) }),
  getSourceFields: (world) => ({ params: source(world) }),
  chooseSourceFields: (world) => ({
    params: source(world),
    body: { namespace: "urn:example:hr", fieldIds: [world.fieldId] },
  }),
  listObservedAttributes: (world) => ({ params: source(world) }),
  listFields: () => ({ query: { directoryId: "default" } }),
  createField: ({ directoryId }) => ({
    body: {
      name: "size",
      label: "Size",
      type: "choice",
      required: true,
      unique: false,
      items: [{ value: "S", label: "Small", enabled: true }],
      directoryId,
    },
  }),
  getField: ({ fieldId }) => ({ params: { id: fieldId } }),
  updateField: ({ fieldId }) => ({
    params: { id: fieldId },
    body: { label: "Pass", required: true, items: [] },
  }),
  deleteField: ({ fieldId }) => ({ params: { id: fieldId } }),
  getPermissions: (world) => ({ params: source(world) }),
  replacePermissions: (world) => ({
    params: source(world),
    body: { apiOpen: true, permissions: ["user:read"], confirm: true },
  }),
  enableProvisioning: (world) => ({ params: source(world) }),
  disableProvisioning: (world) => ({ params: source(world) }),
  getScope: (world) => ({ params: source(world) }),
  replaceScope: (world) => ({
    params: source(world),
    body: {
      organizationIds: [world.organizationId],
      groupIds: [world.groupId],
      targetOrganizationId: world.organizationId,
    },
  }),
  getTarget: (world) => ({ params: source(world) }),
  replaceTarget: (world) => ({
    params: source(world),
    body: { organizationId: world.organizationId },
  }),
  checkTarget: (world) => ({ params: source(world) }),
  listTokens: (world) => ({ params: source(world) }),
  createToken: ({ closed }) => ({ params: { id: closed.id }, body: { expiresInDays: 30 } }),
  updateToken: (world) => ({ params: first(world), body: { expiresAt: later() } }),
  deleteToken: (world) => ({ params: second(world) }),
  enableToken: (world) => ({ params: second(world) }),
  disableToken: (world) => ({ params: second(world) }),
  rotateToken: (world) => ({
    params: first(world),
    body: { overlapHours: 0, expiresInDays: 3 },
  }),
  listClientSecrets: (world) => ({ params: source(world) }),
  createClientSecret: ({ closed }) => ({
    params: { id: closed.id },
    body: { expiresInDays: 30, secret: "p+s/s=w%rd&#ünïcödé" },
  }),
  updateClientSecret: (world) => ({ params: firstSecret(world), body: { expiresAt: later() } }),
  deleteClientSecret: (world) => ({ params: secondSecret(world) }),
  enableClientSecret: (world) => ({ params: secondSecret(world) }),
  disableClientSecret: (world) => ({ params: firstSecret(world) }),
  rotateClientSecret: (world) => ({
    params: firstSecret(world),
    body: { overlapHours: 0, expiresInDays: 3 },
  }),
  listAdminKeys: () => ({ query: { limit: "1" } }),
  createAdminKey: () => ({ body: { name: "CI", role: "operator" } }),
  getAdminKey: ({ keyId }) => ({ params: { id: keyId } }),
  updateAdminKey: ({ keyId }) => ({
    params: { id: keyId },
    body: { name: "Chief", role: "owner" },
  }),
  revokeAdminKey: ({ keyId }) => ({ params: { id: keyId } }),
  listApplicationKeys: () => ({ query: { limit: "1", directoryId: "default" } }),
  createApplicationKey: ({ organizationId, groupId }) => ({
    body: {
      name: "Intranet",
      access: "write",
      organizationIds: [organizationId],
      groupIds: [groupId],
      directoryId: "default",
    },
  }),
  getApplicationKey: ({ applicationKeyId }) => ({ params: { id: applicationKeyId } }),
  updateApplicationKey: ({ applicationKeyId, organizationId, groupId }) => ({
    params: { id: applicationKeyId },
    body: {
      name: "Wiki",
      access: "write",
      organizationIds: [organizationId],
      groupIds: [groupId],
    },
  }),
  revokeApplicationKey: ({ applicationKeyId }) => ({ params: { id: applicationKeyId } }),
  listDirectories: () => ({ query: { limit: "1" } }),
  createDirectory: () => ({ body: { name: "Beta", shard: "01" } }),
  getDirectory: ({ directoryId }) => ({ params: { id: directoryId } }),
  updateDirectory: ({ directoryId }) => ({ params: { id: directoryId }, body: { name: "Beta" } }),
  getPasswordPolicy: ({ directoryId }) => ({ params: { id: directoryId } }),
  putPasswordPolicy: ({ directoryId }) => ({
    params: { id: directoryId },
    body: { mode: "hash", minLength: 12, rules: ["exclusion_email"] },
  }),
  verifyPassword: ({ userId }) => ({
    params: { id: userId },
    query: { directoryId: "default" },
    body: { password: "Guess-me1" },
  }),
  listUsers: () => ({ query: { filter: "active eq true", limit: "1", directoryId: "default" } }),
  getUser: ({ userId }) => ({ params: { id: userId }, query: { directoryId: "default" } }),
  createUser: ({ hand }) => ({
    body: {
      userName: "new.user",
      attributes: { displayName: "New", emails: [{ value: "new@one.test", type: "work" }] },
      active: false,
      organizationId: hand.organizationId,
      furtherOrganizationIds: [],
      password: "Correct-horse-9",
      fields: {},
      expireDate: later(),
      directoryId: hand.directoryId,
    },
  }),
  updateUser: ({ hand }) => ({
    params: { id: hand.userId },
    query: inDirectory(hand),
    body: {
      userName: "other.name",
      attributes: { title: "Chief", name: { givenName: "Ada", familyName: null } },
      active: true,
      organizationId: hand.organizationId,
      furtherOrganizationIds: [],
      password: "Correct-horse-9",
      fields: {},
      expireDate: null,
    },
  }),
  deleteUser: ({ hand }) => ({ params: { id: hand.userId }, query: inDirectory(hand) }),
  restoreUser: ({ hand }) => ({ params: { id: hand.gone.userId }, query: inDirectory(hand) }),
  enableUser: ({ hand }) => ({ params: { id: hand.userId }, query: inDirectory(hand) }),
  disableUser: ({ hand }) => ({ params: { id: hand.userId }, query: inDirectory(hand) }),
  createGroup: ({ hand }) => ({
    body: {
      displayName: "New",
      externalId: "n",
      members: [hand.userId],
      directoryId: hand.directoryId,
    },
  }),
  updateGroup: ({ hand }) => ({
    params: { id: hand.groupId },
    query: inDirectory(hand),
    body: { displayName: "Other", externalId: null },
  }),
  deleteGroup: ({ hand }) => ({ params: { id: hand.groupId }, query: inDirectory(hand) }),
  restoreGroup: ({ hand }) => ({ params: { id: hand.gone.groupId }, query: inDirectory(hand) }),
  changeGroupMembers: ({ hand }) => ({
    params: { id: hand.groupId },
    query: inDirectory(hand),
    body: { add: [hand.userId], remove: [] },
  }),
  listOrganizations: ({ hand }) => ({
    query: { q: "hand", parentId: hand.organizationId, limit: "1", directoryId: hand.directoryId },
  }),
  getOrganization: ({ hand }) => ({
    params: { id: hand.organizationId },
    query: inDirectory(hand),
  }),
  createOrganization: ({ hand }) => ({
    body: {
      displayName: "New",
      parentId: hand.organizationId,
      code: "N",
      order: 1,
      externalId: "n",
      directoryId: hand.directoryId,
    },
  }),
  updateOrganization: ({ hand }) => ({
    params: { id: hand.organizationId },
    query: inDirectory(hand),
    body: { displayName: "Other", code: null, order: 2, externalId: null },
  }),
  deleteOrganization: ({ hand, organizationId }) => ({
    params: { id: hand.organizationId },
    query: { ...inDirectory(hand), moveUsersTo: organizationId },
  }),
  restoreOrganization: ({ hand }) => ({
    params: { id: hand.gone.organizationId },
    query: inDirectory(hand),
  }),
  listGroups: () => ({ query: { filter: 'displayName eq "staff"', limit: "1" } }),
  getGroup: ({ groupId }) => ({ params: { id: groupId } }),
  listGroupMembers: ({ groupId }) => ({ params: { id: groupId }, query: { limit: "1" } }),
  listEvents: (world) => ({
    query: {
      source: world.source.id,
      resource: world.userId,
      resourceType: "User",
      type: "user.created",
      action: "created",
      actor: world.source.tokenId,
      from: new Date(0).toISOString(),
      to: later(),
      limit: "1",
    },
  }),
  getEvent: () => ({ params: { id: "1" }, query: { directoryId: "default" } }),
  listRefusals: (world) => ({
    params: source(world),
    query: { limit: "1", code: "uniqueness", from: new Date(0).toISOString(), to: later() },
  }),
  listRequestCounts: (world) => ({
    params: source(world),
    query: { from: new Date(0).toISOString(), to: later() },
  }),
  getConnectionCheck: (world) => ({ params: source(world) }),
  getUserHistory: ({ userId }) => ({ params: { id: userId }, query: { limit: "1" } }),
  explainUser: ({ userId }) => ({ query: { id: userId, limit: "1", directoryId: "default" } }),
  listChanges: () => ({ query: { limit: "1", include: "resource", directoryId: "default" } }),
  listAudit: (world) => ({
    query: {
      shard: "00",
      chain: world.source.id,
      actor: "key_nobody",
      action: "source.created",
      target: world.source.id,
      from: new Date(0).toISOString(),
      to: later(),
      limit: "1",
    },
  }),
  verifyAudit: () => ({ body: { shard: "00", after: 0, limit: 10 } }),
  getHealth: nothing,
  getReadiness: nothing,
};
