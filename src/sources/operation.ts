/** What the object of a data source is asked to do, and what it answers. Plain data: it crosses an RPC. */
import type { CustomField } from "../directory/custom-field.ts";
import type { Refusal } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import type { MemberChange } from "../scim/members.ts";
import type { PatchOperation } from "../scim/messages.ts";
import type { ParsedResource } from "../scim/resource.ts";
import type { Role } from "./admin-keys.ts";
import type { Activity } from "./activity.ts";
import type { FieldOperation } from "./field-operations.ts";
import type { KeptAnswer } from "./idempotency.ts";
import type { Observation } from "./observed.ts";
import type { Proposal } from "./proposal.ts";
import type { SettingOperation } from "./settings.ts";
import type { SourceState } from "./source.ts";

export interface UserWrite {
  /** The one that a create gives a new user; a request body's id is never used. */
  readonly id: string;
  /** The organizations beside the primary one: the whole list, where the request speaks of it. */
  readonly furtherOrganizations?: readonly string[];
  /** The groups that they are to be in: the whole list, where the request speaks of it. */
  readonly groups?: readonly string[];
  /** What all of them are called, those that could not be made as well: another of that name stands in for them. */
  readonly groupNames?: readonly string[];
  /** Of the password that comes along, where the directory keeps passwords. */
  readonly passwordHash?: string;
}

export type UserOperation =
  | (UserWrite & { readonly kind: "user.create"; readonly resource: ParsedResource })
  | (UserWrite & { readonly kind: "user.replace"; readonly resource: ParsedResource })
  | (UserWrite & {
      readonly kind: "user.patch";
      readonly operations: readonly PatchOperation[];
      /** The one that the operations set. */
      readonly password?: string;
    })
  | { readonly kind: "user.delete"; readonly id: string };

export type GroupOperation =
  | { readonly kind: "group.create"; readonly id: string; readonly resource: ParsedResource }
  | { readonly kind: "group.replace"; readonly id: string; readonly resource: ParsedResource }
  | {
      readonly kind: "group.patch";
      readonly id: string;
      readonly operations: readonly PatchOperation[];
      readonly members: readonly MemberChange[];
    }
  | { readonly kind: "group.delete"; readonly id: string };

export type OrganizationOperation =
  | { readonly kind: "organization.create"; readonly id: string; readonly resource: ParsedResource }
  | {
      readonly kind: "organization.replace";
      readonly id: string;
      readonly resource: ParsedResource;
    }
  | {
      readonly kind: "organization.patch";
      readonly id: string;
      readonly operations: readonly PatchOperation[];
    }
  | {
      readonly kind: "organization.delete";
      readonly id: string;
      /** By hand alone: where those go first who are in it. */
      readonly moveUsersTo?: string | undefined;
    };

export type ResourceOperation = UserOperation | GroupOperation | OrganizationOperation;

interface RequestBase {
  /** UUIDv7 of the HTTP request: the same one only when the same RPC is tried again. */
  readonly opId: string;
  /** The credential: a token's or an admin key's id. */
  readonly actor: string;
  /** The role of the admin who asks: what admins do is audited. */
  readonly role?: Role | undefined;
  readonly requestId: string;
}

export interface ResourceRequest extends RequestBase {
  readonly directoryId: string;
  readonly operation: ResourceOperation;
  /** The configuration the body was read under; another one in force refuses with `stale_config`. */
  readonly configVersion: number;
  /** RFC 7644 §3.14: the versions the client insists on. */
  readonly ifMatch?: "*" | readonly number[];
  readonly ties?: BulkTies;
  /** The run whose write it is: no token asks, and the run's checkpoint is its operation log. */
  readonly runId?: string;
}

/** What ties an operation to the others of its Bulk. RFC 7644 §3.7. */
export interface BulkTies {
  /** The ids it names of resources that others create, as those are meant to give them. */
  readonly refersTo: readonly string[];
  /** Where so many of the others before it failed, it is not performed. */
  readonly errorsAllowed: number;
}

/** An admin's word about exactly the set with this hash. */
export interface HoldOperation {
  readonly kind: "hold.decide";
  readonly holdId: string;
  readonly setHash: string;
  readonly decision: "approved" | "rejected";
  /** Of a hold of an application's: a source's has its own. */
  readonly directoryId?: string | undefined;
}

export interface SettingRequest extends RequestBase {
  readonly operation: SettingOperation | HoldOperation;
  /** The configuration versions the admin insists on. */
  readonly ifMatch?: "*" | readonly number[] | undefined;
  /** What is to be answered to the same request again. */
  readonly kept?: KeptAnswer | undefined;
}

/** Bringing back what was deleted. */
export interface RestoreOperation {
  readonly kind: "user.restore" | "group.restore" | "organization.restore";
  readonly id: string;
}

/** What is done to people, groups and organizations by hand. */
export type HandOperation = ResourceOperation | RestoreOperation;

/** What is written to a directory by hand, on behalf of no source: through an object of its own. */
export type DirectoryOperation = FieldOperation | HandOperation;

/** An application that writes, as it was when its key was looked at. */
export interface WritingApplication {
  readonly id: string;
  readonly version: number;
  readonly isWhole: boolean;
  /** Where it puts what it says no place of; undefined for the root. */
  readonly targetId: string | undefined;
}

export interface DirectoryRequest extends RequestBase {
  readonly directoryId: string;
  readonly operation: DirectoryOperation;
  /** When it was asked for: what is made says so. */
  readonly at: number;
  /** The custom fields that a body was read under; others in force refuse with `stale_config`. */
  readonly fieldsVersion?: number;
  /** Undefined for admins, who see the whole directory. */
  readonly application?: WritingApplication | undefined;
  /** The versions of what is changed that the admin insists on. */
  readonly ifMatch?: "*" | readonly number[] | undefined;
  /** What is to be answered to the same request again. */
  readonly kept?: KeptAnswer | undefined;
}

export type WriteRequest = ResourceRequest | SettingRequest | DirectoryRequest;

export interface WrittenResource {
  readonly id: string;
  readonly attributes: JsonObject;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type Outcome =
  | {
      readonly ok: true;
      readonly status: 200 | 201 | 204;
      readonly resource?: WrittenResource;
      readonly state?: SourceState;
      readonly field?: CustomField;
    }
  | { readonly ok: false; readonly refusal: Refusal }
  /** The body was read under a configuration that is no longer in force. */
  | { readonly ok: false; readonly refusal: "stale_config" }
  /** Too many operations of its Bulk failed before it. */
  | { readonly ok: false; readonly refusal: "not_performed" };

/** What a run is started, ended and decided with. */
export interface RunCall {
  readonly actor: string;
  /** Undefined for the schedule. */
  readonly role: Role | undefined;
  readonly requestId: string;
}

export interface RunStart extends RunCall {
  /** `run_` and the shard: given by whoever starts it, so that the same call again starts no other. */
  readonly runId: string;
  readonly trigger: "manual" | "schedule";
  readonly kind: "full" | "incremental";
  readonly dryRun: boolean;
  /** Of a dry run: it is planned as if these were the settings. */
  readonly proposal?: Proposal | undefined;
  /** What is to be answered to the same request again: it is written with the run. */
  readonly kept?: KeptAnswer | undefined;
}

/** About exactly the set with this hash: another one in its place is a conflict. */
export interface HoldDecision extends RunCall {
  readonly holdId: string;
  readonly setHash: string;
  readonly decision: "approved" | "rejected";
}

export type RunAnswer = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

/** The RPC of a data source's object, written out: the platform's own type of it can't hold recursive JSON. */
export interface WriteCalls {
  write(request: WriteRequest): Promise<Outcome>;
  writeAll(requests: readonly ResourceRequest[]): Promise<readonly Outcome[]>;
  noteUse(activity: Activity): Promise<void>;
  /** Writes at once what was noted. */
  settle(): Promise<void>;
  noteObserved(observations: readonly Observation[]): Promise<void>;
}

/** The same of a source that may be pulled. */
export interface DataSourceCalls extends WriteCalls {
  /** Refusals: `not_a_pull_source`, `data_source_disabled`, `run_in_progress`. */
  startRun(start: RunStart): Promise<RunAnswer>;
  /** Ends a run before its next page. */
  cancelRun(call: RunCall & { readonly runId: string }): Promise<RunAnswer>;
  /**
   * Refusals: `not_found`, `hold_replaced` where the set is another one, `conflict` where a pull's
   * was decided otherwise. The same decision again changes nothing.
   */
  decideHold(decision: HoldDecision): Promise<RunAnswer>;
  /** Goes on with a run that has stood still. Safe at any time. */
  tick(): Promise<void>;
}

export function isUserOperation(operation: ResourceOperation): operation is UserOperation {
  return operation.kind.startsWith("user.");
}

export function isGroupOperation(operation: ResourceOperation): operation is GroupOperation {
  return operation.kind.startsWith("group.");
}

export function isResourceRequest(request: WriteRequest): request is ResourceRequest {
  return "configVersion" in request;
}

/** A run's own row tells what became of its steps: the operation log knows nothing of them. */
export function isOfRun(request: WriteRequest): boolean {
  return isResourceRequest(request) && request.runId !== undefined;
}

export function isDirectoryRequest(request: WriteRequest): request is DirectoryRequest {
  return "directoryId" in request && !isResourceRequest(request);
}

export function isHandOperation(operation: DirectoryOperation): operation is HandOperation {
  return !operation.kind.startsWith("field.");
}

/** The directory a request is for, where it says so: that of a source which exists is the source's own. */
export function directoryOf(request: WriteRequest): string | undefined {
  if (isResourceRequest(request) || isDirectoryRequest(request)) return request.directoryId;
  const { operation } = request;
  if (operation.kind === "hold.decide") return operation.directoryId;
  return operation.kind === "source.create" ? operation.source.directoryId : undefined;
}
