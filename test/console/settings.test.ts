import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reasonToSkip } from "../others/debian.ts";
import { startBrowser } from "./browser.ts";
import { buildConsole, type ConsoleServer, startConsoleServer } from "./console-server.ts";
import { openPage, picture, settled, setUpBy, violationsOf, type WatchedPage } from "./watched-page.ts";

const reason = reasonToSkip("console/settings.test.ts");

describe.skipIf(reason !== undefined)(`what the reader does${reason === undefined ? "" : `: ${reason}`}`, () => {
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

  const go = async (path: string): Promise<void> => {
    await watched.page.goto(`${console.server.url}/c/${console.cluster}/${path}`);
    await settled(watched.page);
  };

  test("a token's secret is shown once, lets a program in, and no more after it was revoked", async () => {
    const { page } = watched;
    await go("settings");
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByLabel("What is it for").fill("a report by night");
    await picture(page, "settings-token");
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Make it" }).click();
    const secret = (await page.locator("output").textContent()) ?? "";
    expect(secret).toMatch(/^orrery_/);
    const asked = async (): Promise<number> => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const headers = { authorization: `Bearer ${secret}` };
      const answer = await context.request.get(`${console.server.url}/api/clusters`, { headers });
      await context.close();
      return answer.status();
    };
    expect(await asked()).toBe(200);
    await page.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("rowheader", { name: "a report by night" }).waitFor();
    expect(await page.getByText(secret).count()).toBe(0);
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("There is no token").waitFor();
    expect(await asked()).toBe(401);
  });

  test("an account is made with its roles, and kept out again", async () => {
    const { page } = watched;
    await go("settings");
    await page.getByRole("button", { name: "Make an account" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("grace");
    await page.getByRole("textbox", { name: "Password" }).fill("compilers are possible");
    await page.getByRole("checkbox", { name: "operator" }).check();
    await page.getByRole("button", { name: "Make it" }).click();
    const row = page.getByRole("row", { name: /^grace/ });
    await row.getByText("viewer, operator").waitFor();
    await page.getByRole("button", { name: "Change grace" }).click();
    await page.getByRole("switch", { name: "May not sign in" }).check();
    await page.getByRole("button", { name: "Change it, and end its sessions" }).click();
    await row.getByText("disabled").waitFor();
    expect(await row.getByText("may sign in").count()).toBe(0);
  });

  test("the audit trail says who did that, and what came of it", async () => {
    const { page } = watched;
    await go("audit");
    for (const what of ["makeToken", "revokeToken", "makeAccount", "changeAccount"])
      await page.getByRole("row", { name: what }).getByText("done").waitFor();
    await picture(page, "audit-changes");
    expect(await page.getByText("no end here").count()).toBe(0);
  });

  test("what a failure takes with it is told of what is clicked, and the address remembers it", async () => {
    const { page } = watched;
    await go("topology");
    const lost = page.getByText("is lost", { exact: true });
    await page.locator('.react-flow__node[data-id="switch labswitch01"]').click();
    await page.waitForURL(/fails=switch/);
    await lost.waitFor();
    await page.reload();
    await lost.waitFor();
    await page.getByRole("button", { name: "Nothing fails" }).click();
    await lost.waitFor({ state: "detached" });
    // The graph by the keyboard alone.
    await page.locator('.react-flow__node[data-id="node node02"]').focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/fails=node/);
    await page.getByText("survives", { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("fails")).toBe("node node02");
  });

  test("the map of backups is walked through by the keyboard, and says what each day was", async () => {
    const { page, complaints } = watched;
    await go("backups");
    await page.getByRole("grid", { name: "Backups by guest and day" }).focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    const hint = page.getByRole("tooltip");
    // The twin has been there for seconds, and keeps no backup of a day before.
    await hint.getByText("daily missing").waitFor();
    await picture(page, "backups-day");
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("combobox", { name: "Filter guests" }).fill("policy:daily name~lab");
    await page.waitForURL(/filter=policy/);
    expect(complaints.filter((one) => !one.includes("503"))).toEqual([]);
  });
});
