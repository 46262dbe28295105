import { env } from "cloudflare:workers";
import { it } from "vitest";
import { claim, newSource } from "../support/client.ts";
import { idAt, newGroup, newUser, patch } from "../support/scim.ts";
it("probes", { timeout: 30000 }, async () => {
  const admin = await claim();
  const s = await newSource(admin, "standard");
  const other = await newUser(s, { userName: "other@x.y" });
  const u = await newUser(s, { userName: "a@b.c", externalId: "1", emails: [{ value: "a@b.c", type: "work" }], phoneNumbers: [{ value: "+49 30 1", type: "work" }] });
  for (let i = 0; i < 3; i++) await newGroup(s, `g${i}`, [idAt(u), idAt(other)]);
  Reflect.set(globalThis, "TRACE", true);
  await s.call("DELETE", u);
  Reflect.set(globalThis, "TRACE", false);
  const u9 = await newUser(s, { userName: `a9@b.c` });
  for (let i = 0; i < 20; i++) await newGroup(s, `g9${i}`, [idAt(u9), idAt(other)]);
  const seq = await env.DB.prepare("SELECT seq FROM users WHERE id = ?").bind(idAt(u9)).first<number>("seq");
  for (const sql of [
    "UPDATE groups SET member_count = member_count - 1, version = version + 1 WHERE seq IN (SELECT group_seq FROM members WHERE user_seq = ?1)",
    "UPDATE groups SET member_count = member_count - 1, version = version + 1 FROM (SELECT group_seq FROM members WHERE user_seq = ?1) m WHERE groups.seq = m.group_seq",
    "UPDATE groups SET member_count = member_count - 1, version = version + 1 FROM members m WHERE m.user_seq = ?1 AND groups.seq = m.group_seq",
    "INSERT INTO groups (seq, id, directory_id, name_key, attributes, member_count, version, created_at, updated_at) SELECT group_seq, '', '', '', '', 0, 0, 0, 0 FROM members WHERE user_seq = ?1 ON CONFLICT (seq) DO UPDATE SET member_count = member_count - 1, version = version + 1",
    "SELECT group_seq FROM members WHERE user_seq = ?1",
    "UPDATE groups SET member_count = member_count - 1, version = version + 1 WHERE seq = (SELECT group_seq FROM members WHERE user_seq = ?1)",
    "UPDATE groups SET member_count = member_count - 1, version = version + 1 WHERE seq IN (" + Array.from({ length: 20 }, (_, i) => i + 4).join() + ") AND ?1 = ?1",
    "INSERT INTO assert_ok (ok) SELECT 0 WHERE 20 <> (SELECT count(*) FROM members WHERE user_seq = ?1)",
    "DELETE FROM members WHERE user_seq = ?1",
  ]) {
    const [o] = await env.DB.batch([env.DB.prepare(sql).bind(seq)]);
    console.log(o!.meta.rows_read, o!.meta.rows_written, sql);
  }
});
