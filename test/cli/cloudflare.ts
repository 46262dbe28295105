/** A stand-in for the part of Cloudflare's API that wrangler asks while it deploys. */
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

const ACCOUNT = "account";
const DATABASE = "11111111-1111-4111-8111-111111111111";

const upload = z.object({
  bindings: z.array(z.object({ type: z.string(), name: z.string(), text: z.string().optional() })),
});

export class Cloudflare {
  /** The secrets of the Worker, once there is one. */
  readonly secrets = new Map<string, string>();
  /** The requests in order: "POST /d1/database". */
  readonly requests: string[] = [];
  readonly migrations: string[] = [];
  deployed = false;

  /** Listens on a port of this machine; answers the environment that sends wrangler there. */
  async listen(): Promise<{ env: NodeJS.ProcessEnv; close: () => void }> {
    const server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://cloudflare.test");
      const path = pathname.replace(`/accounts/${ACCOUNT}`, "");
      this.requests.push(`${request.method} ${path}`);
      const result = this.#answer(request.method ?? "GET", path, await text(request));
      response.writeHead(result === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(result === undefined ? notFound(path) : { ...FOUND, result }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const env = {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
      CLOUDFLARE_API_TOKEN: "token",
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    };
    return { env, close: () => void server.close() };
  }

  /** The result of a request, or undefined for 404. */
  #answer(method: string, path: string, body: string): unknown {
    if (method !== "GET" && /^\/workers\/scripts\/muster(\/versions)?$/.test(path)) {
      return this.#deploy(body);
    }
    if (path.endsWith("/query"))
      return this.#query(z.object({ sql: z.string() }).parse(JSON.parse(body)).sql);
    const worker = this.#worker()[path];
    if (worker !== undefined) return this.deployed ? worker : undefined;
    return this.#account(method)[path] ?? (path.startsWith("/d1/database/") ? undefined : {});
  }

  #worker(): Record<string, unknown> {
    const script = { tag: "tag", migration_tag: "v1", last_deployed_from: "wrangler" };
    return {
      "/workers/scripts/muster/secrets": [...this.secrets.keys()].map((name) => ({ name })),
      "/workers/services/muster": {
        id: "muster",
        default_environment: { environment: "production", script },
      },
      "/workers/scripts/muster/settings": {
        bindings: [
          { name: "TOKENS", type: "kv_namespace", namespace_id: "kv" },
          { name: "DB", type: "d1", id: DATABASE },
        ],
      },
      "/d1/database/muster": { uuid: DATABASE, name: "muster" },
      [`/d1/database/${DATABASE}`]: { uuid: DATABASE, name: "muster" },
    };
  }

  #account(method: string): Record<string, unknown> {
    return {
      "/storage/kv/namespaces": method === "POST" ? { id: "kv" } : [],
      "/d1/database": method === "POST" ? { uuid: DATABASE, name: "muster" } : [],
      "/workers/subdomain": { subdomain: "acme" },
      "/workers/workers/muster": {
        id: "tag",
        name: "muster",
        subdomain: { enabled: true, previews_enabled: false },
        observability: {},
        tags: [],
      },
      "/workers/scripts/muster/subdomain": { enabled: true, previews_enabled: false },
      "/workers/scripts/muster/deployments": { deployments: [] },
    };
  }

  /** Secrets that an upload does not bring along are kept, as Cloudflare keeps them. */
  #deploy(body: string): unknown {
    const metadata = /name="metadata"\r\n\r\n(.*?)\r\n--/s.exec(body)?.[1] ?? "{}";
    for (const { type, name, text: value } of upload.parse(JSON.parse(metadata)).bindings) {
      if (type === "secret_text") this.secrets.set(name, value ?? "");
    }
    this.deployed = true;
    return {
      id: "version",
      tag: "tag",
      startup_time_ms: 1,
      resources: { script: { etag: "etag" }, script_runtime: {}, bindings: [] },
      number: 1,
      metadata: {},
    };
  }

  #query(sql: string): unknown {
    for (const [, name = ""] of sql.matchAll(/INSERT INTO "?d1_migrations"?[^']*'([^']+)'/gi)) {
      this.migrations.push(name);
    }
    const results = /^\s*SELECT \*/i.test(sql)
      ? this.migrations.map((name, i) => ({ id: i + 1, name, applied_at: "2026-11-22" }))
      : [];
    return [{ success: true, results, meta: { duration: 1 } }];
  }
}

const FOUND = { success: true, errors: [], messages: [] };
/** wrangler tells a missing Worker and a missing database from other trouble by the code. */
function notFound(path: string) {
  const code = path.startsWith("/d1/") ? 7404 : 10007;
  return { success: false, errors: [{ code, message: "Not found" }], messages: [], result: null };
}
