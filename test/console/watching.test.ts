import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { startBrowser } from "./browser.ts";
import { buildConsole, type ConsoleServer, startConsoleServer } from "./console-server.ts";
import { openPage, picture, schemes, settled, setUpBy, violationsOf, type WatchedPage } from "./watched-page.ts";

const reason = reasonToSkip("console/watching.test.ts");

describe.skipIf(reason !== undefined)(
  `alerts, incidents, findings and tasks in a browser${reason === undefined ? "" : `: ${reason}`}`,
  () => {
    let console: ConsoleServer;
    let browser: Browser;
    let watched: WatchedPage;

    /** Pictures of the page as it stands, and what of it WCAG AA forbids. */
    const photographed = async (name: string): Promise<readonly string[]> => {
      const { page } = watched;
      const problems: string[] = [];
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        await picture(page, `${name}-${scheme}`);
        problems.push(...(await violationsOf(page)).map((one) => `${name} ${scheme}: ${one}`));
      }
      await page.setViewportSize({ width: 390, height: 844 });
      await picture(page, `${name}-phone`);
      await page.setViewportSize({ width: 1440, height: 900 });
      return problems;
    };

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

    test("a node that is lost is told as an alert, which can be silenced, and the silence ended", async () => {
      const { page } = watched;
      await page.goto(`${console.server.url}/c/${console.cluster}/alerts`);
      await settled(page);
      console.twin.fault("node node03 loses-power");
      const row = page.locator("main details", { hasText: /node node03\s*·\s*NodeDown/ }).first();
      await row.waitFor();
      await row.getByText("fires", { exact: true }).waitFor();
      await row.locator("summary").click();
      expect(await photographed("alerts-node-lost")).toEqual([]);
      await row.getByRole("button", { name: "Silence this…" }).click();
      const dialog = page.getByRole("dialog", { name: "Silence" });
      await dialog.getByText("It keeps 1 alert quiet that is open now.").waitFor();
      await dialog.getByLabel("Why").fill("The power supply is being replaced.");
      expect(await photographed("silence-dialog")).toEqual([]);
      await dialog.getByRole("button", { name: "Silence", exact: true }).click();
      await row.getByText("silenced", { exact: true }).waitFor();
      await page.getByRole("button", { name: "End the silence: The power supply is being replaced." }).click();
      await row.getByText("fires", { exact: true }).waitFor();
    });

    test("its incident has the response, and takes notes until it is closed", async () => {
      const { page, complaints } = watched;
      await page.locator('main a[href*="/incidents/"]').first().click();
      await page.getByRole("heading", { level: 1, name: /node node03/ }).waitFor();
      await page.getByText("PROX-RESP-004").first().waitFor();
      await page.getByLabel("What you know").fill("Its fans stand still.");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByRole("listitem").filter({ hasText: "Its fans stand still." }).waitFor();
      expect(await photographed("incident")).toEqual([]);
      await page.getByText("Close it", { exact: true }).click();
      await page.getByLabel("What it was, and what was done").fill("A power supply; replaced.");
      await page.getByRole("button", { name: "Close the incident" }).click();
      await page.getByRole("heading", { level: 1, name: /closed/ }).waitFor();
      expect(await page.getByRole("form", { name: "Add to what happened" }).count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    test("a finding is told with its claim, its arithmetic and its place, and the address leads back to it", async () => {
      const { page, complaints } = watched;
      await page.goto(`${console.server.url}/c/${console.cluster}/findings?rule=capacity/node-memory`);
      await settled(page);
      await page.locator("[data-table] a", { hasText: "capacity/node-memory" }).first().click();
      await page.getByRole("heading", { name: "The claim" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name: "The claim" }).waitFor();
      await page
        .getByText(/GiB of 64 GiB/)
        .first()
        .waitFor();
      await page.getByText(/^cluster\.ts:\d+:\d+$/).waitFor();
      expect(await photographed("finding")).toEqual([]);
      expect(complaints).toEqual([]);
    });

    test("a task is told with what it wrote", async () => {
      const { page, complaints } = watched;
      const pve = await console.connect();
      const [guest] = await pve.get("/nodes/{node}/qemu", { node: "node01" });
      await pve.request("POST", "/nodes/{node}/qemu/{vmid}/status/reset", { node: "node01", vmid: guest?.vmid ?? 0 });
      await pve.close();
      await page.goto(`${console.server.url}/c/${console.cluster}/tasks`);
      await settled(page);
      await page.locator("[data-table] tbody a").first().click();
      await page.getByRole("heading", { name: "What it wrote" }).waitFor();
      await page.getByText("TASK OK").waitFor();
      expect(await photographed("task")).toEqual([]);
      expect(complaints).toEqual([]);
    });
  },
);
