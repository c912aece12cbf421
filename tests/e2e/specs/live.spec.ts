// Staying current: one poller a page, the vendor's limits obeyed and shown, quiet while hidden, eager when somebody comes back.

import type { Page, Request } from "@playwright/test";

import { expect, gatewayAhead, test as base } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { Stack } from "../fixtures/servers.ts";

const test = base.extend<object, { limited: Stack }>({
  limited: [
    async ({}, use) => {
      const stack = await Stack.start({ runs: 120, flowstackLimit: 100 });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

test.use({ runs: 300 });

const LIST = /\/api\/c\/retab\/workflows\/runs\?.*order=desc/;

/** Says to the page that its tab was hidden or is shown. */
async function visible(page: Page, shown: boolean): Promise<void> {
  await page.evaluate((shown) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (shown ? "visible" : "hidden") });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => !shown });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, shown);
}

test("a scarce limit is shown with the pace that makes it last, and kept to", async ({ page, limited, historyPage }) => {
  await page.clock.install();
  const asked: number[] = [];
  page.on("request", (request) => {
    if (/\/api\/c\/flowstack\//.test(request.url())) asked.push(Date.now());
  });
  await page.goto(`${limited.gateway.url}/runs?c=flowstack&flow=${RECONCILIATION.flowstack}`);
  await historyPage.rows.first().waitFor();
  await expect(page.getByText(/^\d+ of 100 requests left this hour, updating every \d+ min$/)).toBeVisible();
  const before = asked.length;
  // A list that nobody limits is read every five seconds.
  await page.clock.runFor(60_000);
  expect(asked.length, "within a minute").toBe(before);
  await page.clock.runFor(240_000);
  await expect.poll(() => asked.length, { message: "within five minutes" }).toBeGreaterThan(before);
});

test("a first read that failed is not said to be going on", async ({ page }) => {
  await page.route(LIST, (route) => route.fulfill({ status: 401, json: { detail: "The key was revoked" } }));
  await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}`);
  await expect(page.getByRole("heading", { name: "Retab refused the key" })).toBeVisible();
  await expect(page.locator(".sl-fresh")).toHaveAttribute("data-state", "stale");
  await expect(page.locator(".sl-fresh")).toContainText("Not read");
  await expect(page.locator(".sl-fresh")).not.toContainText("Reading");
});

test("Retry-After is obeyed, the rows stay, and the next try comes by itself", async ({ page, historyPage }) => {
  await page.clock.install();
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const ids = await historyPage.ids();
  let [asked, refuse] = [0, true];
  await page.route(LIST, async (route) => {
    asked += 1;
    if (refuse) return route.fulfill({ status: 429, headers: { "retry-after": "90" }, json: { detail: "slow down" } });
    return route.continue();
  });
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("Retab is limiting requests")).toBeVisible();
  await expect(page.getByText(/The next try comes by itself at \d\d:\d\d:\d\d\./)).toBeVisible();
  expect(await historyPage.ids()).toEqual(ids);
  const before = asked;
  refuse = false;
  await page.clock.runFor(80_000);
  expect(asked).toBe(before);
  // Coming back to the tab is no reason to break it.
  await visible(page, false);
  await visible(page, true);
  await page.clock.runFor(2_000);
  expect(asked).toBe(before);
  await page.clock.runFor(40_000);
  await expect.poll(() => asked).toBeGreaterThan(before);
  await expect(page.getByText("Retab is limiting requests")).toHaveCount(0);
});

test("a vendor's own 503 with Retry-After names the time of the next try, and it comes then", async ({ page, historyPage }) => {
  await page.clock.install();
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  let [asked, refuse] = [0, true];
  await page.route(LIST, async (route) => {
    asked += 1;
    if (refuse) return route.fulfill({ status: 503, headers: { "retry-after": "90" }, json: { detail: "down for a minute" } });
    return route.continue();
  });
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("Retab failed")).toBeVisible();
  await expect(page.getByText(/The failure is on the vendor's side\. .* The next try comes by itself at \d\d:\d\d:\d\d\./)).toBeVisible();
  const before = asked;
  refuse = false;
  await page.clock.runFor(80_000);
  expect(asked).toBe(before);
  await page.clock.runFor(40_000);
  await expect.poll(() => asked).toBeGreaterThan(before);
  await expect(page.getByText("Retab failed")).toHaveCount(0);
});

test("a Retry-After that is a date is obeyed by the count of what waits too", async ({ page, historyPage }) => {
  await page.clock.install();
  const ahead = await gatewayAhead(page);
  let asked = 0;
  await page.route(/\/api\/c\/superai\//, (route) => {
    asked += 1;
    const until = new Date(Date.now() + ahead.ms + 600_000).toUTCString();
    return route.fulfill({ status: 429, headers: { "retry-after": until }, json: { error: "slow down" } });
  });
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await expect.poll(() => asked).toBe(1);
  ahead.ms = 300_000;
  await page.clock.runFor(ahead.ms);
  await page.waitForLoadState("networkidle");
  expect(asked, "within five of ten minutes").toBe(1);
  ahead.ms = 700_000;
  await page.clock.runFor(400_000);
  await expect.poll(() => asked, { message: "after ten minutes" }).toBe(2);
});

test("a hidden tab asks nothing; whoever comes back sees the present at once", async ({ page, historyPage }) => {
  test.slow();
  await page.clock.install();
  let [asked, answered] = [0, 0];
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await expect(historyPage.rows.first().locator(".c-num")).toHaveText(/^#/);
  page.on("request", (request) => {
    if (LIST.test(request.url())) asked += 1;
  });
  const ended = (request: Request) => {
    if (LIST.test(request.url())) answered += 1;
  };
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  // Answers take real time. A minute of the page's clock in one leap is longer than a question may take, which then fails; and whoever
  // comes back while one is under way needs no other.
  const settled = () => expect.poll(() => asked - answered).toBe(0);
  // Idle for long, the pauses have grown to a minute.
  for (let part = 0; part < 60; part += 1) {
    await page.clock.runFor(9_000);
    await settled();
  }
  const idle = asked;
  expect(idle).toBeGreaterThan(3);
  await visible(page, false);
  await page.clock.runFor(20_000);
  await visible(page, true);
  await expect.poll(() => asked, { message: "asked again without waiting for the rest of the minute" }).toBeGreaterThan(idle);
  await visible(page, false);
  await page.clock.runFor(1_000);
  await settled();
  const hidden = asked;
  await page.clock.runFor(600_000);
  expect(asked, "hidden for ten minutes").toBeLessThanOrEqual(hidden + 1);
});

test("one page has one poller, whatever was paged through and filtered before", async ({ page, historyPage }) => {
  await page.clock.install();
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow });
  for (let pages = 1; pages <= 3; pages += 1) {
    await historyPage.older.click();
    await expect(page).toHaveURL(new RegExp(`at=o\\.${pages * 50}`));
    // The address is there at once, its rows a moment later.
    await expect(historyPage.older).toHaveAttribute("href", new RegExp(`at=o\\.${(pages + 1) * 50}`));
  }
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/c\/tableflow\/flows\/runs\?.*flow_id/.test(request.url())) asked.push(new URL(request.url()).searchParams.get("offset") ?? "");
  });
  await page.clock.runFor(7_000);
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  expect(new Set(asked), asked.join(" ")).toEqual(new Set(["150"]));
  expect(asked.length).toBeLessThanOrEqual(2);
});

test("a run that waits is asked for on and on; an older answer never takes the place of a newer one", async ({ page, sandbox }) => {
  test.slow();
  await page.clock.install();
  const list = (await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${RECONCILIATION.superai}&status=awaiting_input&page_size=1`)) as { id: string }[];
  const id = list[0]?.id ?? "";
  let [asked, answered] = [0, 0];
  let change: Record<string, string> | undefined;
  await page.route(new RegExp(`/flow-executions/${id}\\?`), async (route) => {
    asked += 1;
    const response = await route.fetch();
    const run = (await response.json()) as object;
    await route.fulfill({ response, json: { ...run, ...change } });
    answered += 1;
  });
  await page.goto(`/c/superai/runs/${id}?flow=${RECONCILIATION.superai}`);
  const status = page.locator(".sl-runhead [data-status]").first();
  await expect(status).toHaveAttribute("data-status", "waiting");
  // The longest pause is a minute and a fifth, from the answer on: time that passes before it has come is not part of it.
  for (let turn = 0; turn < 15; turn += 1) {
    const before = asked;
    for (let passed = 0; passed < 80 && asked === before; passed += 5) {
      await page.clock.runFor(5_000);
      await expect.poll(() => asked - answered).toBe(0);
    }
    expect(asked, `turn ${turn}`).toBeGreaterThan(before);
  }
  change = { status: "running", updated_at: "2040-01-01T00:00:02Z" };
  await page.clock.runFor(75_000);
  await expect(status).toHaveAttribute("data-status", "running");
  change = { status: "awaiting_input", updated_at: "2040-01-01T00:00:01Z" };
  const before = asked;
  await page.clock.runFor(10_000);
  await expect.poll(() => asked).toBeGreaterThan(before);
  await page.waitForLoadState("networkidle");
  await expect(status).toHaveAttribute("data-status", "running");
});
