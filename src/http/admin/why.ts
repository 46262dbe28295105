/** Why somebody is as they are: all that touched one person, over HTTP. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Row } from "../../directory/database.ts";
import {
  historyPage,
  historyPosition,
  peopleNamed,
  personOf,
  type HistoryItem,
  type Person,
} from "../../directory/history.ts";
import { userNameKey } from "../../directory/user.ts";
import type { Language } from "../../scim/catalogue.ts";
import { ScimError } from "../../scim/error.ts";
import { history, historyItem } from "./activity-contracts.ts";
import { readCursor, toCursor } from "./cursor.ts";
import { namesOf, type Names } from "./names.ts";
import { placeOf, type Place } from "./place.ts";
import { dataSourceQuery, whyQuery } from "./queries.ts";
import { languageOf } from "./problem.ts";
import { representRefusal } from "./refusals.ts";
import { toRfc3339 } from "./represent.ts";
import { adminRoute, idParams, json, newRouter, type AdminEnv } from "./router.ts";
import { eventSentence, idsNamedIn, refusalSentence } from "./sentences.ts";

const DESCRIPTION =
  "Events of the person, of their organization and those above since they came there, of groups that name them, and refusals that do, newest first; of the deleted, too. A page may hold less than `limit`, and still have a next one. Refusals show up within a minute.";

const ofUser = adminRoute({
  method: "get",
  path: "/users/{id}/history",
  operationId: "getUserHistory",
  description: DESCRIPTION,
  request: { params: idParams, query: dataSourceQuery },
  responses: { 200: json(history, "What happened to the person") },
});

const why = adminRoute({
  method: "get",
  path: "/why",
  operationId: "explainUser",
  description: `${DESCRIPTION} The person is named by \`id\` or by \`userName\`.`,
  request: { query: whyQuery },
  responses: { 200: json(history, "What happened to the person") },
});

export function whyRoutes(): OpenAPIHono<AdminEnv> {
  const app = newRouter();
  app.openapi(ofUser, async (c) => {
    const query = c.req.valid("query");
    const place = await placeOf(c.env, query.directoryId);
    const rows = await rowsOf(place, c.req.valid("param").id);
    const person = toPerson(rows, c.req.valid("param").id);
    return c.json(await answer(c, place, { rows, person, limit: query.limit }), 200);
  });
  app.openapi(why, async (c) => {
    const { userName, id, limit, directoryId } = c.req.valid("query");
    if ((userName === undefined) === (id === undefined)) {
      throw new ScimError("invalidValue", "Name the person by either userName or id", {
        faults: [{ pointer: "/userName", code: "required", detail: "Give userName or id" }],
      });
    }
    const place = await placeOf(c.env, directoryId);
    const key = userNameKey({ userName: userName ?? "" });
    const rows =
      id === undefined ? await peopleNamed(place.db, directoryId, key) : await rowsOf(place, id);
    const person = id === undefined ? withName(toPerson(rows), key) : toPerson(rows, id);
    return c.json(await answer(c, place, { rows, person, limit }), 200);
  });
  return app;
}

async function rowsOf({ db, directoryId }: Place, id: string): Promise<readonly Row[]> {
  const row = await personOf(db, directoryId, id);
  return row === undefined ? [] : [row];
}

/** The id is asked for also where nobody has it any more. */
function toPerson(rows: readonly Row[], id?: string): Person {
  const texts = (column: string) =>
    rows.map((row) => row[column]).filter((text) => typeof text === "string");
  return {
    ids: [...new Set([...texts("id"), ...(id === undefined ? [] : [id])])],
    organizationIds: [...new Set(texts("organization_ids").flatMap(idsInJson))],
    userNameKeys: [...new Set(texts("user_name_key"))],
    externalIds: [...new Set(texts("external_id"))],
  };
}

function idsInJson(text: string): string[] {
  return z.array(z.string()).parse(JSON.parse(text));
}

function withName(person: Person, key: string): Person {
  return { ...person, userNameKeys: [...new Set([...person.userNameKeys, key])] };
}

interface Asked {
  readonly rows: readonly Row[];
  readonly person: Person;
  readonly limit: number;
}

/** Throws ScimError `not_found` for somebody nothing is known of. */
async function answer(
  c: Context<AdminEnv>,
  { db, directoryId }: Place,
  { rows, person, limit }: Asked,
): Promise<z.infer<typeof history>> {
  const after = await readCursor(c, historyPosition);
  const { items, next } = await historyPage(db, { directoryId, person, after, limit });
  if (rows.length === 0 && items.length === 0 && next === undefined && after === undefined) {
    throw new ScimError("not_found", "Nothing is known of such a person");
  }
  const language = languageOf(c);
  const names = await namesOf(c.env, db, items.flatMap(idsIn));
  return {
    people: person.ids.map((id) => ({ id, state: stateOf(rows.find((row) => row["id"] === id)) })),
    data: items.map((item) => representItem(item, { names, people: person.ids, language })),
    nextCursor: await toCursor(c, next),
  };
}

function stateOf(row: Row | undefined): "present" | "deleted" | "purged" {
  if (row === undefined) return "purged";
  return row["deleted_at"] === null ? "present" : "deleted";
}

function idsIn(item: HistoryItem): string[] {
  return item.kind === "event" ? idsNamedIn([item.event]) : [item.refusal.source_id];
}

/** To whom a story is told, and about whom. */
interface Telling {
  readonly names: Names;
  readonly people: readonly string[];
  readonly language: Language;
}

function representItem(
  item: HistoryItem,
  { names, people, language }: Telling,
): z.infer<typeof historyItem> {
  if (item.kind === "event") {
    const { seq, at, source_id: sourceId, request_id: requestId } = item.event;
    const sentence = eventSentence(item.event, names, people);
    return { at: toRfc3339(at), sentence, outcome: "done", eventId: seq, sourceId, requestId };
  }
  const refusal = representRefusal(item.refusal, language);
  return {
    at: refusal.firstAt,
    sentence: refusalSentence(item.refusal, names),
    outcome: "refused",
    refusal,
    sourceId: refusal.sourceId,
    requestId: refusal.requestId,
  };
}
