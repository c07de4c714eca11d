import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "core/**/*.test.ts",
      "io/**/*.test.ts",
      "twin/**/*.test.ts",
      "engine/**/*.test.ts",
      "apps/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    reporters: ["default", "./scripts/tally-reporter.mjs"],
    pool: "threads",
    // What it imports must reach Node and its hooks as it is.
    server: { deps: { external: [/io\/declaration\/src\/native-import\.ts$/] } },
    testTimeout: 60_000,
  },
});
