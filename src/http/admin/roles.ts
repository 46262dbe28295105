/** Who may do what: one line for every operation of the admin API. */
import type { Role } from "../../sources/admin-keys.ts";
import type { ApplicationAccess } from "../../sources/application-keys.ts";

/** Viewers read, operators also switch on and off and look after people and groups, owners do everything. */
const ROLES = {
  listErrorCodes: "public",
  getSetup: "public",
  claimSetup: "public",
  createSession: "public",
  deleteSession: "viewer",
  getMe: "viewer",
  listDataSources: "viewer",
  createDataSource: "owner",
  getDataSource: "viewer",
  updateDataSource: "owner",
  deleteDataSource: "owner",
  enableDataSource: "operator",
  disableDataSource: "operator",
  testDataSource: "operator",
  syncDataSource: "operator",
  listDataSourceRuns: "viewer",
  listSyncRuns: "viewer",
  getSyncRun: "viewer",
  listSyncRunRecords: "viewer",
  cancelSyncRun: "operator",
  retrySyncRun: "operator",
  getHold: "viewer",
  approveHold: "operator",
  rejectHold: "operator",
  getSyncRunHold: "viewer",
  approveSyncRunHold: "operator",
  rejectSyncRunHold: "operator",
  getSourceFields: "viewer",
  chooseSourceFields: "owner",
  listObservedAttributes: "viewer",
  listFields: "viewer",
  createField: "owner",
  getField: "viewer",
  updateField: "owner",
  deleteField: "owner",
  getPermissions: "viewer",
  replacePermissions: "owner",
  enableProvisioning: "operator",
  disableProvisioning: "operator",
  getScope: "viewer",
  replaceScope: "owner",
  getTarget: "viewer",
  replaceTarget: "owner",
  checkTarget: "viewer",
  listTokens: "viewer",
  createToken: "owner",
  updateToken: "owner",
  deleteToken: "owner",
  enableToken: "operator",
  disableToken: "operator",
  rotateToken: "owner",
  listClientSecrets: "viewer",
  createClientSecret: "owner",
  updateClientSecret: "owner",
  deleteClientSecret: "owner",
  enableClientSecret: "operator",
  disableClientSecret: "operator",
  rotateClientSecret: "owner",
  listApplicationKeys: "owner",
  createApplicationKey: "owner",
  getApplicationKey: "owner",
  updateApplicationKey: "owner",
  revokeApplicationKey: "owner",
  listAdminKeys: "owner",
  createAdminKey: "owner",
  getAdminKey: "owner",
  updateAdminKey: "owner",
  revokeAdminKey: "owner",
  listDirectories: "viewer",
  createDirectory: "owner",
  getDirectory: "viewer",
  updateDirectory: "owner",
  getPasswordPolicy: "viewer",
  putPasswordPolicy: "owner",
  verifyPassword: "operator",
  listUsers: "viewer",
  getUser: "viewer",
  createUser: "operator",
  updateUser: "operator",
  deleteUser: "operator",
  restoreUser: "operator",
  enableUser: "operator",
  disableUser: "operator",
  listGroups: "viewer",
  getGroup: "viewer",
  createGroup: "operator",
  updateGroup: "operator",
  deleteGroup: "operator",
  restoreGroup: "operator",
  changeGroupMembers: "operator",
  listGroupMembers: "viewer",
  listOrganizations: "viewer",
  getOrganization: "viewer",
  createOrganization: "owner",
  updateOrganization: "owner",
  deleteOrganization: "owner",
  restoreOrganization: "owner",
  listEvents: "viewer",
  getEvent: "viewer",
  listRefusals: "viewer",
  listRequestCounts: "viewer",
  getConnectionCheck: "viewer",
  getUserHistory: "viewer",
  explainUser: "viewer",
  listChanges: "viewer",
  listAudit: "owner",
  verifyAudit: "owner",
} as const satisfies Record<string, Role | "public">;

/**
 * What application keys may do besides, within their scope: a route named here has to ask
 * src/http/admin/reader.ts what its caller sees.
 */
const APPLICATIONS: Partial<Record<OperationId, ApplicationAccess>> = {
  listUsers: "read",
  getUser: "read",
  listGroups: "read",
  getGroup: "read",
  listGroupMembers: "read",
  createUser: "write",
  updateUser: "write",
  deleteUser: "write",
  restoreUser: "write",
  enableUser: "write",
  disableUser: "write",
  listOrganizations: "read",
  getOrganization: "read",
  createOrganization: "write",
  updateOrganization: "write",
  deleteOrganization: "write",
  restoreOrganization: "write",
  listChanges: "read",
};

export type OperationId = keyof typeof ROLES;
export type RequiredRole = Role | "public";

const RANK = { viewer: 0, operator: 1, owner: 2 } as const satisfies Record<Role, number>;

/** Throws for an operation without a line above: at start-up, so that no route is open by mistake. */
export function roleOf(operationId: string): RequiredRole {
  if (!isOperation(operationId)) throw new Error(`No role is declared for ${operationId}`);
  return ROLES[operationId];
}

/** The access an application's key needs; undefined where none will do. */
export function applicationsOf(operationId: OperationId): ApplicationAccess | undefined {
  return APPLICATIONS[operationId];
}

export function mayAct(role: Role, required: Role): boolean {
  return RANK[role] >= RANK[required];
}

/** Who may write may read. */
export function mayApplicationAct(
  access: ApplicationAccess,
  required: ApplicationAccess | undefined,
): boolean {
  return required !== undefined && (access === "write" || access === required);
}

function isOperation(text: string): text is OperationId {
  return Object.hasOwn(ROLES, text);
}
