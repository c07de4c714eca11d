import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrations } from "./migrations/all.ts";
import { openStore, storePlaceOf } from "./store.ts";
import { startTemporaryServer, type TemporaryServer } from "./temporary-server.ts";

let server: TemporaryServer;
beforeAll(async () => {
  server = await startTemporaryServer();
});
afterAll(() => server.stop());

test("a store opens migrated, with bigints as numbers and times as dates", async () => {
  const store = await server.store();
  await store.db
    .insertInto("leader")
    .values({ cluster: "lab", term: 2 ** 40, pid: 1, who: "test" })
    .execute();
  const row = await store.db.selectFrom("leader").selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({ cluster: "lab", term: 2 ** 40, seen: expect.any(Date) });
  await store.close();
});

test("stores of one temporary server know nothing of each other", async () => {
  const [one, other] = await Promise.all([server.store(), server.store()]);
  await one.db.insertInto("series").values({ cluster: "lab", subject: "node/pve1", metric: "cpu" }).execute();
  expect(await other.db.selectFrom("series").selectAll().execute()).toEqual([]);
  await Promise.all([one.close(), other.close()]);
});

test("an operator's URL comes first, then the given home, then the user's data folder", () => {
  expect(storePlaceOf({ DATABASE_URL: "postgresql://db/orrery", ORRERY_HOME: "/srv/o" }, false)).toEqual({
    kind: "server",
    url: "postgresql://db/orrery",
  });
  const homes = [
    storePlaceOf({ DATABASE_URL: "", ORRERY_HOME: "/srv/o", XDG_DATA_HOME: "/x" }, false),
    storePlaceOf({ HOME: "/home/ada", XDG_DATA_HOME: "/x" }, false),
    storePlaceOf({ HOME: "/home/ada", XDG_DATA_HOME: "relative" }, false),
    storePlaceOf({ HOME: "/root" }, true),
  ];
  expect(homes.map((place) => place.kind === "embedded" && place.home)).toEqual([
    "/srv/o",
    "/x/orrery",
    "/home/ada/.local/share/orrery",
    "/var/lib/orrery",
  ]);
});

test("an embedded store is made where there is none, is closed with its server, and is found again", async () => {
  const home = mkdtempSync(join(tmpdir(), `orrery-store-${process.pid}-`));
  chmodSync(home, 0o755);
  const place = { kind: "embedded", home } as const;
  const first = await openStore(place);
  expect(first.migrated).toEqual(migrations.map(({ name }) => name));
  expect(first.embedded()).toMatchObject({ kind: "running", came: "started", role: "owner" });
  await first.db.insertInto("series").values({ cluster: "lab", subject: "node/pve1", metric: "cpu" }).execute();
  await first.close();
  expect(first.embedded()).toEqual({ kind: "stopped" });
  const second = await openStore(place);
  expect(second.migrated).toEqual([]);
  expect(await second.db.selectFrom("series").select("metric").execute()).toEqual([{ metric: "cpu" }]);
  await second.close();
  rmSync(home, { recursive: true });
});
