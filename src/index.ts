export { DataSource } from "./sources/data-source.ts";

export default {
  fetch() {
    return new Response("Not yet", { status: 503 });
  },
  async scheduled() {},
} satisfies ExportedHandler<Env>;
