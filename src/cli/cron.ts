/** Fires the cron trigger of a local instance, which wrangler leaves to us. */

// As in wrangler.toml.
export const CRON = "* * * * *";

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 10_000;

/** Fires now and then every minute, until the function it returns is called. */
export async function keepFiring(url: string): Promise<() => void> {
  await fire(url);
  const timer = setInterval(() => void fire(url), MINUTE_MS);
  return () => clearInterval(timer);
}

async function fire(url: string): Promise<void> {
  const query = new URLSearchParams({ cron: CRON });
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${url}/cdn-cgi/local/scheduled?${query.toString()}`, { signal });
    await response.arrayBuffer();
  } catch {
    // The next minute tries again; whether cron runs is seen at /readyz.
  }
}
