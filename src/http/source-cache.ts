/** The configuration of sources as this isolate last saw it. Each answer's batch says whether it still holds. */
import type { Source } from "../sources/source.ts";

const sources = new Map<string, Source>();
const SOURCES_MAX = 1_000;

export function rememberedSource(id: string): Source | undefined {
  return sources.get(id);
}

export function rememberSource(source: Source): void {
  if (sources.size >= SOURCES_MAX) sources.clear();
  sources.set(source.id, source);
}
