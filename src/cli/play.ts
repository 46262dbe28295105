/** Plays a fixture's steps against a SCIM endpoint and reports what was not as expected. */
import type { Json } from "../scim/json.ts";
import type { Fixture, Step } from "./fixture.ts";
import { differences, isPresent, valueAt } from "./match.ts";

export interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export interface Player {
  readonly baseUrl: string;
  /** Sends a request to the URL as it is; adds the bearer token. */
  readonly fetch: (url: string, init: Sent) => Promise<Answer>;
}

export interface StepResult {
  readonly does: string;
  /** A sentence for each thing that was not as expected; empty when all was. */
  readonly problems: readonly string[];
}

/** Plays all steps in order, also behind one that fails: `{{name}}` of a value not saved fails too. */
export async function playSequence(fixture: Fixture, player: Player): Promise<StepResult[]> {
  const saved = new Map([["base", player.baseUrl]]);
  const results: StepResult[] = [];
  for (const step of fixture.steps) {
    results.push({ does: step.does, problems: await play(step, saved, player) });
  }
  return results;
}

async function play(step: Step, saved: Map<string, string>, player: Player): Promise<string[]> {
  const unsaved = missingNames(step, saved);
  if (unsaved.length > 0) return unsaved.map((name) => `{{${name}}} was not saved`);
  const { path } = step.request;
  const answer = await player.fetch(player.baseUrl + fill(path, saved), requestOf(step, saved));
  const text = await answer.text();
  const body = parse(text);
  const problems = [
    ...statusProblems(step, answer, text),
    ...headerProblems(step, answer, saved),
    ...bodyProblems(step, text, body, saved),
  ];
  return [...problems, ...save(step, body, saved)];
}

function requestOf({ request }: Step, saved: ReadonlyMap<string, string>): Sent {
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      fill(value, saved),
    ]),
  );
  const body =
    request.rawBody === undefined
      ? request.body === undefined
        ? undefined
        : JSON.stringify(fillJson(request.body, saved))
      : fill(request.rawBody, saved);
  if (body === undefined) return { method: request.method, headers };
  return {
    method: request.method,
    headers: { "content-type": "application/scim+json", ...headers },
    body,
  };
}

function statusProblems({ expect }: Step, answer: Answer, text: string): string[] {
  if (answer.status === expect.status) return [];
  return [`status is ${answer.status}, not ${expect.status}: ${text.slice(0, 300)}`];
}

function headerProblems(
  { expect }: Step,
  { headers }: Answer,
  saved: ReadonlyMap<string, string>,
): string[] {
  return Object.entries(expect.headers ?? {}).flatMap(([name, value]) =>
    differences(fill(value, saved), headers.get(name) ?? undefined, `header ${name}`),
  );
}

function bodyProblems(
  { expect }: Step,
  text: string,
  body: Json | undefined,
  saved: ReadonlyMap<string, string>,
): string[] {
  const present = (expect.absent ?? []).filter((path) => isPresent(valueAt(body, path)));
  return [
    ...(expect.body === undefined ? [] : expectedBody(expect.body, text, body, saved)),
    ...present.map((path) => `body.${path} is there`),
  ];
}

function expectedBody(
  expected: Json,
  text: string,
  body: Json | undefined,
  saved: ReadonlyMap<string, string>,
): string[] {
  if (expected === null) return text === "" ? [] : ["body is not empty"];
  return differences(fillJson(expected, saved), body, "body");
}

function save({ save: names }: Step, body: Json | undefined, saved: Map<string, string>): string[] {
  return Object.entries(names ?? {}).flatMap(([name, path]) => {
    const value = valueAt(body, path);
    if (value === undefined || typeof value === "object") return [`body.${path} cannot be saved`];
    saved.set(name, String(value));
    return [];
  });
}

function missingNames({ request, expect }: Step, saved: ReadonlyMap<string, string>): string[] {
  const used = JSON.stringify([request, expect]).matchAll(/\{\{(\w+)\}\}/g);
  const names = new Set([...used].map(([, name]) => name ?? ""));
  return [...names].filter((name) => !saved.has(name));
}

function fill(text: string, saved: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => saved.get(name) ?? whole);
}

function fillJson(value: Json, saved: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return fill(value, saved);
  if (Array.isArray(value)) return value.map((element) => fillJson(element, saved));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, fillJson(inner, saved)]),
  );
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
