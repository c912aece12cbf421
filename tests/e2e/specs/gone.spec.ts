// What a list no longer holds: looked up once and shown as what it is; what was done in this tab is known at once.

import type { Page } from "@playwright/test";

import { RECONCILIATION } from "../fixtures/flows.ts";
import { expect, test } from "../fixtures/test.ts";
import { deleteAt } from "../fixtures/vendors.ts";
import { BulkPage } from "../pages/bulk.ts";

test.use({ runs: 300 });

const FLOW = RECONCILIATION.retab;
const LIST = /\/api\/c\/retab\/workflows\/runs\?/;
const LEFT = "No longer in this list";

/** From now on lists are answered only when the gate opens. */
async function hold(page: Page): Promise<() => void> {
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route(LIST, async (route) => {
    await gate;
    await route.continue().catch(() => {});
  });
  return release;
}

for (const c of ["retab", "*"]) {
  test(`${c}: a run that was cancelled elsewhere does not stay "Waiting" in a list of those that wait`, async ({ page, sandbox, historyPage }) => {
    await page.clock.install();
    await historyPage.open({ c, status: "waiting", ...(c === "*" ? {} : { flow: FLOW }) });
    const ids = await historyPage.ids();
    // Over all connections a row is named by its connection too.
    const key = ids.find((id) => /^(retab\/)?run_/.test(id)) ?? "";
    const row = historyPage.row(key);
    await expect(row.locator(".c-status")).toHaveText(/^Waiting/);
    await sandbox.api("POST", `/retab/v1/workflows/runs/${key.split("/").pop() ?? ""}/cancel`, {});
    await page.clock.runFor(7_000);
    await expect(row.locator(".c-status")).toContainText(LEFT);
    await expect(row.locator(".c-status")).toContainText(/Cancel/);
    expect(await historyPage.ids(), "its row stays where it was").toEqual(ids);
    await expect(page.getByText(LEFT)).toHaveCount(1);
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(row, "read anew, the list is what it is").toHaveCount(0);
  });
}

for (const c of ["retab", "*"]) {
  test(`${c}: a row that the last answer does not hold says so while nothing can be learned of its run`, async ({ page, sandbox, historyPage }) => {
    await page.clock.install();
    await historyPage.open({ c, status: "waiting", ...(c === "*" ? {} : { flow: FLOW }) });
    const key = (await historyPage.ids()).find((id) => /^(retab\/)?run_/.test(id)) ?? "";
    const run = key.split("/").pop() ?? "";
    const status = historyPage.row(key).locator(".c-status");
    await expect(status).toHaveText(/^Waiting/);
    const own = new RegExp(`/api/c/retab/workflows/runs/${run}(\\?|$)`);
    await page.route(own, (route) => route.fulfill({ status: 500, json: { detail: "The index is being rebuilt" } }));
    await sandbox.api("POST", `/retab/v1/workflows/runs/${run}/cancel`, {});
    await page.clock.runFor(7_000);
    await expect(status).toContainText("Not in the last answer");
    await expect(page.getByText("Not in the last answer")).toHaveCount(1);
    await page.unroute(own);
    await expect
      .poll(async () => {
        await page.clock.runFor(6_000);
        return status.innerText();
      })
      .toContain(LEFT);
    await expect(page.getByText("Not in the last answer")).toHaveCount(0);
  });
}

test("a run that was deleted elsewhere is said to be, and cannot be chosen", async ({ page, sandbox, historyPage }) => {
  await page.clock.install();
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "retab", flow: FLOW, status: "completed", size: "25" });
  const ids = await historyPage.ids();
  const [chosen, other] = [ids[3] ?? "", ids[5] ?? ""];
  await bulk.box(chosen).check();
  await bulk.box(other).check();
  await bulk.expectCount(2);
  await deleteAt(sandbox, "retab", chosen);
  await page.clock.runFor(7_000);
  await expect(historyPage.row(chosen).locator(".c-status")).toHaveText("Deleted");
  await expect(bulk.box(chosen)).toBeDisabled();
  await expect(bulk.box(chosen)).not.toBeChecked();
  await bulk.expectCount(1);
  await page.getByRole("checkbox", { name: "Select all 24 runs on this page" }).check();
  await bulk.expectCount(24);
  expect(await historyPage.ids()).toEqual(ids);
});

test("rows that new runs push to the next page are looked up once and not said to be gone", async ({ page, historyPage }) => {
  await page.clock.install();
  await historyPage.open({ c: "retab", flow: FLOW, status: "completed", size: "25" });
  const ids = await historyPage.ids();
  const last = ids.slice(-2);
  const looked: string[] = [];
  page.on("request", (request) => {
    const id = /\/workflows\/runs\/(run_[^/?]+)$/.exec(new URL(request.url()).pathname)?.[1];
    if (id) looked.push(id);
  });
  let asked = 0;
  await page.route(LIST, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { data: { id: string }[] };
    if (list.data.length === 25) {
      asked += 1;
      list.data = [{ ...list.data[0], id: "run_new1" }, { ...list.data[0], id: "run_new2" }, ...list.data.slice(0, -2)] as { id: string }[];
    }
    await route.fulfill({ response, json: list });
  });
  for (let polls = 1; polls <= 4; polls += 1) {
    await page.clock.runFor(7_000);
    await expect.poll(() => asked).toBeGreaterThanOrEqual(polls);
  }
  await expect(page.getByText("2 new runs").filter({ visible: true })).toBeVisible();
  await expect.poll(() => [...looked].sort()).toEqual([...last].sort());
  await expect(page.getByText(LEFT)).toHaveCount(0);
  await expect(page.locator("tr[data-gone]")).toHaveCount(0);
  expect(await historyPage.ids()).toEqual(ids);
});

test("more new runs than an answer holds are not said to be so many", async ({ page, historyPage }) => {
  await page.clock.install();
  await historyPage.open({ c: "retab", flow: FLOW, size: "25" });
  await page.route(LIST, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { data: { id: string }[] };
    if (list.data.length === 25) list.data = list.data.map((run, at) => ({ ...run, id: `run_new${at}` }));
    await route.fulfill({ response, json: list });
  });
  await page.clock.runFor(7_000);
  await expect(page.getByText("25+ new runs").filter({ visible: true })).toBeVisible();
});

test("after a bulk delete, Back does not show the deleted runs as if they were there", async ({ page, historyPage }) => {
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "retab", flow: FLOW, status: "completed", size: "25" });
  const ids = await historyPage.ids();
  const six = ids.slice(10, 16);
  for (const id of six) await bulk.box(id).check();
  await bulk.confirm("Delete", 6);
  await expect(page.getByText(/^6 of 6 /).first()).toBeVisible();
  await bulk.dialog.getByRole("button", { name: "Close" }).first().click();
  // Until the list has answered they stand there as what they are, and afterwards no more.
  const asIfThere = six.map((id) => historyPage.row(id).filter({ hasNotText: "Deleted" }));
  for (const row of asIfThere) await expect(row).toHaveCount(0);
  await historyPage.row(ids[2] ?? "").getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const release = await hold(page);
  await page.goBack();
  await historyPage.rows.first().waitFor();
  for (const row of asIfThere) await expect(row).toHaveCount(0);
  for (const id of six) await expect(historyPage.row(id).getByRole("checkbox", { disabled: false })).toHaveCount(0);
  release();
  await expect(page.getByText(/^Updated .* · live$/).first()).toBeVisible();
  for (const row of asIfThere) await expect(row).toHaveCount(0);
});

test("what was cancelled on its own page is known on the way back, before the list answers", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: FLOW, status: "waiting", size: "25" });
  const id = (await historyPage.ids())[1] ?? "";
  await historyPage.row(id).getByRole("link").first().click();
  await page.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Cancel run/ }).click();
  await expect(page.locator(".sl-runhead [data-status]").first()).toHaveAttribute("data-status", /cancel/);
  const release = await hold(page);
  await page.goBack();
  await expect(historyPage.row(id).locator(".c-status")).toContainText(/Cancel/);
  await expect(historyPage.row(id).locator(".c-status")).toContainText(LEFT);
  release();
});
