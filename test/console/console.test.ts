import { readdir, stat } from "node:fs/promises";
import { builtConsole } from "@orrery/console";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { startBrowser } from "./browser.ts";
import { buildConsole, type ConsoleServer, startConsoleServer } from "./console-server.ts";
import {
  account,
  openPage,
  picture,
  schemes,
  settled,
  setUpBy,
  violationsOf,
  type WatchedPage,
} from "./watched-page.ts";

const reason = reasonToSkip("console/console.test.ts");

/** Bytes of script that may be fetched before the overview is there, as they are sent. */
const scriptBudget = 350_000;

const sizes = { desk: { width: 1440, height: 900 }, hand: { width: 390, height: 844 } };

/** Where a link leads, but for whose it is: `guests 1` is the page of any one guest. */
const shapeOf = (home: string, href: string): string => {
  const [name = "overview", ...rest] = (href.slice(home.length).split(/[?#]/, 1)[0] ?? "")
    .split("/")
    .filter((step) => step !== "");
  return `${name} ${rest.length}`;
};

/** Opens the pages of the navigation, and of each kind of page that one of them leads to, one. */
const walk = async (page: Page, url: string, home: string, look: (name: string) => Promise<void>): Promise<void> => {
  const linksIn = (place: string): Promise<readonly string[]> =>
    page
      .locator(`${place} a[href^="${home}"]`)
      .evaluateAll((links) => links.map((one) => one.getAttribute("href") ?? ""));
  await page.goto(url + home);
  await settled(page);
  const found = new Map((await linksIn('nav[aria-label="Pages"]')).map((href) => [shapeOf(home, href), href]));
  // What is added to a map while it is gone through comes in its turn.
  for (const [shape, href] of found) {
    await page.goto(url + href);
    await settled(page);
    for (const link of await linksIn("main")) if (!found.has(shapeOf(home, link))) found.set(shapeOf(home, link), link);
    await look(shape.replace(/ 0$/, "").replace(/ \d+$/, "-one"));
  }
};

describe.skipIf(reason !== undefined)(`the console in a browser${reason === undefined ? "" : `: ${reason}`}`, () => {
  let console: ConsoleServer;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    await buildConsole();
    [console, browser] = await Promise.all([startConsoleServer("astronomy-lab"), startBrowser()]);
    watched = await openPage(browser);
    await setUpBy(watched.page, console);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await console?.stop();
  });

  test("the one-time link leads into the console, which shows the lab", async () => {
    const { page } = watched;
    expect(new URL(page.url()).hash).toBe("");
    for (const node of ["node01", "node05"]) await page.getByText(node, { exact: true }).first().waitFor();
    expect(await page.title()).toBe(`Overview · ${console.cluster} · Orrery`);
  });

  test("every page is there in light and dark, on a desk and in the hand, keeps WCAG AA, and has nothing to complain of", async () => {
    const { page, complaints } = watched;
    const problems: string[] = [];
    const check = async (name: string): Promise<void> => {
      await settled(page);
      await picture(page, name);
      problems.push(...(await violationsOf(page)).map((one) => `${name}: ${one}`));
    };
    /** Pages that others lead to already, and that are not there yet. */
    const awaited = new Set(["guests-one", "nodes-one"]);
    await walk(page, console.server.url, `/c/${console.cluster}`, async (name) => {
      if ((await page.getByRole("heading", { level: 1, name: "There is no such page" }).count()) > 0) {
        if (!awaited.has(name)) problems.push(`${name}: is linked to and not there`);
        return;
      }
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        await check(`${name}-${scheme}`);
      }
      await page.setViewportSize(sizes.hand);
      await check(`${name}-phone`);
      const over: number = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (over > 0) problems.push(`${name}: is ${over} pixels wider than a phone`);
      await page.setViewportSize(sizes.desk);
      await page.emulateMedia({ colorScheme: "light" });
    });
    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
  }, 300_000);

  test("the palette leads to a page by the keyboard alone", async () => {
    const { page } = watched;
    await page.goto(`${console.server.url}/c/${console.cluster}`);
    await settled(page);
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Search or jump to" });
    await field.fill("dark");
    await page.getByRole("option", { name: "Dark colours" }).waitFor();
    await picture(page, "palette-dark");
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await page.evaluate("localStorage.clear()");
  });

  test("whoever signs out sees nothing more, and comes back by his name to the page he wanted", async () => {
    const { page, complaints } = await openPage(browser);
    const wanted = `${console.server.url}/c/${console.cluster}`;
    await page.goto(wanted);
    await page.waitForURL("**/sign-in?to=*");
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      await picture(page, `sign-in-${scheme}`);
      expect(await violationsOf(page)).toEqual([]);
    }
    await page.getByLabel("Name").fill(account.name);
    await page.getByLabel("Password").first().fill("something else");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Name and password do not go together.").waitFor();
    await page.getByLabel("Password").first().fill(account.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(wanted);
    await page.getByRole("button", { name: `Account ${account.name}` }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in");
    expect(await page.getByText("node01").count()).toBe(0);
    // Refusals are what this test is about; nothing else may be complained of.
    expect(complaints.filter((one) => !one.includes("401"))).toEqual([]);
    await page.context().close();
  });

  test("the overview costs less script than its budget", async () => {
    const { page } = await openPage(browser);
    const fetched: string[] = [];
    page.on("response", (answer) => fetched.push(new URL(answer.url()).pathname));
    await page.context().addCookies(await watched.page.context().cookies());
    await page.goto(`${console.server.url}/c/${console.cluster}`);
    await settled(page);
    await page.getByRole("img", { name: /^Memory in use/ }).waitFor();
    const files = await readdir(new URL("assets/", builtConsole));
    const weights = await Promise.all(
      files
        .filter((name) => name.endsWith(".js.gz") && fetched.includes(`/assets/${name.slice(0, -3)}`))
        .map(async (name) => (await stat(new URL(`assets/${name}`, builtConsole))).size),
    );
    const total = weights.reduce((sum, size) => sum + size, 0);
    process.stdout.write(`first load of the overview: ${(total / 1000).toFixed(0)} kB of script, gzip\n`);
    expect(weights.length).toBeGreaterThan(1);
    expect(total).toBeLessThan(scriptBudget);
    await page.context().close();
  });

  test("a node that is cut off or loses power is seen without a reload, and so is its return", async () => {
    const { page } = watched;
    await page.goto(`${console.server.url}/c/${console.cluster}`);
    await settled(page);
    const offlineAt = (node: string) =>
      page
        .locator("li", { has: page.getByRole("list", { name: `Guests on ${node}` }) })
        .getByText("offline", { exact: true });
    await page.evaluate("window.isSamePage = true");
    const fault = console.twin.fault("node node02 is-partitioned");
    await offlineAt("node02").waitFor();
    console.twin.clear(fault);
    await offlineAt("node02").waitFor({ state: "detached" });
    console.twin.fault("node node03 loses-power");
    await offlineAt("node03").waitFor();
    await page.getByRole("heading", { level: 1, name: /1 of 5 nodes is not online/ }).waitFor();
    await page.getByText("node03 is unreachable", { exact: true }).waitFor({ timeout: 60_000 });
    await picture(page, "overview-node-lost");
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate("window.isSamePage")).toBe(true);
  }, 120_000);
});
