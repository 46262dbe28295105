/** Who may do what: one line for every operation of the admin API. */
import type { Role } from "../../sources/admin-keys.ts";

/** Viewers read, operators also switch on and off, owners do everything. */
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
  listGroups: "viewer",
  getGroup: "viewer",
  listGroupMembers: "viewer",
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

export type OperationId = keyof typeof ROLES;
export type RequiredRole = Role | "public";

const RANK = { viewer: 0, operator: 1, owner: 2 } as const satisfies Record<Role, number>;

/** Throws for an operation without a line above: at start-up, so that no route is open by mistake. */
export function roleOf(operationId: string): RequiredRole {
  if (!isOperation(operationId)) throw new Error(`No role is declared for ${operationId}`);
  return ROLES[operationId];
}

export function mayAct(role: Role, required: Role): boolean {
  return RANK[role] >= RANK[required];
}

function isOperation(text: string): text is OperationId {
  return Object.hasOwn(ROLES, text);
}
