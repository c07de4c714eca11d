import { writeFile } from "node:fs/promises";
import { apiDocument } from "@orrery/server";
import { clientText } from "./client-text.ts";

/** Writes the typed client anew. */
const target = new URL("../src/api/generated/operations.ts", import.meta.url);
await writeFile(target, clientText(apiDocument("0.0.0")));
process.stdout.write(`Wrote ${target.pathname}\n`);
