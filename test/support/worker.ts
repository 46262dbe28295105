/** The Worker as tests run it: itself, with bindings that can be made to fail. */
import worker from "../../src/index.ts";
import { DataSource as RealDataSource } from "../../src/sources/data-source.ts";
import { faults, withFaults } from "./faults.ts";

export class DataSource extends RealDataSource {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, withFaults(env, "object"));
  }

  protected override now(): number {
    return faults.now ?? super.now();
  }

  protected override deadlineMs(): number {
    return faults.deadlineMs ?? super.deadlineMs();
  }
}

export default {
  fetch: (request, env, context) =>
    worker.fetch(request as never, withFaults(env, "worker") as never, context as never),
  scheduled: (controller, env, context) =>
    worker.scheduled(controller, withFaults(env, "worker"), context),
} satisfies ExportedHandler<Env>;
