// The queue: all connections in one list, its filters, its pages, what leaves it, the count beyond the page, and several at once.

import type { Page, Route } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, retabDecision, retabReaches, retabWaits, startRetabRun, superAiTask, waitingOfRetab, writes } from "../fixtures/money.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";

const rows = (page: Page) => page.locator('main[data-page="reviews"] tr[data-run]');
const row = (page: Page, run: string) => page.locator(`tr[data-run="${run}"]`);
const refresh = (page: Page) => page.getByRole("button", { name: "Refresh" });

/** Answers late, and perhaps to another address. */
const late =
  (millis: number, turned = (url: string) => url) =>
  async (route: Route): Promise<void> => {
    await new Promise((later) => setTimeout(later, millis));
    await route.continue({ url: turned(route.request().url()) });
  };

async function approveElsewhere(sandbox: Sandbox, run: string): Promise<void> {
  await sandbox.api("POST", `/retab/v1/workflows/runs/${run}/hil-decisions`, { node_id: REVIEW_NODE, approved: true, command_id: `elsewhere-${run}` });
}

/** All connections have been asked. */
async function counted(page: Page): Promise<void> {
  await expect(page.getByText(/^Updated .* · live$/).first()).toBeVisible({ timeout: 30_000 });
}

test("every connection's reviews stand in one list, oldest first", async ({ page, sandbox }) => {
  await page.goto("/reviews");
  await counted(page);
  const more = page.getByRole("button", { name: "Show more" });
  while (await more.isVisible()) {
    const shown = await rows(page).count();
    await more.click();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(shown);
  }
  const connections = await rows(page).locator("td.c-con").allInnerTexts();
  for (const label of ["Retab", "TableFlow", "SuperAI"]) expect(connections.some((text) => text.startsWith(label)), label).toBe(true);
  const ids = await rows(page).evaluateAll((found) => found.map((one) => one.getAttribute("data-run")));
  const retab = await waitingOfRetab(sandbox);
  expect(ids.filter((id) => id && retab.includes(id))).toEqual(retab);
  await expect(rows(page).first().locator("time")).toHaveText(/\d+ (d|h|m|s)/);
});

test("what the lists leave out is read once a run, though rows come while others are read", async ({ page }) => {
  const one = /\/(?:runs|flow-executions)\/[^/?]+(?=$|\?)/;
  const asked: string[] = [];
  page.on("request", (request) => {
    const run = one.exec(request.url())?.[0];
    if (run && request.method() === "GET") asked.push(run);
  });
  // One vendor's list comes while the other's rows are being read.
  await page.route(/\/api\/c\/retab\/workflows\/runs\?/, late(1_000));
  await page.route(/\/api\/c\/superai\/flow-executions\/[^/?]+\?/, late(300));
  await page.goto("/reviews");
  await counted(page);
  await page.waitForLoadState("networkidle");
  expect(asked.filter((run) => run.startsWith("/runs/")).length).toBeGreaterThan(2);
  expect(asked.filter((run) => run.startsWith("/flow-executions/")).length).toBeGreaterThan(2);
  expect(asked.filter((run, at) => asked.indexOf(run) !== at)).toEqual([]);
});

test("filters are in the address and survive a reload", async ({ page, sandbox }) => {
  const [oldest] = await waitingOfRetab(sandbox);
  await page.goto("/reviews");
  await counted(page);
  await page.getByRole("combobox", { name: "Connection" }).selectOption("SuperAI");
  await expect(page).toHaveURL(/\/reviews\?c=superai$/);
  await expect(rows(page).filter({ hasText: "Retab" })).toHaveCount(0);
  await expect(rows(page).filter({ hasText: "SuperAI" }).first()).toBeVisible();
  await page.getByRole("combobox", { name: "Flow" }).selectOption({ label: "PO to invoice reconciliation" });
  await expect(page).toHaveURL(new RegExp(`flow=${RECONCILIATION.superai}`));
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\/reviews$/);
  const search = page.getByRole("searchbox", { name: "Search" });
  await search.fill(oldest ?? "");
  await expect(rows(page)).toHaveCount(1);
  await expect(search).toBeFocused();
  await page.reload();
  await expect(search).toHaveValue(oldest ?? "");
  await expect(row(page, oldest ?? "")).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await search.fill("there is no such run");
  await expect(page.getByRole("heading", { name: "No review matches these filters" })).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Clear filters" }).last().click();
  await expect(search).toHaveValue("");
  await expect(row(page, oldest ?? "")).toBeVisible();
});

test("it is read page by page, and shows only what is certain to come first", async ({ page, sandbox }) => {
  // The vendor's pages are made small; the sandbox answers them as any others.
  await page.route(/\/api\/c\/retab\/workflows\/runs\?/, (route) => route.continue({ url: route.request().url().replace("limit=100", "limit=4") }));
  // Other tests on this sandbox may have decided some.
  for (let count = (await waitingOfRetab(sandbox)).length; count <= 8; count++) await retabReaches(sandbox, await startRetabRun(sandbox), "waiting_for_human");
  const retab = await waitingOfRetab(sandbox);
  await page.goto("/reviews?c=retab");
  await counted(page);
  await expect(rows(page)).toHaveCount(4);
  await expect(page.getByText(/^4 of .* or more match$/)).toBeVisible();
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(rows(page)).toHaveCount(retab.length);
  expect(await rows(page).evaluateAll((found) => found.map((one) => one.getAttribute("data-run")))).toEqual(retab);
  await expect(page.getByRole("button", { name: "Show more" })).toHaveCount(0);
  // With every connection nothing newer than Retab's fourth may stand before its fifth. What is under the pointer stays, so it is put
  // where no row is: it is still where the button was, and a list that comes before Retab's would be held there.
  await page.mouse.move(0, 0);
  await page.goto("/reviews");
  await counted(page);
  const ids = await rows(page).evaluateAll((found) => found.map((one) => one.getAttribute("data-run") ?? ""));
  expect(ids.filter((id) => retab.includes(id))).toEqual(retab.slice(0, 4));
  expect(ids.at(-1)).toBe(retab[3]);
});

test("what a slower list puts further back goes without being said to have left", async ({ page, sandbox }) => {
  const retab = await waitingOfRetab(sandbox);
  await page.route(/\/api\/c\/retab\/workflows\/runs\?/, late(2_500, (url) => url.replace("limit=100", "limit=1")));
  await page.goto("/reviews");
  // The others' rows are there before Retab's, whose first is older than the last of them.
  const [oldest] = retab;
  await expect(rows(page).first()).toBeVisible();
  await expect(row(page, oldest ?? "")).toHaveCount(0);
  const before = await rows(page).count();
  await expect(row(page, oldest ?? "")).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(before);
  const ids = await rows(page).evaluateAll((found) => found.map((one) => one.getAttribute("data-run") ?? ""));
  expect(ids.at(-1)).toBe(oldest);
  await expect(page.locator(".sl-wq__left")).toHaveCount(0);
});

test("one vendor that fails hides nobody else's reviews", async ({ page, sandbox }) => {
  await sandbox.fault({ method: "GET", path_contains: "/superai/", times: 200, action: { status: 500 } });
  await page.goto("/reviews");
  await expect(rows(page).filter({ hasText: "Retab" }).first()).toBeVisible();
  await expect(page.getByText("What waits in SuperAI may be missing below.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/· not current$/)).toBeVisible();
  await sandbox.clearFaults();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(rows(page).filter({ hasText: "SuperAI" }).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("What waits in SuperAI may be missing below.")).toHaveCount(0);
});

test("what another reviewer finished leaves with a word, and not from under the pointer", async ({ page, sandbox }) => {
  await page.clock.install();
  const retab = await waitingOfRetab(sandbox, RECONCILIATION.retab);
  const [first, second, third] = retab as [string, string, string];
  await page.goto("/reviews?c=retab");
  await counted(page);
  await expect(row(page, second).getByText("Review mismatch")).toBeVisible();
  const place = () => row(page, third).evaluate((element) => element.getBoundingClientRect().top);
  const before = await place();
  await row(page, third).hover();
  await approveElsewhere(sandbox, first);
  await approveElsewhere(sandbox, third);
  await expect.poll(() => waitingOfRetab(sandbox), { timeout: 30_000 }).not.toContain(third);
  await expect.poll(() => waitingOfRetab(sandbox), { timeout: 30_000 }).not.toContain(first);
  // The pointer stays where it is.
  await refresh(page).dispatchEvent("click");
  await expect(row(page, third)).toHaveAttribute("data-left", "");
  await expect(row(page, third)).toContainText(/Decided by another, \d\d:\d\d/);
  await expect(row(page, first)).toContainText(/Decided by another, \d\d:\d\d/);
  // Long after its word was there to read, nothing has moved.
  await page.clock.runFor(7_000);
  await expect(row(page, third)).toBeVisible();
  await expect(row(page, first)).toBeVisible();
  expect(await place()).toBe(before);
  await page.getByRole("heading", { level: 1 }).hover();
  await expect(row(page, third)).toHaveCount(0);
  await expect(row(page, first)).toHaveCount(0);
  await expect(row(page, second)).toBeVisible();
});

test("the count stands in navigation, title and icon, unless that is turned off", async ({ page }) => {
  const icon = () => page.evaluate(() => document.querySelector<HTMLLinkElement>("link[rel=icon]")?.getAttribute("href") ?? "");
  await page.goto("/runs");
  await expect(page).toHaveTitle(/^\(\d+\+?\) .+ - Sluice$/, { timeout: 30_000 });
  expect(await icon()).toMatch(/^data:image\/svg\+xml,/);
  expect(decodeURIComponent(await icon())).toContain(">9+<");
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /waiting: \d+$/ })).toBeVisible();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await sheet.getByRole("checkbox", { name: /title and icon/ }).uncheck();
  await expect(page).toHaveTitle(/^[^(]/);
  expect(await icon()).toMatch(/favicon.*\.svg$/);
  await page.reload();
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /waiting: \d+$/ })).toBeVisible();
  await expect(page).toHaveTitle(/^[^(]/);
});

test("several are approved as read: the valid one alone, each by itself, and what failed again", async ({ page, sandbox, a11y }) => {
  await knownAs(page, "Ada Lovelace");
  const [valid, invalid, late] = (await waitingOfRetab(sandbox, RECONCILIATION.retab)) as [string, string, string];
  const task = await pendingSuperAiTask(sandbox);
  // The schema of one allows none of its amounts.
  await page.route(new RegExp(`/api/c/retab/workflows/runs/${invalid}/steps`), async (route) => {
    const answer = await route.fetch();
    const step = (await answer.text()).replaceAll('"minimum":0', '"minimum":1000000000');
    await route.fulfill({ response: answer, body: step });
  });
  await page.goto("/reviews");
  await counted(page);
  for (const run of [valid, invalid, late, task.flow_execution_id]) await row(page, run).getByRole("checkbox").check();
  await expect(page.getByText("4 selected")).toBeVisible();
  const sent = writes(page, /hil-decisions$|complete$/);
  await page.getByRole("button", { name: "Approve as read…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: "Approve 3 reviews as read?" })).toBeVisible();
  await expect(dialog.getByRole("listitem").filter({ hasText: invalid })).toContainText(/not valid/);
  await dialog.getByText("What is sent, as read").first().click();
  await expect(dialog.locator("code, pre").first()).toContainText("purchase_order");
  await a11y.audit();
  expect(sent, "nothing leaves before it is confirmed").toEqual([]);
  // Meanwhile another reviewer decides one with other values, and one cannot be sent.
  await sandbox.api("POST", `/retab/v1/workflows/runs/${late}/hil-decisions`, { node_id: REVIEW_NODE, approved: false, command_id: `elsewhere-${late}` });
  await sandbox.fault({ method: "POST", path_contains: `${task.id}/start`, times: 1, action: { status: 500 } });
  await dialog.getByRole("button", { name: "Approve 3" }).click();
  const of = (text: string) => dialog.getByRole("listitem").filter({ hasText: text });
  await expect(of(valid)).toContainText("Approved", { timeout: 30_000 });
  await expect(of(late)).toContainText("Decided by another", { timeout: 30_000 });
  expect(await retabDecision(sandbox, valid)).toMatchObject({ approved: true, modified_data: null });
  expect((await retabDecision(sandbox, invalid)).decision_received).toBe(false);
  await dialog.getByRole("button", { name: "Try 1 again" }).click({ timeout: 30_000 });
  await expect(dialog.getByRole("status")).toHaveText("2 approved, 1 not.", { timeout: 30_000 });
  expect(await superAiTask(sandbox, task.id)).toMatchObject({ status: "completed", review_result: true });
  const keys = sent.map((write) => (JSON.parse(write.body || "{}") as { command_id?: string }).command_id).filter(Boolean);
  expect(new Set(keys).size, "one key a decision").toBe(keys.length);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText(/ selected$/)).toHaveCount(0);
});

test("a decision that the vendor refuses is told in its words and with its request, among several and to whoever left the page", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  await retabWaits(sandbox, 1);
  const [run] = (await waitingOfRetab(sandbox, RECONCILIATION.retab)) as [string];
  await page.goto(`/reviews?c=retab&q=${run}`);
  await row(page, run).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Approve as read…" }).click();
  const dialog = page.getByRole("dialog");
  await sandbox.fault({ method: "POST", path_contains: "hil-decisions", action: { status: 403, body: { detail: "This reviewer is suspended" } } });
  await dialog.getByRole("button", { name: "Approve 1" }).click();
  await expect(dialog.getByRole("listitem").filter({ hasText: run })).toContainText(
    /Retab does not allow this decision\. “This reviewer is suspended” \(request \S+\)/,
    { timeout: 30_000 },
  );
  await dialog.getByRole("button", { name: "Close" }).click();

  await reviewPage.open("retab", run, REVIEW_NODE);
  let answer = () => {};
  const left = new Promise<void>((go) => (answer = go));
  let asked = false;
  await page.route(/hil-decisions$/, async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    asked = true;
    await left;
    return route.fulfill({ status: 403, headers: { "x-request-id": "req_left" }, json: { detail: "This reviewer is suspended" } });
  });
  await reviewPage.approve.click();
  await expect.poll(() => asked).toBe(true);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Runs/ }).click();
  await expect(reviewPage.root).toHaveCount(0);
  answer();
  await expect(page.locator(".sl-toast")).toContainText(/^The decision on .+ was not recorded\. “This reviewer is suspended” \(request req_left\)/, { timeout: 30_000 });
});

test("the 101st review is not selected, and that is said", async ({ page, sandbox }) => {
  test.slow();
  await retabWaits(sandbox, 1);
  const [run] = (await waitingOfRetab(sandbox, RECONCILIATION.retab)) as [string];
  const copy = (nth: number) => `${run}-copy-${nth}-`;
  await page.route(/\/api\/c\/retab\/workflows\/runs\?.*waiting_for_human/, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { data: { id: string }[] };
    const [first] = list.data;
    const data = Array.from({ length: 110 }, (_, nth) => ({ ...first, id: copy(nth) }));
    await route.fulfill({ response, json: { ...list, data, list_metadata: { before: null, after: null } } });
  });
  await page.route(/\/api\/c\/retab\/workflows\/runs\/.*-copy-\d+-/, async (route) => {
    const of = /[^/]*-copy-\d+-/.exec(route.request().url())?.[0] ?? "";
    const response = await route.fetch({ url: route.request().url().replace(of, run) });
    await route.fulfill({ response, body: (await response.text()).replaceAll(run, of) });
  });
  await page.goto("/reviews?c=retab");
  const boxes = rows(page).getByRole("checkbox");
  for (const shown of [50, 100]) {
    await expect(boxes).toHaveCount(shown, { timeout: 60_000 });
    await page.getByRole("button", { name: "Show more" }).click();
  }
  // A row has its box once its run was read.
  await expect(boxes).toHaveCount(110, { timeout: 60_000 });
  await boxes.evaluateAll((all) => all.slice(0, 100).forEach((box) => (box as HTMLInputElement).click()));
  await expect(page.getByText("100 selected")).toBeVisible();
  await boxes.nth(100).click();
  await expect(page.locator(".sl-toast", { hasText: "At most 100 reviews can be selected at once." })).toBeVisible();
  await expect(boxes.nth(100)).not.toBeChecked();
  await expect(page.getByText("100 selected")).toBeVisible();
});

test("the queue, a selection and its empty search are accessible in both themes @phone", async ({ page, a11y }) => {
  await page.goto("/reviews");
  await rows(page).getByRole("checkbox").first().check();
  await a11y.audit();
  await page.goto("/reviews?q=there-is-no-such-run");
  await expect(page.getByRole("heading", { name: "No review matches these filters" })).toBeVisible();
  await a11y.audit();
});
