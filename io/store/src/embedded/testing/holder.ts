import { EmbeddedServer } from "../supervisor.ts";

/** A process of its own that has a server until it is told to stop, or killed. */
const [home = ""] = process.argv.slice(2);
const server = await EmbeddedServer.start({ home, durable: false });
process.on("message", () => {
  void server.stop().then(() => process.disconnect());
});
process.send?.(server.state);
