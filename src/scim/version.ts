/** Versions as entity tags. RFC 7644 §3.14, RFC 9110 §8.8.3, §13.1. */

export function formatVersion(version: number): string {
  return `W/"${version}"`;
}

const ENTITY_TAG = /[ \t]*(?:W\/)?"([^"]*)"[ \t]*(?:,|$)/y;
const VERSION = /^(?:0|[1-9][0-9]{0,14})$/;

/**
 * The versions an `If-Match` or `If-None-Match` names, in weak and strong form. Tags that are not
 * ours are left out, so a header without any of ours comes out empty and never matches.
 */
export function parseVersions(header: string | undefined): "*" | number[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "*";
  const versions: number[] = [];
  ENTITY_TAG.lastIndex = 0;
  for (let tag = ENTITY_TAG.exec(header); tag !== null; tag = ENTITY_TAG.exec(header)) {
    const [, text = ""] = tag;
    if (VERSION.test(text)) versions.push(Number(text));
  }
  return versions;
}
