/** The enterprise extension of User. RFC 7643 §4.3, §8.7.1. */
import type { Schema } from "./attribute.ts";
import { attribute, complex, reference } from "./characteristics.ts";
import { SCHEMA_ENTERPRISE } from "./messages.ts";

export const ENTERPRISE_SCHEMA: Schema = {
  id: SCHEMA_ENTERPRISE,
  name: "EnterpriseUser",
  description: "Enterprise User",
  attributes: [
    attribute("employeeNumber", "The number that the organization gave the user."),
    attribute("costCenter", "The name of a cost center."),
    attribute("organization", "The name of an organization, or the id of the user's own."),
    attribute("organizationId", "The id of the organization the user belongs to.", {
      caseExact: true,
    }),
    attribute("division", "The name of a division."),
    attribute("department", "The name of a department."),
    complex("manager", "The user's manager.", [
      attribute("value", "The id of the manager's user.", { caseExact: true }),
      reference("$ref", "The URI of the manager's user.", ["User"]),
      attribute("displayName", "The manager's name.", { mutability: "readOnly" }),
    ]),
  ],
};
