/** What the platform does at best, with nothing of Muster in between. */
import { DurableObject } from "cloudflare:workers";
import { Hono, type Context } from "hono";
import { z } from "zod";
import { slowed } from "./slow.ts";

const newRow = z.object({ userName: z.string(), externalId: z.string() });

interface NewRow {
  readonly userName: string;
  readonly externalId: string;
  readonly attributes: string;
}

/** Inserts into a table as wide as `users`, with the indexes that uniqueness takes. */
const INSERT = `INSERT INTO bench_users
  (id, directory_id, source_id, organization_id, user_name_key, external_id, active, attributes, version, created_at, updated_at)
  VALUES (?, 'default', 'ds_00bench', 'root', ?, ?, 1, ?, 1, ?, ?)`;

const SELECT =
  "SELECT id, directory_id, source_id, organization_id, attributes, version, created_at, updated_at FROM users WHERE id = ?";

export class Ceiling extends DurableObject<BenchEnv> {
  #last: Promise<unknown> = Promise.resolve();

  nothing(): number {
    return 1;
  }

  /** One call to the database for each request, all at once. */
  async insert({ userName, externalId, attributes }: NewRow): Promise<string> {
    const id = crypto.randomUUID();
    const now = Date.now();
    const { DB } = slowed(this.env);
    await DB.prepare(INSERT).bind(id, userName, externalId, attributes, now, now).run();
    return id;
  }

  /** The same one after the other, as the writes of a source have to be. */
  insertInOrder(row: NewRow): Promise<string> {
    const done = this.#last.then(() => this.insert(row));
    this.#last = done.catch(() => undefined);
    return done;
  }
}

const object = ({ CEILING }: BenchEnv) => CEILING.getByName("ceiling");

export const ceilings = new Hono<{ Bindings: BenchEnv }>()
  .get("/bare", (c) => c.json({ ok: true }))
  .get("/rpc", async (c) => c.json({ ok: await object(c.env).nothing() }))
  .get("/select/:id", async (c) => {
    const row = await c.env.DB.prepare(SELECT).bind(c.req.param("id")).first();
    return row === null ? c.json({}, 404) : c.json(row);
  })
  .post("/insert", async (c) => {
    const id = await object(c.env).insert(await rowOf(c));
    return c.json({ id }, 201);
  })
  .post("/insert-in-order", async (c) => {
    const id = await object(c.env).insertInOrder(await rowOf(c));
    return c.json({ id }, 201);
  });

async function rowOf(c: Context): Promise<NewRow> {
  const attributes = await c.req.text();
  return { ...newRow.parse(JSON.parse(attributes)), attributes };
}
