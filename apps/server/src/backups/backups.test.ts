import { systemClock } from "@orrery/pve";
import { worldOf } from "@orrery/twin-lab";
import { startTwin } from "@orrery/twin-server";
import { addVolume, backingOf, type World } from "@orrery/twin-world";
import { expect, onTestFinished, test, vi } from "vitest";
import { connectTo } from "../clusters/connection.ts";
import { watchFeed } from "../clusters/watch-feed.ts";
import { exampleLab, fieldOf, serve, setUp } from "../testing/serve.ts";

const hourMs = 3_600_000;

const addBackup = (world: World, vmid: number, at: number, kind: "ok" | "failed"): void => {
  const backing = backingOf(world, "pve1", "pbs");
  if (backing === undefined) throw new Error("The example has no storage pbs any more.");
  const stamp = `${new Date(at).toISOString().slice(0, 19)}Z`;
  const archive = {
    kind: "qemu",
    at,
    guestName: "",
    config: {},
    disks: {},
    encrypted: false,
    installed: true,
  } as const;
  addVolume(world, backing, {
    volid: `pbs:backup/vm/${vmid}/${stamp}`,
    storage: "pbs",
    content: "backup",
    format: "pbs-vm",
    size: 1e9,
    used: 1e9,
    vmid,
    ctime: at,
    protected: false,
    archive: { ...archive, verification: { kind, at, upid: "" } },
  });
};

test("each guest's backups are told by day: what was made, what is broken, and what the policy misses", async () => {
  const declared = await exampleLab("tidy-lab");
  const now = Date.now();
  const world = worldOf(declared.lab, { seed: 1, now });
  addBackup(world, 101, now - hourMs, "ok");
  addBackup(world, 102, now - 25 * hourMs, "failed");
  const twin = await startTwin({ world });
  onTestFinished(() => twin.stop());
  const { user, password } = twin.credentials;
  const credentials = { user, password: "env:TWIN_PASSWORD" };
  const feed = watchFeed({
    cluster: "lab",
    connect: () =>
      connectTo({ urls: [twin.url], fingerprint: twin.fingerprint, credentials }, { TWIN_PASSWORD: password }),
    clock: systemClock,
    speed: 100,
    lab: declared.lab,
  });
  const { server, ask } = await serve([{ id: "lab", declared, feed }]);
  const ada = await setUp(ask, server);
  type Told = { vmid: number; newest?: { at: number }; days: { state: string; copies?: { policy?: string }[] }[] };
  const told = await vi.waitFor(
    async () => {
      const { json } = await ada("GET", "/api/clusters/lab/backups?days=7");
      const stores = fieldOf(json, "stores") as readonly { known: boolean }[];
      expect([stores.length > 0, stores.every(({ known }) => known)]).toEqual([true, true]);
      return json;
    },
    { timeout: 20_000, interval: 100 },
  );
  const guests = new Map((fieldOf(told, "guests") as readonly Told[]).map((guest) => [guest.vmid, guest]));
  expect(fieldOf(told, "days")).toHaveLength(7);
  expect(fieldOf(told, "policies")).toMatchObject([{ id: "nightly", storage: "pbs", guests: guests.size }]);
  const first = guests.get(101);
  expect(first?.newest?.at).toBe(Math.floor((now - hourMs) / 1000) * 1000);
  expect(first?.days.flatMap(({ copies = [] }) => copies)).toMatchObject([{ storage: "pbs", verified: "ok" }]);
  const second = guests.get(102);
  // What failed its verification is no copy to count on.
  expect(second?.newest).toBeUndefined();
  expect(second?.days.flatMap(({ copies = [] }) => copies)).toMatchObject([{ verified: "failed" }]);
  // Of a guest without any copy each night is missed, up to the last, which may not be overdue yet.
  const states = guests.get(103)?.days.map(({ state }) => state);
  expect(states?.slice(0, 5)).toEqual(["missed", "missed", "missed", "missed", "missed"]);
});

test("what backups there are is not told while nobody has looked", async () => {
  const declared = await exampleLab("tidy-lab");
  const feed = {
    now: () => ({ kind: "awaited", since: 0 }) as const,
    subscribe: () => () => undefined,
    stop: () => Promise.resolve(),
  };
  const { server, ask } = await serve([{ id: "lab", declared, feed }]);
  const ada = await setUp(ask, server);
  expect(await ada("GET", "/api/clusters/lab/backups")).toMatchObject({ status: 503, json: { code: "not-ready" } });
});
