/** Reads a filter or a PATCH path from left to right, each character once. RFC 7644 §3.4.2.2. */
import { ScimError } from "./error.ts";
import { LIMITS } from "./messages.ts";

const SPACE = /[ \t\r\n]*/y;
const WORD = /[A-Za-z0-9$_.:-]+/y;
// RFC 8259 §6.
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const AFTER_VALUE = /[ \t\r\n)\]]|$/y;

const LITERALS = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

export class Scanner {
  readonly #text: string;
  readonly #reason: "invalidFilter" | "invalidPath";
  #position = 0;
  /** Where the token read last began. */
  #token = 0;

  /** `reason` is what every error of this scanner says. Throws when the text is too long. */
  constructor(text: string, reason: "invalidFilter" | "invalidPath") {
    this.#text = text;
    this.#reason = reason;
    if (text.length > LIMITS.filterLength) {
      throw this.refusal(`more than ${LIMITS.filterLength} characters`);
    }
  }

  refusal(problem: string): ScimError {
    const what = this.#reason === "invalidFilter" ? "filter" : "path";
    return new ScimError(this.#reason, `The ${what} is not valid: ${problem}`);
  }

  /** The error for a token that does not fit; names its place, never what stands there. */
  unexpected(expected: string): ScimError {
    return this.refusal(`${expected} is expected at character ${this.#token + 1}`);
  }

  atEnd(): boolean {
    this.#beginToken();
    return this.#position === this.#text.length;
  }

  /** The very next character, white space included; "" at the end. */
  peek(): string {
    return this.#text.charAt(this.#position);
  }

  /** Passes over the character if it comes next, after white space. */
  take(character: string): boolean {
    this.#beginToken();
    if (this.peek() !== character) return false;
    this.#position++;
    return true;
  }

  /** The next run of letters, digits and `$ _ . : -`, or "". */
  word(): string {
    this.#beginToken();
    return this.#match(WORD);
  }

  /** compValue = false / null / true / number / string */
  value(): string | number | boolean | null {
    this.#beginToken();
    const value = this.peek() === '"' ? this.#string() : this.#number();
    AFTER_VALUE.lastIndex = this.#position;
    if (!AFTER_VALUE.test(this.#text)) throw this.unexpected("a value that ends as JSON does");
    return value;
  }

  /** string = quotation-mark *char quotation-mark ; RFC 8259 §7 */
  #string(): string {
    let end = this.#position + 1;
    while (this.#text.charAt(end) !== '"') {
      if (end >= this.#text.length)
        throw this.unexpected("a string with its closing quotation mark");
      end += this.#text.charAt(end) === "\\" ? 2 : 1;
    }
    const value = parseString(this.#text.slice(this.#position, end + 1));
    // No stored text has NUL or half a surrogate pair, and SQLite cannot compare them.
    if (value === undefined || value.includes("\0") || !value.isWellFormed()) {
      throw this.unexpected("a JSON string of whole Unicode characters");
    }
    this.#position = end + 1;
    return value;
  }

  #number(): number | boolean | null {
    const digits = this.#match(NUMBER);
    if (digits === "") return this.#literal();
    const value = Number(digits);
    if (!Number.isFinite(value)) throw this.unexpected("a number within the range of a double");
    // Minus zero equals zero and prints like it.
    return value === 0 ? 0 : value;
  }

  #literal(): boolean | null {
    const value = LITERALS.get(this.#match(WORD).toLowerCase());
    if (value === undefined) throw this.unexpected("a string, a number, true, false or null");
    return value;
  }

  #beginToken(): void {
    this.#match(SPACE);
    this.#token = this.#position;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const text = pattern.exec(this.#text)?.[0] ?? "";
    this.#position += text.length;
    return text;
  }
}

function parseString(token: string): string | undefined {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
