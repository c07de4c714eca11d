import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "@orrery/store";

/** A way to a database that can be cut, held, and opened again. */
export type Interrupted = {
  readonly store: Store;
  /** No connection stands, and none is made. */
  readonly cut: () => Promise<void>;
  /** Nothing that is sent arrives, nor is answered. */
  readonly hold: () => void;
  readonly open: () => Promise<void>;
  readonly end: () => Promise<void>;
};

/** A store whose PostgreSQL goes away and comes back as a test has it. */
export const interrupted = async ({ connection }: Store): Promise<Interrupted> => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-way-"));
  const socket = join(folder, ".s.PGSQL.5432");
  const there = join(String(connection.host), `.s.PGSQL.${connection.port}`);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let isHeld = false;
  const open = async (): Promise<void> => {
    isHeld = false;
    for (const one of sockets) one.resume();
    if (server !== undefined) return;
    const opened = createServer((near) => {
      const far = connect(there);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.on("data", (chunk) => other.write(chunk));
        one.on("error", () => undefined);
        one.on("close", () => {
          sockets.delete(one);
          other.destroy();
        });
        if (isHeld) one.pause();
      }
    });
    server = opened;
    await new Promise<void>((resolve) => opened.listen(socket, resolve));
  };
  const cut = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    for (const one of sockets) one.destroy();
    await new Promise((resolve) => (closing === undefined ? resolve(undefined) : closing.close(resolve)));
  };
  await open();
  const url = `postgresql://${connection.user}@localhost:5432/${connection.database}?host=${encodeURIComponent(folder)}`;
  const store = await openStore({ kind: "server", url });
  return {
    store,
    cut,
    open,
    hold: () => {
      isHeld = true;
      for (const one of sockets) one.pause();
    },
    end: async () => {
      await store.close();
      await cut();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
