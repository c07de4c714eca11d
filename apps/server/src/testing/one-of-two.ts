import { systemClock } from "@orrery/pve";
import { openStore } from "@orrery/store";
import { connectTo } from "../clusters/connection.ts";
import { watchFeed } from "../clusters/watch-feed.ts";
import { startServer } from "../start-server.ts";

/** One of several servers on a database, in a process of its own. Tells its parent of each look that it takes itself. */
const [database = "", url = "", fingerprint = ""] = process.argv.slice(2);
const credentials = { user: "root@pam", password: "env:TWIN_PASSWORD" };
const tell = (told: object): void => void process.send?.({ pid: process.pid, ...told });

const store = await openStore({ kind: "server", url: database });
const {
  url: at,
  certificate,
  setupLink,
  stop,
} = await startServer({
  store,
  clusters: [
    {
      id: "twin",
      declared: undefined,
      makeFeed: ({ term }) => {
        const connect = () => connectTo({ urls: [url], fingerprint, credentials }, process.env, 2000);
        const feed = watchFeed({ cluster: "twin", connect, clock: systemClock, speed: 50, withinMs: 2000 });
        feed.subscribe(({ kind }) => tell({ kind: "look", seen: kind, term }));
        return feed;
      },
    },
  ],
  listen: { host: "127.0.0.1", port: 0 },
  log: { level: "error" },
});
tell({ kind: "serving", url: at, certificate, setupLink });
process.once("SIGTERM", () => void stop().then(() => store.close()));
