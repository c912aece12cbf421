// The chooser of flows is never cut off: beyond what was read at first, the vendor searches, or its list is walked on, for what is typed.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";

test.use({ runs: 120 });

const MANY = 4_300;
const name = (at: number) => `Flow number ${at}`;
const summary = (page: Page) => page.locator("summary.sl-flowpick");
const search = (page: Page) => page.getByRole("searchbox", { name: "Search flows by name or id" });
const list = (page: Page) => page.locator(".sl-menu__list");

test("superai: the vendor is asked with what is typed", async ({ page, historyPage }) => {
  const asked: string[] = [];
  await page.route(/\/api\/c\/superai\/flows\?/, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const [wanted, at] = [query.get("search"), Number(query.get("page"))];
    asked.push(wanted === null ? `page ${at}` : `search ${wanted}`);
    const flow = (nth: number) => ({ id: `00000000-0000-4000-8000-${String(nth).padStart(12, "0")}`, display_name: name(nth) });
    const all = Array.from({ length: MANY }, (_, nth) => flow(nth)).filter((flow) => flow.display_name.toLowerCase().includes(wanted ?? ""));
    await route.fulfill({ json: { flows: all.slice((at - 1) * 100, at * 100), total: all.length, page: at, page_size: 100 } });
  });
  await historyPage.open({ c: "superai", flow: RECONCILIATION.superai });
  await expect.poll(() => asked, { timeout: 30_000 }).toContain("page 20");
  await summary(page).click();
  await expect(list(page).getByRole("status")).toHaveText("1,950 more. Type to narrow them down.");
  await search(page).fill("number 4217");
  await expect(list(page).getByRole("button", { name: name(4_217) })).toBeVisible();
  expect(asked.filter((call) => call.startsWith("search"))).toEqual(["search number 4217"]);
  expect(asked, "nothing is walked where it can be searched").not.toContain("page 21");
  await search(page).press("Enter");
  await expect(page).toHaveURL(/flow=00000000-0000-4000-8000-000000004217/);
  await expect(summary(page)).toContainText(name(4_217));
});

test("flowstack: the list is walked on with progress, only as far as what is typed needs, and a failure can be typed on", async ({ page, historyPage }) => {
  let [read, fail] = [0, false];
  let gate: Promise<void> | undefined;
  await page.route(/\/api\/c\/flowstack\/flows\?/, async (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") ?? "0");
    if (from >= 2_500) await gate;
    if (fail) return route.fulfill({ status: 400, json: { error: { code: "VALIDATION_ERROR", message: "no", statusCode: 400 } } });
    read += 1;
    const data = Array.from({ length: Math.min(100, MANY - from) }, (_, nth) => ({ id: `flow_${from + nth}`, name: name(from + nth), status: "ACTIVE" }));
    const next = from + 100;
    return route.fulfill({ json: { data, cursor: String(next), hasMore: next < MANY } });
  });
  let release = () => {};
  gate = new Promise<void>((open) => (release = open));
  await historyPage.open({ c: "flowstack", flow: RECONCILIATION.flowstack });
  await expect.poll(() => read, { timeout: 30_000 }).toBe(20);
  await summary(page).click();
  await search(page).fill("number 3999");
  await expect(list(page).getByRole("status")).toHaveText("Looking further. 2,500 flows are known so far.");
  release();
  await expect(list(page).getByRole("button", { name: name(3_999) })).toBeVisible({ timeout: 30_000 });
  await search(page).press("Enter");
  await expect(page).toHaveURL(/flow=flow_3999/);

  await page.reload();
  await historyPage.rows.or(page.locator(".sl-empty")).first().waitFor();
  await expect.poll(() => read, { timeout: 30_000 }).toBeGreaterThanOrEqual(60);
  await summary(page).click();
  fail = true;
  await search(page).fill("number 4100");
  await expect(list(page).getByRole("status")).toHaveText(/^The flows could not be read\. FlowStack did not accept the request: no \(VALIDATION_ERROR\)\./);
  await expect(list(page).getByRole("button", { name: "Try again" })).toBeVisible();
  fail = false;
  await search(page).fill("number 4101");
  await expect(list(page).getByRole("button", { name: name(4_101) })).toBeVisible({ timeout: 30_000 });
});

test("a flow whose vendor wanted a pause as its name was read has its name soon after", async ({ page, historyPage }) => {
  let refused = 0;
  await page.route(/\/api\/c\/tableflow\/flows(\?|$)/, async (route) => {
    refused += 1;
    if (refused > 2) return route.fallback();
    return route.fulfill({ status: 503, headers: { "sluice-relay": "not-sent", "retry-after": "1" }, contentType: "application/problem+json", body: JSON.stringify({ title: "Paused", status: 503 }) });
  });
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow });
  await expect(summary(page)).toContainText(RECONCILIATION.tableflow);
  await expect(summary(page)).toContainText("PO to invoice reconciliation", { timeout: 30_000 });
});
