import { env } from "cloudflare:workers";
import { it } from "vitest";
import { DIRECTORY, ROOT, insertUsers, insertVisible, testId, insertGroups, insertMembers } from "../support/directory-rows.ts";

async function run(label: string, sql: string, ...params: (string | number)[]) {
  const [result] = await env.DB.batch<Record<string, unknown>>([env.DB.prepare(sql).bind(...params)]);
  const plan = await env.DB.prepare("EXPLAIN QUERY PLAN " + sql).bind(...params).all<{ detail: string }>();
  console.log(label, "read", result?.meta.rows_read, "rows", result?.results.length, JSON.stringify(result?.results.slice(0, 1)).slice(0, 80), "\n   ", plan.results.map((r) => r.detail).join(" | "));
}

it("probes", async () => {
  const t = Date.now();
  const n = 2000;
  await insertUsers(env.DB, Array.from({ length: n }, (_, i) => ({
    id: testId(i), sourceId: "ds_a", updatedAt: i,
    attributes: { userName: `User${i}@Example.com`, externalId: `x${i}`, active: true, emails: [{ value: `User${i}@Example.com`, type: "work", primary: true }], title: "a".repeat(i % 30) },
  })));
  console.log("insert", Date.now() - t);
  await insertVisible(env.DB, "ds_a");
  await insertGroups(env.DB, Array.from({ length: 20 }, (_, i) => ({ id: testId(9000000 + i), sourceId: "ds_a", attributes: { displayName: `G${i}` } })));
  await insertMembers(env.DB, Array.from({ length: 20 }, (_, i) => ({ group: testId(9000000 + i), user: testId(7) })));



  const C = "u.id, u.attributes, u.organization_id";
  const VIS = "EXISTS (SELECT 1 FROM visible_orgs v WHERE v.source_id='ds_a' AND v.organization_id=u.organization_id)";
  const wrap = (matched: string, order = "", order2 = "") => `SELECT t.too_many, t.total, ${C} FROM (SELECT count(*) > 10000 AS too_many, count(seq) AS total, json_group_array(seq) FILTER (WHERE seq IS NOT NULL) AS seqs FROM (${matched} ${order} LIMIT -1)) t LEFT JOIN json_each(t.seqs) j ON j.key >= ?1 AND j.key < ?2 LEFT JOIN users u ON u.seq = j.value ${order2}`;
  const email = `SELECT iif(u.deleted_at IS NULL AND ${VIS}, u.seq, NULL) AS seq FROM (SELECT user_id FROM user_values WHERE directory_id='default' AND attribute='emails' AND key = ?3 LIMIT 10001) c CROSS JOIN users u ON u.id=c.user_id`;
  const O = "ORDER BY u.organization_id, u.seq";
  for (const [o, o2] of [["", ""], [O, ""], [O, "ORDER BY j.key"]] as const) {
    await run("email", wrap(email, o, o2), 0, 100, "user5@example.com");
    await run("email none", wrap(email, o, o2), 0, 100, "nope");
    await run("email beyond", wrap(email, o, o2), 1, 101, "user5@example.com");
    await run("name", wrap(`SELECT iif(${VIS}, u.seq, NULL) AS seq FROM users u WHERE u.directory_id='default' AND u.user_name_key = ?3 AND u.deleted_at IS NULL`, o, o2), 0, 100, "user5@example.com");
    await run("changed", wrap(`SELECT iif(${VIS}, u.seq, NULL) AS seq FROM (SELECT seq FROM users WHERE directory_id='default' AND updated_at > ?3 AND deleted_at IS NULL LIMIT 10001) c CROSS JOIN users u ON u.seq=c.seq`, o, o2), 0, 100, 1899);
  }
  const BOUND = (max: number) => `(SELECT coalesce(sum(c.n), 0) FROM visible_orgs v CROSS JOIN counters c ON c.owner=v.organization_id AND c.name='users' WHERE v.source_id='ds_a') <= ${max}`;
  const scan = (max: number) => `SELECT iif(json_extract(u.attributes,'$.title') <> 'aaa', u.seq, NULL) AS seq FROM visible_orgs v CROSS JOIN users u ON u.organization_id=v.organization_id WHERE v.source_id='ds_a' AND u.deleted_at IS NULL ORDER BY v.organization_id, u.seq LIMIT iif(${BOUND(max)}, -1, 0)`;
  const wrap2 = (matched: string) => wrap(matched).replace(" LIMIT -1)", ")");
  await run("scan", wrap2(scan(10000)), 0, 100);
  await run("scan ordered", wrap2(scan(10000)) + " ORDER BY j.key", 0, 100);
  await run("scan 500", wrap2(scan(10000)), 500, 600);
  await run("scan none", wrap2(scan(10)), 0, 100);
});
