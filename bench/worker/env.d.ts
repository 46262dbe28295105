/** What the bench's own Worker is given besides Muster's bindings. */
interface BenchEnv extends Env {
  readonly CEILING: DurableObjectNamespace<import("./ceilings.ts").Ceiling>;
  /** Milliseconds that every call to the database takes longer. */
  readonly DELAY_MS: number;
}
