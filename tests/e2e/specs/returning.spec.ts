// Back and Forward: the rows at once, the scroll position, the row that had the focus; and an address of which any part is wrong.

import type { Page } from "@playwright/test";

import { expect } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { FLOWS, test, type Vendor } from "../fixtures/vendors.ts";

test.use({ runs: 1_200 });

const LISTS = /\/api\/c\/[^/]+\/(workflows\/runs\?|flows\/runs\?|flows\/[^/]+\/runs\?|flow-executions\?)/;
const scrolled = (page: Page) => page.evaluate(() => Math.round(window.scrollY));

/** From now on lists are answered only when the gate opens: what is on the page meanwhile was kept. */
async function hold(page: Page): Promise<() => void> {
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route(LISTS, async (route) => {
    await gate;
    await route.continue().catch(() => {});
  });
  return release;
}

for (const connection of Object.keys(FLOWS) as Vendor[]) {
  test(`${connection}: coming back from a run, rows, place and focus are as they were before any answer`, async ({ page, historyPage }) => {
    await historyPage.open({ c: connection, flow: FLOWS[connection], size: "100" });
    // Retab's reviews give no numbers.
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(connection === "retab-reviews" ? /^-/ : /^#/);
    const newest = (await historyPage.ids())[0] ?? "";
    await historyPage.older.click();
    await expect(historyPage.row(newest)).toHaveCount(0);
    const ids = await historyPage.ids();
    expect(ids).toHaveLength(100);
    const row = historyPage.row(ids[60] ?? "");
    await row.scrollIntoViewIfNeeded();
    await page.evaluate(() => window.scrollBy(0, 120));
    const [top, numbers] = [await scrolled(page), await historyPage.numbers()];
    expect(top).toBeGreaterThan(400);
    await row.getByRole("link").click();
    await expect(page).toHaveURL(new RegExp(`/runs/${ids[60]}`));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

    const release = await hold(page);
    await page.goBack();
    await expect(historyPage.rows).toHaveCount(100);
    expect(await historyPage.ids()).toEqual(ids);
    expect(await historyPage.numbers()).toEqual(numbers);
    await expect.poll(() => scrolled(page)).toBe(top);
    await expect(row.getByRole("link")).toBeFocused();
    release();
    await page.unroute(LISTS);

    // Within the list too, and forth as well as back.
    const again = await hold(page);
    await page.goBack();
    await expect(historyPage.rows.first()).not.toHaveAttribute("data-run", ids[0] ?? "");
    await expect(historyPage.rows).toHaveCount(100);
    await page.goForward();
    await expect(historyPage.rows.first()).toHaveAttribute("data-run", ids[0] ?? "");
    await expect.poll(() => scrolled(page)).toBe(top);
    again();
  });
}

test("what comes back is brought up to date in its place", async ({ page, historyPage }) => {
  await historyPage.open({ c: "superai", flow: RECONCILIATION.superai });
  const ids = await historyPage.ids();
  await historyPage.rows.nth(5).getByRole("link").click();
  await expect(page).toHaveURL(/\/c\/superai\/runs\//);
  await page.route(/flow-executions\?flow_id/, async (route) => {
    const response = await route.fetch();
    const runs = (await response.json()) as { id: string; status: string; updated_at: string }[];
    for (const run of runs) if (run.id === ids[3]) Object.assign(run, { status: "stale", updated_at: "2040-01-01T00:00:00Z" });
    await route.fulfill({ response, json: runs });
  });
  await page.goBack();
  await expect(historyPage.row(ids[3] ?? "").locator(".c-status")).toHaveText(/Out of date/);
  expect(await historyPage.ids()).toEqual(ids);
});

test("a thousand rows come back where one was, and what was found further back is still there", async ({ page, historyPage }) => {
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow, size: "1000" });
  await page.evaluate(() => window.scrollTo(0, 20_000));
  const drawn = historyPage.rows.filter({ visible: true });
  await expect.poll(() => page.evaluate(() => document.elementFromPoint(700, 450)?.closest("tr")?.getAttribute("data-run") ?? "")).not.toBe("");
  const [top, at] = [await scrolled(page), await page.evaluate(() => document.elementFromPoint(700, 450)?.closest("tr")?.getAttribute("data-run"))];
  await historyPage.row(at ?? "").getByRole("link").click();
  await expect(page).toHaveURL(/\/c\/tableflow\/runs\//);
  await page.goBack();
  await expect.poll(() => scrolled(page)).toBe(top);
  await expect(historyPage.row(at ?? "").getByRole("link")).toBeFocused();
  await expect(drawn.first()).toBeVisible();

  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow, q: "a" });
  await page.getByRole("button", { name: "Search further back" }).click();
  await expect(page.getByRole("button", { name: /Search further back|Stop/ }).or(page.getByText("Every older run was looked through."))).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0, { timeout: 20_000 });
  const found = await historyPage.rows.count();
  expect(found).toBeGreaterThan(50);
  await historyPage.rows.nth(2).getByRole("link").click();
  await expect(page).toHaveURL(/\/c\/tableflow\/runs\//);
  await page.goBack();
  await expect.poll(() => historyPage.rows.count()).toBe(found);
});

test("a malformed address degrades field by field", async ({ page, historyPage }) => {
  test.slow();
  const flow = RECONCILIATION.superai;
  const good = { c: "superai", flow, status: "completed", created: "", size: "25" };
  const address = (change: Record<string, string>) => `/runs?${new URLSearchParams({ c: good.c, flow, status: good.status, size: good.size, ...change })}`;
  // Whatever one field says, the others hold: 25 completed runs of this flow.
  const wrong: Record<string, string>[] = [
    { trigger: "telepathy" },
    { last: "-5" },
    { last: "soon" },
    { from: "yesterday", to: "2026-13-45" },
    { min: "abc", max: "-1" },
    { at: "x.9" },
    { at: "p.0" },
    { at: "o.-1" },
    { run: "" },
    { q: "   " },
    { nonsense: "1", "%ZZ": "%" },
  ];
  for (const change of wrong) {
    await page.goto(address(change));
    await expect(historyPage.rows, JSON.stringify(change)).toHaveCount(25);
    for (const text of await historyPage.rows.locator(".c-status").allInnerTexts()) expect(text, JSON.stringify(change)).toContain("Completed");
  }
  await page.goto(address({ size: "26" }));
  await expect(historyPage.rows).toHaveCount(50);
  await page.goto(address({ status: "completed,bogus" }));
  await expect(historyPage.rows).toHaveCount(25);
  await page.goto(address({ status: "bogus" }));
  await expect(historyPage.rows).toHaveCount(25);
  await page.goto(address({ c: "superai", flow: "" }));
  await expect(page).toHaveURL(/flow=/);
  await page.goto(address({ c: "nobody" }));
  await expect(page.getByRole("main").getByText(/There is no connection/)).toBeVisible();
});
