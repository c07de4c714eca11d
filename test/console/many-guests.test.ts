import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { startBrowser } from "./browser.ts";
import { buildConsole, type ConsoleServer, startConsoleServer } from "./console-server.ts";
import { withGuests } from "./many-guests.ts";
import { openPage, settled, setUpBy, type WatchedPage } from "./watched-page.ts";

const reason = reasonToSkip("console/many-guests.test.ts");

/** A browser calls a task long from here on. Milliseconds. */
const longMs = 50;

type TraceEvent = { readonly name: string; readonly tid: number; readonly dur?: number; readonly tdur?: number };

const isEvent = (value: object): value is TraceEvent => "name" in value && "tid" in value;

/**
 * What the longest task of the page's own thread took while something was done: milliseconds of processor time, which is
 * the same whatever else the machine has to do.
 */
const longestTask = async (page: Page, doing: () => Promise<void>): Promise<number> => {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }: { value: readonly object[] }) =>
    events.push(...value.filter(isEvent)),
  );
  const ended = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", {
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "__metadata"] },
  });
  await doing();
  await session.send("Tracing.end");
  await ended;
  await session.detach();
  const main = new Set(
    events
      .filter((one) => one.name === "thread_name" && JSON.stringify(one).includes("CrRendererMain"))
      .map(({ tid }) => tid),
  );
  const tasks = events.filter(({ name, tid }) => name === "RunTask" && main.has(tid));
  expect(tasks.length).toBeGreaterThan(100);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
};

/** Scrolls the table down and back up, so many pixels with each picture of the browser. Gives how many rows were drawn. */
const scrolled = (page: Page, pixels: number): Promise<number> =>
  page.evaluate(`(async () => {
    const table = document.querySelector("[data-table]");
    const scroller = table.parentElement;
    const drawn = new Set();
    for (let frame = 0; frame < 90; frame += 1) {
      scroller.scrollBy(0, frame < 60 ? ${pixels} : -${pixels});
      await new Promise((resolve) => requestAnimationFrame(resolve));
      for (const row of table.querySelectorAll("tbody tr")) drawn.add(row.dataset.index);
    }
    return drawn.size;
  })()`);

describe.skipIf(reason !== undefined)(`ten thousand guests${reason === undefined ? "" : `: ${reason}`}`, () => {
  let console: ConsoleServer;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    await buildConsole();
    [console, browser] = await Promise.all([startConsoleServer("astronomy-lab", withGuests(10_000)), startBrowser()]);
    watched = await openPage(browser);
    await setUpBy(watched.page, console);
    await watched.page.goto(`${console.server.url}/c/${console.cluster}/guests`);
    await settled(watched.page);
    await watched.page.getByText("10,000 guests", { exact: true }).waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await console?.stop();
  });

  test("scroll by without a task that the reader would feel", async () => {
    const { page } = watched;
    const told: string[] = [];
    for (const pixels of [90, 300]) {
      const longest: number[] = [];
      // Whatever else the machine does can make a task longer, never shorter.
      for (let attempt = 0; attempt < 4 && Math.min(...longest) >= longMs; attempt += 1) {
        let drawn = 0;
        longest.push(
          await longestTask(page, async () => {
            drawn = await scrolled(page, pixels);
          }),
        );
        expect(drawn).toBeGreaterThan(150);
      }
      told.push(`${pixels} pixels a picture: ${Math.min(...longest).toFixed(0)} ms`);
      expect.soft(Math.min(...longest)).toBeLessThan(longMs);
    }
    process.stdout.write(`longest task while 10,000 guests scroll, ${told.join("; ")}\n`);
    const rows = await page.locator("tbody tr").count();
    expect(rows).toBeLessThan(80);
  }, 120_000);

  test("are filtered, and the address remembers how", async () => {
    const { page, complaints } = watched;
    await page.keyboard.press("/");
    const field = page.getByRole("combobox", { name: "Filter guests" });
    await field.pressSequentially("sta");
    await page.getByRole("option", { name: "status:" }).waitFor();
    await page.keyboard.press("Tab");
    await page.getByRole("option", { name: "stopped" }).click();
    await field.pressSequentially("tag:prod");
    await page.getByText("834 of 10,000 guests").waitFor();
    await page.waitForURL(/tag(%3A|:)prod/);
    await page.reload();
    await page.getByText("834 of 10,000 guests").waitFor();
    await field.fill("status:runing");
    await page.getByText("status is never runing; it is running, stopped, or unknown.").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByText("10,000 guests", { exact: true }).waitFor();
    // Before the first look at the cluster there is nothing to answer.
    expect(complaints.filter((one) => !one.includes("503"))).toEqual([]);
  });

  test("are walked through by the keyboard, which opens one", async () => {
    const { page } = watched;
    await page.getByRole("button", { name: "VMID" }).click();
    await page.waitForURL(/sort=-vmid/);
    await page.getByRole("grid", { name: "guests" }).focus();
    for (const key of ["End", "ArrowUp", "Home", "ArrowDown", "PageDown"]) await page.keyboard.press(key);
    const here = page.locator('tr[aria-selected="true"]');
    await here.waitFor();
    expect(Number(await here.getAttribute("data-index"))).toBeGreaterThan(5);
    await page.keyboard.press("End");
    await page.locator('tr[aria-selected="true"][data-index="9999"]').waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/guests\/100$/);
  });
});
