// Columns: chosen, ordered and remembered, in the table and on cards.

import { type Page } from "@playwright/test";

import { RECONCILIATION } from "../fixtures/flows.ts";
import { expect, test } from "../fixtures/test.ts";

test.use({ runs: 300 });

const flow = RECONCILIATION.tableflow;
const menu = (page: Page) => page.getByRole("group", { name: "Columns", exact: true });
const heads = (page: Page) => page.locator("table.sl-runs thead th:not(.c-sel)").allInnerTexts();
const USUAL = ["Run", "Status", "Flow", "Trigger", "Started", "Duration", "Steps", "What happened"];

async function openMenu(page: Page): Promise<void> {
  await page.locator("summary").filter({ hasText: "Columns" }).click();
  await expect(menu(page)).toContainText("Shown, in this order");
}

test("columns are chosen, ordered by keys, remembered in this browser, and reset", async ({ page, sandbox, historyPage }) => {
  await historyPage.open({ c: "tableflow", flow });
  expect(await heads(page)).toEqual(USUAL);
  await openMenu(page);
  await menu(page).getByRole("button", { name: "Remove Trigger" }).click();
  await menu(page).getByRole("button", { name: "Remove Steps" }).click();
  await menu(page).getByRole("button", { name: "Add Id" }).click();
  await expect.poll(() => heads(page)).toEqual(["Run", "Status", "Flow", "Started", "Duration", "What happened", "Id"]);
  // The focus goes with the column, so that one key is enough; at the top it is the other button's turn.
  await menu(page).getByRole("button", { name: "Move Id up" }).focus();
  for (const place of [3, 2, 1]) {
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await heads(page)).indexOf("Id")).toBe(place + 2);
    await expect(menu(page).getByRole("button", { name: "Move Id up" })).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect.poll(() => heads(page)).toEqual(["Run", "Status", "Id", "Flow", "Started", "Duration", "What happened"]);
  await expect(menu(page).getByRole("button", { name: "Move Id down" })).toBeFocused();
  await expect(menu(page).getByRole("status")).toHaveText("Id is column 1 of 5.");

  // A key of the runs' own metadata.
  await menu(page).getByLabel("Key of metadata").fill("customer_id");
  await page.keyboard.press("Enter");
  await expect.poll(() => heads(page)).toEqual(["Run", "Status", "Id", "Flow", "Started", "Duration", "What happened", "customer_id"]);
  const { flow_runs } = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=50`)) as { flow_runs: { id: string; metadata: { customer_id?: string } }[] };
  const shown = await historyPage.rows.evaluateAll((rows) =>
    rows.map((row) => {
      const cells = [...row.querySelectorAll("td:not(.c-sel)")].map((cell) => cell.textContent);
      return [cells[2], cells.at(-1)];
    }),
  );
  expect(shown).toEqual(flow_runs.map((run) => [run.id, run.metadata.customer_id ?? "-"]));

  await page.reload();
  await historyPage.rows.first().waitFor();
  expect(await heads(page)).toEqual(["Run", "Status", "Id", "Flow", "Started", "Duration", "What happened", "customer_id"]);
  // The choice is the browser's, for every connection.
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  expect((await heads(page)).slice(0, 3)).toEqual(["Run", "Status", "Id"]);

  await openMenu(page);
  await menu(page).getByRole("button", { name: "Reset columns" }).click();
  await expect(menu(page).getByRole("status")).toHaveText("The usual columns are back.");
  expect(await heads(page)).toEqual(USUAL);
  await page.reload();
  await historyPage.rows.first().waitFor();
  expect(await heads(page)).toEqual(USUAL);
});

test("run and status stay whatever is taken away, and there is a most", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await openMenu(page);
  for (const name of USUAL.slice(2)) await menu(page).getByRole("button", { name: `Remove ${name}` }).click();
  await expect(menu(page)).toContainText("Only run and status.");
  expect(await heads(page)).toEqual(["Run", "Status"]);
  await expect(historyPage.rows.first().locator("td:not(.c-sel)")).toHaveCount(2);
  for (const name of ["Flow", "Id", "Name", "Created", "Finished", "Attempt", "Started", "Duration"]) await menu(page).getByRole("button", { name: `Add ${name}`, exact: true }).click();
  await expect(menu(page)).toContainText("8 columns are the most. Remove one to add another.");
  await expect(menu(page).getByLabel("Key of metadata")).toHaveCount(0);
  // However many, the table keeps to the page.
  for (const width of [1440, 1280, 1100, 900, 700, 600]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${width} px`).toBe(true);
  }
});

test("a store that is not understood gives the usual columns", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  for (const text of ["rubbish", "9 flow", "{}"]) {
    await page.evaluate((text) => localStorage.setItem("sluice.columns", text), text);
    await page.reload();
    await historyPage.rows.first().waitFor();
    expect(await heads(page), text).toEqual(USUAL);
  }
});

test("a chosen column is a line of a card, and the menu is accessible in both themes @phone", async ({ page, historyPage, a11y }) => {
  await historyPage.open({ c: "tableflow", flow, size: "25" });
  const narrow = (page.viewportSize()?.width ?? 0) < 560;
  if (narrow) await page.getByRole("button", { name: /^Filters/ }).click();
  await openMenu(page);
  await menu(page).getByRole("button", { name: "Remove Trigger" }).click();
  await menu(page).getByRole("button", { name: "Add Id" }).click();
  await expect(historyPage.rows.first().locator(".c-more")).toBeVisible();
  await a11y.audit();
  await page.locator("summary").filter({ hasText: "Columns" }).click();
  const cell = historyPage.rows.first().locator(".c-more");
  const label = await cell.evaluate((cell) => getComputedStyle(cell, "::before").content);
  expect(label).toBe(narrow ? '"Id: "' : "none");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
  await a11y.audit();
});
