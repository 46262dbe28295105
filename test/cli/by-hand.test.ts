/** What is done by hand from a terminal: which request it makes, and what it tells. */
import { expect, it } from "vitest";
import { run } from "./run.ts";
import { serverOf } from "./server.ts";

const USER = {
  id: "u1",
  sourceId: null,
  organizationId: "o1",
  active: true,
  userName: "ann",
  attributes: {},
  version: 1,
  updatedAt: "2026-11-22T00:00:00Z",
};
const GROUP = {
  id: "g1",
  sourceId: null,
  displayName: "Staff",
  memberCount: 2,
  attributes: {},
  version: 1,
  updatedAt: "2026-11-22T00:00:00Z",
};
const UNIT = { id: "o1", displayName: "Sales", code: null, userCount: 0 };
const WORK = [{ value: "ann@a.test", type: "work", primary: true }];

it.each([
  [
    "users add --user-name ann --name Ann --email ann@a.test --organization o1",
    USER,
    "POST /users",
    {
      userName: "ann",
      attributes: { displayName: "Ann", emails: WORK },
      organizationId: "o1",
    },
    "ann  enabled, in o1 (u1)",
  ],
  [
    "users add --user-name ann",
    USER,
    "POST /users",
    { userName: "ann", attributes: {} },
    "ann  enabled",
  ],
  ["users move u1 --to o1", USER, "PATCH /users/u1?", { organizationId: "o1" }, "in o1"],
  ["users enable u1", USER, "POST /users/u1/enable?", undefined, "ann  enabled"],
  [
    "users disable u1",
    { ...USER, active: false },
    "POST /users/u1/disable?",
    undefined,
    "ann  disabled",
  ],
  ["users restore a/b", USER, "POST /users/a%2Fb/restore?", undefined, "ann  enabled"],
  ["users delete u1", null, "DELETE /users/u1?", undefined, "The user u1 is deleted"],
  ["groups add --name Staff", GROUP, "POST /groups", { displayName: "Staff" }, "Staff  members: 2"],
  [
    "groups add --name Staff --members u1,u2",
    GROUP,
    "POST /groups",
    { displayName: "Staff", members: ["u1", "u2"] },
    "Staff  members: 2 (g1)",
  ],
  [
    "groups members g1 --add u1,u2 --remove u3",
    GROUP,
    "POST /groups/g1/members?",
    { add: ["u1", "u2"], remove: ["u3"] },
    "Staff  members: 2",
  ],
  ["groups delete g1", null, "DELETE /groups/g1?", undefined, "The group g1 is deleted"],
  ["groups restore g1", GROUP, "POST /groups/g1/restore?", undefined, "Staff  members: 2 (g1)"],
  ["orgs restore o1", UNIT, "POST /organizations/o1/restore?", undefined, "Sales  (o1)"],
  [
    "orgs add --name Sales --parent o0 --code S",
    UNIT,
    "POST /organizations",
    { displayName: "Sales", parentId: "o0", code: "S" },
    "Sales  (o1)",
  ],
  ["orgs move o1 --to o2", UNIT, "PATCH /organizations/o1?", { parentId: "o2" }, "Sales  (o1)"],
  [
    "orgs rename o1 --name Sales",
    UNIT,
    "PATCH /organizations/o1?",
    { displayName: "Sales" },
    "Sales  (o1)",
  ],
  [
    "orgs delete o1",
    null,
    "DELETE /organizations/o1?",
    undefined,
    "The organization o1 is deleted",
  ],
  [
    "orgs delete o1 --move-users-to o2",
    null,
    "DELETE /organizations/o1?moveUsersTo=o2",
    undefined,
    "The organization o1 is deleted",
  ],
])("asks for %s, and tells what came of it", async (command, answer, asked, body, text) => {
  const { env, sent } = await serverOf(() => answer);
  const told = await run("muster", command.split(" "), env);
  expect([told.code, told.stderr]).toEqual([0, ""]);
  expect(told.stdout).toContain(text);
  const json = await run("muster", [...command.split(" "), "--json"], env);
  expect(JSON.parse(json.stdout)).toEqual(answer ?? { id: command.split(" ")[2] });
  const requests = sent.map((one) => [`${one.method} ${one.path}`, one.body]);
  const wanted = [asked.replace(" /", " /api/v1/"), body];
  expect(requests).toEqual([wanted, wanted]);
});

const ACME = { data: [{ id: "dir_1", name: "Acme", shard: "00" }], nextCursor: null };

it.each([
  ["users add --user-name ann", USER],
  ["users move u1 --to o1", USER],
  ["users delete u1", null],
  ["groups add --name Staff", GROUP],
  ["groups members g1 --add u1", GROUP],
  ["orgs add --name Sales", UNIT],
  ["orgs rename o1 --name Sales", UNIT],
  ["orgs delete o1", null],
])("does %s in the directory that is named", async (command, answer) => {
  const { env, sent } = await serverOf((path) => (path.includes("/directories") ? ACME : answer));
  const args = [...command.split(" "), "--directory", "Acme"];
  expect(await run("muster", args, env)).toMatchObject({ code: 0 });
  const last = sent.at(-1);
  expect(`${last?.path} ${JSON.stringify(last?.body)}`).toContain("dir_1");
});

it.each([
  "users add --name Ann",
  "users move u1",
  "users disable",
  "groups add --members u1",
  "orgs rename o1",
  "orgs move o1",
  "orgs delete o1 --to o2",
])("exits with 2 on %s, and asks for nothing", async (command) => {
  const { env, sent } = await serverOf(() => null);
  const { code, stderr } = await run("muster", command.split(" "), env);
  expect([code, sent]).toEqual([2, []]);
  expect(stderr).toContain("Usage: ");
});
