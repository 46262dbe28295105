/** Faults in the guard against mass removal. */
import type { PlantedFault } from "./fault.ts";

export const GUARD_FAULTS: readonly PlantedFault[] = [
  {
    name: "no guard: whatever is pushed away is gone",
    edits: [
      {
        file: "src/sources/guarded.ts",
        find: "if (remover === null || removals.length === 0) return decided;",
        replace: "if (remover === null || removals.length >= 0) return decided;",
      },
    ],
    test: "test/rules/guard.test.ts",
    named: ["by DELETE is held at the eleventh", "by Bulk has the first ten done"],
  },
  {
    name: "a guard that counts one too many",
    edits: [
      {
        file: "src/sources/guard.ts",
        find: "return count > Math.max(least",
        replace: "return count >= Math.max(least",
      },
    ],
    test: "test/sources/guard.test.ts",
    named: [
      "go up to the limit of the hour, and not one more",
      "goes up to the limit, and not one more",
    ],
  },
  {
    name: "a guard that counts what was written before, not what goes together",
    edits: [
      {
        file: "src/sources/guard-set.ts",
        find: 'if (resourceType === "User") this.removed += count;',
        replace: 'if (resourceType === "User") this.removed = this.facts.removed + count;',
      },
    ],
    test: "test/rules/guard.test.ts",
    named: ["by Bulk has the first ten done"],
  },
  {
    name: "a guard that sees deletions alone",
    edits: [
      {
        file: "src/sources/guarded.ts",
        find: "return isActive(before) && !isActive(user) ?",
        replace: "return !isActive(before) && !isActive(user) ?",
      },
    ],
    test: "test/rules/guard.test.ts",
    named: ["by PUT is held", 'by PATCH with "False" is held', "by POST of somebody who is there"],
  },
  {
    name: "a guard that lets what is held go with the next hour",
    edits: [
      {
        file: "src/sources/guard-reads.ts",
        find: "standings(\"h.status = 'waiting'\")",
        replace: "standings(\"h.status = 'none'\")",
      },
    ],
    test: "test/rules/guard.test.ts",
    named: ["what waits goes on waiting"],
  },
  {
    name: "a hold that is approved whatever it holds by now",
    edits: [
      {
        file: "src/sources/hold-operations.ts",
        find: '"replaced" || hold.setHash !== setHash)',
        replace: '"replaced" || setHash === "")',
      },
    ],
    test: "test/rules/guard.test.ts",
    named: ["is not decided where it has grown since"],
  },
  {
    name: "an approval that never ends",
    edits: [
      {
        file: "src/sources/guard-reads.ts",
        find: 'standings("h.until > ?3")',
        replace: 'standings("h.until > 0 * ?3")',
      },
    ],
    test: "test/rules/guard.test.ts",
    named: ["may be removed for a day", "is refused for a week"],
  },
];
