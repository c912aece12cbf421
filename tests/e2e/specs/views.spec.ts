// Saved views: kept in the browser, shared as links, carried as files.

import { readFile } from "node:fs/promises";

import { type Page } from "@playwright/test";

import { RECONCILIATION } from "../fixtures/flows.ts";
import { expect, test } from "../fixtures/test.ts";

test.use({ runs: 300 });

const flow = RECONCILIATION.retab;
const tabs = (page: Page) => page.getByRole("navigation", { name: "Saved views" });
const tab = (page: Page, name: string) => tabs(page).getByRole("link", { name });
const menu = (page: Page) => page.getByRole("group", { name: "Saved views" });

async function openMenu(page: Page): Promise<void> {
  await page.locator("summary").filter({ hasText: "Saved views" }).click();
  await expect(menu(page).getByLabel("Save what is shown as")).toBeVisible();
}

async function save(page: Page, name: string): Promise<void> {
  await menu(page).getByLabel("Save what is shown as").fill(name);
  await page.keyboard.press("Enter");
}

/** The names of one's own views, in their order. */
const names = (page: Page) => tabs(page).locator("a bdi").allInnerTexts();

async function importFile(page: Page, text: string): Promise<void> {
  await menu(page).locator("input[type=file]").setInputFiles({ name: "views.json", mimeType: "application/json", buffer: Buffer.from(text) });
}

test("the views that everybody has filter the list that is shown; one that the vendor cannot filter is not offered", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow, size: "25", trigger: "email" });
  await expect(tabs(page).locator('[aria-current="true"]')).toHaveCount(0);
  await tab(page, "Failed").click();
  await expect(page).toHaveURL(/\/runs\?c=retab&flow=[^&]+&status=failed&size=25$/);
  await expect(tab(page, "Failed")).toHaveAttribute("aria-current", "true");
  await expect(historyPage.rows.locator(".c-status").filter({ hasNotText: /^Failed$/ })).toHaveCount(0);
  await expect(historyPage.rows.first()).toBeVisible();
  await tab(page, "All runs").click();
  await expect(page).not.toHaveURL(/status=/);
  await expect(tab(page, "All runs")).toHaveAttribute("aria-current", "true");
  // Arrows move inside, Enter opens.
  await tab(page, "All runs").focus();
  await page.keyboard.press("ArrowRight");
  await expect(tab(page, "Waiting for review")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/status=waiting/);
  // The count is the one that the queue has anyway.
  const waiting = Number((await tab(page, "Waiting for review").locator(".sl-count").innerText()).replace("+", ""));
  expect(waiting).toBeGreaterThan(0);

  await historyPage.open({ c: "flowstack", flow: RECONCILIATION.flowstack });
  await expect(tab(page, "Failed")).toBeVisible();
  await expect(tab(page, "Waiting for review")).toHaveCount(0);
});

test("a view is saved, comes back after a reload, tells that it was changed, and is saved again", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow, status: "failed", trigger: "email" });
  await openMenu(page);
  await expect(menu(page)).toContainText("You have saved no view yet");
  await save(page, "Failed e-mail");
  await expect(menu(page).getByRole("status").first()).toHaveText("“Failed e-mail” was saved.");
  await expect(tab(page, "Failed e-mail")).toHaveAttribute("aria-current", "true");
  await save(page, "Failed e-mail");
  await expect(menu(page)).toContainText("There is a view “Failed e-mail” already.");
  await page.keyboard.press("Escape");
  await expect(menu(page)).toBeHidden();

  await page.goto(`/runs?c=tableflow&flow=${RECONCILIATION.tableflow}`);
  await historyPage.rows.first().waitFor();
  await expect(tab(page, "Failed e-mail")).not.toHaveAttribute("aria-current", "true");
  await tab(page, "Failed e-mail").click();
  await expect(page).toHaveURL(/\/runs\?c=retab&flow=[^&]+&status=failed&trigger=email$/);
  await expect(tab(page, "Failed e-mail")).toHaveAttribute("aria-current", "true");

  // Another filter is a change of it: a dot, and "Save" beside it.
  await page.locator("summary").filter({ hasText: "Any time" }).click();
  await page.getByRole("button", { name: "Last 30 days" }).click();
  await expect(tab(page, "Failed e-mail").getByRole("img", { name: "Changed" })).toBeVisible();
  await tabs(page).getByRole("button", { name: "Save" }).click();
  await expect(tabs(page).getByRole("button", { name: "Save" })).toHaveCount(0);
  await page.reload();
  await historyPage.pageSize.waitFor();
  await expect(tab(page, "Failed e-mail")).toHaveAttribute("href", /last=43200/);
  await expect(tab(page, "Failed e-mail")).toHaveAttribute("aria-current", "true");
  // A place in the list is no part of a view.
  await page.goto(`/runs?c=retab&flow=${flow}&size=25`);
  await historyPage.older.click();
  await expect(page).toHaveURL(/at=/);
  await openMenu(page);
  await save(page, "Pages of 25");
  await expect(tab(page, "Pages of 25")).toHaveAttribute("href", `/runs?c=retab&flow=${flow}&size=25`);
});

test("a link to a view opens it in another browser; a file carries all of them, and coming twice does no harm", async ({ page, context, browser, baseURL, historyPage }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await historyPage.open({ c: "retab", flow, status: "waiting", size: "25" });
  await openMenu(page);
  await save(page, "Waiting here");
  await page.goto(`/runs?c=superai&flow=${RECONCILIATION.superai}&status=failed`);
  await openMenu(page);
  await save(page, "Failed there");
  await menu(page).getByRole("button", { name: "Copy link to Waiting here" }).click();
  await expect(page.getByRole("region", { name: "Messages" })).toContainText("Link copied. It opens the same view");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${baseURL}/runs?c=retab&flow=${flow}&status=waiting&size=25`);
  const [download] = await Promise.all([page.waitForEvent("download"), menu(page).getByRole("button", { name: "Export to a file" }).click()]);
  expect(download.suggestedFilename()).toBe("sluice-views.json");
  const file = await readFile(await download.path(), "utf8");

  const other = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
  const there = await other.newPage();
  await there.goto(link);
  await expect(there.locator("table.sl-runs tr[data-run]").first()).toBeVisible();
  await expect(there.locator("summary").filter({ hasText: "Status: Waiting for review" })).toBeVisible();
  await openMenu(there);
  await save(there, "Waiting here");
  await importFile(there, file);
  await expect(menu(there).getByRole("status").first()).toHaveText("1 view added, 1 was here already.");
  expect(await names(there)).toEqual(["Waiting here", "Failed there"]);
  await importFile(there, file);
  await expect(menu(there).getByRole("status").first()).toHaveText("No view was added: 2 views in the file are here already.");
  await importFile(there, file.replace("status=waiting", "status=completed").replace('"c=superai', '"c=nobody'));
  await expect(menu(there)).toContainText("“Waiting here” is the name of another view here: imported as “Waiting here (2)”.");
  await expect(menu(there)).toContainText("1 view is of a connection that is not configured here.");
  expect(await names(there)).toEqual(["Waiting here", "Failed there", "Waiting here (2)", "Failed there (2)"]);
  await other.close();
});

test("a file that is not understood says why, entry by entry, and changes nothing", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow });
  await openMenu(page);
  await save(page, "Mine");
  const said = menu(page).getByRole("status").first();
  for (const [text, why] of [
    ["{", "Nothing was imported. The file is no JSON"],
    ['{"runs":[]}', "Nothing was imported. The file holds no views of Sluice"],
    ['{"format":"sluice-views","version":9,"views":[]}', "“version” has to be 1"],
    ['{"format":"sluice-views","version":1,"views":"all"}', "“views” has to be a list"],
    [" ".repeat(300 * 1024), "larger than 256 kB"],
  ] as const) {
    await importFile(page, text);
    await expect(said).toContainText(why);
    expect(await names(page)).toEqual(["Mine"]);
  }
  const views = [{ name: "Good <b>bold</b>", query: "c=retab&status=failed,bogus&at=o.5" }, { name: "" }, { name: "Nowhere", query: "status=failed" }, 7];
  await importFile(page, JSON.stringify({ format: "sluice-views", version: 1, views }));
  await expect(said).toHaveText("1 view added.");
  await expect(menu(page)).toContainText("Entry 2 was left out: “name” has to be a text of 1 to 60 characters.");
  await expect(menu(page)).toContainText("Entry 3, “Nowhere” was left out: “query” names no connection (c=…).");
  await expect(menu(page)).toContainText("Entry 4 was left out: it is no object.");
  await expect(tab(page, "Good <b>bold</b>")).toHaveAttribute("href", "/runs?c=retab&status=failed");
});

test("views are renamed, ordered and deleted by keys; what was deleted can be taken back", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow });
  await openMenu(page);
  for (const name of ["One", "Two", "Three"]) await save(page, name);
  await menu(page).getByLabel("Name of the view Two").fill("Second");
  await page.keyboard.press("Tab");
  expect(await names(page)).toEqual(["One", "Second", "Three"]);
  await menu(page).getByLabel("Name of the view Second").fill("One");
  await page.keyboard.press("Tab");
  await expect(menu(page)).toContainText("There is a view “One” already.");
  await expect(menu(page).getByLabel("Name of the view Second")).toHaveValue("Second");
  await menu(page).getByRole("button", { name: "Move Three up" }).focus();
  await page.keyboard.press("Enter");
  await expect(menu(page).getByRole("button", { name: "Move Three up" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(menu(page).getByRole("button", { name: "Move Three down" })).toBeFocused();
  expect(await names(page)).toEqual(["Three", "One", "Second"]);
  await menu(page).getByRole("button", { name: "Delete One" }).click();
  expect(await names(page)).toEqual(["Three", "Second"]);
  await expect(menu(page).getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(menu(page)).toContainText("“One” is back.");
  await page.reload();
  await historyPage.rows.first().waitFor();
  expect(await names(page)).toEqual(["Three", "One", "Second"]);
});

test("two tabs keep each other's views", async ({ page, context, historyPage }) => {
  await historyPage.open({ c: "retab", flow });
  const other = await context.newPage();
  await other.goto(`/runs?c=superai&flow=${RECONCILIATION.superai}`);
  await openMenu(other);
  await save(other, "From the other tab");
  await expect.poll(() => names(page)).toEqual(["From the other tab"]);
  await openMenu(page);
  await save(page, "From this one");
  await expect.poll(() => names(other)).toEqual(["From the other tab", "From this one"]);
});

test("a store that is broken, of a later version or missing takes nothing but the views away", async ({ page, context, historyPage }) => {
  const store = (text: string) => page.evaluate((text) => localStorage.setItem("sluice.views", text), text);
  await historyPage.open({ c: "retab", flow });
  await store("1\nGood c=retab\nrubbish\n%%% %%%\nNowhere status=failed");
  await page.reload();
  await historyPage.rows.first().waitFor();
  expect(await names(page)).toEqual(["Good"]);
  await store("9\nFrom tomorrow");
  await page.reload();
  await historyPage.rows.first().waitFor();
  expect(await names(page)).toEqual([]);
  await page.locator("summary").filter({ hasText: "Saved views" }).click();
  await expect(menu(page)).toContainText("A later version of Sluice keeps views in this browser.");
  expect(await page.evaluate(() => localStorage.getItem("sluice.views"))).toBe("9\nFrom tomorrow");

  await page.evaluate(() => localStorage.removeItem("sluice.views"));
  await context.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.reload();
  await historyPage.rows.first().waitFor();
  await openMenu(page);
  await save(page, "For now");
  await expect(menu(page)).toContainText("This browser keeps nothing");
  expect(await names(page)).toEqual(["For now"]);
});

test("the menu of views and a changed view are accessible in both themes @phone", async ({ page, historyPage, a11y }) => {
  await historyPage.open({ c: "retab", flow, status: "failed" });
  const narrow = (page.viewportSize()?.width ?? 0) < 560;
  if (narrow) await page.getByRole("button", { name: /^Filters/ }).click();
  await openMenu(page);
  await save(page, "Failed, and a name that is rather long for a tab of its own");
  await expect(tabs(page).locator("a bdi")).toHaveCount(1);
  await a11y.audit();
  await page.keyboard.press("Escape");
  await page.locator("summary").filter({ hasText: "Any time" }).click();
  await page.getByRole("button", { name: "Last 30 days" }).click();
  await expect(tabs(page).getByRole("button", { name: "Save" })).toBeVisible();
  await a11y.audit();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
});
