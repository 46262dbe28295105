/** Events of what admins do to the deployment as a whole: its log is the default directory's. */
import type { Context } from "hono";
import type { Statement } from "../../directory/database.ts";
import { DEFAULT_DIRECTORY } from "../../directory/directory.ts";
import { eventStatements, type Event } from "../../directory/events.ts";
import type { AdminEnv } from "./router.ts";

/** `names` are of what was changed; never a value. */
export function adminEvent(
  c: Context<AdminEnv>,
  what: Pick<Event, "type" | "resourceType" | "resourceId" | "at">,
  names: readonly string[] = [],
): Statement[] {
  return eventStatements([
    {
      ...what,
      directoryId: DEFAULT_DIRECTORY,
      sourceId: null,
      actor: c.get("admin").id,
      requestId: c.get("requestId"),
      changes: names.length === 0 ? {} : { attributes: names },
    },
  ]);
}
