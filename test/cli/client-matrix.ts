/** What the files of test/clients play, client by client, and on whose word: the facts behind README.md's table. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fixture, TRUST, type Fixture, type Step, type Trust } from "../../src/cli/fixture.ts";
import { ROOT } from "../../src/cli/wrangler.ts";
import { isObject, type Json } from "../../src/scim/json.ts";

const FOLDER = join(ROOT, "test/clients");

export interface RecordedFile {
  readonly file: string;
  readonly recorded: Fixture;
}

/** Folder → its files, both in alphabetical order. */
export function recordedClients(): Map<string, RecordedFile[]> {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const names = folders.map(({ name }) => name).toSorted();
  return new Map(names.map((name) => [name, recordedFiles(name)]));
}

function recordedFiles(folder: string): RecordedFile[] {
  const files = readdirSync(join(FOLDER, folder)).filter((file) => file.endsWith(".json"));
  return files.toSorted().map((file) => {
    const body: unknown = JSON.parse(readFileSync(join(FOLDER, folder, file), "utf8"));
    return { file, recorded: fixture.parse(body) };
  });
}

/** A request, and what went before it in its file. */
interface Played {
  readonly file: string;
  readonly step: Step;
  readonly earlier: readonly Step[];
}

/** The columns behind client and profile. */
const ACTS: Readonly<Record<string, (played: Played) => boolean>> = {
  connection: ({ file }) => file.includes("connection"),
  find: ({ step }) => sends(step, ["GET"], /^\/Users\?.*filter=/),
  create: ({ step }) => sends(step, ["POST"], /^\/Users/),
  update: ({ step }) => sends(step, ["PUT", "PATCH"], /^\/Users\//),
  deactivate: ({ step }) => setsActive(step, false),
  reactivate: ({ step, earlier }) => setsActive(step, true) && isLeftInactive(earlier),
  delete: ({ step }) => deletesUser(step),
  group: ({ step }) => sends(step, ["POST"], /^\/Groups/),
  members: ({ step }) =>
    sends(step, ["PUT", "PATCH"], /^\/Groups\//) && /members.*\{\{/.test(bodyOf(step)),
  "delete group": ({ step }) => sends(step, ["DELETE"], /^\/Groups\//),
};

/** Requests that are answered well; a refusal shows something else. */
function sends({ request, expect }: Step, methods: readonly string[], path: RegExp): boolean {
  return methods.includes(request.method) && path.test(request.path) && expect.status < 300;
}

function setsActive(step: Step, active: boolean): boolean {
  if (!sends(step, ["POST", "PUT", "PATCH"], /^\/Users/)) return false;
  return assignments(step.request.body).some(
    ([name, value]) =>
      name.toLowerCase() === "active" && JSON.stringify(value).toLowerCase().includes(`${active}`),
  );
}

function deletesUser(step: Step): boolean {
  return sends(step, ["DELETE"], /^\/Users\//);
}

function bodyOf({ request }: Step): string {
  return JSON.stringify(request.body ?? null);
}

/** Whether the last request that says anything of `active` says false; who was deleted is nobody. */
function isLeftInactive(steps: readonly Step[]): boolean {
  const last = steps.findLast(
    (step) => setsActive(step, true) || setsActive(step, false) || deletesUser(step),
  );
  return last !== undefined && setsActive(last, false);
}

/** Names and paths with what they are set to, at any depth. */
function assignments(body: Json | undefined): [string, Json][] {
  if (Array.isArray(body)) return body.flatMap(assignments);
  if (!isObject(body)) return [];
  const { path, value } = body;
  const own: [string, Json][] =
    typeof path === "string" && value !== undefined ? [[path, value]] : [];
  const inner = Object.values(body).flatMap(assignments);
  return [...own, ...Object.entries(body), ...inner];
}

export const COLUMNS = ["client", "profile", ...Object.keys(ACTS)];

/** One row a client: the best word that any of its requests rests on, or "–" where none shows it. */
export function matrix(): string[][] {
  return [...recordedClients()].map(([client, files]) => {
    const played = files.flatMap(({ file, recorded }) =>
      recorded.steps.map((step, i) => ({
        file,
        step,
        earlier: recorded.steps.slice(0, i),
        trust: step.trust ?? recorded.trust,
      })),
    );
    const profiles = [...new Set(files.map(({ recorded }) => recorded.profile))];
    const cells = Object.values(ACTS).map((isShown) =>
      best(played.filter(isShown).map(({ trust }) => trust)),
    );
    return [client, profiles.join(", "), ...cells];
  });
}

function best(words: readonly Trust[]): string {
  return TRUST.find((trust) => words.includes(trust)) ?? "–";
}
