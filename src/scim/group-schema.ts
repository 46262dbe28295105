/** The Group schema. RFC 7643 §4.2, §8.7.1. */
import type { Schema } from "./attribute.ts";
import { attribute, complex, reference } from "./characteristics.ts";
import { SCHEMA_GROUP } from "./messages.ts";

const immutable = { mutability: "immutable" } as const;

export const GROUP_SCHEMA: Schema = {
  id: SCHEMA_GROUP,
  name: "Group",
  description: "Group",
  attributes: [
    attribute("displayName", "The group's name.", { required: true }),
    complex(
      "members",
      "The users in the group.",
      [
        attribute("value", "The member's id.", { ...immutable, caseExact: true }),
        reference("$ref", "The member's URI.", ["User"], immutable),
        attribute("type", "The member's resource type.", {
          ...immutable,
          canonicalValues: ["User"],
        }),
        attribute("display", "The member's name.", { mutability: "readOnly" }),
      ],
      { multiValued: true },
    ),
  ],
};
