/** The figures for a person to read. */
import type { Aim } from "./aims.ts";
import type { PullResult } from "./pulls.ts";
import type { Result } from "./results.ts";

const COLUMNS = ["case", "conn.", "users", "req/s", "p50 ms", "p99 ms", "ratio", "of ceiling"];

export function tableOf(results: readonly Result[]): string {
  return alignedText([COLUMNS, ...results.map(rowOf)]);
}

const PULL_COLUMNS = [
  "case",
  "people",
  "people/s",
  "page p50 ms",
  "p99 ms",
  "trips",
  "rows read",
  "written",
  "peak MiB",
  "",
];

export function pullTableOf(results: readonly PullResult[]): string {
  return alignedText([PULL_COLUMNS, ...results.map(pullRowOf)]);
}

function pullRowOf({ name, users, rps, p50Ms, p99Ms, page, peakMiB }: PullResult): string[] {
  return [
    name,
    users.toLocaleString("en"),
    rps.toFixed(0),
    p50Ms.toFixed(0),
    p99Ms.toFixed(0),
    String(page.trips),
    String(page.rowsRead),
    String(page.rowsWritten),
    String(peakMiB ?? ""),
    "",
  ];
}

function alignedText(rows: readonly string[][]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => padded(cell, i, widths))
        .join("  ")
        .trimEnd(),
    )
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
function padded(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  const isName = column === 0 || column === widths.length - 1;
  return isName ? cell.padEnd(width) : cell.padStart(width);
}

export function aimsText(aims: readonly Aim[]): string {
  return aims
    .map(({ text, wanted, got, isMet }) => {
      const verdict = isMet ? "met   " : "missed";
      return `${verdict}  ${text} ${wanted}: ${got.toFixed(2)}`;
    })
    .join("\n");
}
