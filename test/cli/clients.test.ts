/** README.md says of the recorded clients what their files say. */
import { expect, it } from "vitest";
import { PROFILE_NAMES, type ProfileName } from "../../src/scim/profile.ts";
import { COLUMNS, matrix, recordedClients } from "./client-matrix.ts";
import { README, tableBehind } from "./readme.ts";

/** The dialects of nobody in particular. */
const OF_NO_CLIENT: readonly ProfileName[] = ["standard", "rfc"];

const clients = recordedClients();

it("shows what was played, as the files have it", () => {
  expect(tableBehind("### What was played")).toEqual([COLUMNS, ...matrix()]);
});

it("tells the settings and limits of each client", () => {
  const rows = tableBehind("### Settings and limits");
  const known = [...clients].map(([client, files]) => [client, files[0]?.recorded.profile]);
  expect(rows.slice(1).map((row) => row.slice(0, 2))).toEqual(known);
  expect(rows.flat()).not.toContain("");
});

it("names every profile", () => {
  expect(PROFILE_NAMES.filter((name) => !README.includes(`\`${name}\``))).toEqual([]);
});

it("has a client for every profile that is one's", () => {
  const played = [...clients.values()].flat().map(({ recorded }) => recorded.profile);
  const unplayed = PROFILE_NAMES.filter((name) => !played.includes(name));
  expect(unplayed).toEqual(OF_NO_CLIENT);
});

const files = [...clients].flatMap(([folder, all]) =>
  all.map((one) => ({ folder, ...one, path: `${folder}/${one.file}` })),
);

it.each(files)("$path names its folder, what it shows and where it is from", (one) => {
  const { client, name, source, trust } = one.recorded;
  expect(client).toBe(one.folder);
  for (const text of [name, source, trust]) expect(text.trim()).not.toBe("");
});
