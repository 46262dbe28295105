/** When tokens were last used: gathered in memory, written at most once a minute. */
import type { Statement } from "../directory/database.ts";
import { rowStatements } from "../directory/write-rows.ts";

export type TokenUse = readonly [tokenId: string, at: number];

export function useStatements(uses: readonly TokenUse[]): Statement[] {
  return rowStatements(
    `UPDATE tokens SET last_used_at = max(coalesce(last_used_at, 0), :row ->> 1)
     :from WHERE tokens.id = :row ->> 0`,
    uses,
  );
}
