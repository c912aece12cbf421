// Long pages and deep ones: a hundred rows are drawn at most, a changed row is drawn alone, and no page costs more requests than the first.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { type ConnectionId, RECONCILIATION } from "../fixtures/flows.ts";

test.use({ runs: 2_400 });
test.slow();

const drawn = (page: Page) => page.locator("table.sl-runs tbody tr");

/** The requests to vendors for lists of runs that opening a page makes until its rows are there. */
async function requestsOf(page: Page, open: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const note = (request: { url(): string }) => {
    const url = new URL(request.url());
    if (/\/api\/c\/[^/]+\/.*(runs|flow-executions)/.test(url.pathname) && !/status|decision|state/.test(url.search)) seen.push(url.pathname + url.search);
  };
  page.on("request", note);
  await open();
  await page.waitForLoadState("networkidle");
  page.off("request", note);
  return seen;
}

for (const [connection, deep] of [
  ["tableflow", "o.2200"],
  ["superai", "p.23"],
] as const) {
  test(`${connection}: a page of a thousand runs draws a hundred rows, and each of them can be reached`, async ({ page, historyPage }) => {
    await historyPage.open({ c: connection, flow: RECONCILIATION[connection], size: "1000" });
    const count = async () => expect(await drawn(page).count()).toBeLessThanOrEqual(100);
    await count();
    await expect(historyPage.rows.first()).toHaveAttribute("aria-rowindex", "2");
    const first = await historyPage.rows.first().getAttribute("data-run");

    // By scrolling: the last row is there, in its place.
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect(historyPage.rows.last()).toHaveAttribute("aria-rowindex", "1001");
    await expect(historyPage.rows.last()).toBeInViewport();
    await count();
    // Halfway, what is in sight is drawn: no gap is.
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight / 2));
    await expect(async () => {
      const gaps = await page.locator("tr.sl-gap").evaluateAll((gaps) => gaps.map((gap) => gap.getBoundingClientRect()).filter((box) => box.bottom > 0 && box.top < innerHeight).length);
      expect(gaps).toBe(0);
    }).toPass();
    await count();

    // By keyboard, beyond what was drawn; the focused row stays while one scrolls away.
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect(historyPage.rows.first()).toHaveAttribute("data-run", first ?? "");
    await historyPage.rows.nth(80).getByRole("link").focus();
    for (let row = 82; row < 132; row += 1) {
      await expect(page.locator("tr:focus-within")).toHaveAttribute("aria-rowindex", String(row));
      await page.keyboard.press("ArrowDown");
    }
    await expect(page.locator("tr:focus-within")).toHaveAttribute("aria-rowindex", "132");
    await count();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect(historyPage.rows.last()).toHaveAttribute("aria-rowindex", "1001");
    await expect(page.locator("tr:focus-within")).toHaveAttribute("aria-rowindex", "132");
    await count();
    await page.keyboard.press("ArrowUp");
    await expect(page.locator("tr:focus-within")).toHaveAttribute("aria-rowindex", "131");
    await expect(page.locator("tr:focus-within")).toBeInViewport();
  });

  test(`${connection}: the deepest page costs as many requests as the first`, async ({ page, historyPage }) => {
    const query = { c: connection, flow: RECONCILIATION[connection], size: "100" };
    const first = await requestsOf(page, () => historyPage.open(query));
    const last = await requestsOf(page, () => historyPage.open({ ...query, at: deep }));
    expect(await historyPage.ids()).toHaveLength(100);
    expect(last.length, last.join("\n")).toBe(first.length);
    expect(first.length).toBeGreaterThan(0);
  });
}

for (const connection of ["retab", "flowstack"] as ConnectionId[]) {
  test(`${connection}: every further page costs one request`, async ({ page, historyPage }) => {
    const opened = await requestsOf(page, () => historyPage.open({ c: connection, flow: RECONCILIATION[connection], size: "100" }));
    let shown = opened.findLast((path) => path.includes("limit=100"));
    for (let pages = 0; pages < 6; pages += 1) {
      const before = await historyPage.ids();
      const asked = await requestsOf(page, async () => {
        await historyPage.older.click();
        await expect(historyPage.rows.first()).not.toHaveAttribute("data-run", before[0] ?? "");
      });
      // A poll of the page before may just have begun, with its count.
      const polled = asked.filter((path) => path.includes("/counts?") || path === shown);
      expect(asked.filter((path) => !polled.includes(path)), asked.join("\n")).toHaveLength(1);
      shown = asked.findLast((path) => !path.includes("/counts?"));
    }
  });
}

test("on a phone, rows of different heights keep their places", async ({ page, historyPage }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow, size: "1000" });
  expect(await drawn(page).count()).toBeLessThanOrEqual(100);
  for (let step = 0; step < 40; step += 1) await page.mouse.wheel(0, 900);
  await expect(async () => {
    const seen = await page.evaluate(() => document.elementFromPoint(195, 420)?.closest("tr")?.getAttribute("aria-rowindex") ?? "");
    expect(Number(seen)).toBeGreaterThan(100);
  }).toPass();
  expect(await drawn(page).count()).toBeLessThanOrEqual(100);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect(historyPage.rows.last()).toHaveAttribute("aria-rowindex", "1001");
});

test("of a thousand runs ten change, three of them drawn: these three are drawn again and nothing else", async ({ page, historyPage }) => {
  const changed = [3, 20, 70, 150, 222, 400, 555, 600, 777, 999];
  let answers = 0;
  await page.route(/\/api\/c\/superai\/flow-executions\?.*page_size=1000/, async (route) => {
    const response = await route.fetch();
    const runs = (await response.json()) as { status: string; updated_at: string; completed_at?: string }[];
    answers += 1;
    if (answers > 1) {
      for (const at of changed) {
        const run = runs[at];
        if (run) Object.assign(run, { status: "stale", updated_at: new Date(Date.parse("2040-01-01T00:00:00Z") + at).toISOString() });
      }
    }
    await route.fulfill({ response, json: runs });
  });
  await historyPage.open({ c: "superai", flow: RECONCILIATION.superai, size: "1000" });
  const ids = await historyPage.ids();
  await page.evaluate(() => {
    const touched = new Set<string>();
    Object.assign(window, { touched });
    const observer = new MutationObserver((mutations) => {
      for (const mutation of mutations) {
        const at = mutation.target instanceof Element ? mutation.target : mutation.target.parentElement;
        // Clocks go on by themselves.
        if (at?.closest("time, .wt, [data-status=waiting] .c-dur")) continue;
        touched.add(at?.closest("tr")?.getAttribute("data-run") ?? `outside a row: ${at?.outerHTML.slice(0, 80)}`);
      }
    });
    const body = document.querySelector("table.sl-runs tbody");
    if (body) observer.observe(body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await expect.poll(() => answers, { timeout: 20_000 }).toBeGreaterThan(2);
  await expect(historyPage.row(ids[3] ?? "").locator(".c-status")).toHaveText(/Out of date/);
  const touched = await page.evaluate(() => [...(window as unknown as { touched: Set<string> }).touched]);
  expect(touched.sort()).toEqual([ids[3], ids[20], ids[70]].sort());
});
