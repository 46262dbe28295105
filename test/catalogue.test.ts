/** The catalogue against the code that refuses: no code without words, no words without code. */
import { describe, expect, it } from "vitest";
import {
  codeOf,
  isReason,
  LANGUAGES,
  preferredLanguage,
  REASONS,
  wordsOf,
  type Row,
} from "../src/scim/catalogue.ts";

const files: Record<string, string> = import.meta.glob("../src/**/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

const code = Object.entries(files)
  .filter(([path]) => !path.includes("/scim/catalogue"))
  .map(([, text]) => text)
  .join("\n");

/** RFC 7644 has the keyword, and nothing here needs it. */
const UNUSED = ["invalidVers", "sensitive"];

const rows = Object.entries<Row>(REASONS);
const all = rows.flatMap(([name, row]) =>
  LANGUAGES.flatMap((language) => [
    { name, language, text: row[language].title },
    { name, language, text: row[language].advice },
  ]),
);

describe("the catalogue of errors", () => {
  it("has each code in one of its parts alone", () => {
    const parts = Object.entries(files).filter(([path]) => /\/scim\/catalogue-\w+\.ts$/.test(path));
    const names = parts.flatMap(([, text]) =>
      [...text.matchAll(/^ {2}(\w+): \{$/gm)].map(([, name = ""]) => name),
    );
    const inOrder = (list: readonly string[]) => list.toSorted((a, b) => (a < b ? -1 : 1));
    expect(inOrder(names)).toEqual(inOrder(Object.keys(REASONS)));
  });

  it("has a row for every code that the source throws", () => {
    const thrown = [...code.matchAll(/new ScimError\(\s*"([^"]+)"/g)].map(([, name]) => name ?? "");
    expect(thrown.length).toBeGreaterThan(50);
    expect(thrown.filter((name) => !isReason(name))).toEqual([]);
  });

  it("has no row that nothing throws, but for what nothing here needs", () => {
    const idle = rows.map(([name]) => name).filter((name) => !code.includes(`"${name}"`));
    expect(idle).toEqual(UNUSED);
  });

  it("says for each code in each language what it means and what to do", () => {
    expect(all.filter(({ text }) => text.trim().length < 3 || text !== text.trim())).toEqual([]);
    expect(all.filter(({ text }) => /todo|tbd|xxx|lorem|\?\?|待定|占位/i.test(text))).toEqual([]);
    const chinese = all.filter(({ text }) => /\p{Script=Han}/u.test(text));
    expect(chinese.map(({ language }) => language)).toEqual(rows.flatMap(() => ["zh", "zh"]));
    const advice = all.filter(({ language }, index) => language === "en" && index % 2 === 1);
    expect(advice.filter(({ text }) => !text.endsWith("."))).toEqual([]);
  });

  it("gives no two codes the same title, nor the same spelling", () => {
    for (const language of LANGUAGES) {
      const titles = all.filter((one, index) => one.language === language && index % 2 === 0);
      expect(new Set(titles.map(({ text }) => text)).size).toBe(rows.length);
    }
    const codes = rows.map(([name]) => (isReason(name) ? codeOf(name) : ""));
    expect(new Set(codes).size).toBe(rows.length);
    expect(codes.filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  });

  it("uses the keywords of RFC 7644, and statuses that fit", () => {
    for (const [name, { status, scimType }] of rows) {
      expect([name, status === 200 || (status >= 400 && status < 600)]).toEqual([name, true]);
      if (scimType !== undefined) expect([name, isReason(scimType)]).toEqual([name, true]);
    }
  });

  it.each([
    [undefined, "en"],
    ["", "en"],
    ["zh", "zh"],
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["zh-Hans-CN", "zh"],
    ["ZH_cn, fr", "en"],
    ["en-US,zh;q=0.9", "en"],
    ["en;q=0.1, zh;q=0.2", "zh"],
    ["fr, de;q=0.9, zh;q=0.1", "zh"],
    ["zh;q=0", "en"],
    ["zh;q=nonsense", "en"],
    ["*", "en"],
    [",;,=;q", "en"],
  ])("takes an Accept-Language of %s as %s", (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  it("has its words under the code", () => {
    expect(wordsOf("uniqueness", "en").title).toBe("Already taken");
    expect(wordsOf("uniqueness", "zh").title).toBe("已被占用");
  });
});
