/** How the programs of the command line end when they cannot go on. */
import { parseArgs, type ParseArgsConfig } from "node:util";

export const EXIT = { refused: 1, usage: 2, unreachable: 3 } as const;

/** Ends the program: the message is for the person at the terminal. */
export class Stop extends Error {
  override readonly name: string = "Stop";
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a program's body and exits; a Stop becomes its message and exit code. */
export async function main(body: () => Promise<void>): Promise<never> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
  process.exit(0);
}

/** parseArgs, whose complaints are mistakes of usage. Throws Stop. */
export function readArguments<T extends ParseArgsConfig>(config: T) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new Stop(EXIT.usage, error instanceof Error ? error.message : String(error));
  }
}

/** A whole number in an option, or Stop. */
export function wholeNumber(text: string, option: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d{1,9}$/.test(text) || number < least || number > most) {
    throw new Stop(EXIT.usage, `--${option} must be a whole number from ${least} to ${most}`);
  }
  return number;
}
