import { replay } from "./replay.ts";
import { topics } from "./recording.ts";

const [asked, verbose] = process.argv.slice(2);
let [count, reasons, shapes] = [0, 0, 0];
for (const topic of topics) {
  if (asked !== undefined && asked !== "all" && topic !== asked) continue;
  const verdicts = replay(topic);
  const good = verdicts.filter((verdict) => verdict.reason).length;
  const same = verdicts.filter((verdict) => verdict.shape).length;
  count += verdicts.length;
  reasons += good;
  shapes += same;
  const percent = (part: number) => `${((100 * part) / verdicts.length).toFixed(1)} %`.padStart(8);
  process.stdout.write(`${topic.padEnd(24)} ${String(verdicts.length).padStart(4)} ${percent(good)} ${percent(same)}\n`);
  if (verbose !== undefined) {
    for (const verdict of verdicts) {
      if (verdict.shape) continue;
      if (verbose === "reason" && verdict.reason) continue;
      const { request } = verdict.exchange;
      process.stdout.write(`  ${verdict.index} ${request.method} ${request.path} ${JSON.stringify(request.body ?? request.query ?? "").slice(0, 160)}\n`);
      for (const note of verdict.notes.slice(0, 8)) process.stdout.write(`      ${note.slice(0, 220)}\n`);
    }
  }
}
process.stdout.write(`${"all".padEnd(24)} ${String(count).padStart(4)} ${((100 * reasons) / count).toFixed(1)} % ${((100 * shapes) / count).toFixed(1)} %\n`);
