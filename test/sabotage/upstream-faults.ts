/** Faults in reading from an upstream. */
import type { PlantedFault } from "./fault.ts";

const FETCH = "src/sync/upstream-fetch.ts";

export const UPSTREAM_FAULTS: readonly PlantedFault[] = [
  {
    name: "upstream redirects are followed, secrets along",
    edits: [{ file: FETCH, find: 'redirect: "manual"', replace: 'redirect: "follow"' }],
    test: "test/sync/upstream-failures.test.ts",
    named: ["is followed nowhere, and nothing is sent along"],
  },
  {
    name: "an upstream page that can't be understood is taken for one of nobody",
    edits: [
      {
        file: FETCH,
        find: "return { ok: true, value: { body: JSON.parse(text), date } };\n  } catch {",
        replace:
          "return { ok: true, value: { body: JSON.parse(text), date } };\n  } catch {\n    if (text) return { ok: true, value: { body: { Resources: [] }, date: undefined } };",
      },
    ],
    test: "test/sync/upstream-answers.test.ts",
    named: ["is never believed, with the framing close"],
  },
  {
    name: "an upstream's outage is taken for somebody's absence",
    edits: [
      {
        file: "src/sync/upstream-list.ts",
        find: "return answer.failure.status === 404 ?",
        replace: "return answer.failure.status !== undefined ?",
      },
    ],
    test: "test/sync/upstream-failures.test.ts",
    named: ["takes for gone only what is not found"],
  },
  {
    name: "an upstream's address may be a number",
    edits: [
      {
        file: "src/sync/upstream-url.ts",
        find: 'if (host.startsWith("[") || IPV4.test(host))',
        replace: 'if (host.startsWith("["))',
      },
    ],
    test: "test/sync/upstream-url.test.ts",
    named: ["is none of these hosts, whatever stands around them"],
  },
];
