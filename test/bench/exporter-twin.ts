import { parentPort, workerData } from "node:worker_threads";
import { startTwin } from "@orrery/twin-server";
import { fault } from "@orrery/twin-world";
import { crowdedWorld } from "../monitor/watched-world.ts";

/** A served twin of a crowd, in a thread of its own: what it computes is not the exporter's time. */
const { guests, delayMs } = workerData as { readonly guests: number; readonly delayMs: number };
const world = crowdedWorld(guests);
if (delayMs > 0)
  fault(world, { subject: { kind: "path", path: "/" }, what: { kind: "api-delays", ms: delayMs }, at: world.now });
let requests = 0;
const twin = await startTwin({
  world,
  speed: 1,
  doorPerNode: true,
  tokens: { "root@pam!bench": "s3cret" },
  onRequest: () => {
    requests += 1;
  },
});
parentPort?.on("message", () => parentPort?.postMessage(requests));
parentPort?.postMessage({ url: twin.url, urls: twin.urls, fingerprint: twin.fingerprint });
