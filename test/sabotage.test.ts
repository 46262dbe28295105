import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FAULTS } from "./sabotage/faults.ts";

describe("the planted faults", () => {
  it.each(FAULTS)("have their place: $name", ({ edits, test }) => {
    expect(existsSync(test)).toBe(true);
    for (const { file, find } of edits) {
      const times = readFileSync(file, "utf8").split(find).length - 1;
      expect({ file, find, times }).toEqual({ file, find, times: 1 });
    }
  });
});
