// A run page that is told the same again: nothing of it is drawn anew, and it is asked more and more rarely.

import type { Page } from "@playwright/test";

import { RECONCILIATION, newestRetabRun } from "../fixtures/flows.ts";
import { expect, gatewayAhead, test } from "../fixtures/test.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";

test.use({ runs: 300 });

/** Lets the page's time pass in steps, and each step's answers arrive. */
async function pass(page: Page, pending: () => number, seconds: number, step = 2, gateway = { ms: 0 }): Promise<void> {
  // An answer that is still under way would be stamped with a time that the page's clock has not come to.
  await expect.poll(pending, { intervals: [5, 10, 20] }).toBe(0);
  for (let at = 0; at < seconds; at += step) {
    gateway.ms += step * 1_000;
    await page.clock.runFor(step * 1_000);
    await expect.poll(pending, { intervals: [5, 10, 20] }).toBe(0);
  }
}

/** How many requests are under way, and how many of one run were begun. */
function count(page: Page, id: string): { pending: () => number; reads: () => number } {
  let [pending, reads] = [0, 0];
  page.on("request", (request) => {
    pending += 1;
    if (new URL(request.url()).pathname.endsWith(`/${id}`) && request.method() === "GET") reads += 1;
  });
  const ended = () => void (pending -= 1);
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  return { pending: () => pending, reads: () => reads };
}

/** Notes what changes on the page from now on, but for words and widths of clocks. */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const clocks = ".sl-fresh, .sl-facts__wide, .sl-tl, .sl-gantt, .sl-grid, .sl-panel__head";
    const clock = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest(clocks);
    new MutationObserver((changes) => {
      for (const { type, attributeName, target } of changes) {
        const moves = type === "characterData" || (type === "attributes" && ["style", "title"].includes(attributeName ?? ""));
        if (!(moves && clock(target))) seen.push(`${type} ${attributeName ?? ""} ${target instanceof Element ? target.outerHTML.slice(0, 120) : target.nodeValue}`);
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

const seen = (page: Page) => page.evaluate(() => (window as unknown as { seen: string[] }).seen);

/** A run that waits, by its vendor. */
async function waiting(sandbox: Sandbox, connection: string): Promise<{ id: string; path: string }> {
  if (connection === "retab") {
    const { id } = await newestRetabRun(sandbox, RECONCILIATION.retab, "waiting_for_human");
    return { id, path: `/c/retab/runs/${id}` };
  }
  if (connection === "tableflow") {
    const runs = (await sandbox.api("GET", `/tableflow/v2/flows/${RECONCILIATION.tableflow}/runs?limit=100`)) as { id: string; status: string }[];
    const id = runs.find((run) => run.status === "review")?.id ?? "";
    return { id, path: `/c/tableflow/runs/${id}` };
  }
  const list = (await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${RECONCILIATION.superai}&status=awaiting_input&page_size=1`)) as { id: string }[];
  const id = list[0]?.id ?? "";
  return { id, path: `/c/superai/runs/${id}?flow=${RECONCILIATION.superai}` };
}

for (const connection of ["retab", "tableflow", "superai"]) {
  test(`${connection}: an answer that says the same changes nothing on a run that waits`, async ({ page, sandbox }) => {
    await page.clock.install();
    const { id, path } = await waiting(sandbox, connection);
    const { pending, reads } = count(page, id);
    await page.goto(path);
    await expect(page.locator(".sl-gantt a.sl-g").first()).toBeVisible();
    await pass(page, pending, 4);
    await observe(page);
    // A selection, and a press that is held meanwhile.
    const words = await page.evaluate(() => {
      const text = document.querySelector(".sl-runhead .sl-facts .sl-mono") as Element;
      getSelection()?.selectAllChildren(text);
      return getSelection()?.toString() ?? "";
    });
    expect(words).toContain(id);
    const before = reads();
    const button = page.getByRole("button", { name: "Cancel run" });
    if (await button.isVisible()) {
      await button.hover();
      // The selection is not to be lost by the press itself.
      await button.evaluate((button) => button.addEventListener("mousedown", (event) => event.preventDefault()));
      await page.mouse.down();
    }
    await pass(page, pending, 20);
    expect(reads() - before, "several answers").toBeGreaterThanOrEqual(3);
    expect(await seen(page)).toEqual([]);
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(words);
    if (await button.isVisible()) {
      await page.mouse.up();
      await expect(page.getByRole("dialog")).toBeVisible();
    }
  });
}

test("a count that says the same changes nothing in the queue", async ({ page }) => {
  await page.clock.install();
  const { pending } = count(page, "");
  // A clock that runs ahead of the gateway's would be said to be off.
  const gateway = await gatewayAhead(page);
  await page.goto("/reviews");
  await expect(page.locator(".sl-wq tbody tr").first()).toBeVisible();
  // Steps short enough that the two clocks, which go one after the other, are never far apart.
  await pass(page, pending, 40, 5, gateway);
  let lists = 0;
  page.on("request", (request) => void (/\/workflows\/runs\?/.test(request.url()) && (lists += 1)));
  await observe(page);
  // A count is due every 30 s. Its requests follow one another, each up to a step of this test later than the one before.
  await pass(page, pending, 95, 5, gateway);
  expect(lists, "it was asked again").toBeGreaterThanOrEqual(2);
  expect(await seen(page)).toEqual([]);
});

test("a run that waits is asked for less and less, and quickly again after a change", async ({ page, sandbox }) => {
  test.slow();
  await page.clock.install();
  const { id, path } = await waiting(sandbox, "superai");
  const { pending, reads } = count(page, id);
  let change: Record<string, string> = {};
  await page.route(new RegExp(`/flow-executions/${id}(\\?|$)`), async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), ...change } });
  });
  await page.goto(path);
  await expect(page.locator(".sl-gantt a.sl-g").first()).toBeVisible();
  await pass(page, pending, 300, 5);
  expect(reads(), "in five minutes").toBeLessThanOrEqual(20);
  change = { status: "running", updated_at: "2040-01-01T00:00:02Z" };
  await pass(page, pending, 75, 5);
  await expect(page.locator(".sl-runhead [data-status]").first()).toHaveAttribute("data-status", "running");
  const before = reads();
  await pass(page, pending, 60, 5);
  expect(reads() - before, "in a minute of a run at work").toBeGreaterThanOrEqual(3);
});
