/** The dialect of a data source: named presets of switches. */
import { z } from "zod";

/** What each switch decides when a client leaves the letter of the RFCs. */
export const profileSwitches = z.object({
  /** A POST for an identity the source already has: update it (200), or 409 `uniqueness`. */
  onDuplicate: z.enum(["update", "conflict"]),
  /** Such an update is answered 201, for a client that takes nothing else for a create that worked. */
  updateAsCreated: z.boolean(),
  /** Which e-mail and phone `type` is taken: only `work`, one each, or any. */
  contactTypes: z.enum(["work", "any"]),
  /** A phone number and its region are taken apart and compared: each, or where a region is sent. */
  phoneRules: z.enum(["always", "whereRegionIsSent"]),
  /** How long names, labels and addresses may be: as the source documents say, or longer. */
  fieldLimits: z.enum(["documents", "wide"]),
  /** A password has to meet the directory's rules: each, or where the directory keeps it. */
  passwordRules: z.enum(["always", "whereKept"]),
  /** The work e-mail and phone are unique in the directory. */
  uniqueContacts: z.boolean(),
  /** The enterprise extension's `organization`: the id of the user's organization, or mere text. */
  enterpriseOrganization: z.enum(["id", "text"]),
  /** The characters of `userName`: `[A-Za-z0-9_.@-]`, or any printable. */
  userNameCharset: z.enum(["ascii", "printable"]),
  /** Attributes that no schema knows: dropped, or 400 `invalidSyntax`. */
  unknownAttributes: z.enum(["ignore", "reject"]),
  /**
   * `schemas` missing, empty or foreign in a body, and an extension's attribute without its URN in
   * a PATCH path: accepted, or 400.
   */
  lenientSchemas: z.boolean(),
  /** A PATCH value without a path may have dotted and URN keys. */
  expandKeys: z.boolean(),
  /** `"True"`, `"False"`, 0 and 1 are read as booleans. */
  coerceBooleans: z.boolean(),
  /** `replace emails[type eq "work"].value` where no value matches creates one, else `noTarget`. */
  createMissingTarget: z.boolean(),
  /** `remove members` takes a value list. */
  removeByValue: z.boolean(),
  /** Group lists carry `members` without being asked. */
  membersInLists: z.boolean(),
  /** `manager` may be a plain string, and "" clears it. */
  managerAsString: z.boolean(),
  /** Of several primary values the last one wins, else 400. */
  lastPrimaryWins: z.boolean(),
  /** A POST without `active` for a disabled person enables it. */
  reactivateOnCreate: z.boolean(),
  /** A POST after DELETE brings the same id back. */
  restoreDeleted: z.boolean(),
  /** A POST for somebody whom no data source owns (its source was deleted) makes them the source's. */
  adopt: z.boolean(),
  /** The `Content-Type` of the answers. */
  answerType: z.enum(["application/scim+json", "application/json"]),
});

export type Profile = z.infer<typeof profileSwitches>;

/** What clients need that are not strict to the letter of the RFCs, which is all of the known ones. */
const lenient: Profile = {
  onDuplicate: "update",
  updateAsCreated: false,
  contactTypes: "any",
  phoneRules: "whereRegionIsSent",
  fieldLimits: "wide",
  passwordRules: "whereKept",
  uniqueContacts: false,
  enterpriseOrganization: "text",
  userNameCharset: "printable",
  unknownAttributes: "ignore",
  lenientSchemas: true,
  expandKeys: true,
  coerceBooleans: true,
  createMissingTarget: true,
  removeByValue: true,
  membersInLists: false,
  managerAsString: true,
  lastPrimaryWins: true,
  reactivateOnCreate: true,
  restoreDeleted: true,
  adopt: false,
  answerType: "application/scim+json",
};

const rfc: Profile = {
  onDuplicate: "conflict",
  updateAsCreated: false,
  contactTypes: "any",
  phoneRules: "whereRegionIsSent",
  fieldLimits: "wide",
  passwordRules: "whereKept",
  uniqueContacts: false,
  enterpriseOrganization: "text",
  userNameCharset: "printable",
  unknownAttributes: "reject",
  lenientSchemas: false,
  expandKeys: false,
  coerceBooleans: false,
  createMissingTarget: false,
  removeByValue: false,
  membersInLists: true,
  managerAsString: false,
  lastPrimaryWins: false,
  reactivateOnCreate: false,
  restoreDeleted: false,
  adopt: false,
  answerType: "application/scim+json",
};

/** How the admin API writes what people do by hand: a typing error is told, and nobody met by chance. */
export const BY_HAND: Profile = {
  ...lenient,
  onDuplicate: "conflict",
  passwordRules: "always",
  unknownAttributes: "reject",
  coerceBooleans: false,
  managerAsString: false,
  lastPrimaryWins: false,
  reactivateOnCreate: false,
  restoreDeleted: false,
};

export const PROFILE_NAMES = [
  "standard",
  "rfc",
  "entra",
  "okta",
  "onelogin",
  "jumpcloud",
  "keycloak",
  "authentik",
  "google",
  "ping",
] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];

/** A client differs from `entra` or `okta` only where its traffic demands it (test/clients). */
export const PROFILES = {
  standard: {
    ...lenient,
    contactTypes: "work",
    phoneRules: "always",
    fieldLimits: "documents",
    passwordRules: "always",
    uniqueContacts: true,
    enterpriseOrganization: "id",
    userNameCharset: "ascii",
  },
  rfc,
  entra: lenient,
  okta: lenient,
  // OneLogin's manual wants every answer to be application/json: test/clients/onelogin/connection-test.json.
  onelogin: { ...lenient, answerType: "application/json" },
  jumpcloud: lenient,
  // SCIM-SDK's client drops the answer to a POST that is not 201, and with it the id: the person is
  // never updated again. test/clients/keycloak/create-again.json.
  keycloak: { ...lenient, updateAsCreated: true },
  authentik: lenient,
  google: lenient,
  ping: lenient,
} as const satisfies Record<ProfileName, Profile>;
