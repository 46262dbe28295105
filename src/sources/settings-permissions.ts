/** What a data source may do over SCIM, behind the switch that opens its API. Pure. */
import type { EventType } from "../directory/events.ts";
import { ScimError } from "../scim/error.ts";
import { PERMISSIONS, type Permission, type Source } from "./source.ts";

export type PermissionOperation =
  | {
      readonly kind: "permissions.replace";
      readonly apiOpen: boolean;
      /** Undefined keeps those there are. */
      readonly permissions?: readonly Permission[] | undefined;
      /** Opening has to be meant; closing hasn't. */
      readonly confirm: boolean;
    }
  | { readonly kind: "provisioning.enable" | "provisioning.disable" };

/** Throws ScimError `confirmation_needed`. */
export function applyPermissions(source: Source, operation: PermissionOperation): Source {
  if (operation.kind !== "permissions.replace") {
    return { ...source, provisioning: operation.kind === "provisioning.enable" };
  }
  const { apiOpen, permissions = source.permissions } = operation;
  if (apiOpen && !source.apiOpen) needConfirmation(operation.confirm);
  return { ...source, apiOpen, permissions: inOrder(permissions) };
}

export function isPermissionOperation(operation: {
  readonly kind: string;
}): operation is PermissionOperation {
  return operation.kind === "permissions.replace" || operation.kind.startsWith("provisioning.");
}

/** Opening and closing are told apart from other changes: they are what people ask about. */
export function permissionEvent(before: Source, after: Source): EventType {
  if (before.provisioning !== after.provisioning) {
    return after.provisioning ? "source.provisioning_enabled" : "source.provisioning_disabled";
  }
  if (before.apiOpen === after.apiOpen) return "source.permissions_changed";
  return after.apiOpen ? "source.opened" : "source.closed";
}

/** Throws ScimError `confirmation_needed` unless it was said that an open API is meant. */
export function needConfirmation(confirmed: boolean): void {
  if (confirmed) return;
  throw new ScimError("confirmation_needed", "Opening the API lets clients in at once");
}

/** One order for the same permissions, so that they compare as equal. */
export function inOrder(permissions: readonly Permission[]): Permission[] {
  return PERMISSIONS.filter((permission) => permissions.includes(permission));
}
