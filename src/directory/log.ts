/**
 * The log: one JSON line each, with named fields only. Nothing a person or a client wrote gets
 * into it: no names, tokens, query strings or bound values.
 */

export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  /** The route's template: a path may hold an id, a query a name. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly sourceId?: string | undefined;
  readonly tokenId?: string | undefined;
  readonly reason?: string | undefined;
}

export function logRequest(line: RequestLine): void {
  console.log(JSON.stringify({ level: "info", ...line }));
}

/** Logs where an error came from; its message may hold bound values and stays out. */
export function logError(requestId: string, error: unknown): void {
  const causes = causesOf(error).map((cause) => ({ name: cause.name, at: placesOf(cause) }));
  console.error(JSON.stringify({ level: "error", requestId, causes }));
}

function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}

/** The stack without the message it begins with, whose own lines may look like places. */
function placesOf({ message, stack = "" }: Error): string[] {
  return stack
    .slice(stack.indexOf(message) + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
    .map((line) => line.trim());
}
