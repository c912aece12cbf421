// Who has a review: started at the vendor, open in another window, a draft here; in the rows of the queue, in its filter, beside the form.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, type SuperAiTask, superAiTask, waitingOfRetab, waitingRetabRun } from "../fixtures/money.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";

type Assignment = { status: string; started_at: string | null };

const has = (page: Page, run: string, kind: "open" | "started" | "draft") => page.locator(`tr[data-run="${run}"] [data-holder="${kind}"]`);
const row = (page: Page, run: string) => page.locator(`tr[data-run="${run}"]`);
const who = (page: Page) => page.getByRole("combobox", { name: "Who has it" });

async function assignment(sandbox: Sandbox, task: SuperAiTask): Promise<string> {
  return ((await sandbox.api("GET", `/superai/api/human-review-tasks/${task.id}/assignments`)) as Assignment[])[0]?.status ?? "";
}

test("SuperAI: a review is started and given back, and nobody is locked out", async ({ page, sandbox, reviewPage, a11y }) => {
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  await reviewPage.open("superai", task.flow_execution_id, task.id);
  const start = reviewPage.root.getByRole("button", { name: "Start in SuperAI" });
  const claim = reviewPage.root.locator("[data-claim]");
  await start.click();
  await expect(claim).toContainText("Sandbox Reviewer has had this review started since ");
  // No answer of the vendor's tells when a start ends, so no end is shown.
  await expect(claim).toContainText("SuperAI takes a start back by itself after a time that it does not tell.");
  await expect(start).toHaveCount(0);
  expect(await assignment(sandbox, task)).toBe("in_progress");
  await a11y.audit();
  await claim.getByRole("button", { name: "Give it back" }).click();
  await expect(claim).toHaveCount(0);
  await expect(page.locator(".sl-toast")).toHaveText("Given back in SuperAI.");
  expect(await assignment(sandbox, task)).toBe("pending");
  // Somebody else starts it: it can be decided all the same.
  await sandbox.api("POST", `/superai/api/human-review-tasks/${task.id}/start`);
  await page.reload();
  await expect(claim).toBeVisible({ timeout: 30_000 });
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  expect(await superAiTask(sandbox, task.id)).toMatchObject({ status: "completed", review_result: true });
});

test("only SuperAI has something to start", async ({ sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await expect(reviewPage.approve).toBeVisible();
  await expect(reviewPage.root.getByRole("button", { name: /^Start in/ })).toHaveCount(0);
});

test("the queue says who has what, and is narrowed to what nobody else has @phone", async ({ page, browser, sandbox, a11y }) => {
  // Two windows, and axe over every row in both themes.
  test.slow();
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  await sandbox.api("POST", `/superai/api/human-review-tasks/${task.id}/start`);
  const run = await waitingRetabRun(sandbox);
  const other = await browser.newContext();
  const second = await other.newPage();
  await knownAs(second, "Grace Hopper");
  await page.goto("/reviews");
  await second.goto(new URL(`/c/retab/runs/${run}/reviews/${REVIEW_NODE}`, page.url()).href);
  // Rows are read one after the other, oldest first.
  await expect(has(page, task.flow_execution_id, "started")).toHaveText("Started: Sandbox Reviewer", { timeout: 90_000 });
  // Windows of earlier tests are told of until their time is over.
  await expect(has(page, run, "open")).toContainText("Grace Hopper", { timeout: 30_000 });
  await a11y.audit();
  await who(page).selectOption("Nobody else has it");
  await expect(page).toHaveURL(/\/reviews\?who=free$/);
  await expect(row(page, run)).toHaveCount(0);
  await expect(row(page, task.flow_execution_id)).toHaveCount(0);
  await expect(page.locator("tr[data-run]").first()).toBeVisible();
  await page.reload();
  await expect(who(page)).toHaveValue("free");
  await who(page).selectOption("Anyone has it");
  await expect(row(page, run)).toBeVisible();
  await other.close();
  await sandbox.api("POST", `/superai/api/human-review-tasks/${task.id}/unstart`);
});

test("mine is what has a draft here, is open under my name, or was started from this tab", async ({ page, context, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  const drafted = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", drafted, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("12.5");
  await expect(reviewPage.root.getByText(/^Draft saved/)).toBeVisible();
  await reviewPage.open("superai", task.flow_execution_id, task.id);
  await reviewPage.root.getByRole("button", { name: "Start in SuperAI" }).click();
  await expect(reviewPage.root.locator("[data-claim]")).toBeVisible();
  const nav = page.getByRole("navigation", { name: "Main" });
  await nav.getByRole("link", { name: /^Reviews/ }).click();
  await who(page).selectOption("Mine");
  await expect(page).toHaveURL(/\/reviews\?who=mine$/);
  await expect(has(page, drafted, "draft")).toHaveText("Your draft");
  await expect(row(page, task.flow_execution_id)).toBeVisible();
  await expect(page.locator("tr[data-run]")).toHaveCount(2);
  // The same person in another window.
  const second = await context.newPage();
  await knownAs(second, "Ada Lovelace");
  const third = (await waitingOfRetab(sandbox, RECONCILIATION.retab)).find((one) => one !== drafted) ?? "";
  await second.goto(`/c/retab/runs/${third}/reviews/${REVIEW_NODE}`);
  await expect(row(page, third)).toBeVisible({ timeout: 30_000 });
  await expect(has(page, third, "open")).toContainText("Ada Lovelace");
  await second.close();
});
