/** Passwords over HTTP: what a directory asks of them, and whether one is somebody's. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ConstraintViolation } from "../../directory/database.ts";
import { diffOf } from "../../directory/diff.ts";
import {
  parsePolicy,
  policyStatement,
  policyStatements,
  type PasswordPolicy,
} from "../../directory/password-policy.ts";
import { findPassword } from "../../directory/passwords.ts";
import { ScimError } from "../../scim/error.ts";
import type { JsonObject } from "../../scim/json.ts";
import { isPassword } from "../../sources/password-hash.ts";
import { addressOf } from "../context.ts";
import { isKnownVersion } from "../respond.ts";
import { writeAudited, type AdminChange } from "./admin-event.ts";
import { passwordPolicy, passwordPolicyBody, passwordToVerify, verified } from "./contracts.ts";
import { placeOf, type Place } from "./place.ts";
import { inDirectory } from "./queries.ts";
import {
  adminRoute,
  body,
  checkVersion,
  idParams,
  ifMatch,
  ifNoneMatch,
  json,
  newRouter,
  NOT_MODIFIED,
  tag,
  type AdminEnv,
} from "./router.ts";

const get = adminRoute({
  method: "get",
  path: "/directories/{id}/password-policy",
  operationId: "getPasswordPolicy",
  request: { params: idParams, headers: ifNoneMatch },
  responses: { 200: json(passwordPolicy, "The policy, or the default"), ...NOT_MODIFIED },
});

const put = adminRoute({
  method: "put",
  path: "/directories/{id}/password-policy",
  operationId: "putPasswordPolicy",
  request: { params: idParams, body: body(passwordPolicyBody), headers: ifMatch },
  responses: {
    200: json(passwordPolicy, "The policy after the change; `discard` drops all that were kept"),
  },
});

const verify = adminRoute({
  method: "post",
  path: "/users/{id}/verify-password",
  operationId: "verifyPassword",
  request: { params: idParams, query: inDirectory, body: body(passwordToVerify) },
  responses: { 200: json(verified, "Whether the password is that of a user who is enabled") },
});

export function passwordRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(get, async (c) => {
    const policy = await readPolicy(await placeOf(c.env, c.req.valid("param").id));
    tag(c, policy.version);
    return isKnownVersion(c, policy.version) ? c.body(null, 304) : c.json(shown(policy), 200);
  });
  app.openapi(put, async (c) => {
    const place = await placeOf(c.env, c.req.valid("param").id);
    const policy = await changePolicy(c, place, c.req.valid("json"));
    tag(c, policy.version);
    return c.json(shown(policy), 200);
  });
  app.openapi(verify, async (c) => {
    const place = await placeOf(c.env, c.req.valid("query").directoryId);
    const { password } = c.req.valid("json");
    const valid = await isValid(c, place, c.req.valid("param").id, password);
    return c.json({ valid }, 200);
  });
  return app;
}

export async function readPolicy({
  db,
  directoryId,
}: Pick<Place, "db" | "directoryId">): Promise<PasswordPolicy> {
  const [rows] = await db.batch([policyStatement(directoryId)]);
  return parsePolicy(rows?.[0]);
}

function shown({ rules, ...rest }: PasswordPolicy): z.infer<typeof passwordPolicy> {
  return { ...rest, rules: [...rules] };
}

async function changePolicy(
  c: Context<AdminEnv>,
  place: Place,
  { mode, minLength, rules }: z.infer<typeof passwordPolicyBody>,
): Promise<PasswordPolicy> {
  const before = await readPolicy(place);
  checkVersion(c, before.version);
  const after = { mode, minLength, rules: [...new Set(rules)], version: before.version + 1 };
  if (isSame(before, after)) return before;
  try {
    await writeAudited(
      c,
      place.db,
      policyChange(place, before, after),
      policyStatements(place.directoryId, after, Date.now()),
    );
  } catch (error) {
    if (!(error instanceof ConstraintViolation)) throw error;
    throw new ScimError("precondition_failed", "It was changed in the meantime");
  }
  return after;
}

function isSame(a: PasswordPolicy, b: PasswordPolicy): boolean {
  const sorted = ({ rules }: PasswordPolicy) => [...rules].sort().join();
  return a.mode === b.mode && a.minLength === b.minLength && sorted(a) === sorted(b);
}

function rulesOf(policy: PasswordPolicy): JsonObject {
  const { mode, minLength, rules } = shown(policy);
  return { mode, minLength, rules };
}

function policyChange(
  { directoryId }: Place,
  before: PasswordPolicy,
  after: PasswordPolicy,
): AdminChange {
  return {
    directoryId,
    type: "directory.updated",
    resourceType: "Directory",
    resourceId: directoryId,
    at: Date.now(),
    diff: diffOf({ passwordPolicy: rulesOf(before) }, { passwordPolicy: rulesOf(after) }),
  };
}

async function isValid(
  c: Context<AdminEnv>,
  place: Place,
  userId: string,
  password: string,
): Promise<boolean> {
  await limitGuesses(c, userId);
  const { db, directoryId } = place;
  const { mode } = await readPolicy(place);
  if (mode === "discard") {
    throw new ScimError("passwords_discarded", "The directory does not keep passwords");
  }
  const found = await findPassword(db, directoryId, userId);
  if (found === undefined) throw new ScimError("not_found", "There is no such user");
  const isRight = found.phc !== null && (await isPassword(password, found.phc));
  return isRight && found.active;
}

/** Who guesses one user's password and who guesses everybody's: right guesses count as well. */
async function limitGuesses(c: Context<AdminEnv>, userId: string): Promise<void> {
  const keys = [`password:${userId}`, `password:${addressOf(c)}`];
  const asked = Promise.all(keys.map((key) => c.env.FAILURES.limit({ key })));
  const answers = await asked.catch((cause: unknown) => {
    // Without the limit a password could be guessed as fast as the database answers.
    const detail = "How often passwords were tried can't be asked at the moment";
    throw new ScimError("unavailable", detail, { cause, retryAfterSeconds: 5 });
  });
  if (answers.every(({ success }) => success)) return;
  throw new ScimError("rate_limited", "Too many passwords were tried", { retryAfterSeconds: 60 });
}
