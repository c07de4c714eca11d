/** `node core/contract/generator/main.ts`: writes `src/generated/` from the pinned contracts. */
import { writeFileSync } from "node:fs";
import { generate } from "./generate.ts";

for (const { file, text } of generate()) writeFileSync(file, text);
