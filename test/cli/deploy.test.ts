import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readClaimLink } from "../../src/cli/claim-command.ts";
import {
  claimLink,
  deployedUrl,
  nextSteps,
  secretNames,
  secretsToMake,
} from "../../src/cli/deployment.ts";
import { ROOT } from "../../src/cli/wrangler.ts";
import { Cloudflare } from "./cloudflare.ts";
import { run } from "./run.ts";

const URL = "https://muster.acme.workers.dev";
const BASE62_43 = /^[0-9A-Za-z]{43}$/;

describe("the decisions of a deployment", () => {
  it.each<[string[], boolean, string[]]>([
    [[], false, ["TOKEN_PEPPER", "MASTER_KEY", "BOOTSTRAP_TOKEN"]],
    [["TOKEN_PEPPER"], false, ["MASTER_KEY", "BOOTSTRAP_TOKEN"]],
    [["TOKEN_PEPPER", "MASTER_KEY", "BOOTSTRAP_TOKEN", "OTHER"], false, []],
    [["TOKEN_PEPPER", "MASTER_KEY", "BOOTSTRAP_TOKEN"], true, ["BOOTSTRAP_TOKEN"]],
  ])("with %j and a new claim link %s, make %j", (present, newClaimLink, made) => {
    expect(secretsToMake(new Set(present), newClaimLink)).toEqual(made);
  });

  it.each([
    ["not logged in", { exitCode: 1, stdout: "", stderr: "set a CLOUDFLARE_API_TOKEN" }],
    ["another error", { exitCode: 1, stdout: "", stderr: "Authentication error [code: 10000]" }],
    ["an answer that is no list", { exitCode: 0, stdout: "{}", stderr: "" }],
    ["an empty answer", { exitCode: 0, stdout: "", stderr: "" }],
  ])("never take secrets for missing after %s", (_what, result) => {
    expect(() => secretNames(result)).toThrow("cannot be listed");
  });

  it("find the address in wrangler's output", () => {
    const lines = [
      '{"type":"wrangler-session","version":1}',
      `{"type":"deploy","version":1,"targets":["scim.acme.example/*","${URL}","schedule: * * * * *"]}`,
      "",
    ];
    expect(deployedUrl(lines.join("\n"))).toBe(URL);
    expect(deployedUrl("")).toBeUndefined();
  });

  it("make a link that the claim command reads", () => {
    expect(readClaimLink(claimLink(URL, "secret"))).toEqual({ url: URL, secret: "secret" });
  });

  it("show the claim link only when its secret is new", () => {
    expect(nextSteps(URL, "secret")).toContain(claimLink(URL, "secret"));
    expect(nextSteps(undefined, "secret")).toContain("#secret");
    expect(nextSteps(URL, undefined)).toContain("--new-claim-link");
  });
});

it("deploys twice without changing a secret", { timeout: 90_000 }, async () => {
  const cloudflare = new Cloudflare();
  const { env, close } = await cloudflare.listen();
  onTestFinished(close);

  const first = await run("deploy", [], env);
  expect(first).toMatchObject({ code: 0 });
  const secrets = Object.fromEntries(cloudflare.secrets);
  expect(secrets["TOKEN_PEPPER"]?.slice(0, 3)).toBe("k1:");
  expect(secrets["TOKEN_PEPPER"]?.slice(3)).toMatch(BASE62_43);
  expect(secrets["BOOTSTRAP_TOKEN"]).toMatch(BASE62_43);
  expect(first.stdout).toContain(claimLink(URL, secrets["BOOTSTRAP_TOKEN"] ?? ""));
  expect(first.stdout + first.stderr).not.toContain(secrets["TOKEN_PEPPER"]);
  expect(cloudflare.migrations).toEqual(readdirSync(join(ROOT, "migrations")).toSorted());

  const second = await run("deploy", [], env);
  expect(second).toMatchObject({ code: 0 });
  expect(Object.fromEntries(cloudflare.secrets)).toEqual(secrets);
  expect(second.stdout).not.toContain(secrets["BOOTSTRAP_TOKEN"]);
  expect(second.stdout).toContain("--new-claim-link");
});
