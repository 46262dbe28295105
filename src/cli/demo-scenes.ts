/** What the demo shows beside the recorded clients: scenes in a directory of their own, each with its checks. */
import { setImmediate as turn } from "node:timers/promises";
import { z } from "zod";
import type { Json } from "../scim/json.ts";
import { request, type Api } from "./api.ts";
import { playEach, problemsOf, type Scene, type Seen } from "./demo-stage.ts";
import { addSource } from "./source-commands.ts";
import { sender } from "./wire.ts";

type Created = Awaited<ReturnType<typeof addSource>>;

interface Stage {
  readonly api: Api;
  readonly directoryId: string;
  readonly source: Created;
}

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const NAMESPACE = "urn:example:scim:schemas:staff:2.0:User";
const OTHER_NAMESPACE = "urn:example:scim:schemas:people:2.0:User";
const PERSON = "mia.moves@scenes.example";

/** Played in this order: the last ones tell of the first ones. */
const SCENES: readonly Scene<Stage>[] = [
  { title: "A number and its region that contradict each other", play: showRegionMismatch },
  { title: "Fields under another namespace than the one expected", play: showNamespaceMismatch },
  { title: "A token that is rotated while requests come in", play: showRotation },
  { title: "A client that gets an access token", play: showClientCredentials },
  { title: "The second dialect", play: showSecondDialect },
  { title: `Why ${PERSON} is as they are`, play: showWhy },
];

/** Plays all scenes. Gives the problems there were. */
export async function playScenes(api: Api, show: (text: string) => void): Promise<string[]> {
  const made = z.object({ id: z.string() });
  const { id: directoryId } = await request(api, "POST", "/directories", made, { name: "Scenes" });
  const body = { name: "Scenes", profile: "standard", mode: "push", directoryId };
  const stage = { api, directoryId, source: await addSource(api, body) };
  return playEach(stage, SCENES, show);
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

async function scim(
  { source }: Stage,
  token: string,
  method: string,
  path: string,
  body?: Json,
): Promise<Answered> {
  return ask(token, method, `${source.scimBaseUrl}${path}`, body);
}

async function ask(token: string, method: string, url: string, body?: Json): Promise<Answered> {
  const answer = await sender(token)(url, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

const refusals = z.object({
  data: z.array(
    z.looseObject({
      operation: z.string(),
      code: z.string(),
      detail: z.string(),
      fix: z.string().nullable(),
    }),
  ),
});

async function showRegionMismatch(stage: Stage): Promise<Seen> {
  const { api, source } = stage;
  const phoneNumbers = [{ type: "work", value: "+8613800138000" }];
  const person = { schemas: [USER], userName: PERSON, phoneNumbers };
  const sent = { ...person, phoneRegion: "1" };
  const refused = await scim(stage, source.token.secret, "POST", "/Users", sent);
  const created = await scim(stage, source.token.secret, "POST", "/Users", person);
  const { data } = await request(api, "GET", `/data-sources/${source.id}/refusals`, refusals);
  const [kept] = data;
  return {
    lines: [`${kept?.operation} was refused: ${kept?.code}`, kept?.detail ?? "", kept?.fix ?? ""],
    problems: problemsOf({
      "the contradiction is 400": refused.status === 400,
      "without it the person is created": created.status === 201,
      "the log has the refusal alone": data.length === 1,
      "the log names the code": kept?.code === "phone_region_mismatch",
      "the log has advice": (kept?.fix ?? "") !== "",
    }),
  };
}

const observed = z.object({
  data: z.array(
    z.looseObject({ path: z.string(), code: z.string(), detail: z.string(), hint: z.string() }),
  ),
});

async function showNamespaceMismatch(stage: Stage): Promise<Seen> {
  const { api, directoryId, source } = stage;
  const made = z.object({ id: z.string() });
  const field = { name: "desk", label: "Desk", type: "string", directoryId };
  const { id } = await request(api, "POST", "/fields", made, field);
  const choice = { namespace: NAMESPACE, fieldIds: [id] };
  await request(api, "PUT", `/data-sources/${source.id}/fields`, z.unknown(), choice);
  const person = { schemas: [USER, OTHER_NAMESPACE], userName: "noa.named@scenes.example" };
  const sent = { ...person, [OTHER_NAMESPACE]: { desk: "4-17" } };
  const created = await scim(stage, source.token.secret, "POST", "/Users", sent);
  const path = `/data-sources/${source.id}/observed-attributes`;
  const { data } = await request(api, "GET", path, observed);
  const kept = data.find((one) => one.path.includes(OTHER_NAMESPACE));
  return {
    lines: [kept?.path ?? "", kept?.detail ?? "", kept?.hint ?? ""],
    problems: problemsOf({
      "the person is created all the same": created.status === 201,
      "the field is not kept": !JSON.stringify(created.body).includes("4-17"),
      "what arrived is told": kept?.code === "namespace_mismatch",
      "both namespaces are named":
        kept?.detail.includes(NAMESPACE) === true && kept.detail.includes(OTHER_NAMESPACE),
    }),
  };
}

/** So many clients ask at once, each again as soon as it is answered. */
const CLIENTS = 4;
/** So often each of them asks with the new token. */
const AFTERWARDS = 5;

async function showRotation(stage: Stage): Promise<Seen> {
  const { api, source } = stage;
  const { id, secret } = source.token;
  const made = z.object({ secret: z.string() });
  let successor: string | undefined;
  const asked = { old: 0, new: 0, refused: 0 };
  const ask = async (token: string) => {
    const { status } = await scim(stage, token, "GET", "/Users?count=1");
    if (status !== 200) asked.refused++;
    await turn();
  };
  const clients = Array.from({ length: CLIENTS }, async () => {
    for (; successor === undefined; asked.old++) await ask(secret);
    // A client learns of the new token later than it is made.
    for (let i = 0; i < AFTERWARDS; i++, asked.old++) await ask(secret);
    for (let i = 0; i < AFTERWARDS; i++, asked.new++) await ask(successor);
  });
  const path = `/data-sources/${source.id}/tokens/${id}/rotate`;
  try {
    successor = (await request(api, "POST", path, made, { overlapHours: 1 })).secret;
  } finally {
    successor ??= secret;
    await Promise.all(clients);
  }
  return {
    lines: [
      `${asked.old} requests with the old token, ${asked.new} with the new one, ${asked.refused} refused`,
    ],
    problems: problemsOf({
      "there is a new token": successor !== secret,
      "requests came with the old one": asked.old > CLIENTS * AFTERWARDS,
      "none was refused": asked.refused === 0,
    }),
  };
}

async function showClientCredentials(stage: Stage): Promise<Seen> {
  const { tokenUrl, clientId, clientSecret } = stage.source;
  const response = await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret.secret,
    }),
  });
  const answer = z.object({ access_token: z.string(), expires_in: z.number() });
  const read = answer.safeParse(await response.json());
  const token = read.data?.access_token ?? "";
  const filter = encodeURIComponent(`userName eq "${PERSON}"`);
  const found = await scim(stage, token, "GET", `/Users?filter=${filter}`);
  const list = z.object({ totalResults: z.number() }).safeParse(found.body);
  return {
    lines: [
      `POST /oauth/token gave a token for ${read.data?.expires_in} seconds`,
      `GET /Users with it found ${list.data?.totalResults} person`,
    ],
    problems: problemsOf({
      "the client gets a token": response.status === 200 && token !== "",
      "the token lets it in": found.status === 200 && list.data?.totalResults === 1,
    }),
  };
}

const written = z.object({ errcode: z.number(), errmsg: z.string(), id: z.string() });
const listed = z.object({
  totalResults: z.number(),
  Resources: z.array(z.object({ userName: z.string(), organization: z.array(z.string()) })),
});

async function showSecondDialect({ api, source }: Stage): Promise<Seen> {
  const { clientId, clientSecret } = source;
  const client = { client_id: clientId, client_secret: clientSecret.secret };
  const at = `${api.url}/scim/api`;
  const response = await fetch(`${at}/token?${new URLSearchParams(client).toString()}`);
  const read = z.object({ access_token: z.string() }).safeParse(await response.json());
  const token = read.data?.access_token ?? "";
  const unit = { displayName: "Second floor", code: "F2" };
  const made = await ask(token, "POST", `${at}/v2/Organizations`, unit);
  const id = written.safeParse(made.body).data?.id ?? "";
  const person = { userName: "li.na", displayName: "李娜", password: "Abcdef12" };
  const sent = { ...person, organization: [id] };
  const created = await ask(token, "POST", `${at}/v2/Users`, sent);
  const again = await ask(token, "POST", `${at}/v2/Users`, sent);
  const filter = encodeURIComponent(`organization eq "${id}"`);
  const list = await ask(token, "GET", `${at}/v2/Users?count=-1&filter=${filter}`);
  const found = listed.safeParse(list.body).data;
  const names = (found?.Resources ?? []).map(({ userName }) => userName);
  return {
    lines: [
      `GET /scim/api/token gave a token: ${response.status}`,
      `POST Organizations: ${told(made)}; POST Users: ${told(created)}; once more: ${told(again)}`,
      `GET Users of that organization: ${found?.totalResults} (${names.join()})`,
    ],
    problems: problemsOf({
      "the client gets a token by GET": response.status === 200 && token !== "",
      "the organization is created": made.status === 201 && id !== "",
      "the person is created": created.status === 201,
      "a repeated POST is an update": again.status === 200,
      "the list has the person, in the organization":
        names.join() === person.userName && found?.Resources[0]?.organization.join() === id,
    }),
  };
}

function told({ body }: Answered): string {
  const answer = written.safeParse(body).data;
  return `errcode ${answer?.errcode}, ${answer?.errmsg}`;
}

const history = z.object({
  data: z.array(z.looseObject({ sentence: z.string(), outcome: z.string() })),
});

async function showWhy({ api, directoryId }: Stage): Promise<Seen> {
  const query = new URLSearchParams({ userName: PERSON, directoryId });
  const { data } = await request(api, "GET", `/why?${query.toString()}`, history);
  const outcomes = data.map(({ outcome }) => outcome);
  return {
    lines: data.map(({ sentence }) => sentence),
    problems: problemsOf({
      "they were created, after they were refused": outcomes.join() === "done,refused",
      "what was wrong is told": data.at(-1)?.sentence.includes("phone_region_mismatch") === true,
    }),
  };
}
