// Every page at every width: nothing scrolls sideways, lies over something else, or is cut without a way to the whole; also with names
// as long, as empty and as foreign as vendors' data can be.

import type { Page } from "@playwright/test";

import { type Dress, dressed } from "../fixtures/dressed.ts";
import { newestRetabRun, RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";
import { knownAs, REVIEW_NODE, waitingRetabRun } from "../fixtures/money.ts";
import { type Place, PLACES } from "../fixtures/places.ts";
import { expect, test } from "../fixtures/test.ts";
import { runPath } from "../pages/run.ts";

test.use({ runs: 300 });
test.describe.configure({ mode: "parallel" });

const hasRows = (page: Page) => page.locator("table.sl-runs tr[data-run]").first().waitFor();
const stands = (page: Page) => page.getByRole("main").getByRole("tab").first().waitFor();

/** What another address makes of a page; how the others fit is seen in a11y.spec.ts. */
const FURTHER: Place[] = [
  { name: "history of all flows", path: () => "/runs?c=retab&flow=*", ready: hasRows },
  { name: "audit log", path: () => "/audit", ready: (page) => page.locator('main[data-page="audit"]').waitFor() },
  { name: "figures", path: () => "/reviews/figures", ready: (page) => page.getByRole("main").getByRole("heading", { level: 1 }).waitFor() },
];

for (const { name, path, ready } of FURTHER) {
  test(`${name} fits at every width`, async ({ page, sandbox, layout }) => {
    await page.goto(await path(sandbox));
    await ready(page);
    await layout.expectFits(name);
  });
}

/** Where names decide the layout. SuperAI tells a review's step by its name: without one there is no such review. */
const DRESSED: Record<Dress, string[]> = {
  long: ["history of all flows", "history of all connections", "completed run", "failed run", "review", "review of SuperAI", "reviews", "start form"],
  empty: ["history of all flows", "completed run", "review", "reviews"],
  "right to left": ["history of all connections", "failed run", "review", "start form"],
};

for (const [dress, names] of Object.entries(DRESSED) as [Dress, string[]][]) {
  for (const { name, path, ready } of [...PLACES, ...FURTHER].filter((place) => names.includes(place.name))) {
    test(`${name} fits with ${dress} names`, async ({ page, sandbox, layout }) => {
      await dressed(page, dress);
      await page.goto(await path(sandbox));
      await ready(page);
      await layout.expectFits(`${name} ${dress}`, [390, 768, 1024, 1440]);
    });
  }
}

for (const c of ["retab", "*"]) {
  test(`${c}: between phone and tablet each row says when its run started, and all of it fits`, async ({ page, layout, historyPage }) => {
    await historyPage.open({ c, ...(c === "*" ? {} : { flow: RECONCILIATION.retab }) });
    for (const width of [560, 600, 639, 660]) {
      await page.setViewportSize({ width, height: 900 });
      await expect(historyPage.rows.first().locator(".c-start"), `${width} px`).toBeVisible();
      await expect(historyPage.rows.first().locator(".c-start"), `${width} px`).toHaveText(/\S/);
    }
    await layout.expectFits(`history of ${c}`, [560, 600, 639]);
  });
}

/** How many runs of a vendor's showcase are opened, spread over all of them; SHOWCASE_RUNS chooses another number. */
const OPENED = Number(process.env["SHOWCASE_RUNS"] ?? 10);

for (const c of ["retab", "tableflow", "flowstack", "superai"] as const) {
  // Long words, other scripts, directions and every status, as the vendor itself gives them.
  test(`${c}: runs of every status and with odd texts fit, in the list and each on its page`, async ({ page, layout, historyPage }) => {
    test.setTimeout(90_000 + OPENED * 8_000);
    await historyPage.open({ c, flow: SHOWCASE[c], size: "100" });
    await layout.expectFits(`showcase of ${c}`);
    const ids = await historyPage.ids();
    expect(ids.length).toBeGreaterThan(12);
    const every = Math.max(1, Math.floor(ids.length / OPENED));
    for (const id of ids.filter((_, at) => at % every === 0)) {
      await page.goto(runPath(c, id));
      await stands(page);
      await layout.expectFits(`run ${id} of ${c}`, [390, 1024]);
    }
  });
}

test("eight columns fit, of one connection and of all", async ({ page, layout, historyPage }) => {
  await page.addInitScript(() => localStorage.setItem("sluice.columns", "1 flow trig start dur steps note id name"));
  await historyPage.open({ c: "tableflow", flow: SHOWCASE.tableflow });
  await layout.expectFits("eight columns");
  await historyPage.open({ c: "*" });
  await layout.expectFits("eight columns of all connections");
});

test("the menus of the list and the chooser of flows fit", async ({ page, layout, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  for (const menu of [/^Status/, "Views", "Columns"]) {
    const summary = page.locator("summary").filter({ hasText: menu });
    await summary.click();
    await page.locator("details[open] .sl-menu__pop :is(label, button, h2)").first().waitFor();
    await layout.expectFits(`menu ${menu}`, [768, 1440]);
    await summary.click();
  }
  const picker = page.locator(".sl-flowpick");
  await picker.click();
  await layout.expectFits("flow chooser");
});

test("palette, key sheet, and the dialogs of export and of several runs fit", async ({ page, layout, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.keyboard.press("Control+k");
  await page.locator(".sl-palette [role=option]").first().waitFor();
  await layout.expectFits("palette");
  await page.keyboard.press("Escape");
  // Single keys are deaf for a moment after a dialog.
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await layout.expectFits("key sheet");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Export runs" }).click();
  await page.getByRole("dialog").getByRole("radio").first().waitFor();
  await layout.expectFits("export");
  await page.keyboard.press("Escape");

  for (const at of [0, 1, 2]) await historyPage.rows.nth(at).locator(".c-sel input").check();
  await page.getByRole("region", { name: "Selected runs" }).getByRole("button").first().waitFor();
  await layout.expectFits("several chosen");
  await page.getByRole("region", { name: "Selected runs" }).getByRole("button", { name: /^Delete/ }).click();
  await page.getByRole("dialog").getByRole("button").first().waitFor();
  await layout.expectFits("deleting several");
});

test("the open filters of a narrow screen fit", async ({ page, layout, historyPage }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.getByRole("search").getByRole("button", { name: /^Filters/ }).click();
  await layout.expectFits("open filters", [390]);
});

test("an answer that failed, and a wait for the first one, fit", async ({ page, sandbox, layout }) => {
  await sandbox.fault({ path_contains: "/workflows/runs", times: 50, action: { status: 500, body: { detail: `${"endless".repeat(60)} ${"Several words of what went wrong. ".repeat(30)}` } } });
  await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}`);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await layout.expectFits("failed history");
});

test("an error of many lines shows its first ones, and the rest when asked", async ({ page, sandbox, layout }) => {
  await dressed(page, "long");
  const run = await newestRetabRun(sandbox, SHOWCASE.retab, "error");
  await page.goto(runPath("retab", run.id));
  await stands(page);
  const problem = page.locator(".sl-note[data-tone=fail]").first();
  expect((await problem.boundingBox())?.height ?? 0).toBeLessThan(300);
  await problem.getByRole("button", { name: "Show all" }).click();
  await expect(problem).toContainText("step_39");
  expect((await problem.boundingBox())?.height ?? 0).toBeGreaterThan(400);
  await layout.expectFits("whole error", [390]);
});

test("times of the other half of the year, which name their offset, fit under the status history", async ({ page, sandbox, layout, runPage }) => {
  const run = await newestRetabRun(sandbox, RECONCILIATION.retab, "completed");
  const today = new Date();
  const other = `${today.getFullYear() - 1}-${today.getMonth() >= 3 && today.getMonth() < 9 ? "01" : "07"}-`;
  await page.route(new RegExp(`/api/c/retab/.*${run.id}`), async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll(/\d{4}-\d\d-(?=\d\dT)/g, other);
    await route.fulfill({ response, body });
  });
  await runPage.open("retab", run.id);
  await expect(page.locator(".sl-tl__tick[data-end]")).toContainText("UTC+");
  await layout.expectFits("run with offsets", [390, 768, 1440]);
});

for (const tab of ["Steps", "Files", "Inputs and outputs", "Details", "Raw"] as const) {
  test(`the tab ${tab} of a run fits`, async ({ page, sandbox, layout, runPage }) => {
    await runPage.open("retab", (await newestRetabRun(sandbox, RECONCILIATION.retab, "completed")).id);
    await runPage.tab(tab).click();
    await page.getByRole("tabpanel").first().waitFor();
    await layout.expectFits(`run, ${tab}`);
  });
}

test("a step of a run that waits, its decision and its conflict fit", async ({ page, sandbox, layout, reviewPage, runPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await runPage.open("retab", run);
  await page.locator("aside h3").waitFor();
  await layout.expectFits("run that waits");
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("a lot");
  await reviewPage.approve.click();
  await expect(reviewPage.root.getByText("1 error blocks approval")).toBeVisible();
  await layout.expectFits("review with an error");
  await reviewPage.at("/invoice/total").fill("12.50");
  await reviewPage.reject.click();
  const dialog = page.getByRole("dialog", { name: "Reject this review?" });
  await layout.expectFits("rejecting");
  await dialog.getByRole("button", { name: "Keep it open" }).click();
  await sandbox.api("POST", `/retab/v1/workflows/runs/${run}/hil-decisions`, { node_id: REVIEW_NODE, approved: true, command_id: `elsewhere-${run}` });
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("This review was already approved");
  await layout.expectFits("conflict");
});

test("what vendors wrote is kept from being translated", async ({ page, sandbox, layout, historyPage, reviewPage, runPage }) => {
  const values = new Set<string>();
  const gather = (value: unknown): void => {
    // One of our own words too.
    if (value === "Sandbox") return;
    if (typeof value === "string" && value.trim().length > 3) values.add(value.trim());
    else if (value !== null && typeof value === "object") for (const inner of Object.values(value)) gather(inner);
  };
  page.on("response", async (response) => {
    if (/\/api\/c\//.test(response.url())) gather(await response.json().catch(() => null));
  });
  const check = async (place: string) => expect.soft(await layout.untranslated(values), place).toEqual([]);

  for (const c of ["retab", "tableflow", "flowstack", "superai"] as const) {
    await historyPage.open({ c, flow: SHOWCASE[c] });
    await check(`history of ${c}`);
  }
  await historyPage.open({ c: "*" });
  await check("history of all connections");
  await runPage.open("retab", (await newestRetabRun(sandbox, SHOWCASE.retab, "error")).id);
  await stands(page);
  await check("run");
  for (const tab of ["Steps", "Files", "Inputs and outputs", "Details", "Raw"] as const) {
    await runPage.tab(tab).click();
    await check(`run, ${tab}`);
  }
  await reviewPage.open("retab", await waitingRetabRun(sandbox), REVIEW_NODE);
  await page.locator(".sl-q").first().waitFor();
  await check("review");
  await page.goto("/reviews");
  await page.locator(".sl-wq tr[data-run]").first().waitFor();
  await check("queue");
  expect(values.size).toBeGreaterThan(200);
});
