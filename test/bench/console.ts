import { readdirSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { essentials, observe } from "@orrery/collect";
import { builtConsole } from "@orrery/console";
import { proxmoxOver } from "@orrery/contract";
import { type ClusterFeed, startServer } from "@orrery/server";
import { InProcessTransport, twinOf } from "@orrery/twin-api";
import { VirtualClock } from "@orrery/twin-world";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startBrowser } from "../console/browser.ts";
import { buildConsole } from "../console/console-server.ts";
import { crowd } from "./observe.ts";
import { clientOf, type ServedLab, type Signed, serveLab } from "./served-lab.ts";
import { median } from "./twin-start.ts";

type Load = {
  /** Until the lab's nodes stand in the page, from the start of the navigation. */
  readonly shownMs: number;
  /** Until then, or until the last long task before has ended, whichever is later. */
  readonly interactiveMs: number;
  readonly scripts: readonly string[];
};

/** What 240 frames took. */
type Scrolled = { readonly way: number; readonly longTasks: number; readonly longestFrameMs: number };

/** The page of guests at rest, scrolled as by a wheel, and as by dragging its bar from top to bottom. */
type Scrolling = { readonly rest: Scrolled; readonly wheel: Scrolled; readonly drag: Scrolled };

export type ConsoleFigures = {
  readonly loads: number;
  readonly shownMs: number;
  readonly interactiveMs: number;
  readonly bestInteractiveMs: number;
  /** Of all scripts that the first page asks for. */
  readonly scriptBytes: number;
  readonly gzippedBytes: number;
  /** Undefined where the console has no page of guests. */
  readonly scrolled: Scrolling | undefined;
};

const guests = 10_000;
const targets = { gzipped: 350_000, interactiveMs: 1000, longTaskMs: 50 };

/** Notes when a text stands in the page first, and every long task; runs in the page before any script of its own. */
const noting = (text: string) => `
  window.noted = { shown: undefined, tasks: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.noted.tasks.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    if (window.noted.shown === undefined && document.querySelector("main")?.textContent?.includes(${JSON.stringify(text)}))
      window.noted.shown = performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
`;

const contextFor = async (browser: Browser, { url, cookie }: Signed): Promise<BrowserContext> => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
  await context.addCookies([{ ...cookie, url, secure: true, httpOnly: true, sameSite: "Lax" }]);
  return context;
};

const loadOnce = async (browser: Browser, served: ServedLab): Promise<Load> => {
  const context = await contextFor(browser, served);
  try {
    const page = await context.newPage();
    await page.addInitScript(noting("node05"));
    await page.goto(`${served.url}/c/${served.cluster}`);
    await page.locator("main").getByText("node05").first().waitFor();
    const noted: { shown: number; tasks: [number, number][]; scripts: string[] } = await page.evaluate(
      `({ ...window.noted, scripts: performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".js")) })`,
    );
    const ends = noted.tasks.filter(([start]) => start < noted.shown).map(([start, ms]) => start + ms);
    const scripts = noted.scripts.map((name) => name.replace(/^.*\//, ""));
    return { shownMs: noted.shown, interactiveMs: Math.max(noted.shown, ...ends), scripts };
  } finally {
    await context.close();
  }
};

/** Scrolls what scrolls most in the page, so many pixels a frame, or all the way; from its top, for 240 frames. */
const scrolling = (pixels: number | "all the way") => `new Promise((resolve) => {
  const over = (one) => one.scrollHeight - one.clientHeight;
  const scrolls = (one) => one === document.scrollingElement || /auto|scroll/.test(getComputedStyle(one).overflowY);
  const found = [document.scrollingElement, ...document.querySelectorAll("main, main *")].filter((one) => scrolls(one));
  const scroller = found.toSorted((one, other) => over(other) - over(one))[0];
  const frames = 240;
  const pixels = ${pixels === "all the way" ? "over(scroller) / frames" : pixels};
  window.noted.tasks.length = 0;
  let frame = 0;
  let longestFrameMs = 0;
  let last = performance.now();
  const done = () => {
    const longTasks = window.noted.tasks.filter(([, ms]) => ms > ${targets.longTaskMs}).length;
    resolve({ way: over(scroller), longTasks, longestFrameMs });
  };
  const step = (now) => {
    longestFrameMs = Math.max(longestFrameMs, now - last);
    last = now;
    scroller.scrollTop = pixels * frame;
    frame += 1;
    if (frame <= frames) requestAnimationFrame(step);
    else setTimeout(done, 500);
  };
  requestAnimationFrame(step);
})`;

const scrolledIn = async (page: Page): Promise<Scrolling> => {
  const rest: Scrolled = await page.evaluate(scrolling(0));
  const wheel: Scrolled = await page.evaluate(scrolling(120));
  const drag: Scrolled = await page.evaluate(scrolling("all the way"));
  if (drag.way < guests) throw new Error(`The page of ${guests} guests is but ${drag.way} pixels high.`);
  return { rest, wheel, drag };
};

/** A server that shows a cluster of 10,000 guests as it was seen once. */
const measureScroll = async (browser: Browser): Promise<Scrolling | undefined> => {
  const clock = new VirtualClock(crowd(guests), () => setImmediate());
  await clock.advance(clock.world.now + 60_000);
  const pve = proxmoxOver("9.2", new InProcessTransport(twinOf(clock.world, "a secret"), { clock }), clock);
  const { state } = await clock.drive(observe(pve, clock, { scope: essentials }));
  const feed: ClusterFeed = {
    now: () => ({ kind: "read", state, at: state.at, requests: 1, tookMs: 1, stale: new Map() }),
    subscribe: () => () => undefined,
    stop: () => Promise.resolve(),
  };
  const server = await startServer({
    clusters: [{ id: "crowd", declared: undefined, feed }],
    listen: { host: "127.0.0.1", port: 0 },
    log: { level: "silent" },
    console: builtConsole,
  });
  try {
    const signed = await clientOf(server);
    const context = await contextFor(browser, signed);
    const page = await context.newPage();
    await page.addInitScript(noting("vm"));
    await page.goto(`${server.url}/c/crowd`);
    await page.locator('nav[aria-label="Pages"]').waitFor();
    const link = page.locator('nav[aria-label="Pages"] a[href$="/guests"]');
    if ((await link.count()) === 0) return undefined;
    await link.first().click();
    await page.getByText("vm100", { exact: true }).first().waitFor();
    return await scrolledIn(page);
  } finally {
    await server.stop();
  }
};

const bytesOf = (scripts: readonly string[]) => {
  const assets = fileURLToPath(new URL("assets/", builtConsole));
  const names = new Set(readdirSync(assets));
  const texts = scripts.filter((name) => names.has(name)).map((name) => readFileSync(`${assets}${name}`));
  const sum = (of: (text: Buffer) => number) => texts.reduce((bytes, text) => bytes + of(text), 0);
  return { scriptBytes: sum((text) => text.length), gzippedBytes: sum((text) => gzipSync(text, { level: 9 }).length) };
};

/** Debian's Chromium before the console of `orrery serve`, each load without a cache. */
export const measureConsole = async (loads = 7): Promise<ConsoleFigures> => {
  await buildConsole();
  const browser = await startBrowser();
  try {
    const served = await serveLab("examples/astronomy-lab");
    const done: Load[] = [];
    try {
      // The first one starts what the browser starts once.
      await loadOnce(browser, served);
      while (done.length < loads) done.push(await loadOnce(browser, served));
    } finally {
      await served.stop();
    }
    const interactive = done.map(({ interactiveMs }) => interactiveMs);
    return {
      loads,
      shownMs: median(done.map(({ shownMs }) => shownMs)),
      interactiveMs: median(interactive),
      bestInteractiveMs: Math.min(...interactive),
      ...bytesOf([...new Set(done.flatMap(({ scripts }) => scripts))]),
      scrolled: await measureScroll(browser),
    };
  } finally {
    await browser.close();
  }
};

const scrollLines = (scrolled: Scrolling | undefined): readonly string[] => {
  if (scrolled === undefined) return [`  ${guests} guests: the console has no page of guests, so nothing was scrolled`];
  const line = (what: string, { longTasks, longestFrameMs }: Scrolled, target: string) =>
    `    ${what.padEnd(27)}${String(longTasks).padStart(4)} tasks over ${targets.longTaskMs} ms${target}, longest frame ${longestFrameMs.toFixed(0)} ms`;
  return [
    `  ${guests} guests, 240 frames each`,
    line("at rest", scrolled.rest, ""),
    line("by the wheel, 120 px a frame", scrolled.wheel, " (target 0)"),
    line("dragged through all of them", scrolled.drag, " (target 0)"),
  ];
};

export const consoleLines = (figures: ConsoleFigures): string[] => [
  `The console of examples/astronomy-lab in Chromium, loaded ${figures.loads} times without a cache`,
  `  overview interactive   ${figures.interactiveMs.toFixed(0).padStart(6)} ms median ${figures.bestInteractiveMs.toFixed(0).padStart(6)} ms best   (target ${targets.interactiveMs})`,
  `  its nodes shown        ${figures.shownMs.toFixed(0).padStart(6)} ms median`,
  `  scripts of first load  ${(figures.gzippedBytes / 1000).toFixed(0).padStart(6)} kB gzipped (target ${targets.gzipped / 1000}), ${(figures.scriptBytes / 1000).toFixed(0)} kB plain`,
  ...scrollLines(figures.scrolled),
];
