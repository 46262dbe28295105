import { describe, expect, it } from "vitest";

const LAYERS = ["scim", "directory", "sources", "sync", "http", "index.ts"];

const files: Record<string, string> = import.meta.glob("../src/**/*.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

const sources = Object.entries(files)
  .filter(([path]) => !path.includes("/cli/") && !path.endsWith(".d.ts"))
  .map(([path, text]) => ({ path: path.replace("../src/", ""), text }));

function layerOf(path: string): number {
  return LAYERS.indexOf(path.split("/")[0] ?? "");
}

function importsOf({ path, text }: { path: string; text: string }): string[] {
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(
    ([, name]) => name ?? "",
  );
  return found
    .filter((name) => name.startsWith("."))
    .map((name) => new URL(name, `file:///${path}`).pathname.slice(1));
}

describe("the layers", () => {
  it("are known for every file", () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter(({ path }) => layerOf(path) === -1)).toEqual([]);
  });

  it("are imported downwards only", () => {
    const upwards = sources.flatMap((file) =>
      importsOf(file)
        .filter((imported) => layerOf(imported) > layerOf(file.path))
        .map((imported) => `${file.path} imports ${imported}`),
    );
    expect(upwards).toEqual([]);
  });

  it("keep the protocol core free of everything but zod", () => {
    const foreign = sources
      .filter(({ path }) => path.startsWith("scim/"))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/from "([^."][^"]*)"/g)]
          .filter(([, name]) => name !== "zod")
          .map(([, name]) => `${path} imports ${name}`),
      );
    expect(foreign).toEqual([]);
  });

  it("keep clock and chance out of the protocol core", () => {
    const impure = sources
      .filter(({ path }) => path.startsWith("scim/"))
      .filter(({ text }) => /Date\.now|new Date\(\)|Math\.random|crypto\.|fetch\(/.test(text));
    expect(impure.map(({ path }) => path)).toEqual([]);
  });

  it("have one door to the database", () => {
    const doors = sources.filter(({ text }) => /env\.DB|\.prepare\(/.test(text));
    expect(doors.map(({ path }) => path)).toEqual(["directory/database.ts"]);
  });

  it("keep files short", () => {
    const long = sources.filter(({ text }) => text.split("\n").length > 301);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
