/** Whether an upstream can be read: each step a run begins with, up to the first that fails. Nothing is kept. */
import { codeOf } from "../scim/catalogue.ts";
import { ScimError } from "../scim/error.ts";
import type { JsonObject } from "../scim/json.ts";
import { parseResource } from "../scim/resource.ts";
import { USER } from "../scim/schemas.ts";
import { profileOf, type Source } from "../sources/source.ts";
import { typeFor } from "../sources/source-type.ts";
import { BOUNDS, type Bounds, type Fetcher } from "./upstream-fetch.ts";
import { fetchPage } from "./upstream-list.ts";
import type {
  AccessToken,
  Connection,
  Got,
  UpstreamPage,
  UpstreamRecord,
  UpstreamType,
} from "./upstream-page.ts";
import { fetchToken } from "./upstream-token.ts";
import { withFields } from "./upstream-user.ts";

export interface TestStep {
  readonly step: "token" | "organizations" | "users" | "mapping";
  readonly ok: boolean;
  readonly status: number | null;
  readonly ms: number;
  readonly count: number | null;
  readonly total: number | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly sample: JsonObject | null;
}

interface Tester {
  readonly connection: Connection;
  /** As what the people of the upstream would be read. */
  readonly source: Source;
  readonly fetcher: Fetcher;
  readonly now: () => number;
}

/** Somebody is waiting for the answer. */
const PATIENCE: Bounds = { ...BOUNDS, headersMs: 5_000, totalMs: 9_000 };

/** Token, a page of organizations, a page of people, one of them as a resource. */
export async function testConnection(tester: Tester): Promise<TestStep[]> {
  const { connection, fetcher, now } = tester;
  const started = now();
  const token = await fetchToken(connection, fetcher, started, PATIENCE);
  const told = stepOf("token", token, now() - started);
  // A fixed token is asked of nobody.
  const first = connection.upstream.tokenStyle === "fixed" ? { ...told, status: null } : told;
  if (!token.ok) return [first];
  const organizations = await readPage(tester, token.value, "Organization");
  const steps = [first, organizations.step];
  if (!organizations.step.ok) return steps;
  const users = await readPage(tester, token.value, "User");
  steps.push(users.step);
  const person = users.page?.records.find(({ type }) => type === "User");
  return users.step.ok && person !== undefined ? [...steps, mapping(tester, person)] : steps;
}

async function readPage(
  { connection, fetcher, now }: Tester,
  token: AccessToken,
  type: UpstreamType,
): Promise<{ step: TestStep; page: UpstreamPage | undefined }> {
  const started = now();
  const request = { type, at: { startIndex: 1 } } as const;
  const page = await fetchPage(connection, token, request, fetcher, started, PATIENCE);
  const name = type === "User" ? "users" : "organizations";
  const step = stepOf(name, page, now() - started);
  return page.ok
    ? { step: withRecords(step, page.value), page: page.value }
    : { step, page: undefined };
}

function stepOf(step: TestStep["step"], got: Got<unknown>, ms: number): TestStep {
  const empty = { step, ms, count: null, total: null, sample: null };
  if (got.ok) return { ...empty, ok: true, status: 200, code: null, detail: null };
  const { status = null, code, detail } = got.failure;
  return { ...empty, ok: false, status, code, detail };
}

/** A page without a single record that is understood would make a run of failures. */
function withRecords(step: TestStep, { records, faults, length, total }: UpstreamPage): TestStep {
  const [first] = records;
  const [fault] = faults;
  const told = {
    ...step,
    count: length,
    total: total ?? null,
    sample: first === undefined ? null : sampleOf(first),
  };
  if (fault === undefined) return told;
  const { code, path, detail } = fault;
  const at = `${faults.length} of ${length} records aren't understood: ${path}: ${detail}`;
  return { ...told, ok: first !== undefined, code, detail: at };
}

function sampleOf({ externalId, body }: UpstreamRecord): JsonObject {
  return { ...body, externalId };
}

function mapping({ source, now }: Tester, person: UpstreamRecord): TestStep {
  const started = now();
  const told = { step: "mapping", status: null, count: null, total: null } as const;
  try {
    const body = person.type === "User" ? withFields(person, source.namespace) : person.body;
    const { attributes } = parseResource(body, typeFor(source, USER), profileOf(source));
    const ms = now() - started;
    return { ...told, ok: true, ms, code: null, detail: null, sample: attributes };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    const { reason, message: detail } = error;
    const ms = now() - started;
    return { ...told, ok: false, ms, code: codeOf(reason), detail, sample: sampleOf(person) };
  }
}
