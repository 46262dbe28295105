/**
 * The form in which text is compared without regard to case: NFKC, locale-free lower case, NFKC
 * again. One function for user names, filters and unique keys, because SQLite folds ASCII only.
 */
export function fold(text: string): string {
  // NFKC leaves ASCII as it is, and nearly all text is.
  if (isAscii(text)) return text.toLowerCase();
  return text.normalize("NFKC").toLowerCase().normalize("NFKC");
}

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

// oxlint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
