import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScimError } from "../../src/scim/error.ts";
import { newSource } from "../../src/sources/new-source.ts";
import { newSourceKey } from "../../src/sources/source-key.ts";
import {
  applySetting,
  checkConfigVersion,
  type SettingOperation,
} from "../../src/sources/settings.ts";
import {
  PERMISSIONS,
  type Source,
  type SourceState,
  type Token,
} from "../../src/sources/source.ts";
import { DAY_MS, isUsable } from "../../src/sources/token-rules.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const zeros = (length: number) => new Uint8Array(length);

const source: Source = newSource(
  {
    name: "Okta",
    description: "",
    kind: "standard",
    status: "enabled",
    profileName: "okta",
    switches: { onDuplicate: "conflict", removeByValue: true },
    apiOpen: true,
    permissions: PERMISSIONS,
  },
  { directoryId: "default", shard: "00", targetId: "org", scopeHasGroups: false },
  NOW,
  zeros,
);

const token: Token = {
  id: "tok_1",
  type: "bearer",
  pepperId: "k1",
  hash: "hash",
  hint: "abcd",
  status: "enabled",
  createdAt: NOW,
  expiresAt: NOW + 30 * DAY_MS,
  lastUsedAt: null,
};

const enabled: SourceState = { source, tokens: [token] };
const disabled: SourceState = { source: { ...source, status: "disabled" }, tokens: [token] };
const draft: SourceState = { source: { ...source, status: "draft" }, tokens: [token] };
const bare: SourceState = { source: { ...source, status: "draft" }, tokens: [] };

const creation: SettingOperation = {
  kind: "source.create",
  source,
  organizationName: "Okta",
  token,
};
const rename: SettingOperation = { kind: "source.update", changes: { name: "Acme" } };

describe("applySetting", () => {
  it.each<[string, SourceState | undefined, SettingOperation, string]>([
    ["creates", undefined, creation, "source.created"],
    ["creates one id once", enabled, creation, "conflict"],
    ["changes", enabled, rename, "source.updated"],
    ["knows no other", undefined, rename, "not_found"],
    ["enables a draft", draft, { kind: "source.enable" }, "source.enabled"],
    ["needs a token to enable a draft", bare, { kind: "source.enable" }, "conflict"],
    ["enables again", disabled, { kind: "source.enable" }, "source.enabled"],
    ["disables", enabled, { kind: "source.disable" }, "source.disabled"],
    ["disables no draft", draft, { kind: "source.disable" }, "conflict"],
    [
      "deletes no enabled one",
      enabled,
      { kind: "source.delete", confirm: "Okta" },
      "disable_first",
    ],
    [
      "deletes by its name only",
      disabled,
      { kind: "source.delete", confirm: "okta" },
      "name_mismatch",
    ],
    ["deletes", disabled, { kind: "source.delete", confirm: "Okta" }, "source.deleted"],
    ["deletes a draft", draft, { kind: "source.delete", confirm: "Okta" }, "source.deleted"],
    [
      "keeps the last token",
      enabled,
      { kind: "token.disable", tokenId: "tok_1" },
      "last_enabled_token",
    ],
    [
      "disables the token of a disabled source",
      disabled,
      { kind: "token.disable", tokenId: "tok_1" },
      "token.disabled",
    ],
  ])("%s", (_, state, operation, expected) => {
    expect(eventOf(state, operation)).toBe(expected);
  });

  it("makes an enabled source only with a token", () => {
    const { token: _, ...without } = { ...creation, token };
    expect(eventOf(undefined, without)).toBe("conflict");
    const draftSource = { ...source, status: "draft" } as const;
    expect(eventOf(undefined, { ...without, source: draftSource })).toBe("source.created");
  });

  it("counts a version for every change, of the source and of its tokens", () => {
    const later = NOW + 5;
    const { state, changes } = applySetting(enabled, rename, later);
    expect(state?.source).toMatchObject({ name: "Acme", configVersion: 2, updatedAt: later });
    expect(changes).toEqual(["name"]);
    const disabling: SettingOperation = { kind: "token.disable", tokenId: "tok_1" };
    const after = applySetting(disabled, disabling, later);
    expect(after.state?.source.configVersion).toBe(2);
    expect(after.changes).toEqual(["tok_1"]);
  });

  it.each<[string, SettingOperation]>([
    ["nothing given", { kind: "source.update", changes: {} }],
    ["the same name", { kind: "source.update", changes: { name: "Okta", ratePerSecond: null } }],
    [
      "the same switches in another order",
      {
        kind: "source.update",
        changes: { switches: { removeByValue: true, onDuplicate: "conflict" } },
      },
    ],
    ["enabling it again", { kind: "source.enable" }],
    ["enabling a token again", { kind: "token.enable", tokenId: "tok_1" }],
  ])("gives the same state for %s", (_, operation) => {
    expect(applySetting(enabled, operation, NOW)).toMatchObject({ changes: [] });
    expect(applySetting(enabled, operation, NOW).state).toBe(enabled);
  });

  it("replaces the switches as a whole, and clears the rate by null", () => {
    const limited = applySetting(enabled, change({ ratePerSecond: 5 }), NOW).state;
    const { state, changes } = applySetting(
      limited,
      change({ switches: {}, ratePerSecond: null }),
      NOW,
    );
    expect(state?.source).toMatchObject({ switches: {}, ratePerSecond: null });
    expect(changes).toEqual(["switches", "ratePerSecond"]);
  });

  it.each(["*" as const, undefined, [1], [3, 1]])("has version 1, which %j names", (ifMatch) => {
    expect(() => checkConfigVersion(enabled, ifMatch)).not.toThrow();
  });

  it.each([[[2]], [[]]])("has version 1, which %j doesn't name", (ifMatch) => {
    expect(() => checkConfigVersion(enabled, ifMatch)).toThrow("changed in the meantime");
  });

  it("names no values in its events", () => {
    const { changes } = applySetting(
      enabled,
      change({ name: "Zebra", description: "secret" }),
      NOW,
    );
    expect(JSON.stringify(changes)).not.toMatch(/Zebra|secret/);
  });
});

describe("newSourceKey", () => {
  it.each([
    ["Okta", "okta-0000000000"],
    ["  Acme & Söhne GmbH / HR  ", "acme-sohne-gmbh-hr-0000000000"],
    ["a".repeat(40), `${"a".repeat(24)}-0000000000`],
    [`${"a".repeat(23)} b`, `${"a".repeat(23)}-0000000000`],
    ["snake_case", "snake-case-0000000000"],
    ["人力资源", "0000000000"],
    ["___", "0000000000"],
  ])("of %j is %s", (name, key) => {
    expect(newSourceKey(name, "00", zeros)).toBe(key);
  });

  it("holds letters, digits and hyphens only, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 64 }), (name) => {
        expect(newSourceKey(name, "0z", zeros)).toMatch(
          /^([a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?-)?0z0{8}$/,
        );
      }),
      { numRuns: 500 },
    );
  });
});

const anyOperation = fc.constantFrom<SettingOperation>(
  { kind: "source.enable" },
  { kind: "source.disable" },
  rename,
  change({ name: "Okta" }),
  { kind: "token.create", token: { ...token, id: "tok_2" } },
  { kind: "token.disable", tokenId: "tok_1" },
  { kind: "token.enable", tokenId: "tok_1" },
  { kind: "token.delete", tokenId: "tok_1" },
  { kind: "token.disable", tokenId: "tok_2" },
  { kind: "token.delete", tokenId: "tok_2" },
  { kind: "token.rotate", tokenId: "tok_2", overlapHours: 0, token: { ...token, id: "tok_3" } },
);

it("counts a version exactly when something changed, and never takes the last token of an enabled source", () => {
  fc.assert(
    fc.property(fc.array(anyOperation, { maxLength: 40 }), (operations) => {
      let state: SourceState = enabled;
      for (const operation of operations) {
        const after = attempt(state, operation);
        const changed = JSON.stringify(after) !== JSON.stringify(state);
        expect(after === state).toBe(!changed);
        const step = after.source.configVersion - state.source.configVersion;
        expect(step).toBe(changed ? 1 : 0);
        if (
          state.source.status === "enabled" &&
          hasUsable(state) &&
          after.source.status === "enabled"
        ) {
          expect(hasUsable(after)).toBe(true);
        }
        state = after;
      }
    }),
    { numRuns: 64 },
  );
});

function change(changes: Extract<SettingOperation, { kind: "source.update" }>["changes"]) {
  return { kind: "source.update", changes } as const;
}

function eventOf(state: SourceState | undefined, operation: SettingOperation): string {
  try {
    return applySetting(state, operation, NOW).event;
  } catch (error) {
    return error instanceof ScimError ? error.reason : String(error);
  }
}

function attempt(state: SourceState, operation: SettingOperation): SourceState {
  try {
    return applySetting(state, operation, NOW).state ?? state;
  } catch (error) {
    expect(error).toBeInstanceOf(ScimError);
    return state;
  }
}

function hasUsable({ tokens }: SourceState): boolean {
  return tokens.some((one) => isUsable(one, NOW));
}
