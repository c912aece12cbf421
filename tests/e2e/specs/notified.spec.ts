// Being told of new reviews by the system, which only a whole browser can do: its headless shell has no notifications.

import { retabReaches, startRetabRun } from "../fixtures/money.ts";
import { expect, test as base } from "../fixtures/test.ts";

const whole = process.env["SLUICE_BROWSER"] ?? process.env["SLUICE_CHROMIUM"] ?? "/usr/bin/chromium";

const test = base.extend({
  launchOptions: [async ({ launchOptions }, use) => use({ ...launchOptions, executablePath: whole }), { scope: "worker" }],
});

test("who wants it is notified of a new review, and the click opens it", async ({ page, context, sandbox }) => {
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
  const shown = () => page.evaluate(() => (window as unknown as { shown: Notification[] }).shown.map((one) => `${one.title} | ${one.body}`));
  await page.goto("/reviews");
  await expect(page.locator('main[data-page="reviews"] tr[data-run]').first()).toBeVisible({ timeout: 30_000 });
  await page.getByLabel("Notify me about new reviews").check();
  // Remembered, and at work on every page.
  await page.goto("/runs");
  await page.goto("/reviews");
  await expect(page.getByLabel("Notify me about new reviews")).toBeChecked();
  await expect(page.getByText(/^Updated .* · live$/).first()).toBeVisible({ timeout: 30_000 });
  expect(await shown()).toEqual([]);
  const run = await startRetabRun(sandbox);
  await retabReaches(sandbox, run, "waiting_for_human");
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect.poll(async () => (await shown()).join("\n"), { timeout: 30_000 }).toContain("waits for review | Review mismatch, at Retab. Open it to decide.");
  await page.evaluate(() => (window as unknown as { shown: Notification[] }).shown.at(-1)?.dispatchEvent(new Event("click")));
  await expect(page).toHaveURL(new RegExp(`/c/retab/runs/${run}`));
});
