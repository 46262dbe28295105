import type { ResourceType } from "../../src/scim/attribute.ts";
import { attribute, complex } from "../../src/scim/characteristics.ts";
import { USER } from "../../src/scim/schemas.ts";

export const FIELDS = "urn:test:2.0:Fields";

/** A user with an attribute of every kind that the standard schemas lack. */
export const CUSTOM_USER: ResourceType = {
  ...USER,
  extensions: [
    ...USER.extensions,
    {
      required: false,
      schema: {
        id: FIELDS,
        name: "Fields",
        description: "Custom fields",
        attributes: [
          attribute("level", "An integer.", { type: "integer" }),
          attribute("ratio", "A decimal.", { type: "decimal" }),
          attribute("since", "A time.", { type: "dateTime" }),
          attribute("badge", "Set once.", { mutability: "immutable" }),
          attribute("tags", "Plain values.", { multiValued: true }),
          complex("desk", "Where the user sits.", [
            attribute("floor", "The floor.", { type: "integer", required: true }),
            attribute("room", "The room.", { mutability: "immutable" }),
          ]),
        ],
      },
    },
  ],
};
