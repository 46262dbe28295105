import { DurableObject } from "cloudflare:workers";

export class DataSource extends DurableObject<Env> {}

export default {
  fetch() {
    return new Response("Not yet", { status: 503 });
  },
} satisfies ExportedHandler<Env>;
