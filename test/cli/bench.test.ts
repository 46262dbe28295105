import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { CASES, CEILING_NAMES } from "../../bench/cases.ts";
import { parseAnswer } from "../../bench/connection.ts";
import { figuresOf, ratioOf } from "../../bench/measure.ts";
import { run, temporaryFolder } from "./run.ts";

const PULLS = ["pull, first", "pull, unchanged", "pull, 1 % changed"];

const results = z.array(
  z.object({
    name: z.string(),
    connections: z.int().positive(),
    users: z.int().positive(),
    delayMs: z.int(),
    rps: z.number().positive(),
    p50Ms: z.number().positive(),
    p99Ms: z.number().positive(),
    ratio: z.number().positive(),
    ceiling: z.enum(CEILING_NAMES).nullable(),
  }),
);

it("measures each case and each ceiling", { timeout: 180_000 }, async () => {
  const file = join(temporaryFolder(), "results.json");
  const { code, stdout, stderr } = await run("../../bench/run", ["--smoke", "--out", file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const list = results.parse(JSON.parse(readFileSync(file, "utf8")));
  const measured = new Set(list.map(({ name }) => name));
  for (const name of CEILING_NAMES) expect(measured).toContain(name);
  // What ten people are enough for.
  const possible = CASES.filter(({ group = 10 }) => group === 10).filter(
    ({ name }) => !/walking|cursor/.test(name),
  );
  for (const { name } of possible) expect(measured).toContain(name);
  expect(list.some(({ name, delayMs }) => name === "POST user" && delayMs > 0)).toBe(true);
  for (const name of PULLS) expect(measured).toContain(name);
  expect(stdout).toContain("POST user");
  expect(stdout).toContain("pull, unchanged");
});

it("refuses options it doesn't know", async () => {
  const state = await run("../../bench/run", ["--state", "paper"]);
  expect(state).toMatchObject({ code: 2, stderr: "--state must be memory or disk\n" });
  const part = await run("../../bench/run", ["--part", "half"]);
  expect(part).toMatchObject({ code: 2, stderr: "--part must be requests or pull\n" });
});

it("waits for the whole of an answer, however it is cut", () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
  for (const [text, body] of [
    [`${head}Content-Length: 5\r\n\r\nhello`, "hello"],
    [`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`, "hello"],
    ["HTTP/1.1 204 No Content\r\n\r\n", ""],
  ] as const) {
    const bytes = Buffer.from(text);
    for (let length = 0; length < bytes.length; length++) {
      expect(parseAnswer(bytes.subarray(0, length)), `${length} of ${text}`).toBeUndefined();
    }
    expect(parseAnswer(bytes)?.body.toString()).toBe(body);
  }
});

it("takes percentiles of all samples, and the ratio round by round", () => {
  const sample = (ms: number, count: number) => ({
    latencies: Float64Array.from({ length: count }, (_, index) => ms * (index + 1)),
    elapsedMs: 1_000,
  });
  expect(figuresOf([sample(1, 50), sample(2, 50)])).toEqual({ rps: 50, p50Ms: 34, p99Ms: 98 });
  const [slow, usual, fast] = [sample(1, 10), sample(1, 20), sample(1, 80)];
  expect(ratioOf([slow, usual, fast], [usual, usual, usual])).toBe(1);
});
