/** The admin API as the command line sees it: JSON in, JSON out, problems as exceptions. */
import { z } from "zod";
import { EXIT, Stop } from "./stop.ts";

export interface Api {
  readonly url: string;
  readonly key?: string | undefined;
}

const TIMEOUT_MS = 30_000;

const problem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
});
type Problem = z.infer<typeof problem>;

/** A request the server answered with a problem. */
export class Refused extends Stop {
  override readonly name = "Refused";
  readonly status: number;
  readonly body: unknown;
  readonly code: string;

  constructor(status: number, body: unknown) {
    const parsed = problem.safeParse(body);
    const told: Problem = parsed.success ? parsed.data : { code: `HTTP ${status}` };
    super(EXIT.refused, messageOf(told));
    this.status = status;
    this.body = body;
    this.code = told.code;
  }
}

/**
 * Sends a request under `/api/v1` and reads the answer with `schema`; an empty answer reads as null.
 * Throws Refused, or Stop when there is no server.
 */
export async function request<T>(
  api: Api,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<T> {
  const response = await send(api, method, `/api/v1${path}`, body);
  const answer = await readAnswer(response);
  if (!response.ok) throw new Refused(response.status, answer);
  return understood(api, schema, answer);
}

function understood<T>(api: Api, schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new Stop(EXIT.refused, `${api.url} is not a Muster this program understands`);
}

const readiness = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      detail: z.string(),
      fix: z.string().exactOptional(),
    }),
  ),
});

/** What the instance says of itself, also where it is not ready. Throws as `request` does. */
export async function getReadiness(api: Api): Promise<z.infer<typeof readiness>> {
  const response = await send(api, "GET", "/readyz", undefined);
  return understood(api, readiness, await readAnswer(response));
}

/** All items of a list, page by page, up to `limit`. */
export async function requestAll<T>(
  api: Api,
  path: string,
  item: z.ZodType<T>,
  options: { readonly query?: Readonly<Record<string, string>>; readonly limit?: number } = {},
): Promise<{ data: T[]; nextCursor: string | null }> {
  const limit = options.limit ?? Infinity;
  const page = z.object({ data: z.array(item), nextCursor: z.string().nullish() });
  const data: T[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({
      ...options.query,
      limit: String(Math.min(limit - data.length, 100)),
      ...(cursor === null ? {} : { cursor }),
    });
    const next = await request(api, "GET", `${path}?${query.toString()}`, page);
    data.push(...next.data);
    cursor = next.nextCursor ?? null;
  } while (cursor !== null && data.length < limit);
  return { data, nextCursor: cursor };
}

async function send(api: Api, method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(api.url + path, {
      method,
      headers: {
        accept: "application/json",
        ...(api.key === undefined ? {} : { authorization: `Bearer ${api.key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Stop(EXIT.unreachable, `No answer from ${api.url}. Is it running? (npm start)`);
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf({ code, detail, hint }: Problem): string {
  const first = detail === undefined ? code : `${code}: ${detail}`;
  return hint === undefined ? first : `${first}\n${hint}`;
}
