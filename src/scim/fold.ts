/**
 * The form in which text is compared without regard to case: NFKC, locale-free lower case, NFKC
 * again. One function for user names, filters and unique keys, because SQLite folds ASCII only.
 */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().normalize("NFKC");
}
