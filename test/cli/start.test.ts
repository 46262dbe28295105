import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { endOrphans, groupMembers } from "../../src/cli/children.ts";
import { freePort } from "../../src/cli/instance.ts";
import { stateAt } from "../../src/cli/state.ts";
import { begin, run, temporaryFolder, type Running } from "./run.ts";

const SERVES = "Muster serves at";

const record = z.object({
  url: z.string(),
  adminKey: z.string(),
  pid: z.number().optional(),
  groupId: z.number().optional(),
});

function readRecord(directory: string): z.infer<typeof record> {
  return record.parse(JSON.parse(readFileSync(stateAt(directory).instanceFile, "utf8")));
}

async function start(directory: string, port: number): Promise<Running> {
  const running = begin("start", ["--state", directory, "--port", String(port)]);
  await running.says(SERVES);
  const { groupId = 0 } = readRecord(directory);
  onTestFinished(() => void endOrphans(groupId, directory));
  return running;
}

/** Runs `muster … --json` against the state and reads what it prints. */
async function muster(directory: string, ...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run("muster", ["--state", directory, "--json", ...args]);
  if (code !== 0) throw new Error(`muster ${args.join(" ")} exits with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

async function userNames(directory: string): Promise<string[]> {
  const users = await muster(directory, "users", "list");
  return z
    .array(z.object({ userName: z.string() }))
    .parse(users)
    .map(({ userName }) => userName);
}

async function addPerson(directory: string): Promise<void> {
  const added = await muster(directory, "sources", "add", "--name", "One", "--profile", "rfc");
  const { scimBaseUrl, token } = z
    .object({ id: z.string(), scimBaseUrl: z.string(), token: z.string() })
    .parse(added);
  const response = await fetch(`${scimBaseUrl}/Users`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    body: JSON.stringify({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "bjensen",
    }),
  });
  expect(response.status).toBe(201);
}

/** Ends a run with a signal, and says what of its group is left right afterwards. */
async function end({ child }: Running, directory: string, signal: NodeJS.Signals) {
  const { groupId = 0 } = readRecord(directory);
  const exit = once(child, "exit");
  child.kill(signal);
  const [code] = await exit;
  return { code, left: groupMembers(groupId, directory) };
}

it(
  "keeps its state however it is ended, and leaves nobody behind",
  { timeout: 180_000 },
  async () => {
    const directory = join(temporaryFolder(), "state");
    const port = await freePort();

    const first = await start(directory, port);
    const { pid, groupId: firstGroup = 0, adminKey, url } = readRecord(directory);
    expect({ pid, url }).toEqual({ pid: first.child.pid, url: `http://127.0.0.1:${port}` });
    expect(adminKey).toMatch(/^mst_adm_/);
    for (const file of ["instance.json", "secrets.env"]) {
      expect(statSync(join(directory, file)).mode & 0o777, file).toBe(0o600);
    }
    await addPerson(directory);
    const again = await run("start", ["--state", directory]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("runs at") });
    // The guard, wrangler, and workerd twice at least.
    expect(groupMembers(firstGroup, directory).length).toBeGreaterThanOrEqual(4);
    expect(await end(first, directory, "SIGINT")).toEqual({ code: 0, left: [] });
    expect(readRecord(directory)).toEqual({ url, adminKey });

    const second = await start(directory, port);
    expect(await userNames(directory)).toEqual(["bjensen"]);
    const { groupId: secondGroup = 0 } = readRecord(directory);
    await end(second, directory, "SIGKILL");
    while (groupMembers(secondGroup, directory).length > 0) await pause(50);

    const third = await start(directory, port);
    const { groupId: thirdGroup = 0 } = readRecord(directory);
    // A guard that is stopped cannot see its starter go.
    process.kill(thirdGroup, "SIGSTOP");
    await end(third, directory, "SIGKILL");
    process.kill(thirdGroup, "SIGKILL");
    expect(groupMembers(thirdGroup, directory)).not.toEqual([]);

    const fourth = await start(directory, port);
    expect(groupMembers(thirdGroup, directory)).toEqual([]);
    expect(readRecord(directory).adminKey).toBe(adminKey);
    expect(await userNames(directory)).toEqual(["bjensen"]);
    expect(await end(fourth, directory, "SIGTERM")).toEqual({ code: 0, left: [] });
  },
);

it("says so when the port is taken", { timeout: 30_000 }, async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const args = ["--state", temporaryFolder(), "--port", String(port)];
  const { code, stderr } = await run("start", args);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Port ${port} of 127.0.0.1 is in use`),
  });
});
