/// <reference types="vite/types/importMeta.d.ts" />
/** The examples of the RFCs, as they stand there. */
import type { JsonObject } from "../../src/scim/json.ts";

const files = import.meta.glob<JsonObject>("../samples/*.json", { import: "default", eager: true });

export function sample(name: string): JsonObject {
  const found = files[`../samples/${name}.json`];
  if (found === undefined) throw new Error(`There is no sample ${name}`);
  return structuredClone(found);
}
