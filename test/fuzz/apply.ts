import fc from "fast-check";
import { someOrdeal, undergo } from "../apply/ordeal.ts";

const each = 20;

/**
 * Applies random changes of random declarations amid random trouble for so many seconds, and tells each one that does
 * not come to a good end, shrunk. Answers how many there were.
 */
export const fuzzApply = async (seconds: number, seed: number, say: (line: string) => void): Promise<number> => {
  const until = performance.now() + seconds * 1000;
  let [runs, findings] = [0, 0];
  for (let round = seed; performance.now() < until; round += 1) {
    const details = await fc.check(
      fc.asyncProperty(someOrdeal, async (ordeal) => {
        const { broken, left } = await undergo(ordeal);
        if (broken.length + left.length > 0) throw new Error([...broken, ...left].join("\n    "));
      }),
      { numRuns: each, seed: round },
    );
    runs += details.numRuns;
    if (!details.failed || details.counterexample === null) continue;
    findings += 1;
    const why = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
    say(`seed ${round}, path ${details.counterexamplePath}: ${JSON.stringify(details.counterexample)}\n    ${why}`);
  }
  say(`${runs} changes applied amid trouble, from seed ${seed} on: ${findings} findings.`);
  return findings;
};
