// Going between pages, each fault by its name. The walk (walk.spec.ts) looks for those that nobody has thought of.

import type { Page } from "@playwright/test";

import { RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";
import { expect, test } from "../fixtures/test.ts";

test.use({ runs: 120 });

const top = (page: Page, name: string | RegExp) => page.locator(".sl-top").getByRole("link", { name });
const runs = (page: Page) => top(page, /^Runs$/);
const reviews = (page: Page) => top(page, /^Reviews/);
const remembered = (page: Page, connection: string) => page.evaluate((key) => localStorage.getItem(key), `sluice.flow.${connection}`);

test("Runs, pressed where one is, reads the list anew and makes no second entry", async ({ page, historyPage }) => {
  await page.goto("/");
  await historyPage.rows.first().waitFor();
  const [before, length] = [page.url(), await page.evaluate(() => history.length)];
  for (const press of [
    () => runs(page).click(),
    () => runs(page).dblclick(),
    () => top(page, "Sluice home").click(),
    async () => {
      for (const key of ["g", "r", "g", "r"]) await page.keyboard.press(key);
    },
  ]) {
    const read = page.waitForRequest(/\/api\/c\/retab\/workflows\/runs\?/);
    await press();
    await read;
    await expect(historyPage.rows.first()).toBeVisible();
  }
  expect(page.url()).toBe(before);
  expect(await page.evaluate(() => history.length)).toBe(length);
});

test("from a run to its decisions, to the runs and back, and on to the reviews: every page comes", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.rows.first().locator("a").first().click();
  await page.locator("main[data-page=run] h1").waitFor();
  await page.locator("a[href^='/audit']").first().click();
  await page.locator("main[data-page=audit]").waitFor();
  await runs(page).click();
  await historyPage.rows.first().waitFor();
  await page.goBack();
  await page.locator("main[data-page=audit]").waitFor();
  await expect(page).toHaveTitle(/Audit log/);
  await reviews(page).click();
  await page.locator("main[data-page=reviews]").waitFor();
  await expect(page).toHaveURL(/\/reviews$/);
});

test("Reviews leads to the reviews from every list, and Back to where one was", async ({ page, historyPage }) => {
  for (const address of ["/", "/runs?c=*", "/runs?c=tableflow", "/runs?c=superai"]) {
    await page.goto(address);
    await historyPage.rows.first().waitFor();
    const list = page.url();
    await reviews(page).click();
    await page.locator("main[data-page=reviews]").waitFor();
    await page.goBack();
    await historyPage.rows.first().waitFor();
    expect(page.url()).toBe(list);
    for (const key of ["g", "v"]) await page.keyboard.press(key);
    await page.locator("main[data-page=reviews]").waitFor();
    await expect(page).toHaveURL(/\/reviews$/);
  }
});

test("a flow is remembered for its own connection, and only if the vendor lists it", async ({ page, historyPage }) => {
  await page.goto("/");
  await historyPage.rows.first().waitFor();
  await historyPage.open({ c: "tableflow", flow: SHOWCASE.tableflow });
  await historyPage.rows.first().locator("a").first().click();
  await page.locator("main[data-page=run] h1").waitFor();
  await expect.poll(() => remembered(page, "tableflow")).toBe(SHOWCASE.tableflow);
  expect(await remembered(page, "retab")).not.toBe(SHOWCASE.tableflow);
  // Runs leads to where one was last.
  await runs(page).click();
  await expect(page).toHaveURL(new RegExp(`c=tableflow&flow=${SHOWCASE.tableflow}`));
  await historyPage.rows.first().waitFor();
  // A link to a flow that does not exist is no choice.
  await page.goto("/runs?c=retab&flow=wf_mistyped");
  await page.locator(".sl-flowpick").click();
  await page.locator(".sl-menu__list .sl-opt").nth(2).waitFor();
  expect(await remembered(page, "retab")).not.toBe("wf_mistyped");
});

test("a remembered flow that the vendor does not list any more is forgotten", async ({ page, historyPage }) => {
  await page.addInitScript(() => {
    if (location.protocol !== "about:" && !sessionStorage.getItem("seen")) localStorage.setItem("sluice.flow.retab", "wf_deleted");
    sessionStorage.setItem("seen", "1");
  });
  await page.goto("/");
  await historyPage.rows.first().waitFor();
  await expect(page).not.toHaveURL(/wf_deleted/);
  expect(await remembered(page, "retab")).not.toBe("wf_deleted");
});

test("a first visit has its rows without waiting for the flows", async ({ page, historyPage, stack }) => {
  // The gateway learns the first flows as it starts.
  await expect.poll(async () => JSON.stringify(await (await fetch(`${stack.gateway.url}/api/config`)).json())).toContain("first_flow");
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(/\/api\/c\/retab\/workflows\?/, async (route) => {
    await held;
    await route.fallback();
  });
  await page.goto("/");
  await historyPage.rows.first().waitFor();
  release();
});

test("what was selected is still selected after Back", async ({ page, historyPage }) => {
  await page.goto("/");
  await historyPage.rows.first().waitFor();
  await historyPage.rows.nth(1).getByRole("checkbox").check();
  await historyPage.rows.nth(3).locator("a").first().click();
  await page.locator("main[data-page=run] h1").waitFor();
  await page.goBack();
  await expect(historyPage.rows.nth(1).getByRole("checkbox")).toBeChecked();
});

test("Escape in the search takes the filter away with the text", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: SHOWCASE.retab });
  const search = page.locator("#search");
  await search.fill("zzz-nothing");
  await search.press("Enter");
  await expect(page).toHaveURL(/q=zzz-nothing/);
  await search.press("Escape");
  await expect(page).not.toHaveURL(/q=/);
  await historyPage.rows.first().waitFor();
});

test("the focus is never lost: after paging by key, a palette's choice and the eighth column", async ({ page, historyPage }) => {
  const focus = () => page.evaluate(() => document.activeElement?.tagName);
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.keyboard.press("j");
  await page.keyboard.press("]");
  await expect(page).toHaveURL(/at=/);
  await historyPage.rows.first().waitFor();
  await expect.poll(focus).not.toBe("BODY");
  await page.keyboard.press("Control+k");
  await page.locator(".sl-palette input").fill("TableFlow");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/c=tableflow/);
  await expect.poll(focus).not.toBe("BODY");
  await page.locator("summary", { hasText: "Columns" }).click();
  const more = page.locator(".sl-cols__more button");
  for (let left = await more.count(); left > 0 && (await page.locator(".sl-cols li").count()) < 8; left -= 1) await more.first().click();
  await expect(page.locator(".sl-cols li")).toHaveCount(8);
  await expect.poll(focus).toBe("BUTTON");
  await page.keyboard.press("Escape");
  await expect(page.locator("details[open] .sl-cols")).toHaveCount(0);
});

test("an account without flows is told so, where its vendor lists runs of one flow at a time @phone", async ({ page, a11y }) => {
  await page.route(/\/api\/c\/superai\/flows\?/, (route) => route.fulfill({ json: { flows: [], total: 0, page: 1, page_size: 100 } }));
  await page.goto("/runs?c=superai");
  await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
  await expect(page.getByLabel("Connection", { exact: true })).toBeVisible();
  await a11y.audit();
});

/** Follows a link of the app, as any text may hold one. */
async function follow(page: Page, href: string): Promise<void> {
  await page.evaluate((href) => {
    const link = Object.assign(document.createElement("a"), { href });
    document.querySelector("main")?.append(link);
    link.click();
    link.remove();
  }, href);
}

test("a page of a connection that does not exist has a title of its own", async ({ page }) => {
  await page.goto("/audit");
  await page.locator("main[data-page=audit]").waitFor();
  for (const href of ["/c/nobody/runs/x", "/c/nobody/runs/x/reviews/y", "/c/nobody/start", "/runs?c=nobody"]) {
    await follow(page, href);
    await expect(page.getByRole("heading", { name: "There is no connection “nobody”" })).toBeVisible();
    await expect(page).toHaveTitle(/There is no connection “nobody” - Sluice$/);
    await page.goBack();
    await expect(page).toHaveTitle(/Audit log - Sluice$/);
  }
});

test("Escape in any menu over the list leaves the focus on what opens it", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const menus = page.locator(".sl-filters details > summary, summary.sl-flowpick");
  const count = await menus.count();
  expect(count).toBeGreaterThan(6);
  for (let at = 0; at < count; at += 1) {
    const summary = menus.nth(at);
    await summary.click();
    const inside = summary.locator("xpath=following-sibling::*").locator("input, button");
    await inside.first().focus();
    await page.keyboard.press("Escape");
    await expect(page.locator("details[open]")).toHaveCount(0);
    await expect(summary).toBeFocused();
  }
});

test("who has gone elsewhere while the next review was looked for is not fetched back", async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  let first = "";
  // The list does not say where its runs wait: each has to be read first, and only one is.
  await page.route(/\/api\/c\/superai\/flow-executions\/[^/?]+/, async (route) => {
    const id = /flow-executions\/([^/?]+)/.exec(route.request().url())?.[1] ?? "";
    first ||= id;
    if (id !== first) await held;
    await route.fallback();
  });
  await page.goto("/reviews?c=superai");
  await page.locator("main[data-page=reviews] a[href^='/c/'][href*='/reviews/']").first().click();
  await page.locator("main[data-page=review] .sl-skipbtn").waitFor();
  await page.keyboard.press("j");
  await expect(page.locator(".sl-toast")).toContainText("Opening");
  await runs(page).click();
  await page.locator("main[data-page=history] tr[data-run]").first().waitFor();
  const read = page.waitForResponse(/\/flow-executions\/[^/?]+/);
  release();
  await read;
  await page.waitForLoadState("networkidle");
  await expect(page.locator("main[data-page=history] tr[data-run]").first()).toBeVisible();
  await expect(page).toHaveURL(/\/runs\?c=/);
});

test("who turns to another list while a run is looked for stays there", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const [, second] = await historyPage.ids();
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(new RegExp(`/api/c/retab/workflows/runs/${second}`), async (route) => {
    await held;
    await route.fallback();
  });
  await page.getByLabel("Jump to").fill(second ?? "");
  await page.getByLabel("Jump to").press("Enter");
  await expect(page.locator("#jump-said")).toContainText("Looking for");
  await page.getByLabel("Runs per page").selectOption({ index: 1 });
  await expect(page).toHaveURL(/size=/);
  const [here, read] = [page.url(), page.waitForResponse(new RegExp(`/workflows/runs/${second}`))];
  release();
  await read;
  await expect(page.locator("#jump-said")).toHaveText("");
  await historyPage.rows.first().waitFor();
  expect(page.url()).toBe(here);
});
