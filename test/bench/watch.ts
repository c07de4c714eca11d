import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { Measure } from "@orrery/collect";
import { type PveVersion, proxmoxOver } from "@orrery/contract";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { VirtualClock, type World } from "@orrery/twin-world";
import { ClusterWatch } from "@orrery/watch";
import { crowdedWorld, watchedWorld } from "../monitor/watched-world.ts";

export type WatchFigure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
};

const minute = 60_000;
const steady =
  /^\/cluster\/(resources|status|metrics\/export|tasks|ha\/status\/current)$|^\/nodes\/\{node\}\/(status|replication|rrddata)$/;

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** A watch over a world in process and in its own time. */
const watched = async (world: World) => {
  const clock = new VirtualClock(world, () => setImmediate());
  await clock.advance(world.now + minute);
  const transport = new InProcessTransport(twinOf(world, "a secret"), { clock, user: "root@pam" });
  const pve = proxmoxOver<PveVersion>(world.release, transport, clock);
  const asked: { readonly path: string; readonly at: number }[] = [];
  const watch = new ClusterWatch({
    cluster: "lab",
    clock,
    connect: async () => ({
      version: pve.version,
      request: (method, path, ...more) => {
        asked.push({ path, at: clock.now() });
        return pve.request(method, path, ...more);
      },
      close: () => Promise.resolve(),
    }),
  });
  watch.start();
  const pass = (ms: number): Promise<void> => clock.advance(clock.now() + ms);
  return { watch, clock, pass, asked, stop: () => clock.drive(watch.stop()) };
};

const requestsOf = (asked: readonly { readonly path: string; readonly at: number }[], from: number, cycles: number) => {
  const counts = Array.from({ length: cycles }, () => 0);
  let all = 0;
  for (const { path, at } of asked) {
    const cycle = Math.floor((at - from) / 10_000);
    if (cycle < 0 || cycle >= cycles) continue;
    all += 1;
    if (steady.test(path)) counts[cycle] = (counts[cycle] ?? 0) + 1;
  }
  return { most: Math.max(...counts), mean: all / cycles };
};

const both = { cluster: true, node: true };

/** What a look, and a page, cost once everything is known. Milliseconds of this thread. */
const costs = async (guests: number): Promise<{ readonly page: number; readonly look: number }> => {
  const { monitor, pass } = await watchedWorld(crowdedWorld(guests), { state: true });
  await pass(5 * minute);
  const measure = new Measure();
  const pages: number[] = [];
  const looks: number[] = [];
  for (let turn = 0; turn < 9; turn += 1) {
    await pass(10_000);
    let began = performance.now();
    gzipSync(measure.page(monitor.seen(), both).text("prometheus"), { level: 1 });
    pages.push(performance.now() - began);
    began = performance.now();
    monitor.state();
    measure.samples(monitor.seen());
    looks.push(performance.now() - began);
  }
  return { page: middle(pages), look: middle(looks) };
};

/** The same page again and again, nothing new between. */
const cachedPage = async ({ watch }: Awaited<ReturnType<typeof watched>>): Promise<number> => {
  const times: number[] = [];
  await watch.page(both, "prometheus", true);
  for (let turn = 0; turn < 99; turn += 1) {
    const began = performance.now();
    await watch.page(both, "prometheus", true);
    times.push(performance.now() - began);
  }
  return middle(times);
};

export const measureWatch = async (): Promise<readonly WatchFigure[]> => {
  const some = await watched(crowdedWorld(500));
  await some.pass(5 * minute);
  const from = some.clock.now();
  await some.pass(10 * minute);
  const requests = requestsOf(some.asked, from, 60);
  const cached = await cachedPage(some);
  await some.stop();
  const [small, large] = [await costs(500), await costs(5000)];
  return [
    { what: "steady requests a cycle at most, 5 nodes and 500 guests", value: requests.most, unit: "", target: "6" },
    { what: "requests a cycle on average, the slow ones with them", value: requests.mean, unit: "" },
    { what: "a page when something new was answered, 500 guests, gzip", value: small.page, unit: "ms", target: "40" },
    { what: "the same page again", value: cached, unit: "ms", target: "15" },
    { what: "a look, 500 guests", value: small.look, unit: "ms" },
    { what: "a look, 5,000 guests", value: large.look, unit: "ms" },
    {
      what: "a look at ten times the guests takes so many times as long",
      value: large.look / small.look,
      unit: "",
      target: "10",
    },
    { what: "a page, 5,000 guests", value: large.page, unit: "ms" },
  ];
};

export const watchLines = (figures: readonly WatchFigure[]): string =>
  figures
    .map(
      ({ what, value, unit, target }) =>
        `${what.padEnd(62)} ${value.toFixed(1).padStart(8)} ${unit.padEnd(2)}${target === undefined ? "" : `  target ${target}`}`,
    )
    .join("\n");
