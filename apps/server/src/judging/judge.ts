import { Worker } from "node:worker_threads";
import type { Judge, Judgement } from "@orrery/watch";

/** Longer than any declaration takes. Milliseconds. */
const longestMs = 120_000;

/** A thread that may take more takes it, rather than look for what it could drop. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 };

/** Judges in a thread of its own, which ends with that: a proof takes longer than a request may wait. */
export const threadedJudge: Judge = (question) =>
  new Promise<Judgement>((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: question, resourceLimits });
    worker.unref();
    const impatient = setTimeout(() => {
      reject(new Error("it took longer than two minutes"));
      void worker.terminate();
    }, longestMs);
    impatient.unref();
    worker.on("message", (judgement: Judgement) => resolve(judgement));
    worker.on("error", reject);
    worker.on("exit", () => {
      clearTimeout(impatient);
      reject(new Error("the thread ended without an answer"));
    });
  });
