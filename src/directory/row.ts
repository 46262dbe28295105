/** Columns of a row, each of the type it was written with. All throw where it has another. */
import { isObject, type JsonObject } from "../scim/json.ts";
import type { Row } from "./database.ts";

export function textIn(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : refuse(column);
}

export function textOrNullIn(row: Row, column: string): string | null {
  return row[column] === null ? null : textIn(row, column);
}

export function numberIn(row: Row, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : refuse(column);
}

export function numberOrNullIn(row: Row, column: string): number | null {
  return row[column] === null ? null : numberIn(row, column);
}

/** JSON text that holds an object. */
export function objectIn(row: Row, column: string): JsonObject {
  const value: unknown = JSON.parse(textIn(row, column));
  return isObject(value) ? value : refuse(column);
}

/** JSON text that holds a list. */
export function arrayIn(row: Row, column: string): readonly unknown[] {
  const value: unknown = JSON.parse(textIn(row, column));
  return Array.isArray(value) ? value : refuse(column);
}

/** The value stays out of the message: it may be a person's. */
export function refuse(column: string): never {
  throw new Error(`The column ${column} holds something else`);
}
