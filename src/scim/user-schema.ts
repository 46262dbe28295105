/** The User schema. RFC 7643 §4.1, §8.7.1, and what a directory keeps beside it. */
import type { Schema } from "./attribute.ts";
import { attribute, complex, kind, plural, reference } from "./characteristics.ts";
import { SCHEMA_USER } from "./messages.ts";

const readOnly = { mutability: "readOnly" } as const;

const NAME = complex("name", "The parts of the user's real name.", [
  attribute("formatted", "The full name, formatted for display."),
  attribute("familyName", "The family name, or last name in most Western languages."),
  attribute("givenName", "The given name, or first name in most Western languages."),
  attribute("middleName", "The middle names."),
  attribute("honorificPrefix", "What precedes the name, such as a title."),
  attribute("honorificSuffix", "What follows the name, such as III."),
]);

const ADDRESSES = complex(
  "addresses",
  "Physical mailing addresses.",
  [
    attribute("formatted", "The full address, formatted for display."),
    attribute("streetAddress", "Street, house number, post office box."),
    attribute("locality", "The city or locality."),
    attribute("region", "The state or region."),
    attribute("postalCode", "The zip or postal code."),
    attribute("country", "The country, as ISO 3166-1 alpha-2 code."),
    kind(["work", "home", "other"]),
    attribute("primary", "Whether this is the preferred address.", { type: "boolean" }),
  ],
  { multiValued: true },
);

const GROUPS = complex(
  "groups",
  "The groups the user belongs to; changed through the groups.",
  [
    attribute("value", "The group's id.", { ...readOnly, caseExact: true }),
    reference("$ref", "The group's URI.", ["Group"], readOnly),
    attribute("display", "The group's name.", readOnly),
    attribute("type", "Whether the membership is direct.", {
      ...readOnly,
      canonicalValues: ["direct", "indirect"],
    }),
  ],
  { ...readOnly, multiValued: true },
);

const PHONE_TYPES = ["work", "home", "mobile", "fax", "pager", "other"];

const PHONE_NUMBERS = plural(
  "phoneNumbers",
  "Phone numbers.",
  attribute("value", "The phone number."),
  PHONE_TYPES,
  [
    attribute("phoneRegion", "Another place to send the user's phoneRegion in.", {
      mutability: "writeOnly",
      returned: "never",
    }),
  ],
);

/**
 * No RFC knows these. Clients send them beside the core attributes, not under a URN of their own,
 * so the core schema is where /Schemas has to tell of them.
 */
const DIRECTORY_ATTRIBUTES = [
  attribute("phoneRegion", "The calling code of the work phone, such as 86."),
  attribute("description", "What is to be known of the user, in up to 512 characters."),
  attribute("expireDate", "When the user is disabled.", { type: "dateTime" }),
];

export const USER_SCHEMA: Schema = {
  id: SCHEMA_USER,
  name: "User",
  description: "User Account",
  attributes: [
    attribute("userName", "The name by which the user signs in; unique in the directory.", {
      required: true,
      uniqueness: "server",
    }),
    NAME,
    attribute("displayName", "The user's name, for display."),
    attribute("nickName", "How the user is addressed casually."),
    reference("profileUrl", "The URL of the user's online profile.", ["external"]),
    attribute("title", "The user's title, such as Vice President."),
    attribute("userType", "The relation between organization and user, such as Contractor."),
    attribute("preferredLanguage", "The preferred written or spoken language."),
    attribute("locale", "The locale for currency, dates and numbers."),
    attribute("timezone", "The time zone, as a name of the IANA database."),
    attribute("active", "Whether the user may sign in.", { type: "boolean" }),
    attribute("password", "The user's clear text password, to set it.", {
      caseExact: true,
      mutability: "writeOnly",
      returned: "never",
    }),
    plural("emails", "E-mail addresses.", attribute("value", "The e-mail address."), [
      "work",
      "home",
      "other",
    ]),
    PHONE_NUMBERS,
    plural("ims", "Instant messaging addresses.", attribute("value", "The address."), [
      "aim",
      "gtalk",
      "icq",
      "xmpp",
      "msn",
      "skype",
      "qq",
      "yahoo",
    ]),
    plural(
      "photos",
      "URLs of photos of the user.",
      reference("value", "The photo's URL.", ["external"]),
      ["photo", "thumbnail"],
    ),
    ADDRESSES,
    GROUPS,
    plural("entitlements", "Things the user is entitled to.", attribute("value", "The thing.")),
    plural("roles", "The user's roles.", attribute("value", "The role.")),
    plural(
      "x509Certificates",
      "The user's certificates.",
      // RFC 7643 §2.3.6: base64 is case-exact.
      attribute("value", "The certificate, DER in base64.", { type: "binary", caseExact: true }),
    ),
    ...DIRECTORY_ATTRIBUTES,
  ],
};
