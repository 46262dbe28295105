import { expect, it } from "vitest";
import {
  PROFILE_NAMES,
  PROFILES,
  profileSwitches,
  type ProfileName,
} from "../../src/scim/profile.ts";

/** Each client's dialect: what it starts from, and what its traffic demands beside that. */
const CLIENTS: [client: ProfileName, parent: ProfileName, differences: object][] = [
  ["onelogin", "okta", { answerType: "application/json" }],
  ["google", "okta", {}],
  ["keycloak", "okta", { updateAsCreated: true }],
  ["jumpcloud", "entra", {}],
  ["ping", "entra", {}],
  ["authentik", "entra", {}],
];

it.each(CLIENTS)("%s is %s but for %j", (client, parent, differences) => {
  expect(PROFILES[client]).toEqual({ ...PROFILES[parent], ...differences });
});

it.each(PROFILE_NAMES)("%s sets every switch and no other", (name) => {
  expect(profileSwitches.strict().parse(PROFILES[name])).toEqual(PROFILES[name]);
});
