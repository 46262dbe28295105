/** What is selected of a row so that its parser can read it. */
import { GROUP_COLUMNS } from "./group.ts";
import { ORGANIZATION_COLUMNS } from "./organization.ts";
import { aliasOf, parentSeen, type Question } from "./scope.ts";
import { USER_COLUMNS } from "./user.ts";

/**
 * The columns for parseUser, parseGroup or parseOrganization, and `seq`. A reader who doesn't see
 * an organization's parent is shown none.
 */
export function columnsOf(question: Question): string {
  const seq = `${aliasOf(question)}.seq`;
  switch (question.type.name) {
    case "User":
      return `${seq}, ${USER_COLUMNS}`;
    case "Group":
      return `${seq}, ${GROUP_COLUMNS}`;
    case "Organization":
      return `${seq}, ${ORGANIZATION_COLUMNS}, ${parentSeen(question, "o")} AS parent_id`;
  }
}
