/** The Organization schema: no RFC has one; the names are those that organizations are pulled under. */
import type { Schema } from "./attribute.ts";
import { attribute, reference } from "./characteristics.ts";
import { SCHEMA_ORGANIZATION } from "./messages.ts";

export const ORGANIZATION_SCHEMA: Schema = {
  id: SCHEMA_ORGANIZATION,
  name: "Organization",
  description: "Organization",
  attributes: [
    attribute("displayName", "The organization's name; unique below its parent.", {
      required: true,
    }),
    attribute("code", "A code of the organization; unique in the directory.", {
      uniqueness: "server",
    }),
    reference("parent", "The id of the organization it belongs to.", ["Organization"]),
    attribute("order", "Where it stands among those of the same parent.", { type: "integer" }),
  ],
};
