/** What the demo shows of a source that is pulled, from an upstream that it starts for that. */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { request, requestAll, type Api } from "./api.ts";
import { playEach, problemsOf, type Scene, type Seen } from "./demo-stage.ts";
import { EXIT, Stop } from "./stop.ts";
import { startUpstream, type Upstream } from "./upstream/server.ts";

interface Stage {
  readonly api: Api;
  readonly directoryId: string;
  readonly sourceId: string;
  readonly upstream: Upstream;
}

const NAME = "hr";
const PEOPLE = 240;
const ORGANIZATIONS = 6;
const LEAVERS = 120;
const SECRET = "a-secret-of-the-upstream";

/** Played in this order: each goes on with what the ones before have left. */
const SCENES: readonly Scene<Stage>[] = [
  { title: "Whether the upstream can be read, step by step", play: showTest },
  { title: "A first pull, of which the upstream asks patience", play: showFirstPull },
  { title: "The same people once more", play: showUnchanged },
  { title: "An upstream that fails", play: showOutage },
  { title: "Half of the people gone, all at once", play: showMassRemoval },
];

/** Plays all scenes. Gives the problems there were. */
export async function playPullScenes(api: Api, show: (text: string) => void): Promise<string[]> {
  const upstream = await startUpstream();
  try {
    const made = z.object({ id: z.string() });
    const { id: directoryId } = await request(api, "POST", "/directories", made, {
      name: "Pulled",
    });
    const { tokenUrl, userUrl, orgUrl } = upstream.script(NAME, {
      token: { style: "client_secret_post", clientId: "muster", secret: SECRET },
      people: { count: PEOPLE },
      organizations: { count: ORGANIZATIONS },
    });
    const { id: sourceId } = await request(api, "POST", "/data-sources", made, {
      name: "HR",
      mode: "pull",
      directoryId,
      upstream: {
        tokenUrl,
        userUrl,
        orgUrl,
        clientId: "muster",
        tokenStyle: "client_secret_post",
        pageSize: 100,
        schedule: { kind: "manual" },
      },
      clientSecret: SECRET,
    });
    return await playEach({ api, directoryId, sourceId, upstream }, SCENES, show);
  } finally {
    await upstream.close();
  }
}

const tested = z.object({
  ok: z.boolean(),
  steps: z.array(
    z.looseObject({
      step: z.string(),
      ok: z.boolean(),
      count: z.number().nullable(),
      total: z.number().nullable(),
      code: z.string().nullable(),
    }),
  ),
});

async function showTest({ api, sourceId }: Stage): Promise<Seen> {
  const path = `/data-sources/${sourceId}/test`;
  const right = await request(api, "POST", path, tested, {});
  const wrong = await request(api, "POST", path, tested, { clientSecret: "another" });
  const [refused] = wrong.steps;
  return {
    lines: [...right.steps.map(told), `with another secret, ${refused?.step}: ${refused?.code}`],
    problems: problemsOf({
      "each step works": right.ok && right.steps.length === 4,
      "the people are counted": right.steps.some(({ total }) => total === PEOPLE),
      "another secret is refused at the first step":
        wrong.steps.length === 1 && refused?.code === "upstream_auth_failed",
    }),
  };
}

function told({ step, ok, count, total, code }: z.infer<typeof tested>["steps"][number]): string {
  const records = count === null ? "" : `, ${count} of ${total} on the first page`;
  return `${step}: ${ok ? "ok" : code}${records}`;
}

const tally = z.object({
  created: z.number(),
  updated: z.number(),
  disabled: z.number(),
  deleted: z.number(),
  unchanged: z.number(),
  held: z.number(),
});
const run = z.object({
  id: z.string(),
  status: z.string(),
  counts: z.object({ Organization: tally, User: tally }),
  progress: z.object({ phase: z.string(), read: z.number(), total: z.number().nullable() }),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
});
type Run = z.infer<typeof run>;

function start({ api, sourceId }: Stage): Promise<Run> {
  return request(api, "POST", `/data-sources/${sourceId}/sync`, run, {});
}

const LOOK_EVERY_MS = 50;
/** Two minutes and more: a busy machine is slow, not wrong. */
const LOOKS = 2_400;

/** Looks at the run until it is over, or as far as is asked for. Throws Stop when it gets nowhere. */
async function follow(
  { api }: Stage,
  { id }: Run,
  isFar: (now: Run) => boolean = () => false,
): Promise<Run> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const now = await request(api, "GET", `/sync-runs/${id}`, run);
    if (!["queued", "running"].includes(now.status) || isFar(now)) return now;
    await pause(LOOK_EVERY_MS);
  }
  throw new Stop(EXIT.refused, `The run ${id} doesn't end`);
}

async function pulled(stage: Stage): Promise<Run> {
  return follow(stage, await start(stage));
}

/** So many pages come before the upstream asks for patience. */
const PAGES = 2;

async function showFirstPull(stage: Stage): Promise<Seen> {
  const { upstream } = stage;
  const busy = { kind: "answer", status: 429, headers: { "retry-after": "1" } } as const;
  upstream.setFaults(NAME, [{ on: "Users", call: PAGES + 1, onwards: true, act: busy }]);
  const begun = await start(stage);
  const { progress } = await follow(
    stage,
    begun,
    (now) => now.progress.phase === "users" && now.progress.read === PAGES * 100,
  );
  upstream.setFaults(NAME, []);
  const { status, counts } = await follow(stage, begun);
  const { Organization: organizations, User: people } = counts;
  return {
    lines: [
      `on the way: ${progress.phase}, ${progress.read} of ${progress.total}`,
      `${status}: ${organizations.created} organizations and ${people.created} people created`,
    ],
    problems: problemsOf({
      "the run tells how far it is": progress.read === 200 && progress.total === PEOPLE,
      "it goes on and ends well": status === "success",
      "all are created": organizations.created === ORGANIZATIONS && people.created === PEOPLE,
    }),
  };
}

async function showUnchanged(stage: Stage): Promise<Seen> {
  const before = await newestEvent(stage);
  const { status, counts } = await pulled(stage);
  const { created, updated, unchanged } = counts.User;
  const isQuiet = (await newestEvent(stage)) === before;
  return {
    lines: [
      `${status}: ${unchanged} people unchanged, ${created} created, ${updated} updated`,
      isQuiet ? "no event was written" : "there are new events",
    ],
    problems: problemsOf({
      "it ends well": status === "success",
      "everybody is unchanged": unchanged === PEOPLE && created + updated === 0,
      "no event is written": isQuiet && before !== undefined,
    }),
  };
}

const event = z.object({ seq: z.number() });

async function newestEvent({ api, directoryId }: Stage): Promise<number | undefined> {
  const { data } = await requestAll(api, "/events", event, { query: { directoryId }, limit: 1 });
  return data[0]?.seq;
}

async function showOutage(stage: Stage): Promise<Seen> {
  const { upstream } = stage;
  const down = { kind: "answer", status: 503, headers: { "retry-after": "0" } } as const;
  upstream.setFaults(NAME, [{ on: "Users", act: down }]);
  const { status, reason, detail } = await pulled(stage);
  upstream.setFaults(NAME, []);
  const { disabled, line } = await disabledPeople(stage);
  return {
    lines: [`${status}: ${reason}`, detail ?? "", line],
    problems: problemsOf({
      "the run fails": status === "failed",
      "it says why": reason === "upstream_unavailable",
      "nobody is disabled": disabled === 0,
    }),
  };
}

const hold = z.object({ count: z.number(), reason: z.string(), setHash: z.string() });

async function showMassRemoval(stage: Stage): Promise<Seen> {
  const { api, sourceId, upstream } = stage;
  const remove = Array.from({ length: LEAVERS }, (_, n) => n);
  upstream.change(NAME, { of: "Users", remove });
  const { status, reason, counts } = await pulled(stage);
  const path = `/data-sources/${sourceId}/hold`;
  const waiting = z.object({ hold: hold.nullable() });
  const { hold: held } = await request(api, "GET", `${path}?limit=1`, waiting);
  const meanwhile = await disabledPeople(stage);
  if (held !== null) {
    await request(api, "POST", `${path}/reject`, z.null(), { setHash: held.setHash });
  }
  const next = await pulled(stage);
  const afterwards = await disabledPeople(stage);
  return {
    lines: [
      `${status}: ${reason}, ${counts.User.held} people wait for an admin; ${meanwhile.line}`,
      `rejected, so the next run holds nothing: ${next.status}, ${afterwards.line}`,
    ],
    problems: problemsOf({
      "the run is held": status === "held" && reason === "people_missing",
      "all of them wait": counts.User.held === LEAVERS && held?.count === LEAVERS,
      "nobody is disabled meanwhile": meanwhile.disabled === 0,
      "what was rejected isn't asked again": next.status === "success",
      "nobody is disabled afterwards": afterwards.disabled === 0,
    }),
  };
}

async function disabledPeople({ api, directoryId }: Stage) {
  const query = { directoryId, filter: "active eq false" };
  const { data } = await requestAll(api, "/users", z.object({ id: z.string() }), { query });
  const disabled = data.length;
  return { disabled, line: disabled === 0 ? "nobody is disabled" : `${disabled} are disabled` };
}
