import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate } from "./generate.ts";

test.each(generate().map(({ file, text }) => [file.pathname.split("/").at(-1), file, text] as const))(
  "the committed %s is what the contract generates",
  (_, file, text) => {
    const committed = readFileSync(file, "utf8");
    expect(committed === text, `Run node core/contract/generator/main.ts to write ${file.pathname}`).toBe(true);
  },
);
