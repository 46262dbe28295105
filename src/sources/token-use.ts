/** When tokens were last used: gathered in memory, written at most once a minute. */
import type { Statement } from "../directory/database.ts";
import { jsonStatements } from "../directory/write-rows.ts";

export type TokenUse = readonly [tokenId: string, at: number];

export function useStatements(uses: readonly TokenUse[]): Statement[] {
  return jsonStatements(
    `UPDATE tokens SET last_used_at = max(coalesce(last_used_at, 0), j.value ->> 1)
     FROM json_each(?1) j WHERE tokens.id = j.value ->> 0`,
    uses,
  );
}
