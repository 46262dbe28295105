/** Points in time as SCIM writes them. RFC 7643 §2.3.5. */

const DATE_TIME = /^(\d{4}-\d{2}-(\d{2}))T\d{2}:\d{2}:\d{2}(?:\.\d{1,12})?(Z|[+-]\d{2}:\d{2})?$/i;

/**
 * Epoch milliseconds, or undefined when the text is no xsd:dateTime. Digits beyond the millisecond
 * are dropped; without a time zone it is UTC.
 */
export function parseDateTime(text: string): number | undefined {
  const [, date, day, zone] = DATE_TIME.exec(text) ?? [];
  if (date === undefined) return undefined;
  // A day that the month lacks would roll over into the next one.
  if (new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day)) return undefined;
  const time = Date.parse(`${text.toUpperCase()}${zone === undefined ? "Z" : ""}`);
  return Number.isNaN(time) ? undefined : time;
}
