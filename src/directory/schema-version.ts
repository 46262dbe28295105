/**
 * The schema this code was written for: the version that the newest file of migrations/ records.
 * Code that meets another one refuses to serve instead of guessing.
 */
export const SCHEMA_VERSION = 4;
