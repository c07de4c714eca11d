import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["core/**/*.test.ts", "io/**/*.test.ts", "twin/**/*.test.ts", "apps/**/*.test.ts", "test/**/*.test.ts"],
    reporters: ["default", "./scripts/tally-reporter.mjs"],
    pool: "threads",
    testTimeout: 60_000,
  },
});
