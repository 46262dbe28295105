/** The country calling codes of ITU-T E.164: no code is the beginning of another. */

const SHORT = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

// ITU-T E.164.D: what is not here is spare, and may be given to somebody tomorrow.
const ASSIGNED_LONG =
  /^(?:21[12368]|22\d|23\d|24\d|25[0-8]|26\d|29[01789]|35\d|37\d|38[0-35-79]|42[013]|50\d|59\d|67[02-9]|68[0-35-9]|69[0-2]|80[08]|85[02356]|87[08]|88[0-368]|96[0-8]|97[0-79]|99[2-68])/;

/**
 * The calling code that the digits of an international number begin with, assigned or spare: a
 * number is not refused because nobody has it. Undefined where no code can begin so.
 */
export function callingCodeOf(digits: string): string | undefined {
  return SHORT.exec(digits)?.[0] ?? /^[2-9]\d\d/.exec(digits)?.[0];
}

/** Whether the digits are a calling code that is assigned, and nothing else. */
export function isCallingCode(digits: string): boolean {
  const code = (SHORT.exec(digits) ?? ASSIGNED_LONG.exec(digits))?.[0];
  return code === digits && digits !== "";
}
