// Times: of a computer whose clock is off, over midnight, and across the change to winter time.

import type { Page } from "@playwright/test";

import { expect, gatewayAhead, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { startRetabRun } from "../fixtures/money.ts";
import { runPath } from "../pages/run.ts";

test.use({ runs: 120 });

const HOUR = 3_600_000;

/** Gives a run of Retab other times. */
async function timed(page: Page, run: string, times: Record<string, string>): Promise<void> {
  await page.route(new RegExp(`/api/c/retab/workflows/runs/${run}(\\?|$)`), async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), ...times } });
  });
}

for (const [off, said] of [
  [2 * HOUR, /^This computer’s clock is (2 h 00|1 h 59) m fast$/],
  [-2 * HOUR, /^This computer’s clock is (2 h 00|1 h 59) m slow$/],
] as const) {
  test(`a clock that is ${off / HOUR} h off is told, and not gone by`, async ({ page, sandbox, historyPage }) => {
    const run = await startRetabRun(sandbox);
    await page.clock.install({ time: Date.now() + off });
    // The last hour by the gateway's clock, not by this computer's.
    await historyPage.open({ c: "retab", flow: RECONCILIATION.retab, last: "60" });
    await expect(page.getByText(said)).toBeVisible();
    await expect(historyPage.row(run).locator(".c-start")).toHaveText(/^(just now|\d+ s ago|[12] min ago)$/);
    await page.goto(`${runPath("retab", run)}?flow=${RECONCILIATION.retab}`);
    await expect(page.locator(".sl-runhead")).toContainText("Today, ");
  });
}

test("a clock that is right is not mentioned, however slow the gateway's answers are", async ({ page, historyPage }) => {
  await page.route("**/api/config", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue();
  });
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await expect(page.getByText("This computer’s clock")).toHaveCount(0);
});

test("today ends at midnight, also while the computer slept", async ({ page, sandbox }) => {
  const run = await startRetabRun(sandbox);
  await page.clock.install();
  const ahead = await gatewayAhead(page);
  await page.goto(`${runPath("retab", run)}?flow=${RECONCILIATION.retab}`);
  const head = page.locator(".sl-runhead");
  await expect(head).toContainText("Today, ");
  ahead.ms = 24 * HOUR;
  await page.clock.fastForward(ahead.ms);
  await expect(head).not.toContainText("Today, ");
});

test("the hour that autumn has twice can be told apart, and a summer's time has its offset", async ({ page, sandbox }) => {
  const run = await startRetabRun(sandbox);
  const head = page.locator(".sl-runhead");
  await page.clock.install({ time: "2026-11-29T12:00:00Z" });
  for (const [at, shown] of [
    ["2026-10-25T00:30:00Z", "25 Oct, 02:30:00 UTC+2"],
    ["2026-10-25T01:30:00Z", "25 Oct, 02:30:00"],
    ["2026-07-01T10:00:00Z", "1 Jul, 12:00:00 UTC+2"],
  ] as const) {
    await timed(page, run, { started_at: at, created_at: at });
    await page.goto(`${runPath("retab", run)}?flow=${RECONCILIATION.retab}`);
    await expect(head.getByText(shown, { exact: true }).first()).toBeVisible();
  }
  await expect(page.getByText("Times in Europe/Berlin, UTC+1")).toBeVisible();
});

test("“to 02:30” takes in both half past twos of the night that has two, “from 02:30” too", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.locator("summary").filter({ hasText: "Any time" }).click();
  await page.getByLabel("From (Europe/Berlin)").fill("2026-10-25T02:30");
  await expect(page).toHaveURL(/from=2026-10-25T00%3A30%3A00Z/);
  await page.getByLabel("To (Europe/Berlin)").fill("2026-10-25T02:30");
  await expect(page).toHaveURL(/from=2026-10-25T00%3A30%3A00Z&to=2026-10-25T01%3A30%3A59\.999Z/);
  await expect(page.getByLabel("To (Europe/Berlin)")).toHaveValue("2026-10-25T02:30");
  await page.getByLabel("To (Europe/Berlin)").fill("2026-10-25T04:30");
  await expect(page).toHaveURL(/to=2026-10-25T03%3A30%3A59\.999Z/);
});

test("“to 10:48” means the whole minute", async ({ page, sandbox, historyPage }) => {
  const run = await startRetabRun(sandbox);
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const created = new Date((await historyPage.row(run).locator("time").first().getAttribute("datetime")) ?? "");
  const minute = new Date(Math.floor(created.getTime() / 60_000) * 60_000);
  await page.locator("summary").filter({ hasText: "Any time" }).click();
  const field = await page.evaluate((at) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16), minute.getTime());
  await page.getByLabel("To (Europe/Berlin)").fill(field);
  await expect(page).toHaveURL(new RegExp(`to=${encodeURIComponent(new Date(minute.getTime() + 59_999).toISOString())}`));
  await expect(historyPage.row(run)).toBeVisible();
  await expect(page.getByLabel("To (Europe/Berlin)")).toHaveValue(field);
});
