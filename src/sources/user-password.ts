/** What a password that comes with a user is worth: a check, and a hash where the directory keeps it. */
import { checkPassword, type PasswordPolicy } from "../directory/password-policy.ts";
import type { Decided, Deciding } from "./deciding.ts";
import type { ResourceOperation, UserOperation, WriteRequest } from "./operation.ts";
import type { WorkingSet } from "./working-set.ts";

/** In place of a password's name: events tell that it changed, and never of a value. */
const CHANGED = "passwordChanged";

/** The password in an operation, as it was sent. */
export function passwordIn(operation: WriteRequest["operation"]): string | undefined {
  switch (operation.kind) {
    case "user.create":
    case "user.replace":
      return operation.resource.password;
    case "user.patch":
      return operation.password;
    default:
      return undefined;
  }
}

export type PasswordOperation = Exclude<UserOperation, { kind: "user.delete" }>;

export function bringsPassword(operation: ResourceOperation): operation is PasswordOperation {
  return passwordIn(operation) !== undefined;
}

/** Whether the directory keeps a password that came without its hash: it has to be hashed first. */
export function isUnhashed(
  operation: WriteRequest["operation"],
  { mode }: PasswordPolicy,
): boolean {
  if (mode === "discard" || passwordIn(operation) === undefined) return false;
  return !("passwordHash" in operation);
}

/** The decision with the password in it. Throws `password_rejected`. */
export function withPassword(
  set: WorkingSet,
  decided: Decided,
  operation: UserOperation,
  by: Deciding,
): Decided {
  const password = passwordIn(operation);
  const { outcome } = decided;
  if (password === undefined || !outcome.ok || outcome.resource === undefined) return decided;
  const { mode } = by.passwords;
  const { id, attributes } = outcome.resource;
  if (mode === "hash" || by.profile.passwordRules === "always") {
    checkPassword(password, attributes, by.passwords);
  }
  const hash = operation.kind === "user.delete" ? undefined : operation.passwordHash;
  if (mode === "discard" || hash === undefined) return decided;
  return written(set, decided, { id, hash }, by);
}

/** A password alone is a change too, and has its version. */
function written(
  set: WorkingSet,
  decided: Decided,
  { id, hash }: { readonly id: string; readonly hash: string },
  by: Deciding,
): Decided {
  const { outcome } = decided;
  const user = decided.change?.user ?? nextVersion(set, id, by);
  if (user === undefined || !outcome.ok || outcome.resource === undefined) return decided;
  const { type = "user.updated", changes = {} } = decided.change?.effect ?? {};
  const attributes = [...(changes["attributes"] ?? []), CHANGED];
  const { version, updatedAt } = user;
  return {
    outcome: { ...outcome, resource: { ...outcome.resource, version, updatedAt } },
    change: {
      ...decided.change,
      user,
      password: hash,
      effect: { type, resourceType: "User", resourceId: id, changes: { ...changes, attributes } },
    },
  };
}

function nextVersion(set: WorkingSet, id: string, by: Deciding) {
  const user = set.user(id);
  if (user === undefined) return undefined;
  return { ...user, version: user.version + 1, updatedAt: by.now };
}
