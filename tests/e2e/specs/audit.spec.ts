// What stays of decisions: the audit log, its export and figures; who has a review open; being told of new ones.

import { readFile } from "node:fs/promises";

import type { APIRequestContext, Page } from "@playwright/test";

import { RECONCILIATION } from "../fixtures/flows.ts";
import { knownAs, REVIEW_NODE, retabDecision, waitingRetabRun, writes } from "../fixtures/money.ts";
import { expect, test } from "../fixtures/test.ts";
import { ReviewPage } from "../pages/review.ts";
import { runPath } from "../pages/run.ts";

const log = (page: Page) => page.locator('main[data-page="audit"]');
const entry = (page: Page, run: string) => log(page).locator(`tr[data-run="${run}"]`);

/** What the gateway's log has of a run, past the page. */
async function noted(request: APIRequestContext, url: string, run: string): Promise<{ who: string; outcomes: { outcome: string }[] }[]> {
  const answer = await request.get(`${url}/api/audit?run=${run}`);
  return ((await answer.json()) as { entries: { who: string; outcomes: { outcome: string }[] }[] }).entries;
}

test("a decision is noted with who, what was changed and what came of it, can be exported, and cannot be changed", async ({
  page,
  sandbox,
  stack,
  request,
  reviewPage,
  a11y,
}) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const original = await reviewPage.at("/invoice/total").inputValue();
  await reviewPage.at("/invoice/total").fill("1234.560");
  await reviewPage.root.getByRole("button", { name: "Approve with 1 change" }).click();
  await expect(reviewPage.outcome).toHaveText("Approved");

  await reviewPage.root.getByRole("link", { name: "Decisions in the audit log" }).click();
  const row = entry(page, run);
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("Ada Lovelace");
  await expect(row).toContainText("self-declared");
  await expect(row).toContainText("Approve with 1 change");
  await expect(row.getByText("/invoice/total")).toBeVisible();
  await expect(row.locator("del")).toHaveText(original);
  await expect(row.locator("ins")).toHaveText("1234.560");
  // The outcome is noted just after the vendor's answer.
  await expect.poll(async () => (await noted(request, stack.gateway.url, run)).map((one) => one.outcomes.map(({ outcome }) => outcome))).toEqual([["accepted"]]);
  await page.reload();
  await expect(row).toContainText("Recorded");
  await expect(row.getByRole("button")).toHaveCount(0);
  await expect(row.getByRole("textbox")).toHaveCount(0);
  await a11y.audit();

  const download = page.waitForEvent("download");
  await log(page).getByRole("link", { name: "Export CSV" }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  expect(csv.split("\r\n")).toHaveLength(3);
  expect(csv).toContain(`,/invoice/total,${original},1234.560,`);

  for (const method of ["PUT", "PATCH", "DELETE"]) {
    const answer = await request.fetch(`${stack.gateway.url}/api/audit`, { method, headers: { "x-sluice": "1" } });
    expect(answer.status(), method).toBe(405);
  }

  await page.goto(runPath("retab", run));
  await page.getByRole("main").getByRole("link", { name: "Decisions in the audit log" }).click();
  await expect(row).toHaveCount(1);
});

test("what cannot be noted is not sent", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const sent = writes(page, /hil-decisions$/);
  await page.route("**/api/audit", (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ status: 503, detail: "The audit log could not be written." }) }),
  );
  await reviewPage.approve.click();
  await expect(reviewPage.root.getByText(/could not be written to the audit log, so it was not sent/)).toBeVisible();
  expect(sent).toEqual([]);
  expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
  await page.unroute("**/api/audit");
  await reviewPage.root.getByRole("button", { name: "Try again" }).click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  expect(sent).toHaveLength(1);
});

test("an outcome that could not be noted at once is noted later", async ({ page, sandbox, stack, request, reviewPage }) => {
  await knownAs(page, "Grace Hopper");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await page.route("**/api/audit", async (route) => {
    if (route.request().postData()?.includes('"outcome"')) await route.abort();
    else await route.continue();
  });
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  await expect.poll(async () => (await noted(request, stack.gateway.url, run)).map((one) => one.outcomes.length)).toEqual([0]);
  await page.unroute("**/api/audit");
  await page.goto("/audit");
  await expect.poll(async () => (await noted(request, stack.gateway.url, run)).map((one) => one.outcomes.map(({ outcome }) => outcome))).toEqual([["accepted"]]);
});

test("the log pages, filters by its address, and says when nothing fits @phone", async ({ page, stack, request, a11y }) => {
  const run = `run_${Date.now()}`;
  for (let at = 0; at < 60; at += 1) {
    const data = {
      ...{ kind: "intent", key: `${run}-${at}`, connection: "retab", flow: RECONCILIATION.retab, run, review: REVIEW_NODE, review_name: "Review mismatch" },
      ...{ pin: "d1", decision: at % 2 ? "approve" : "reject", who: at % 2 ? "Ada Lovelace" : "Grace Hopper", client_at: Date.now(), reason: `because ${at}` },
    };
    const answer = await request.post(`${stack.gateway.url}/api/audit`, { headers: { "x-sluice": "1" }, data });
    expect(answer.status()).toBe(201);
  }
  await page.goto(`/audit?run=${run}`);
  const rows = entry(page, run);
  await expect(rows).toHaveCount(50);
  await expect(rows.first()).toContainText("because 59");
  await page.getByRole("button", { name: "Show older decisions" }).click();
  await expect(rows).toHaveCount(60);
  await expect(page.getByText("60 decisions, no more")).toBeVisible();
  await page.getByLabel("Who", { exact: true }).fill("Grace Hopper");
  await page.getByLabel("Who", { exact: true }).press("Tab");
  await expect(rows).toHaveCount(30);
  await expect(page).toHaveURL(/who=Grace%20Hopper/);
  await page.reload();
  await expect(rows).toHaveCount(30);
  await page.getByLabel("Outcome").selectOption({ label: "Recorded" });
  await expect(page.getByText("No decision matches these filters")).toBeVisible();
  await a11y.audit();
  await page.getByRole("main").getByRole("link", { name: "Clear filters" }).first().click();
  await expect(rows.first()).toBeVisible();
});

test("figures count what was recorded, each with its basis @phone", async ({ page, stack, request, a11y }) => {
  const flow = `wf_${Date.now()}`;
  const append = async (data: object) => {
    const answer = await request.post(`${stack.gateway.url}/api/audit`, { headers: { "x-sluice": "1" }, data });
    expect(answer.status()).toBe(201);
  };
  const now = Date.now();
  for (const [at, minutes] of [10, 20, 60].entries()) {
    const base = {
      ...{ key: `${flow}-${at}`, connection: "retab", flow, flow_name: "Invoices", run: "r", review: "n", review_name: "N", pin: "d" },
      ...{ decision: "approve", who: "Ada", client_at: now, waiting_since: now - minutes * 60_000 },
    };
    await append({ ...base, kind: "intent", changes: at ? [{ path: `/lines/${at}/amount`, before: 1, after: 2 }] : [] });
    await append({ ...base, kind: "outcome", outcome: "accepted", recorded_at: now });
  }
  await page.goto(`/reviews/figures?days=7&c=retab&flow=${flow}`);
  const main = page.locator('main[data-page="figures"]');
  const tile = (name: string) => main.locator(".sl-stat", { hasText: name });
  await expect(tile("Median time to decision")).toContainText("20 m 00 s");
  await expect(tile("90th percentile")).toContainText("1 h 00 m");
  await expect(tile("Decisions recorded")).toContainText("1 as read, 2 edited, 0 rejected");
  await expect(main.getByRole("row", { name: /\/lines\/\*\/amount/ })).toContainText("in 2 decisions");
  await expect(main.getByText("known of 3 of 3").first()).toBeVisible();
  await a11y.audit();
  await main.getByRole("link", { name: "All flows" }).click();
  await expect(main.getByRole("link", { name: "Invoices" }).first()).toBeVisible();
  await page.goto("/reviews/figures?days=7&c=superai&flow=nothing");
  await expect(tile("Median time to decision")).toContainText("-");
  await expect(main.getByText("Nothing to count in this time.").first()).toBeVisible();
});

test("another window with the review is told, here and in the queue", async ({ page, browser, stack, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await expect(reviewPage.approve).toBeVisible();
  const context = await browser.newContext({ baseURL: stack.gateway.url, locale: "en-GB" });
  const other = await context.newPage();
  await knownAs(other, "Grace Hopper");
  const second = new ReviewPage(other);
  await second.open("retab", run, REVIEW_NODE);
  // Each window learns of the other with its next turn.
  await expect(second.root.locator("[data-presence]")).toContainText("Open in another window by Ada Lovelace, since ", { timeout: 30_000 });
  await expect(reviewPage.root.locator("[data-presence]")).toContainText("Grace Hopper", { timeout: 30_000 });
  await other.goto("/reviews");
  await expect(other.locator(`tr[data-run="${run}"] [data-holder]`)).toHaveText("Open: Ada Lovelace", { timeout: 30_000 });
  // Who leaves the page has left the review.
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Reviews/ }).click();
  await expect(other.locator(`tr[data-run="${run}"] [data-holder]`)).toHaveCount(0, { timeout: 60_000 });
  await context.close();
});

test("a browser that blocks notifications says so", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Notification, "permission", { get: () => "denied" }));
  await page.goto("/reviews");
  await expect(page.getByText(/This browser blocks notifications from here/)).toBeVisible();
});
