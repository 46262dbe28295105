/**
 * Runs beside Muster in the same process: its ceilings, the people
 * of its world, and Muster itself on a slow database, or on one whose calls are counted.
 */
import { Hono } from "hono";
import worker from "../../src/index.ts";
import { ceilings } from "./ceilings.ts";
import { counting } from "./counted.ts";
import { filling } from "./fill.ts";
import { slowed } from "./slow.ts";

export { Ceiling } from "./ceilings.ts";
export { DataSource } from "./slow.ts";

const app = new Hono<{ Bindings: BenchEnv }>()
  .route("/ceilings", ceilings)
  .route("/fill", filling)
  .route("/steps", counting)
  .all("*", (c) => worker.fetch(c.req.raw, slowed(c.env), c.executionCtx));

export default app;
