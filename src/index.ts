/** Composes the Worker: fetch, scheduled, the Durable Object. */
import { createApp } from "./http/app.ts";
import { keepHouse } from "./sync/schedule.ts";

export { DataSource } from "./sync/source-object.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await keepHouse(env, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
