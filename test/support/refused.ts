/** What is told of refused requests. */
import type { JsonObject } from "../../src/scim/json.ts";
import type { Admin, Source } from "./client.ts";
import { objectsIn } from "./scim.ts";

/** Those of the source, newest first. Throws where they can't be read. */
export async function refusalsOf(admin: Admin, { id }: Source, query = ""): Promise<JsonObject[]> {
  const { status, body, text } = await admin("GET", `/data-sources/${id}/refusals?${query}`);
  if (status !== 200) throw new Error(text);
  return objectsIn(body["data"]);
}
