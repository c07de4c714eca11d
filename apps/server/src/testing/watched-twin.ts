import { systemClock } from "@orrery/pve";
import { type RunningTwin, startTwin } from "@orrery/twin-server";
import { onTestFinished } from "vitest";
import type { Cluster } from "../clusters/cluster.ts";
import { connectTo } from "../clusters/connection.ts";
import { watchFeed } from "../clusters/watch-feed.ts";

/** A cluster watched over HTTPS, so many times as often as usual: the twin of three nodes. */
export const watchedTwin = async (
  id = "twin",
  speed = 100,
): Promise<{ readonly twin: RunningTwin; readonly cluster: Cluster }> => {
  const twin = await startTwin({ bare: ["pve1", "pve2", "pve3"] });
  onTestFinished(() => twin.stop());
  const { user, password } = twin.credentials;
  const connection = {
    urls: [twin.url],
    fingerprint: twin.fingerprint,
    credentials: { user, password: "env:TWIN_PASSWORD" },
  };
  const feed = watchFeed({
    cluster: id,
    connect: () => connectTo(connection, { TWIN_PASSWORD: password }, 2000),
    clock: systemClock,
    speed,
    withinMs: 500,
  });
  const cluster: Cluster = { id, declared: undefined, feed };
  return { twin, cluster };
};
