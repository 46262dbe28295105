/** What clients send, recorded: every file of a folder here is a test. README.md tells the format. */
/// <reference types="vite/types/importMeta.d.ts" />
import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { fixture } from "../../src/cli/fixture.ts";
import { playSequence } from "../../src/cli/play.ts";
import { oneSource } from "../support/client.ts";

const files = Object.entries(
  import.meta.glob<unknown>("./*/*.json", { import: "default", eager: true }),
);

it("has exchanges to play", () => {
  expect(files.length).toBeGreaterThan(0);
});

it.each(files)("%s", async (_file, recorded) => {
  const sequence = fixture.parse(recorded);
  const { base, token } = await oneSource(sequence.profile);
  const results = await playSequence(sequence, {
    baseUrl: base,
    fetch: (url, { headers, ...init }) =>
      exports.default.fetch(url, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...headers },
      }),
  });
  expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
});
