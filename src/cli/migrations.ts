/** Brings a local database to the schema of the code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { State } from "./state.ts";
import { ROOT, runLocal } from "./wrangler.ts";

const MIGRATIONS = join(ROOT, "migrations");

/** Applies what is pending. wrangler takes seconds to find out that nothing is, so we look first. */
export async function migrate(state: State): Promise<void> {
  const bindings = databaseBindings();
  if (!isPending(appliedMigrations(state, bindings.length), allMigrations())) return;
  for (const binding of bindings) {
    const options = ["--local", "--persist-to", state.directory];
    await runLocal(state, ["d1", "migrations", "apply", binding, ...options]);
  }
}

/** The D1 bindings of wrangler.toml: DB first, then one for each further shard. */
export function databaseBindings(
  configuration = readFileSync(join(ROOT, "wrangler.toml"), "utf8"),
): string[] {
  const found = [...configuration.matchAll(/^\s*binding\s*=\s*"(DB(?:_[0-9a-z]{2})?)"/gm)];
  return found.map(([, name = ""]) => name).toSorted();
}

export function isPending(applied: ReadonlySet<string>, all: readonly string[]): boolean {
  return all.some((name) => !applied.has(name));
}

function allMigrations(): string[] {
  return readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
}

/**
 * What wrangler has noted as applied to every one of so many databases; nothing when that cannot be
 * read with certainty.
 */
export function appliedMigrations(state: State, databases = 1): ReadonlySet<string> {
  const directory = join(state.directory, "v3/d1/miniflare-D1DatabaseObject");
  if (!existsSync(directory)) return new Set();
  const files = readdirSync(directory).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name));
  if (files.length !== databases) return new Set();
  const [first = new Set<string>(), ...others] = files.map((file) =>
    notedIn(join(directory, file)),
  );
  return new Set([...first].filter((name) => others.every((noted) => noted.has(name))));
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
