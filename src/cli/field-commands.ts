/** `muster fields …`: a directory's custom fields, and which of them a source has. */
import { z } from "zod";
import { request, type Api } from "./api.ts";
import { table, type Call, type Command, type Output } from "./command.ts";
import { inDirectory } from "./key-commands.ts";
import { findSource } from "./source-commands.ts";
import { EXIT, Stop } from "./stop.ts";

const field = z.looseObject({
  id: z.string(),
  name: z.string(),
  label: z.string(),
  type: z.string(),
  required: z.boolean(),
  unique: z.boolean(),
  items: z.array(z.looseObject({ value: z.string(), enabled: z.boolean() })),
});
type FieldAnswer = z.infer<typeof field>;

const choice = z.looseObject({ namespace: z.string().nullable(), fieldIds: z.array(z.string()) });

const observed = z.looseObject({
  path: z.string(),
  count: z.number(),
  lastAt: z.string(),
  detail: z.string(),
});

async function allFields(api: Api, query: Record<string, string>): Promise<FieldAnswer[]> {
  const search = new URLSearchParams(query).toString();
  const list = z.object({ data: z.array(field) });
  return (await request(api, "GET", `/fields?${search}`, list)).data;
}

function fieldsTable(fields: readonly FieldAnswer[]): string {
  const rows = fields.map((one) => [
    one.name,
    one.type,
    one.required ? "required" : "",
    one.unique ? "unique" : "",
    one.items.map(({ value, enabled }) => (enabled ? value : `(${value})`)).join(","),
    one.label,
    one.id,
  ]);
  return table(["NAME", "TYPE", "REQUIRED", "UNIQUE", "ITEMS", "LABEL", "ID"], rows);
}

async function runList({ api, options }: Call): Promise<Output> {
  const fields = await allFields(api, await inDirectory(api, options["directory"]));
  return { json: fields, text: fieldsTable(fields) };
}

async function runAdd({ api, options }: Call): Promise<Output> {
  const { name = "", label = name, type, items } = options;
  const values = items === undefined ? [] : listOf(items);
  const made = await request(api, "POST", "/fields", field, {
    name,
    label,
    type,
    required: yesOrNo(options["required"], "required"),
    unique: yesOrNo(options["unique"], "unique"),
    items: values.map((value) => ({ value, label: value })),
    ...(await inDirectory(api, options["directory"])),
  });
  return { json: made, text: fieldsTable([made]) };
}

async function runRemove({ api, positionals: [named = ""], options }: Call): Promise<Output> {
  const fields = await allFields(api, await inDirectory(api, options["directory"]));
  const [id = ""] = idsOf([named], fields);
  await request(api, "DELETE", `/fields/${id}`, z.null());
  return { json: { id }, text: `${named} is removed; its values are kept\n` };
}

async function runChoose({ api, positionals: [named = ""], options }: Call): Promise<Output> {
  const source = await findSource(api, named);
  const { fields: wanted = "", namespace = "" } = options;
  const directoryId = z.looseObject({ directoryId: z.string() }).parse(source).directoryId;
  const known = await allFields(api, { directoryId });
  const saved = await request(api, "PUT", `/data-sources/${source.id}/fields`, choice, {
    namespace: namespace === "" ? null : namespace,
    fieldIds: idsOf(listOf(wanted), known),
  });
  const chosen = known.filter(({ id }) => saved.fieldIds.includes(id));
  const text = `${source.name}: ${saved.namespace ?? "no namespace"}\n${fieldsTable(chosen)}`;
  return { json: saved, text };
}

async function runObserved({ api, positionals: [named = ""] }: Call): Promise<Output> {
  const { id } = await findSource(api, named);
  const list = z.looseObject({ data: z.array(observed) });
  const { data } = await request(api, "GET", `/data-sources/${id}/observed-attributes`, list);
  const rows = data.map((one) => [one.lastAt, String(one.count), one.path, one.detail]);
  return { json: data, text: table(["LAST", "COUNT", "PATH", "WHY"], rows) };
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Ids of fields given by id or name. Throws Stop. */
function idsOf(named: readonly string[], fields: readonly FieldAnswer[]): string[] {
  return named.map((one) => {
    const found = fields.find(({ id, name }) => id === one || name === one);
    if (found === undefined) throw new Stop(EXIT.refused, `not_found: no field "${one}"`);
    return found.id;
  });
}

function yesOrNo(text: string | undefined, option: string): boolean {
  if (text === undefined || text === "no") return false;
  if (text === "yes") return true;
  throw new Stop(EXIT.usage, `--${option} must be yes or no`);
}

const DIRECTORY = { directory: "DIRECTORY" };

export const fieldCommands: Readonly<Record<string, Command>> = {
  "fields list": {
    positionals: [],
    options: DIRECTORY,
    summary: "lists the directory's custom fields",
    run: runList,
  },
  "fields add": {
    positionals: [],
    options: {
      name: "NAME",
      type: "string|number|boolean|choice",
      label: "TEXT",
      required: "yes|no",
      unique: "yes|no",
      items: "VALUE,VALUE",
      ...DIRECTORY,
    },
    required: ["name", "type"],
    summary: "adds one; its type never changes",
    run: runAdd,
  },
  "fields rm": {
    positionals: ["field"],
    options: DIRECTORY,
    summary: "removes one; its values are kept for a field of the same name and type",
    run: runRemove,
  },
  "fields choose": {
    positionals: ["source"],
    options: { namespace: "URN", fields: "FIELD,FIELD" },
    summary: "says which fields a source has, and under which namespace; without either: none",
    run: runChoose,
  },
  "fields observed": {
    positionals: ["source"],
    options: {},
    summary: "lists what a source sends that isn't kept",
    run: runObserved,
  },
};
