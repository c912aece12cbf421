// The command palette and the keys of the list: by keyboard alone, announced, never stuck, and never while typing.

import type { Page } from "@playwright/test";

import { untilHeard } from "../fixtures/quiet.ts";
import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";

test.use({ runs: 300 });

const palette = (page: Page) => page.getByRole("dialog", { name: "Go to anything" });
const input = (page: Page) => palette(page).getByRole("combobox", { name: "Go to anything" });
const options = (page: Page) => palette(page).getByRole("option");
const chosen = (page: Page) => palette(page).locator('[role="option"][aria-selected="true"]');
const said = (page: Page) => palette(page).getByRole("status");
const focusedRow = (page: Page) => page.locator("tr[data-run]:focus-within");

async function open(page: Page): Promise<void> {
  // What is pressed before the app is there goes to nobody.
  await page.getByRole("button", { name: "Go to anything" }).waitFor();
  await page.keyboard.press("Control+k");
  await expect(input(page)).toBeFocused();
}

test("letters are found however they are written: full-width, composed or not, in palette, flow chooser, queue and history", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.rows.first().waitFor();
  await open(page);
  await page.keyboard.insertText("ｃｉｎｔａｋｅ");
  await expect(chosen(page)).toContainText("Contract intake");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toHaveCount(0);

  await page.locator("summary.sl-flowpick").click();
  await page.getByRole("searchbox", { name: "Search flows by name or id" }).fill("Ｃｏｎｔｒａｃｔ");
  await expect(page.locator(".sl-menu__list").getByRole("button", { name: "Contract intake" })).toBeVisible();
  await page.keyboard.press("Escape");

  // The vendor's list has the id, which is written here as on a Japanese keyboard.
  const run = (await page.locator("tr[data-run]").nth(2).getAttribute("data-run")) ?? "";
  const wide = [...run].map((letter) => (/[!-~]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter)).join("");
  await page.getByRole("searchbox", { name: "Search by id, name or metadata" }).fill(wide);
  await page.keyboard.press("Enter");
  await expect(page.locator("tr[data-run]")).toHaveCount(1);
  await expect(page.locator("tr[data-run]")).toHaveAttribute("data-run", run);

  await page.goto("/reviews");
  const rows = page.locator('main[data-page="reviews"] tr[data-run]');
  await expect(rows.first()).toBeVisible({ timeout: 30_000 });
  await page.getByRole("searchbox").fill("ｒｅｃｏｎｃｉｌｉａｔｉｏｎ");
  await expect(rows.first().locator(".c-flow")).toHaveText(/reconciliation/i);
  await expect(page.getByText(/^No reviews/)).toHaveCount(0);
});

test("pages, connections and flows are found by a few letters, and Enter goes there", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await open(page);
  await expect(options(page).first()).toBeVisible();
  await expect(input(page)).toHaveAttribute("aria-activedescendant", (await chosen(page).getAttribute("id")) ?? "none");
  await page.keyboard.type("revie");
  await expect(chosen(page)).toContainText("Reviews");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/reviews$/);
  await expect(palette(page)).toHaveCount(0);

  await open(page);
  await page.keyboard.type("superai");
  await expect(chosen(page)).toContainText("SuperAI");
  await expect(chosen(page)).toContainText("Connection");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\?c=superai/);

  // Letters of the words' beginnings; the flows are those of the connection that is open.
  await historyPage.rows.first().waitFor();
  await open(page);
  await page.keyboard.type("cintake");
  await expect(chosen(page)).toContainText("Contract intake");
  await expect(chosen(page)).toContainText("Flow of");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`c=superai&flow=${SHOWCASE.superai}`));
});

test("arrows go round, the number of results is said, Escape leaves all as it was", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.rows.first().getByRole("link").focus();
  const before = page.url();
  await open(page);
  await expect(said(page)).toHaveText(/results$/);
  const count = await options(page).count();
  expect(count).toBeGreaterThan(5);
  await expect(said(page)).toHaveText(new RegExp(`^${count} results`));
  await page.keyboard.press("ArrowUp");
  await expect(options(page).last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(options(page).first()).toHaveAttribute("aria-selected", "true");
  await expect(chosen(page)).toHaveCount(1);
  await page.keyboard.type("zzqqxxnothing here");
  await expect(options(page)).toHaveCount(0);
  await expect(said(page)).toHaveText(/^0 results/);
  await expect(palette(page)).toContainText("Nothing fits.");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toHaveCount(0);
  expect(page.url()).toBe(before);
  await expect(historyPage.rows.first().getByRole("link")).toBeFocused();
});

for (const connection of ["retab", "tableflow", "flowstack", "superai"] as const) {
  test(`${connection}: a run by its number, and by its id from anywhere`, async ({ page, historyPage }) => {
    await historyPage.open({ c: connection, flow: RECONCILIATION[connection] });
    // Numbers come with the second answer where they take one of their own.
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(/^#/);
    const newest = Number((await historyPage.numbers())[0]?.replace(/[#,]/g, ""));
    const wanted = `#${(newest - 30).toLocaleString("en")}`;
    const id = (await historyPage.ids())[7] ?? "";
    await open(page);
    await page.keyboard.type(wanted);
    await expect(chosen(page)).toContainText(`Go to run ${wanted}`);
    await expect(chosen(page)).toContainText("PO to invoice reconciliation");
    await page.keyboard.press("Enter");
    await expect(page.locator('tr[aria-current="true"] .c-num')).toHaveText(wanted);
    await expect(palette(page)).toHaveCount(0);

    await page.goto("/reviews");
    await open(page);
    await input(page).fill(id);
    await expect(chosen(page)).toContainText(`Open run ${id}`);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/c/${connection}/runs/${id}`), { timeout: 20_000 });
    // What was chosen last comes first.
    await open(page);
    await expect(options(page).first()).toContainText(`Open run ${id}`);
  });
}

test("nothing that loads holds it up; what fails is told and can be tried again", async ({ page, historyPage }) => {
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route(/\/api\/c\/retab\/workflows\?/, async (route) => {
    await gate;
    await route.continue();
  });
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await open(page);
  await expect(said(page)).toHaveText(/More flows are being read\.$/);
  await page.keyboard.type("reviews");
  await expect(chosen(page)).toContainText("Reviews");
  release();
  await expect(said(page)).not.toHaveText(/being read/);
  await input(page).fill("#9,999,999");
  await page.keyboard.press("Enter");
  await expect(said(page)).toHaveText(/^There is no #9,999,999 yet\./);
  await expect(palette(page)).toBeVisible();
  await input(page).fill("");
  await expect(said(page)).toHaveText(/results$/);
  await page.keyboard.press("Escape");

  await page.unroute(/\/api\/c\/retab\/workflows\?/);
  await page.route(/\/api\/c\/retab\/workflows\?/, (route) => route.fulfill({ status: 400, json: { detail: "no" } }));
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await open(page);
  await expect(palette(page).getByText("The flows could not be read. Retab did not accept the request: no.")).toBeVisible();
  await page.unroute(/\/api\/c\/retab\/workflows\?/);
  await palette(page).getByRole("button", { name: "Try again" }).click();
  await expect(palette(page).getByText("The flows could not be read.")).toHaveCount(0);
  await input(page).fill("contract");
  await expect(chosen(page)).toContainText("Contract intake");
});

test("keys of the list: search, rows, pages, jump; silent while typing", async ({ page, historyPage }) => {
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow });
  const ids = await historyPage.ids();
  await page.keyboard.press("j");
  await expect(focusedRow(page)).toHaveAttribute("data-run", ids[0] ?? "");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await expect(focusedRow(page)).toHaveAttribute("data-run", ids[1] ?? "");
  await page.keyboard.press("]");
  await expect(page).toHaveURL(/[?&]at=o\.50/);
  await expect(historyPage.row(ids[0] ?? "")).toHaveCount(0);
  await page.keyboard.press("[");
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", ids[0] ?? "");
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Search by id, name or metadata" });
  await expect(search).toBeFocused();
  await expect(search).toHaveValue("");
  await page.keyboard.type("jk[]/gn?");
  await expect(search).toHaveValue("jk[]/gn?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // Not what is typed, and the palette opens from here too.
  await page.keyboard.press("Control+k");
  await expect(input(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(search).toBeFocused();
  await search.fill("");
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { level: 1 }).evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await untilHeard(page);
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await expect(page.getByLabel("Jump to")).toBeFocused();
  await page.getByLabel("Jump to").blur();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/runs/${ids[0]}`));
  // Where there is no list, the palette takes the number.
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await expect(input(page)).toHaveValue("#");
});

test("the keys of the list are on the sheet, can be changed, and the palette passes axe @phone", async ({ page, historyPage, a11y }) => {
  test.slow();
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  for (const name of ["Search the list", "Jump to a run by number or id", "Newer page", "Older page", "Go to anything: the command palette"]) {
    await expect(sheet.getByText(name, { exact: true })).toBeVisible();
  }
  await sheet.getByRole("button", { name: "Change the keys of: Older page" }).click();
  await page.keyboard.press("o");
  await expect(sheet.locator('[data-action="older"] kbd')).toHaveText("O");
  await a11y.audit();
  await page.keyboard.press("Escape");
  await untilHeard(page);
  await page.keyboard.press("o");
  await expect(page).toHaveURL(/[?&]at=a\./);

  await page.getByRole("button", { name: "Go to anything" }).click();
  await expect(options(page).first()).toBeVisible();
  await a11y.audit();
  await input(page).fill("#9,999");
  await page.keyboard.press("Enter");
  await expect(said(page)).toHaveText(/^There is no #9,999 yet\./);
  await a11y.audit();
  for (const width of [360, 390]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${width} px`).toBeLessThanOrEqual(0);
  }
});
