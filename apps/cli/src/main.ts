#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Node keeps the compiled form of Orrery's modules here, types taken out: it starts in half the time from the second run on.
// The cache is an ordinary one, as XDG has it; where it cannot be written, Node goes without.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "orrery", "compiled"));

const { run } = await import("./program.ts");
await run(process.argv.slice(2));
