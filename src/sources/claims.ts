/** Which values a source lets nobody else in the directory have the same. */
import { fieldKind } from "../directory/user.ts";
import type { Profile } from "../scim/profile.ts";
import type { Source } from "./source.ts";

/** By the kind of value: a contact's attribute, or a custom field. */
export type Claims = (kind: string) => boolean;

export const NO_CLAIMS: Claims = () => false;

export function claimsOf(
  { fields: all }: Pick<Source, "fields">,
  { uniqueContacts }: Pick<Profile, "uniqueContacts">,
): Claims {
  const fields = all.filter(({ unique }) => unique).map(({ name }) => fieldKind(name));
  const contacts = uniqueContacts ? ["emails", "phoneNumbers"] : [];
  const kinds = new Set([...contacts, ...fields]);
  return (kind) => kinds.has(kind);
}
