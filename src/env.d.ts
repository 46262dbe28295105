/** The bindings of wrangler.toml and the secrets, by hand: what the Worker may rely on. */
interface Env {
  readonly DB: D1Database;
  /** Further shards: DB_01, DB_02, … */
  readonly [shard: `DB_${string}`]: D1Database | undefined;
  readonly TOKENS: KVNamespace;
  /** One object per data source, named by its id. */
  readonly SOURCE: Pick<DurableObjectNamespace, "idFromName" | "idFromString"> & {
    getByName(name: string): DurableObjectStub & import("./sources/operation.ts").DataSourceCalls;
  };
  readonly FAILURES: RateLimit;
  /** How many days events are kept: 90, and never below 30. */
  readonly EVENT_DAYS?: string;
  /** `keyId:secret`, several separated by commas; the first one hashes new tokens. */
  readonly TOKEN_PEPPER?: string;
  /** In the same form: seals the secrets of upstream directories. Nothing else needs it. */
  readonly MASTER_KEY?: string;
  /** `allow` lets upstream directories be on this machine, by http. For development alone. */
  readonly LOOPBACK_UPSTREAMS?: string;
  /** Proves, once, who may claim a fresh deployment. */
  readonly BOOTSTRAP_TOKEN?: string;
}

/** What of Node's module is used; its own types would bring along all of Node. */
declare module "node:crypto" {
  export function scrypt(
    password: string,
    salt: Uint8Array,
    bytes: number,
    options: { N: number; r: number; p: number; maxmem: number },
    done: (error: Error | null, key: Uint8Array) => void,
  ): void;
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}

declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
}
