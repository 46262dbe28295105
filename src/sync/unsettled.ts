/** What is kept instead of a record's hash where a group could not be made, or not be called as it is upstream. */
import { UNSETTLED } from "../sources/read-anew.ts";

/** Of who is in a group that could not be made; what isn't kept as a hash stays so. */
export function unsettled(hash: string): string {
  return hash === "" || hash.startsWith(UNSETTLED) ? hash : `${UNSETTLED}${hash}`;
}

/** Of a group that could not have the name. */
export function unsettledName(displayName: string): string {
  return `${UNSETTLED}${displayName}`;
}

/** Whether they tell the same of the record, whatever could be made of it. */
export function areOfSame(one: string | undefined, other: string): boolean {
  return one !== undefined && unsettled(one) === unsettled(other);
}
