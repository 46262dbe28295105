/** One upstream for all test files of a run. */
import type { TestProject } from "vitest/node";
import { startUpstream } from "../../src/cli/upstream/server.ts";

declare module "vitest" {
  interface ProvidedContext {
    upstream: { readonly origin: string; readonly otherOrigin: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { origin, otherOrigin, close } = await startUpstream();
  project.provide("upstream", { origin, otherOrigin });
  return close;
}
