import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/directory/database.ts";

const run = (sql: string, params: (string | number | null)[] = []) =>
  openDatabase(env, "00").batch([{ sql, params }]);

const KEY =
  "INSERT INTO admin_keys (id, name, hash, role, pepper_id, created_at) VALUES (?1, ?2, ?3, ?4, 'k1', 0)";

describe("what a failing statement means", () => {
  it.each([
    ["a syntax error", "SELEKT 1", []],
    ["a function that isn't there", "SELECT muster()", []],
    ["a column that must not be null", KEY, ["1", "n", null, "owner"]],
    ["a value that is too big", "SELECT length(zeroblob(3000000000))", []],
    ["a parameter too few", "SELECT ?1, ?2", ["a"]],
    ["a parameter too many", "SELECT ?1", ["a", "b"]],
  ])("is a fault of ours: %s", async (_, sql, params) => {
    await expect(run(sql, params)).rejects.toMatchObject({ reason: "internal" });
  });

  it.each(["SELECT * FROM not_migrated_yet", "SELECT not_migrated_yet FROM users"])(
    "is pending migrations: %s",
    async (sql) => {
      await expect(run(sql)).rejects.toMatchObject({
        reason: "unavailable",
        message: "Migrations are pending",
      });
    },
  );

  it("is a conflict, naming the columns of the index", async () => {
    await run(KEY, ["1", "n", "h", "owner"]);
    await expect(run(KEY, ["1", "n", "h", "owner"])).rejects.toMatchObject({
      name: "ConstraintViolation",
      unique: expect.stringContaining("admin_keys."),
    });
  });
});
