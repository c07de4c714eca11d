import { parseArgs } from "node:util";
import { topics } from "../conformance/recording.ts";
import { fuzzApply } from "./apply.ts";
import { type Finding, fuzzTopic } from "./campaign.ts";
import { Dice } from "./dice.ts";
import { fuzzDoor, openTwin } from "./door.ts";

const { values, positionals } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const megabytes = (): string => `${Math.round(process.memoryUsage().rss / 1e6)} MB`;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const fuzzApi = async (): Promise<number> => {
  say(
    `Fuzzing for ${seconds} s, seed ${seed}: a third in process, the rest over HTTPS. Memory at first: ${megabytes()}.`,
  );
  const findings: Finding[] = [];
  const began = performance.now();
  const half = began + (seconds * 1000) / 3;
  let sent = 0;
  for (let round = 0; performance.now() < half; round += 1) {
    for (const topic of topics) {
      if (performance.now() > half) break;
      const run = fuzzTopic(topic, { seed: seed + round, each: 5, deadline: half });
      sent += run.sent;
      findings.push(...run.findings);
    }
  }
  say(`In process: ${sent} requests. Memory: ${megabytes()}.`);
  const opened = await openTwin();
  const run = await fuzzDoor(opened, new Dice(seed), { at: began + seconds * 1000 });
  findings.push(...run.findings);
  await opened.running.stop();
  say(`Over HTTPS: ${run.sent} requests, ${JSON.stringify(run.statuses)}. Memory: ${megabytes()}.`);
  for (const failure of opened.failures) say(`not answered: ${failure}`);
  for (const { topic, index, sent: request, why } of findings) say(`${topic} ${index}: ${request}\n    ${why}`);
  say(`${findings.length + opened.failures.length} findings.`);
  return findings.length + opened.failures.length;
};

const campaigns: Readonly<Record<string, () => Promise<number>>> = {
  api: fuzzApi,
  apply: () => fuzzApply(seconds, seed, say),
};

const campaign = campaigns[positionals[0] ?? "api"];
if (campaign === undefined)
  say(`There is nothing called ${positionals[0]} to fuzz: ${Object.keys(campaigns).join(", ")}.`);
process.exitCode = campaign === undefined ? 2 : (await campaign()) === 0 ? 0 : 1;
