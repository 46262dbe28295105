/** A small directory to write to, made once per file over HTTP and brought back as rows. */
import type { JsonObject } from "../../src/scim/json.ts";
import { idOf } from "./answer.ts";
import { claim, newSource, type Admin, type Source } from "./client.ts";
import { dump, restore, without, type Dump } from "./dump.ts";

export interface World {
  readonly admin: Admin;
  /** The one that owns the people: profile `standard`. */
  readonly source: Source;
  /** Has two tokens and nobody: profile `okta`. */
  readonly other: Source;
  readonly secondToken: string;
  /** Is disabled, as is the second of its tokens. */
  readonly closed: Source & { readonly disabledToken: string };
  /** Id of a user or group by its name. */
  readonly id: Readonly<Record<string, string>>;
  /** All rows but the epochs, which never go back. */
  readonly start: Dump;
}

const PEOPLE: readonly (JsonObject & { userName: string })[] = [
  { userName: "ann", externalId: "1", emails: [{ value: "Ann@x", type: "work" }] },
  { userName: "bob", emails: [{ value: "bob@x", type: "work" }] },
  { userName: "cy", externalId: "3" },
  { userName: "dora", externalId: "4", phoneNumbers: [{ value: "+15550100", type: "work" }] },
];

let made: World | undefined;

/** Ann and Bob are staff, there is a group of guests without any, and Dora was deleted. */
export async function bringWorld(): Promise<World> {
  made ??= await makeWorld();
  await restore(made.start);
  return made;
}

async function makeWorld(): Promise<World> {
  const admin = await claim();
  const source = await newSource(admin, "standard");
  const other = await newSource(admin, "okta");
  const token = await admin("POST", `/data-sources/${other.id}/tokens`, {});
  const closed = await closedSource(admin);
  const id: Record<string, string> = {};
  const create = async (path: string, name: string, body: JsonObject): Promise<void> => {
    id[name] = idOf(await source.call("POST", path, body));
  };
  for (const person of PEOPLE) await create("/Users", person.userName, person);
  await create("/Groups", "staff", {
    displayName: "staff",
    externalId: "g1",
    members: ["ann", "bob"].map((name) => ({ value: id[name] ?? "" })),
  });
  await create("/Groups", "guests", { displayName: "guests" });
  await source.call("DELETE", `/Users/${id["dora"]}`);
  const start = without(await dump(), "epochs");
  return { admin, source, other, secondToken: idOf(token), closed, id, start };
}

async function closedSource(admin: Admin): Promise<World["closed"]> {
  const source = await newSource(admin, "entra", { name: "closed" });
  const path = `/data-sources/${source.id}`;
  const disabledToken = idOf(await admin("POST", `${path}/tokens`, {}));
  await admin("POST", `${path}/tokens/${disabledToken}/disable`);
  await admin("POST", `${path}/disable`);
  return { ...source, disabledToken };
}
