// The gateway tells pages what changes: then they rest. Without its word they ask as often as ever.

import type { Page } from "@playwright/test";

import { RECONCILIATION } from "../fixtures/flows.ts";
import { startRetabRun, waitingRetabRun, retabReaches } from "../fixtures/money.ts";
import { Proxy } from "../fixtures/proxy.ts";
import { Stack } from "../fixtures/servers.ts";
import { expect, test as base } from "../fixtures/test.ts";

const test = base.extend<{ front: Proxy }, { stack: Stack }>({
  stack: [
    async ({}, use) => {
      const stack = await Stack.start({ runs: 120, events: true, basePath: "/sluice/" });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  front: async ({ stack }, use) => {
    const proxy = await Proxy.start(stack.gateway.url, "/sluice");
    await use(proxy);
    await proxy.stop();
  },
});

const LIST = /\/api\/c\/retab\/workflows\/runs\?.*order=desc/;

/** When this page asked for the list. */
function asked(page: Page): number[] {
  const times: number[] = [];
  page.on("request", (request) => {
    if (LIST.test(request.url())) times.push(Date.now());
  });
  return times;
}

const since = (times: number[]) => Date.now() - (times.at(-1) ?? Date.now());

async function cancel(page: Page, stack: Stack, run: string): Promise<void> {
  const answer = await page.request.post(`${stack.sandbox.url}/retab/v1/workflows/runs/${run}/cancel`, { headers: { "Api-Key": "sandbox", Authorization: "Bearer sandbox" }, data: {} });
  expect(answer.ok()).toBe(true);
}

test("a change comes by the stream while the page itself rests, and polling is back when the stream is cut", async ({ page, stack, sandbox, front }) => {
  test.slow();
  const first = await startRetabRun(sandbox);
  const second = await startRetabRun(sandbox);
  for (const run of [first, second]) await retabReaches(sandbox, run, "waiting_for_human");
  const times = asked(page);
  const stream = page.waitForRequest(/\/sluice\/api\/events\?/);
  await page.goto(`${front.url}/runs?c=retab&flow=${RECONCILIATION.retab}`);
  const status = (run: string) => page.locator(`tr[data-run="${run}"] .c-status`);
  await expect(status(first)).toHaveText(/Waiting for review/);
  expect(decodeURIComponent(new URL((await stream).url()).search)).toContain("c/retab/workflows/runs?");
  // By itself it would ask every five seconds for the first half minute.
  await expect.poll(() => since(times), { timeout: 22_000, message: "the page rests" }).toBeGreaterThan(9_500);
  const before = times.length;

  await cancel(page, stack, first);
  await expect(status(first)).toHaveText(/Cancelled/, { timeout: 15_000 });
  expect(times.length - before, "one reading, of whatever it consists").toBeLessThanOrEqual(3);

  front.cut();
  const cut = Date.now();
  // A poll that was put off comes at once, and the next ones at the list's own pace.
  const later = () => times.filter((time) => time > cut).length;
  await expect.poll(later, { timeout: 20_000, message: "it asks again" }).toBeGreaterThanOrEqual(2);
  await cancel(page, stack, second);
  await expect(status(second)).toHaveText(/Cancelled/, { timeout: 20_000 });
});

test("a run's page is told, also of what is done to the run through this gateway", async ({ page, stack, sandbox, runPage, front }) => {
  const run = await waitingRetabRun(sandbox);
  const stream = page.waitForRequest(/\/sluice\/api\/events\?/);
  await page.goto(`${front.url}/c/retab/runs/${run}`);
  await expect.poll(() => runPage.state()).toBe("waiting");
  await stream;
  const answer = await page.request.post(`${stack.gateway.url}/sluice/api/c/retab/workflows/runs/${run}/cancel`, { headers: { "x-sluice": "1" }, data: {} });
  expect(answer.ok()).toBe(true);
  await expect.poll(() => runPage.state(), { timeout: 8_000 }).toBe("cancelled");
});

test("behind a proxy that holds streams back the page asks as often as ever", async ({ page, front }) => {
  front.streams = "hold";
  const times = asked(page);
  const stream = page.waitForRequest(/\/sluice\/api\/events\?/);
  await page.goto(`${front.url}/runs?c=retab&flow=${RECONCILIATION.retab}`);
  await page.locator("tr[data-run]").first().waitFor();
  await stream;
  const from = times.length;
  await expect.poll(() => times.length - from, { timeout: 25_000 }).toBeGreaterThanOrEqual(3);
});

test("a hidden page is told nothing, and one that is left gives its place back", async ({ page, front, stack }) => {
  const open: string[] = [];
  page.on("requestfinished", (request) => request.url().includes("/api/events") && open.push("ended"));
  page.on("requestfailed", (request) => request.url().includes("/api/events") && open.push("ended"));
  const stream = page.waitForRequest(/\/sluice\/api\/events\?/);
  await page.goto(`${front.url}/runs?c=retab&flow=${RECONCILIATION.retab}`);
  await stream;
  expect(open).toEqual([]);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
  await expect.poll(() => open.length).toBe(1);
  expect(stack.gateway.log).not.toContain("panicked");
});
