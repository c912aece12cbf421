// Being told of new reviews by the system, which only a whole browser can do: its headless shell has no notifications.

import type { BrowserContext, Page } from "@playwright/test";

import { retabReaches, startRetabRun } from "../fixtures/money.ts";
import { HEADINGS, startSections } from "../fixtures/sections.ts";
import { expect, test as base } from "../fixtures/test.ts";

const whole = process.env["SLUICE_BROWSER"] ?? process.env["SLUICE_CHROMIUM"] ?? "/usr/bin/chromium";

const test = base.extend({
  launchOptions: [async ({ launchOptions }, use) => use({ ...launchOptions, executablePath: whole }), { scope: "worker" }],
});

type Shown = { shown: Notification[] };

/** What was notified of so far, in words; it begins with the reviews that wait now being counted. */
async function notified(page: Page, context: BrowserContext): Promise<() => Promise<string[]>> {
  await context.grantPermissions(["notifications"]);
  await page.addInitScript(() => {
    const shown: Notification[] = [];
    Object.assign(window, { shown });
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.push(this);
      }
    };
  });
  await page.goto("/reviews");
  await expect(page.locator('main[data-page="reviews"] tr[data-run]').first()).toBeVisible({ timeout: 30_000 });
  await page.getByLabel("Notify me about new reviews").check();
  // Remembered, and at work on every page.
  await page.goto("/runs");
  await page.goto("/reviews");
  await expect(page.getByLabel("Notify me about new reviews")).toBeChecked();
  await expect(page.getByText(/^Updated .* · live$/).first()).toBeVisible({ timeout: 30_000 });
  const shown = () => page.evaluate(() => (window as unknown as Shown).shown.map((one) => `${one.title} | ${one.body}`));
  expect(await shown()).toEqual([]);
  return shown;
}

const click = (page: Page, at: number) => page.evaluate((at) => (window as unknown as Shown).shown.at(at)?.dispatchEvent(new Event("click")), at);

test("who wants it is notified of a new review, and the click opens it", async ({ page, context, sandbox }) => {
  const shown = await notified(page, context);
  const run = await startRetabRun(sandbox);
  await retabReaches(sandbox, run, "waiting_for_human");
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect.poll(async () => (await shown()).join("\n"), { timeout: 30_000 }).toContain("waits for review | Review mismatch, at Retab. Open it to decide.");
  await click(page, -1);
  await expect(page).toHaveURL(new RegExp(`/c/retab/runs/${run}`));
});

test("of several reviews of one run each is notified of, and each click opens its own", async ({ page, context, sandbox }) => {
  const shown = await notified(page, context);
  const run = await startSections(sandbox, "superai");
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect.poll(async () => (await shown()).length, { timeout: 30_000 }).toBe(HEADINGS.length);
  const words = await shown();
  for (let nth = 1; nth <= HEADINGS.length; nth += 1) expect(words.filter((one) => one.includes(`iteration ${nth}`))).toHaveLength(1);
  for (const [at, heading] of HEADINGS.entries()) {
    await click(page, words.findIndex((one) => one.includes(`iteration ${at + 1}`)));
    await expect(page).toHaveURL(new RegExp(`/c/superai/runs/${run}/reviews/`));
    await expect(page.locator('[data-path="/heading"]')).toHaveValue(heading);
  }
});
