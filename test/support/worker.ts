/** The Worker as tests run it: itself, with bindings that can be made to fail. */
import worker from "../../src/index.ts";
import { DataSource as RealDataSource } from "../../src/sync/source-object.ts";
import type { Bounds } from "../../src/sync/upstream-fetch.ts";
import { deadlineOf, faults, withFaults } from "./faults.ts";

export class DataSource extends RealDataSource {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, withFaults(env, "object", ctx.id.name));
  }

  protected override now(): number {
    return faults.now ?? super.now();
  }

  protected override deadlineMs(): number {
    return deadlineOf("object", this.ctx.id.name) ?? super.deadlineMs();
  }

  protected override upstreamBounds(): Bounds {
    return { ...super.upstreamBounds(), ...faults.bounds };
  }
}

export default {
  fetch: (request: Request, env: Env, context: ExecutionContext) =>
    worker.fetch(request, withFaults(env, "worker"), context),
  scheduled: (controller: ScheduledController, env: Env) =>
    worker.scheduled(controller, withFaults(env, "worker")),
};
