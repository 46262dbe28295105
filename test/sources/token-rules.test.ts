import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ScimError } from "../../src/scim/error.ts";
import type { Token } from "../../src/sources/source.ts";
import {
  applyTokenOperation,
  checkExpiry,
  DAY_MS,
  isUsable,
  latestExpiry,
  type NewToken,
  type TokenOperation,
} from "../../src/sources/token-rules.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

function token(id: string, over: Partial<Token> = {}): Token {
  return {
    id,
    type: "bearer",
    pepperId: "k1",
    hash: `hash-${id}`,
    hint: "abcd",
    status: "enabled",
    createdAt: NOW,
    expiresAt: NOW + 30 * DAY_MS,
    lastUsedAt: null,
    ...over,
  };
}

function fresh(id: string, now = NOW): NewToken {
  const { type, pepperId, hash, hint } = token(id);
  return { id, type, pepperId, hash, hint, createdAt: now, expiresAt: now + 30 * DAY_MS };
}

const on = token("on");
const off = token("off", { status: "disabled" });
const expired = token("expired", { expiresAt: NOW });
const expiredOff = token("expiredOff", { expiresAt: NOW, status: "disabled" });

describe("lifetime", () => {
  it.each([
    ["2026-03-01T12:00:00.000Z", "2029-03-01T12:00:00.000Z"],
    ["2024-02-29T23:59:59.999Z", "2027-02-28T23:59:59.999Z"],
    ["2025-02-28T00:00:00.000Z", "2028-02-28T00:00:00.000Z"],
    ["2025-03-01T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
    ["2025-12-31T23:00:00.000Z", "2028-12-31T23:00:00.000Z"],
  ])("made at %s ends at %s at the latest", (now, latest) => {
    expect(new Date(latestExpiry(Date.parse(now))).toISOString()).toBe(latest);
  });

  it.each([
    ["exactly one day", NOW + 86_400_000, true],
    ["a millisecond less than a day", NOW + 86_399_999, false],
    ["exactly three years", latestExpiry(NOW), true],
    ["a millisecond more than three years", latestExpiry(NOW) + 1, false],
    ["no number", Number.NaN, false],
  ])("of %s is taken: %s", (_, expiresAt, taken) => {
    const check = () => checkExpiry(expiresAt, NOW);
    if (taken) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ reason: "invalidValue" }));
  });
});

describe("token operations on an enabled source", () => {
  const rotate = (tokenId: string, overlapHours: number): TokenOperation => ({
    kind: "token.rotate",
    tokenId,
    overlapHours,
    token: fresh("new"),
  });
  const create: TokenOperation = { kind: "token.create", token: fresh("new") };
  const tooLong = { ...fresh("new"), expiresAt: latestExpiry(NOW) + 1 };

  it.each<[string, Token[], TokenOperation, string]>([
    ["adds a first", [], create, "new"],
    ["adds a second", [on], create, "on new"],
    ["counts an expired and a disabled one", [expired, off], create, "token_limit_reached"],
    ["refuses too long a life", [], { kind: "token.create", token: tooLong }, "invalidValue"],
    ["disables one of two", [on, token("b")], { kind: "token.disable", tokenId: "on" }, "-on b"],
    ["keeps the last", [on], { kind: "token.disable", tokenId: "on" }, "last_enabled_token"],
    [
      "keeps the last beside a disabled one",
      [on, off],
      { kind: "token.disable", tokenId: "on" },
      "last_enabled_token",
    ],
    [
      "keeps the last beside an expired one",
      [on, expired],
      { kind: "token.disable", tokenId: "on" },
      "last_enabled_token",
    ],
    [
      "disables an expired one",
      [expired],
      { kind: "token.disable", tokenId: "expired" },
      "-expired",
    ],
    ["disables a disabled one again", [off], { kind: "token.disable", tokenId: "off" }, "-off"],
    ["enables a disabled one", [on, off], { kind: "token.enable", tokenId: "off" }, "on off"],
    [
      "doesn't enable an expired one",
      [expiredOff],
      { kind: "token.enable", tokenId: "expiredOff" },
      "conflict",
    ],
    ["deletes a disabled one", [on, off], { kind: "token.delete", tokenId: "off" }, "on"],
    [
      "doesn't delete an enabled one",
      [on, off],
      { kind: "token.delete", tokenId: "on" },
      "disable_first",
    ],
    [
      "doesn't delete an expired enabled one",
      [on, expired],
      { kind: "token.delete", tokenId: "expired" },
      "disable_first",
    ],
    ["doesn't know another's", [on], { kind: "token.delete", tokenId: "x" }, "not_found"],
    ["rotates one", [on], rotate("on", 24), "on new"],
    ["rotates one at once", [on], rotate("on", 0), "new"],
    ["rotates at once beside another", [on, off], rotate("on", 0), "-off new"],
    ["doesn't make a third by rotation", [on, off], rotate("on", 1), "token_limit_reached"],
    ["overlaps 24 hours at most", [on], rotate("on", 24.5), "invalidValue"],
    ["overlaps no negative time", [on], rotate("on", -1), "invalidValue"],
  ])("%s", (_, tokens, operation, expected) => {
    expect(after(tokens, operation)).toBe(expected);
  });

  it("cuts the old one's life by rotation, and never lengthens it", () => {
    const soon = token("soon", { expiresAt: NOW + 1000 });
    const [kept] = applyTokenOperation([soon], rotate("soon", 2), true, NOW);
    const [cut] = applyTokenOperation([on], rotate("on", 2), true, NOW);
    expect(kept?.expiresAt).toBe(NOW + 1000);
    expect(cut?.expiresAt).toBe(NOW + 7_200_000);
  });

  it("sets a new expiry, also of an expired one", () => {
    const operation = {
      kind: "token.expiry",
      tokenId: "expired",
      expiresAt: NOW + DAY_MS,
      at: NOW,
    } as const;
    const [revived] = applyTokenOperation([expired], operation, true, NOW);
    expect(revived?.expiresAt).toBe(NOW + DAY_MS);
  });

  it("gives the same list when nothing changes", () => {
    const tokens = [on, off];
    const same: TokenOperation[] = [
      { kind: "token.enable", tokenId: "on" },
      { kind: "token.disable", tokenId: "off" },
      { kind: "token.expiry", tokenId: "on", expiresAt: on.expiresAt, at: NOW },
    ];
    for (const operation of same) {
      expect(applyTokenOperation(tokens, operation, true, NOW)).toBe(tokens);
    }
  });

  it("counts a new token's life from its request, not from its turn in the queue", () => {
    const day = { ...fresh("new"), expiresAt: NOW + DAY_MS };
    expect(
      applyTokenOperation([], { kind: "token.create", token: day }, true, NOW + 9_000),
    ).toHaveLength(1);
  });
});

describe("client secrets of an enabled source", () => {
  const secret = token("secret", { type: "client_secret" });
  const made: NewToken = { ...fresh("new"), type: "client_secret" };

  it.each<[string, Token[], TokenOperation, string]>([
    [
      "are not counted with tokens",
      [on, off],
      { kind: "secret.create", token: made },
      "on -off new",
    ],
    [
      "are two at most",
      [on, secret, token("b", { type: "client_secret" })],
      { kind: "secret.create", token: made },
      "token_limit_reached",
    ],
    [
      "are one of each",
      [secret],
      { kind: "secret.create", token: { ...made, hash: secret.hash } },
      "conflict",
    ],
    [
      "may all be disabled",
      [on, secret],
      { kind: "secret.disable", tokenId: "secret" },
      "on -secret",
    ],
    ["save no token", [on, secret], { kind: "token.disable", tokenId: "on" }, "last_enabled_token"],
    ["are no tokens", [on, secret], { kind: "token.disable", tokenId: "secret" }, "not_found"],
    [
      "are found as what they are",
      [on, secret],
      { kind: "secret.delete", tokenId: "on" },
      "not_found",
    ],
    [
      "are disabled first",
      [on, secret],
      { kind: "secret.delete", tokenId: "secret" },
      "disable_first",
    ],
    [
      "rotate beside tokens",
      [on, off, secret],
      { kind: "secret.rotate", tokenId: "secret", overlapHours: 0, token: made },
      "on -off new",
    ],
  ])("%s", (_, tokens, operation, expected) => {
    expect(after(tokens, operation)).toBe(expected);
  });
});

it("lets a disabled source lose its last token", () => {
  const [disabled] = applyTokenOperation(
    [on],
    { kind: "token.disable", tokenId: "on" },
    false,
    NOW,
  );
  expect(disabled?.status).toBe("disabled");
});

/** The ids left, a minus before the disabled ones; or the reason of the refusal. */
function after(tokens: readonly Token[], operation: TokenOperation): string {
  try {
    const left = applyTokenOperation(tokens, operation, true, NOW);
    return left.map(({ id, status }) => (status === "enabled" ? id : `-${id}`)).join(" ");
  } catch (error) {
    return error instanceof ScimError ? error.reason : String(error);
  }
}

type BearerKind = Extract<TokenOperation["kind"], `token.${string}`>;

const step = fc.record({
  kind: fc.constantFrom<BearerKind[]>(
    "token.create",
    "token.expiry",
    "token.enable",
    "token.disable",
    "token.delete",
    "token.rotate",
  ),
  which: fc.nat(2),
  days: fc.integer({ min: 0, max: 1200 }),
  overlapHours: fc.constantFrom(0, 1, 24),
  waitMs: fc.constantFrom(0, 1, 3_600_000, DAY_MS, 200 * DAY_MS),
});

it("keeps the rules at every instant of any sequence", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
      let now = NOW;
      let tokens: readonly Token[] = applyTokenOperation(
        [],
        { kind: "token.create", token: fresh("first") },
        true,
        now,
      );
      for (const [index, chosen] of steps.entries()) {
        now += chosen.waitMs;
        const before = tokens;
        const operation = operationOf(chosen, tokens, `t${index}`, now);
        tokens = attempt(tokens, operation, now);
        checkRules(before, tokens, operation, now);
      }
    }),
    { numRuns: 64 },
  );
});

function operationOf(
  {
    kind,
    which,
    days,
    overlapHours,
  }: { kind: BearerKind; which: number; days: number; overlapHours: number },
  tokens: readonly Token[],
  id: string,
  now: number,
): TokenOperation {
  const tokenId = tokens[which]?.id ?? "none";
  const made = { ...fresh(id, now), expiresAt: now + days * DAY_MS };
  if (kind === "token.create") return { kind, token: made };
  if (kind === "token.rotate") return { kind, tokenId, overlapHours, token: made };
  if (kind === "token.expiry") return { kind, tokenId, expiresAt: now + days * DAY_MS, at: now };
  return { kind, tokenId };
}

function attempt(tokens: readonly Token[], operation: TokenOperation, now: number) {
  try {
    return applyTokenOperation(tokens, operation, true, now);
  } catch (error) {
    expect(error).toBeInstanceOf(ScimError);
    return tokens;
  }
}

function checkRules(
  before: readonly Token[],
  after: readonly Token[],
  operation: TokenOperation,
  now: number,
): void {
  expect(after.length).toBeLessThanOrEqual(2);
  const reachable = before.some((token) => isUsable(token, now));
  if (reachable) expect(after.some((token) => isUsable(token, now))).toBe(true);
  for (const { expiresAt } of after) expect(expiresAt).toBeLessThanOrEqual(latestExpiry(now));
  const lost = before.filter(({ id }) => !after.some((token) => token.id === id));
  for (const { status } of lost) {
    expect(status === "disabled" || operation.kind === "token.rotate").toBe(true);
  }
}
