/** Passwords are hashed here and not in the source's object: all its other writes would wait. */
import { openDatabase } from "../directory/database.ts";
import { randomBytes } from "../directory/ids.ts";
import { parsePolicy, policyStatement, type PasswordPolicy } from "../directory/password-policy.ts";
import type { ResourceOperation } from "../sources/operation.ts";
import { hashPassword } from "../sources/password-hash.ts";
import { bringsPassword, passwordIn } from "../sources/user-password.ts";

export interface InDirectory {
  readonly directoryId: string;
  readonly shard: string;
}

/** Directories' modes as this isolate saw them; the object says where one is another by now. */
const modes = new Map<string, PasswordPolicy["mode"]>();
const MODES_MAX = 5_000;

/** The operation with its password's hash, where the directory keeps passwords. */
export async function withHash(
  env: Env,
  directory: InDirectory,
  operation: ResourceOperation,
): Promise<ResourceOperation> {
  const password = passwordIn(operation);
  if (password === undefined || !bringsPassword(operation)) return operation;
  if ((await modeOf(env, directory)) === "discard") return operation;
  return { ...operation, passwordHash: await hashPassword(password, randomBytes) };
}

/** After the object met another configuration, the mode may be another too. */
export function forgetMode(directoryId: string): void {
  modes.delete(directoryId);
}

async function modeOf(
  env: Env,
  { directoryId, shard }: InDirectory,
): Promise<PasswordPolicy["mode"]> {
  const known = modes.get(directoryId);
  if (known !== undefined) return known;
  const [rows] = await openDatabase(env, shard).batch([policyStatement(directoryId)]);
  const { mode } = parsePolicy(rows?.[0]);
  if (modes.size >= MODES_MAX) modes.clear();
  modes.set(directoryId, mode);
  return mode;
}
