/** Faults in the rules of the directory, by the number of the statement that each breaks. */
import type { PlantedFault } from "./fault.ts";

export const DIRECTORY_FAULTS: readonly PlantedFault[] = [
  {
    name: "a scope takes an organization that is gone by then",
    edits: [
      {
        file: "src/sources/write-scope.ts",
        find: "ON r.id = j.value AND r.deleted_at IS NULL AND +r.directory_id = ?2",
        replace: "ON r.id = j.value AND +r.directory_id = ?2",
      },
    ],
    test: "test/rules/scope-races.test.ts",
    named: ["A10 takes no organization"],
  },
  {
    name: "a sum of those in sight that new people are left out of",
    edits: [
      {
        file: "migrations/0003_organizations.sql",
        find: "SET n = n + new.n - old.n",
        replace: "SET n = n + 0",
      },
    ],
    test: "test/rules/scope-size.test.ts",
    named: ["is set, and leaves the price"],
  },
  {
    name: "a target outside the scope",
    edits: [
      {
        file: "src/sources/settings-scope.ts",
        find: "if (targetPath.some((id) => inScope.has(id))) return;",
        replace: "if (targetPath.some((id) => inScope.has(id)) || targetPath.length > 0) return;",
      },
      {
        file: "src/sources/write-scope.ts",
        find: "...(source.scopeHasOrganizations ? [",
        replace: "...(source.scopeHasOrganizations && id === '' ? [",
      },
    ],
    test: "test/rules/target.test.ts",
    named: ["A17 is refused", "A21 stays"],
  },
  {
    name: "an API that opens by mistake",
    edits: [
      {
        file: "src/sources/settings-permissions.ts",
        find: "if (confirmed) return;",
        replace: "if (!confirmed) return;",
      },
    ],
    test: "test/rules/permissions.test.ts",
    named: ["A45 has to be confirmed"],
  },
  {
    name: "a group of another that is renamed by who may only change its members",
    edits: [
      {
        file: "src/sources/group-operations.ts",
        find: "if (!same && !mayChange(by, group)) throw notOwner();",
        replace: "if (!same && !mayChange(by, group) && group.sourceId === '') throw notOwner();",
      },
    ],
    test: "test/rules/listed-groups.test.ts",
    named: ["is not renamed"],
  },
  {
    name: "A1: one directory among the people of another",
    edits: [
      {
        file: "src/directory/scope.ts",
        find: "const where = `u.directory_id = ${parameters.bind(scope.directoryId)} AND",
        replace: 'const where = `u.directory_id <> ${parameters.bind("")} AND',
      },
    ],
    test: "test/rules/server.test.ts",
    named: ["A3 keeps two directories apart"],
  },
  {
    name: "A2: a scope without what is below its organizations",
    edits: [
      {
        file: "src/sources/write-scope.ts",
        find: "ON o.parent_id = tree.id AND o.deleted_at IS NULL)",
        replace: "ON o.parent_id = tree.id AND o.id IS NULL)",
      },
    ],
    test: "test/rules/scope.test.ts",
    named: ["A11 covers what is below"],
  },
  {
    name: "A2: a user placed where the source sees nothing",
    edits: [
      {
        file: "src/sources/placing.ts",
        find: "  if (found.visible) return found;\n",
        replace: "  if (found.id !== undefined) return found;\n",
      },
    ],
    test: "test/rules/placement.test.ts",
    named: ["A13 A76 nothing is stored"],
  },
  {
    name: "A3: whoever says nothing of an organization moves to the target",
    edits: [
      {
        file: "src/sources/placing.ts",
        find: "if (named === undefined || named === staying) return staying;",
        replace: "if (named === staying) return staying;",
      },
    ],
    test: "test/rules/target.test.ts",
    named: ["A19 moves nobody"],
  },
  {
    name: "A4: a third token",
    edits: [
      {
        file: "src/sources/token-rules.ts",
        find: "if (tokens.length >= MAX_TOKENS) {",
        replace: "if (tokens.length > MAX_TOKENS) {",
      },
    ],
    test: "test/rules/tokens.test.ts",
    named: ["A25 are the most"],
  },
  {
    name: "A4: the last token that works is switched off",
    edits: [
      {
        file: "src/sources/token-rules.ts",
        find: "if (needsOne && !another && !isExpired(token, now)) {",
        replace: "if (needsOne && !another && isExpired(token, now)) {",
      },
    ],
    test: "test/rules/tokens.test.ts",
    named: ["A27 keep one enabled", "A29 disabled at once leave one enabled"],
  },
  {
    name: "A4: an expired token that works on",
    edits: [
      {
        file: "src/sources/gate.ts",
        find: '  if (token.expiresAt <= now) throw unauthorized("token_expired");\n',
        replace: "",
      },
    ],
    test: "test/rules/tokens.test.ts",
    named: ["A32 ends at its millisecond"],
  },
  {
    name: "A5: a token that opens the URL of another source",
    edits: [
      {
        file: "src/http/authenticate.ts",
        find: "if (key !== undefined && key !== source.key) throw unauthorized();",
        replace: "if (key !== undefined && source.key === undefined) throw unauthorized();",
      },
    ],
    test: "test/rules/server.test.ts",
    named: ["A37 is found at the base URL"],
  },
  {
    name: "A6: permissions that permit all",
    edits: [
      {
        file: "src/sources/gate.ts",
        find: "if (permission !== undefined && !source.permissions.includes(permission)) {",
        replace:
          "if (permission !== undefined && source.permissions.includes(undefined as never)) {",
      },
    ],
    test: "test/rules/permissions.test.ts",
    named: ["A47 lets nothing but"],
  },
  {
    name: "A7: a choice of a field that was taken out of it",
    edits: [
      {
        file: "src/directory/custom-field.ts",
        find: "items.filter(({ enabled }) => enabled).map(",
        replace: "items.map(",
      },
    ],
    test: "test/rules/custom-fields.test.ts",
    named: ["A56 refuses a disabled item"],
  },
  {
    name: "A8: a region that contradicts its number",
    edits: [
      {
        file: "src/scim/phone.ts",
        find: "if (phone.region !== null && region !== undefined && phone.region !== region) {",
        replace: "if (phone.region !== null && region === null) {",
      },
    ],
    test: "test/rules/phone.test.ts",
    named: ["A67 refuses a region that differs"],
  },
  {
    name: "A9: a group in a group",
    edits: [
      {
        file: "src/scim/members.ts",
        find: 'if (typeof type !== "string" || type.toLowerCase() !== "user") {',
        replace: 'if (typeof type !== "string") {',
      },
    ],
    test: "test/rules/groups.test.ts",
    named: ["A83 is refused where it is Group"],
  },
  {
    name: "A10: e-mail and phone of somebody else",
    edits: [
      {
        file: "src/sources/claims.ts",
        find: 'const contacts = uniqueContacts ? ["emails", "phoneNumbers"] : [];',
        replace: 'const contacts = uniqueContacts ? [] : ["emails", "phoneNumbers"];',
      },
    ],
    test: "test/rules/repeated.test.ts",
    named: ["A93 refuses the phone", "A93 refuses the e-mail"],
  },
  {
    name: "A11: refusals of a known client that nobody is told of",
    edits: [
      {
        file: "src/http/activity.ts",
        find: "  if (caller !== undefined) {\n    note(c, caller.sourceId, { refusals:",
        replace:
          '  if (caller === undefined && false) {\n    note(c, c.get("requestId"), { refusals:',
      },
    ],
    test: "test/rules/refusals.test.ts",
    named: ["A98 lists each"],
  },
  {
    name: "A12: a mode that changes",
    edits: [
      {
        file: "src/sources/settings.ts",
        find: "if (changes.mode !== undefined) {",
        replace: "if (changes.mode === null) {",
      },
    ],
    test: "test/rules/kinds.test.ts",
    named: ["A104 keeps the mode"],
  },
  {
    name: "A12: a client secret read in one way only",
    edits: [
      {
        file: "src/http/client-credentials.ts",
        find: "return [...new Set([formDecoded(text), percentDecoded(text), text])];",
        replace: "return [percentDecoded(text)];",
      },
    ],
    test: "test/rules/oauth.test.ts",
    named: ["A107 survives every way"],
  },
  {
    name: "A13: a disabled source that takes pushes",
    edits: [
      {
        file: "src/sources/gate.ts",
        find: '  if (source.status !== "enabled") {',
        replace: '  if (source.status === "draft") {',
      },
    ],
    test: "test/rules/kinds.test.ts",
    named: ["A7 refuses the calls", "A116 takes no push"],
  },
  {
    name: "A13: a log without what was before",
    edits: [
      {
        file: "src/directory/diff.ts",
        find: "return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };",
        replace: "return to === undefined ? {} : { to };",
      },
    ],
    test: "test/rules/log.test.ts",
    named: ["A115 has the values before and after"],
  },
  {
    name: "A14: an enabled source is deleted",
    edits: [
      {
        file: "src/sources/settings.ts",
        find: 'if (source.status === "enabled") {\n    throw new ScimError("disable_first"',
        replace: 'if (source.status === "draft") {\n    throw new ScimError("disable_first"',
      },
    ],
    test: "test/rules/source-deletion.test.ts",
    named: ["A125 is refused while the source is enabled"],
  },
  {
    name: "A14: a source is deleted without its name",
    edits: [
      {
        file: "src/sources/settings.ts",
        find: "if (confirm !== source.name) {",
        replace: 'if (confirm === "no") {',
      },
    ],
    test: "test/rules/source-deletion.test.ts",
    named: ["A126 needs the name"],
  },
];
