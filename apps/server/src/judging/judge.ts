import { Worker } from "node:worker_threads";
import { type Judge, type Judgement, judged } from "@orrery/watch";

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

/** A lab of so many guests is proven in a tenth of a second, once an hour; a thread would take more memory than the server. */
const mostHere = 100;

/** Judges a small declaration here and a large one in a thread of its own. */
export const sparingJudge: Judge = (question) =>
  question.lab.guests.items.length > mostHere ? threadedJudge(question) : Promise.resolve(judged(question));
