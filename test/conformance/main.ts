/**
 * Prints the scoreboard: `node test/conformance/main.ts [topic|all] [all|reason|none] [folder]`; the second word lists
 * what differs, the third names other recordings than the repository's own.
 */
import { pathToFileURL } from "node:url";
import { readTopic, topics, topicsIn } from "./recording.ts";
import { replayOf } from "./replay.ts";
import { boardText, scoreOf } from "./scoreboard.ts";

const [asked, wanted, path] = process.argv.slice(2);
const verbose = wanted === "none" ? undefined : wanted;
const folder = path === undefined ? undefined : pathToFileURL(`${path}/`);
const chosen = (folder === undefined ? topics : topicsIn(folder)).filter(
  (topic) => asked === undefined || asked === "all" || topic === asked,
);
const results = chosen.map((topic) => ({ topic, verdicts: replayOf(topic, readTopic(topic, folder)) }));
for (const { topic, verdicts } of verbose === undefined ? [] : results) {
  for (const verdict of verdicts) {
    if (verdict.shape || (verbose === "reason" && verdict.reason)) continue;
    const { request } = verdict.exchange;
    const sent = JSON.stringify(request.body ?? request.query ?? "").slice(0, 160);
    process.stdout.write(`${topic} ${verdict.index} ${request.method} ${request.path} ${sent}\n`);
    for (const note of verdict.notes.slice(0, 8)) process.stdout.write(`      ${note.slice(0, 220)}\n`);
  }
}
process.stdout.write(boardText(results.map(({ topic, verdicts }) => scoreOf(topic, verdicts))));
