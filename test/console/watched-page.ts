import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import type { ConsoleServer } from "./console-server.ts";

/** Where pictures of pages are left; nothing there is part of the repository. */
const pictures = join(import.meta.dirname, "../../artifacts/screenshots");

export const account = { name: "ada", password: "an engine of brass" };

/** A page, and all that its browser complained of: errors of scripts, what the policy of the page forbade, lost files. */
export type WatchedPage = { readonly page: Page; readonly complaints: readonly string[] };

export const openPage = async (browser: Browser): Promise<WatchedPage> => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, complaints };
};

/** Makes the first account by the one-time link, and waits for the console. */
export const setUpBy = async (page: Page, { server, cluster }: ConsoleServer): Promise<void> => {
  await page.goto(server.setupLink ?? "");
  await page.getByLabel("Name").fill(account.name);
  await page.getByLabel("Password", { exact: false }).first().fill(account.password);
  await page.getByRole("button", { name: "Make it, and go in" }).click();
  await page.waitForURL(`${server.url}/c/${cluster}`);
  await settled(page);
};

/** Waits until nothing is being loaded, and letters have their forms. */
export const settled = async (page: Page): Promise<void> => {
  await page.locator("main").first().waitFor();
  await page.locator('[role="status"][aria-label^="Loading"]').first().waitFor({ state: "detached" });
  await page.evaluate("document.fonts.ready.then(() => undefined)");
};

/** What WCAG 2.2 AA forbids and the page does, each with its place. Dialogs and hints stand beside the landmarks. */
export const violationsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const found: axe.AxeResults = await page.evaluate(
    'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: { region: { enabled: false } } })',
  );
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, any, all }) =>
        `${id}: ${help}: ${target.join(" ")} ${[...any, ...all].map((one) => one.message).join("; ")}`,
    ),
  );
};

export const schemes = ["light", "dark"] as const;

/** Leaves a picture of the page as it is. */
export const picture = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: "disabled", fullPage: true });
};
