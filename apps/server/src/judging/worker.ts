import { parentPort, workerData } from "node:worker_threads";
import { judged, type Question } from "@orrery/watch";

/** The thread that judges: one question, one answer, and it ends. What is in it this process itself put there. */
parentPort?.postMessage(judged(workerData as Question));
