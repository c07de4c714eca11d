import fc from "fast-check";
import { expect, test } from "vitest";
import { someOrdeal, undergo } from "./ordeal.ts";

test("a declaration is brought about through failures and kills, and nothing but what was planned is done", async () => {
  await fc.assert(
    fc.asyncProperty(someOrdeal, async (ordeal) => {
      expect(await undergo(ordeal)).toEqual({ broken: [], left: [] });
    }),
    { numRuns: 40, seed: 4 },
  );
});
