import { existsSync } from "node:fs";
import { applyTable, measureApply } from "./apply.ts";
import { checkTable, measureCheck } from "./check.ts";
import { consoleLines, measureConsole } from "./console.ts";
import { ensureTable, measureEnsure } from "./ensure.ts";
import { exporterTable, measureExporter } from "./exporter.ts";
import { historyLines, measureHistory } from "./history.ts";
import { idleLines, measureIdle } from "./idle.ts";
import { measureObserve, observeTable } from "./observe.ts";
import { benchPlacement } from "./placement.ts";
import { measurePlan, planTable } from "./plan.ts";
import { benchRefinement } from "./refinement.ts";
import { benchRehearsal } from "./rehearsal.ts";
import { measureServer, serverLines } from "./server.ts";
import { benchSpread } from "./spread.ts";
import { measureTwin, twinTable } from "./twin.ts";
import { measureStart, startLines } from "./twin-start.ts";
import { benchTwinWorld } from "./twin-world.ts";
import { measureWatch, watchLines } from "./watch.ts";

/** `npm run bench`: figures of this machine, as ratios within one run where machines differ. `--json` for a program. */
const asked = process.argv.slice(2);
const known = [
  "check",
  "placement",
  "spread",
  "refinement",
  "twin-world",
  "twin-start",
  "twin",
  "observe",
  "exporter",
  "watch",
  "plan",
  "apply",
  "ensure",
  "rehearse",
  "history",
  "server",
  "console",
  "idle",
  "--json",
];
const strange = asked.filter((word) => !known.includes(word));
if (strange.length > 0) {
  process.stderr.write(`Unknown: ${strange.join(" ")}. Known: ${known.join(", ")}.\n`);
  process.exit(2);
}
const json = asked.includes("--json");
const wants = (name: string): boolean => asked.includes(name) || !asked.some((word) => word !== "--json");

const figures: Record<string, unknown> = {};
if (wants("check")) {
  const check = measureCheck();
  figures.check = check;
  if (!json) process.stdout.write(`${checkTable(check)}\n\n`);
}
if (wants("placement")) {
  const lines: string[] = [];
  benchPlacement((line) => (json ? lines.push(line) : process.stdout.write(`${line}\n`)));
  if (json) figures.placement = lines;
}

if (wants("spread")) {
  const lines: string[] = [];
  benchSpread((line) => (json ? lines.push(line) : process.stdout.write(`${line}\n`)));
  if (json) figures.spread = lines;
}
if (wants("refinement")) {
  const lines: string[] = [];
  await benchRefinement((line) => (json ? lines.push(line) : process.stdout.write(`${line}\n`)));
  if (json) figures.refinement = lines;
}
if (wants("twin-world")) {
  const lines: string[] = [];
  benchTwinWorld((line) => (json ? lines.push(line) : process.stdout.write(`${line}\n`)));
  if (json) figures["twin-world"] = lines;
}
// A part of `twin`, which takes minutes.
if (asked.includes("twin-start")) {
  const start = await measureStart();
  figures["twin-start"] = start;
  if (!json) process.stdout.write(`${startLines(start).join("\n")}\n`);
}
if (wants("twin")) {
  const twin = await measureTwin();
  figures.twin = twin;
  if (!json) process.stdout.write(`${twinTable(twin)}\n`);
}
if (wants("observe")) {
  const observed = await measureObserve();
  figures.observe = observed;
  if (!json) process.stdout.write(`\n${observeTable(observed)}\n`);
}
// Minutes, for Ansible starts a program for each guest and task.
if (asked.includes("ensure")) {
  const ensured = await measureEnsure();
  figures.ensure = ensured;
  if (!json) process.stdout.write(`\n${ensureTable(ensured)}\n`);
}
if (wants("plan")) {
  const planned = await measurePlan();
  figures.plan = planned;
  if (!json) process.stdout.write(`\n${planTable(planned)}\n`);
}
if (wants("exporter")) {
  const exporter = await measureExporter();
  figures.exporter = exporter;
  if (!json) process.stdout.write(`\n${exporterTable(exporter)}\n`);
}
if (wants("watch")) {
  const watch = await measureWatch();
  figures.watch = watch;
  if (!json) process.stdout.write(`\n${watchLines(watch)}\n`);
}
if (wants("apply")) {
  const applied = await measureApply();
  figures.apply = applied;
  if (!json) process.stdout.write(`\n${applyTable(applied)}\n`);
}
if (wants("rehearse")) {
  const lines: string[] = [];
  await benchRehearsal((line) => (json ? lines.push(line) : process.stdout.write(`${line}\n`)));
  if (json) figures.rehearse = lines;
}
if (wants("history")) {
  const history = await measureHistory();
  figures.history = history;
  if (!json) process.stdout.write(`\n${historyLines(history).join("\n")}\n`);
}
if (wants("server")) {
  const server = await measureServer();
  figures.server = server;
  if (!json) process.stdout.write(`\n${serverLines(server).join("\n")}\n`);
}
if (wants("console") && !existsSync("/usr/bin/chromium")) {
  if (!json) process.stdout.write("\nThe console was not measured: there is no /usr/bin/chromium.\n");
} else if (wants("console")) {
  const shown = await measureConsole();
  figures.console = shown;
  if (!json) process.stdout.write(`\n${consoleLines(shown).join("\n")}\n`);
}
// Minutes, for a day has 8,640 looks.
if (asked.includes("idle")) {
  const idle = await measureIdle();
  figures.idle = idle;
  if (!json) process.stdout.write(`\n${idleLines(idle).join("\n")}\n`);
}
if (json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
