/** `muster claim`: makes the first admin key of a fresh deployment. */
import { z } from "zod";
import { request } from "./api.ts";
import type { Call, Command, Output } from "./command.ts";
import { EXIT, Stop } from "./stop.ts";

/** The parts of a claim link. The secret is the fragment, which browsers and logs do not send on. */
export function readClaimLink(link: string): { url: string; secret: string } {
  const parsed = URL.canParse(link) ? new URL(link) : undefined;
  const secret = parsed?.hash.slice(1);
  if (parsed === undefined || secret === undefined || secret === "") {
    throw new Stop(EXIT.usage, "A claim link looks like https://muster.example.com/#secret");
  }
  return { url: parsed.origin, secret };
}

async function runClaim({ positionals: [link = ""], options }: Call): Promise<Output> {
  const { url, secret } = readClaimLink(link);
  const body = { secret, name: options["name"] ?? "first" };
  const answer = z.object({ key: z.string(), keyId: z.string() });
  const claimed = await request({ url }, "POST", "/setup/claim", answer, body);
  return {
    json: { url, ...claimed },
    text: [
      `Admin key  ${claimed.key}`,
      "           shown only now; keep it in a password manager",
      `Use it     MUSTER_URL=${url} MUSTER_KEY=… npm run muster -- sources list`,
      "",
    ].join("\n"),
  };
}

export const claimCommands: Readonly<Record<string, Command>> = {
  claim: {
    positionals: ["link"],
    options: { name: "NAME" },
    summary: "makes the first admin key of a deployment (npm run deploy prints the link)",
    withoutKey: true,
    run: runClaim,
  },
};
