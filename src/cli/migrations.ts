/** Brings a local database to the schema of the code. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { State } from "./state.ts";
import { ROOT, runLocal } from "./wrangler.ts";

const MIGRATIONS = join(ROOT, "migrations");

/** Applies what is pending. wrangler takes seconds to find out that nothing is, so we look first. */
export async function migrate(state: State): Promise<void> {
  if (!isPending(appliedMigrations(state), allMigrations())) return;
  const command = ["d1", "migrations", "apply", "DB", "--local", "--persist-to", state.directory];
  await runLocal(state, command);
}

export function isPending(applied: ReadonlySet<string>, all: readonly string[]): boolean {
  return all.some((name) => !applied.has(name));
}

function allMigrations(): string[] {
  return readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
}

/** What wrangler has noted as applied; nothing when that cannot be read with certainty. */
export function appliedMigrations(state: State): ReadonlySet<string> {
  const directory = join(state.directory, "v3/d1/miniflare-D1DatabaseObject");
  if (!existsSync(directory)) return new Set();
  const files = readdirSync(directory).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name));
  const [file, ...others] = files;
  return file === undefined || others.length > 0 ? new Set() : notedIn(join(directory, file));
}

function notedIn(file: string): ReadonlySet<string> {
  try {
    using database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare("SELECT name FROM d1_migrations").all();
    return new Set(rows.map(({ name }) => String(name)));
  } catch {
    return new Set();
  }
}
