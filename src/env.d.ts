/** The bindings of wrangler.toml and the secrets, by hand: what the Worker may rely on. */
interface Env {
  readonly DB: D1Database;
  readonly TOKENS: KVNamespace;
  readonly SOURCE: DurableObjectNamespace<import("./index.ts").DataSource>;
  readonly FAILURES: RateLimit;
  /** `keyId:secret`, several separated by commas; the first one is used for new tokens. */
  readonly TOKEN_PEPPER?: string;
  /** Proves, once, who may claim a fresh deployment. */
  readonly BOOTSTRAP_TOKEN?: string;
}

declare namespace Cloudflare {
  interface Env extends globalThis.Env {}
}
