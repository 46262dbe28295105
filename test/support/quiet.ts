import { afterAll, beforeAll, vi } from "vitest";

/** Keeps the Worker's log lines of this file's requests to itself: passing on thousands takes longer than making them. */
export function keepQuiet(): void {
  beforeAll(() => {
    vi.spyOn(console, "log").mockReturnValue();
    vi.spyOn(console, "error").mockReturnValue();
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });
}
