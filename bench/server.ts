/** Muster's own Worker and the bench's beside it, in one workerd, without a proxy in front. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";
import { makeSecret } from "../src/cli/secrets.ts";
import { stateAt } from "../src/cli/state.ts";
import { ROOT, runLocal } from "../src/cli/wrangler.ts";

/** Where a world is served, at sockets of workerd itself. */
export interface Place {
  readonly musterUrl: string;
  readonly benchUrl: string;
}

export interface Server {
  readonly places: readonly Place[];
  readonly bootstrapToken: string;
  readonly stop: () => Promise<void>;
}

/** A pair of Workers on a database of their own. */
export interface Pair {
  readonly name: string;
  /** Milliseconds that each call to the database takes longer. */
  readonly delayMs: number;
}

/** The files that wrangler would deploy: Muster's own, and the bench's. */
export interface Bundles {
  readonly muster: string;
  readonly bench: string;
}

export async function bundleWorkers(folder: string): Promise<Bundles> {
  const [muster, bench] = await Promise.all([
    bundle(folder, "src/index.ts", "muster"),
    bundle(folder, "bench/worker/index.ts", "bench"),
  ]);
  return { muster, bench };
}

/** Starts the Workers in one process and migrates their databases. What is kept is in the folder. */
export async function startServer(
  folder: string,
  { muster, bench }: Bundles,
  pairs: readonly Pair[],
): Promise<Server> {
  const secrets = {
    TOKEN_PEPPER: makeSecret("TOKEN_PEPPER"),
    MASTER_KEY: makeSecret("MASTER_KEY"),
    BOOTSTRAP_TOKEN: makeSecret("BOOTSTRAP_TOKEN"),
    // What is pulled from is on this machine.
    LOOPBACK_UPSTREAMS: "allow",
  };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      // Lines of the log are written as in production; here they are thrown away.
      handleStructuredLogs: () => undefined,
      resourcePersistencePath: join(folder, "state"),
      cf: false,
      workers: pairs.flatMap((pair) => [
        workerOf(muster, { name: `muster-${pair.name}`, database: pair.name, bindings: secrets }),
        {
          ...workerOf(bench, {
            name: `bench-${pair.name}`,
            database: pair.name,
            bindings: { ...secrets, DELAY_MS: pair.delayMs },
          }),
          durableObjects: { SOURCE: object("DataSource"), CEILING: object("Ceiling") },
        },
      ]),
    }),
  );
  await miniflare.ready;
  const places = await Promise.all(pairs.map((pair) => placeOf(miniflare, pair)));
  return {
    places,
    bootstrapToken: secrets.BOOTSTRAP_TOKEN,
    stop: () => miniflare.dispose(),
  };
}

async function bundle(folder: string, entry: string, name: string): Promise<string> {
  const state = stateAt(join(folder, `wrangler-${name}`));
  const out = join(folder, name);
  mkdirSync(state.directory, { recursive: true });
  await runLocal(state, ["deploy", entry, "--dry-run", `--outdir=${out}`]);
  return join(out, "index.js");
}

interface WorkerNaming {
  readonly name: string;
  readonly database: string;
  readonly bindings: Record<string, string | number>;
}

/** As wrangler.toml has it, with a database of its own. */
function workerOf(scriptPath: string, { name, database, bindings }: WorkerNaming) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"));
  // There is one module, which wrangler has bundled.
  const { modulesRules: _, ...options } = workerOptions;
  return {
    ...options,
    name,
    scriptPath,
    modules: true,
    modulesRoot: join(scriptPath, ".."),
    bindings: Object.assign({}, options.bindings, bindings),
    d1Databases: { DB: database },
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  };
}

function object(className: string) {
  return { className, useSQLite: true };
}

/** A delayed Muster is the bench's own; any other is the one that is deployed. */
async function placeOf(miniflare: Miniflare, { name, delayMs }: Pair): Promise<Place> {
  const benchUrl = await miniflare.unsafeGetDirectURL(`bench-${name}`);
  const musterUrl = delayMs === 0 ? await miniflare.unsafeGetDirectURL(`muster-${name}`) : benchUrl;
  await migrate(miniflare, `bench-${name}`);
  return { musterUrl: musterUrl.origin, benchUrl: benchUrl.origin };
}

/** The table that ceilings write to: the columns of a user and the three indexes of its identity. */
const BENCH_TABLE = `CREATE TABLE bench_users (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, directory_id TEXT NOT NULL, source_id TEXT,
  organization_id TEXT NOT NULL, user_name_key TEXT NOT NULL, external_id TEXT,
  active INTEGER NOT NULL, attributes TEXT NOT NULL, version INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE UNIQUE INDEX bench_users_id ON bench_users (id);
CREATE UNIQUE INDEX bench_users_user_name ON bench_users (directory_id, user_name_key);
CREATE UNIQUE INDEX bench_users_external_id ON bench_users (source_id, external_id);`;

async function migrate(miniflare: Miniflare, worker: string): Promise<void> {
  const database = await miniflare.getD1Database("DB", worker);
  const migrations = join(ROOT, "migrations");
  const files = readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const texts = [...files.map((name) => readFileSync(join(migrations, name), "utf8")), BENCH_TABLE];
  // At once: one by one, the way to the database takes most of the time.
  const statements = texts.flatMap((text) => unstable_splitSqlQuery(text));
  await database.batch(statements.map((sql) => database.prepare(sql)));
}
