/** The figures for a person to read. */
import type { Aim } from "./aims.ts";
import type { Result } from "./results.ts";

const COLUMNS = ["case", "conn.", "users", "req/s", "p50 ms", "p99 ms", "ratio", "of ceiling"];

export function tableOf(results: readonly Result[]): string {
  const rows = [COLUMNS, ...results.map(rowOf)];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, i) => padded(cell, i, widths[i] ?? 0)).join("  "))
    .join("\n");
}

function rowOf({ name, delayMs, ceiling, ...result }: Result): string[] {
  return [
    delayMs === 0 ? name : `${name}, D1 + ${delayMs} ms`,
    String(result.connections),
    result.users.toLocaleString("en"),
    result.rps.toFixed(0),
    result.p50Ms.toFixed(2),
    result.p99Ms.toFixed(2),
    ceiling === null ? "" : result.ratio.toFixed(2),
    ceiling ?? "(is one)",
  ];
}

/** Names begin on the left, numbers end on the right. */
function padded(cell: string, column: number, width: number): string {
  return column === 0 || column === COLUMNS.length - 1 ? cell.padEnd(width) : cell.padStart(width);
}

export function aimsText(aims: readonly Aim[]): string {
  return aims
    .map(({ text, wanted, got, isMet }) => {
      const verdict = isMet ? "met   " : "missed";
      return `${verdict}  ${text} ${wanted}: ${got.toFixed(2)}`;
    })
    .join("\n");
}
