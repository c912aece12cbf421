// One run: its story in time, its steps, its data, and what can be done with it.

import { expect, test } from "../fixtures/test.ts";
import { newestRetabRun, RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";
import { retabCount, retabReaches, retabRun, waitingRetabRun, writes } from "../fixtures/money.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { runPath } from "../pages/run.ts";

type TableFlowRun = { id: string; status: string; status_history: { status: string; time: number; message: string }[] };

const TABLEFLOW_WORDS: Record<string, string> = { processing: "Running", review: "Waiting for review", completed: "Completed", failed: "Failed" };

async function tableFlowRun(sandbox: Sandbox, status: string): Promise<TableFlowRun> {
  const list = (await sandbox.api("GET", `/tableflow/v2/flows/${RECONCILIATION.tableflow}/runs?limit=100`)) as TableFlowRun[];
  const run = list.find((run) => run.status === status);
  if (!run) throw new Error(`no ${status} run among the newest`);
  return run;
}

/** The run of a thousand steps. */
async function longRun(sandbox: Sandbox): Promise<string> {
  const list = (await sandbox.api("GET", `/retab/v1/workflows/runs?workflow_id=${SHOWCASE.retab}&limit=100`)) as { data: { id: string; steps: unknown[] }[] };
  const run = list.data.find((run) => run.steps.length >= 1_000);
  if (!run) throw new Error("no run of 1,000 steps");
  return run.id;
}

test("the status history shows the vendor's own, as segments and as a table that says the same", async ({ sandbox, runPage }) => {
  const run = await tableFlowRun(sandbox, "review");
  await runPage.open("tableflow", run.id, "");
  const segments = runPage.root.getByRole("list", { name: "Status history" }).locator("li:not([data-fold])");
  await expect(segments.first()).toBeVisible();
  const shown: string[] = [];
  for (const text of await segments.locator(".sl-tl__seg").allInnerTexts()) {
    // What follows a folded wait reads "Still waiting for review".
    const said = text.replace(/^Still /, "").toLowerCase();
    const word = Object.values(TABLEFLOW_WORDS).find((word) => said.startsWith(word.toLowerCase())) ?? text;
    if (shown.at(-1) !== word) shown.push(word);
  }
  const recorded = run.status_history.map(({ status }) => TABLEFLOW_WORDS[status] ?? status);
  expect(shown).toEqual(recorded);

  await runPage.historyTable.getByText("History as a table").click();
  const rows = runPage.historyTable.locator("tbody tr");
  await expect(rows).toHaveCount(recorded.length);
  for (const [at, entry] of run.status_history.entries()) {
    await expect(rows.nth(at)).toContainText(recorded[at] ?? "");
    await expect(rows.nth(at)).toContainText(entry.message);
    const clock = new Date(entry.time * 1_000).toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin" });
    await expect(rows.nth(at)).toContainText(clock);
  }
});

test("a run without a history of its own says that it is derived", async ({ sandbox, runPage }) => {
  const run = await newestRetabRun(sandbox, RECONCILIATION.retab, "completed");
  await runPage.open("retab", run.id);
  await expect(runPage.root.getByText("Retab keeps no status history. This one is derived")).toBeVisible();
  await expect(runPage.root.getByText("The number comes from the run's place in its flow's history.")).toBeVisible();
});

test("a step's link selects it, and can be opened elsewhere", async ({ page, sandbox, runPage }) => {
  const run = await newestRetabRun(sandbox, RECONCILIATION.retab, "completed");
  await runPage.open("retab", run.id);
  const panel = runPage.root.getByRole("complementary", { name: "Selected step" });
  await expect(panel).toContainText("Choose a step");
  await runPage.root.getByRole("group", { name: "Steps on a time axis" }).getByRole("link", { name: /Extract invoice/ }).click();
  await expect(page).toHaveURL(/#step=extract-invoice$/);
  await expect(panel.getByRole("heading", { name: "Extract invoice" })).toBeVisible();
  await expect(panel.getByRole("region", { name: "Output" })).toContainText('"total"');
  const link = page.url();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(panel.getByRole("heading", { name: "Extract invoice" })).toBeVisible();
  await page.goto("about:blank");
  await page.goto(`${runPath("retab", run.id)}#step=no-such-step`);
  await expect(panel).toContainText("Choose a step");
});

test("tabs show steps, files, data, details and the raw answers, by mouse and by keys", async ({ page, sandbox, runPage }) => {
  const run = await newestRetabRun(sandbox, RECONCILIATION.retab, "completed");
  const detail = await retabRun(sandbox, run.id);
  await runPage.open("retab", run.id);
  await expect(runPage.tab("Timeline")).toHaveAttribute("aria-selected", "true");
  await runPage.tab("Steps").click();
  const panel = runPage.root.getByRole("tabpanel");
  await expect(panel).toHaveAccessibleName(/^Steps/);
  await expect(panel.locator("tbody tr")).toHaveCount(detail.steps.length);
  await page.keyboard.press("ArrowRight");
  await expect(runPage.tab("Files")).toBeFocused();
  await expect(panel.locator("tbody tr")).toHaveCount(2);
  await page.keyboard.press("ArrowRight");
  const total = detail.final_outputs?.["end-result"]?.json_data?.invoice.total ?? Number.NaN;
  await expect(panel).toHaveAccessibleName(/^Inputs and outputs/);
  await expect(panel).toContainText(`"total": ${total.toFixed(2)}`);
  await page.keyboard.press("End");
  await expect(runPage.tab("Raw")).toBeFocused();
  await expect(panel).toContainText("What Retab answered, as it came.");
  await expect(panel).toContainText(run.id);
  await expect(panel).toContainText("config_snapshot_id");
  await page.keyboard.press("Home");
  await expect(runPage.tab("Timeline")).toHaveAttribute("aria-selected", "true");
});

test("markup in a run's texts stays text", async ({ page, runPage, historyPage }) => {
  await historyPage.open({ c: "retab", flow: SHOWCASE.retab, status: "failed", size: "100" });
  const row = historyPage.rows.filter({ hasText: "<script>alert('no')</script>" });
  await expect(row).toHaveCount(1);
  expect(await page.locator("main img, main script").count()).toBe(0);
  await row.locator("a.sl-runs__a").click();
  await expect(runPage.root.getByRole("region", { name: /^Error: Run / })).toContainText("<script>alert('no')</script>");
  expect(await page.locator("main img, main script").count()).toBe(0);
});

test("a run of 1,000 steps opens, and its last step can be linked", async ({ page, sandbox, runPage }) => {
  const run = await longRun(sandbox);
  await runPage.open("retab", run);
  const chart = runPage.root.getByRole("group", { name: "Steps on a time axis" });
  await expect(chart.getByRole("link").first()).toBeVisible();
  await runPage.tab("Steps").click();
  // Each try is a row of its own.
  expect(Number(/\d+/.exec(await runPage.tab("Steps").innerText())?.[0])).toBeGreaterThanOrEqual(1_000);
  const rows = runPage.root.getByRole("tabpanel").locator("tbody tr");
  await expect(rows).toHaveCount(100);
  await runPage.root.getByRole("button", { name: "Show 100 more" }).click();
  await expect(rows).toHaveCount(200);

  const last = (await retabRun(sandbox, run)).steps.at(-1)?.node_id ?? "";
  await page.goto("about:blank");
  await page.goto(`${runPath("retab", run)}#step=${encodeURIComponent(last)}`);
  const panel = runPage.root.getByRole("complementary", { name: "Selected step" });
  await expect(panel).toContainText(last, { timeout: 30_000 });
  await expect(panel).not.toContainText("Choose a step");
});

test("cancelling asks first, says that it was requested, and shows the vendor's status", async ({ page, sandbox, runPage }) => {
  const run = await waitingRetabRun(sandbox);
  await runPage.open("retab", run);
  const sent = writes(page, /\/cancel$/);
  await runPage.root.getByRole("button", { name: "Cancel run…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Cancel run / });
  await expect(dialog).toContainText("Steps that already ran are not undone");
  await dialog.getByRole("button", { name: "Leave it" }).click();
  expect(sent).toEqual([]);
  expect((await retabRun(sandbox, run)).status).toBe("waiting_for_human");

  await runPage.root.getByRole("button", { name: "Cancel run…" }).click();
  await dialog.getByRole("button", { name: "Cancel run" }).click();
  await expect(page.locator(".sl-toast", { hasText: "Cancellation was requested. The run is not cancelled until its status says so." })).toBeVisible();
  await retabReaches(sandbox, run, "cancelled");
  await expect.poll(() => runPage.state(), { timeout: 15_000 }).toBe("cancelled");
  await expect(runPage.root.getByRole("button", { name: "Cancel run…" })).toHaveCount(0);
  await expect(runPage.reviewNow).toHaveCount(0);
  expect(sent).toHaveLength(1);
});

test("a cancellation without an answer is not called one", async ({ page, sandbox, runPage }) => {
  const run = await waitingRetabRun(sandbox);
  await runPage.open("retab", run);
  await sandbox.fault({ method: "POST", path_contains: "/cancel", times: 20, action: { drop: "before" } });
  await runPage.root.getByRole("button", { name: "Cancel run…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(page.locator(".sl-toast", { hasText: "Not confirmed: no full answer came. It may have happened or not" })).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => runPage.state()).toBe("waiting");
  expect((await retabRun(sandbox, run)).status).toBe("waiting_for_human");
});

test("a cancellation that the vendor failed is not said to have had no answer, now and when it is asked again", async ({ page, sandbox, runPage }) => {
  const run = await waitingRetabRun(sandbox);
  await runPage.open("retab", run);
  await sandbox.fault({ method: "POST", path_contains: "/cancel", times: 20, action: { status: 500, body: { detail: "The engine is down" } } });
  await runPage.root.getByRole("button", { name: "Cancel run…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(page.locator(".sl-toast")).toContainText(
    /^Not confirmed: Retab failed: The engine is down\. It may have happened or not; the run's status will tell\. \(request \S+\)/,
    { timeout: 20_000 },
  );
  await runPage.root.getByRole("button", { name: "Cancel run…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Cancel run / });
  await expect(dialog).toContainText(/The same was asked today, [\d:]+, and Retab failed\. That request is sent once more/);
  await dialog.getByRole("button", { name: "Leave it" }).click();
});

test("Rerun pressed again after a lost answer starts no second run: it is the same request, after a reload too", async ({ page, sandbox, runPage }) => {
  const { data } = (await sandbox.api("GET", `/retab/v1/workflows/runs?workflow_id=${RECONCILIATION.retab}&status=completed&limit=1`)) as { data: { id: string }[] };
  await runPage.open("retab", data[0]?.id ?? "");
  const keys: unknown[] = [];
  page.on("request", (request) => {
    if (/\/restart$/.test(request.url())) keys.push((request.postDataJSON() as { command_id: string }).command_id);
  });
  // The vendor carries it out, and no answer comes, however often it is sent.
  await sandbox.fault({ method: "POST", path_contains: "/restart", times: 50, action: { drop: "after" } });
  const rerun = async () => {
    await runPage.root.getByRole("button", { name: "Rerun…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Rerun" }).click();
  };
  const before = await retabCount(sandbox);
  await rerun();
  const unconfirmed = page.locator(".sl-toast", { hasText: "Not confirmed: no full answer came" });
  await expect(unconfirmed).toBeVisible({ timeout: 20_000 });
  await page.reload();
  await sandbox.clearFaults();
  await runPage.root.getByRole("button", { name: "Rerun…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("That request is sent once more: Retab carries it out once.");
  await dialog.getByRole("button", { name: "Rerun" }).click();
  await expect(page.locator(".sl-toast", { hasText: "A new run was started." })).toBeVisible();
  expect(await retabCount(sandbox)).toBe(before + 1);
  expect(keys.length).toBeGreaterThan(2);
  expect(new Set(keys).size, "one key until the outcome is known").toBe(1);
  // Known: the next is another one.
  await rerun();
  await expect.poll(() => new Set(keys).size).toBe(2);
});

test("an unknown run says so and leads back", async ({ page, runPage, historyPage }) => {
  await page.goto(runPath("superai", "not-a-run"));
  await expect(runPage.root.getByRole("alert")).toContainText("SuperAI did not accept the request");
  await expect(runPage.root.getByRole("alert")).toContainText("valid UUID");
  await page.goto(runPath("superai", "0f0f0f0f-0000-4000-8000-000000000000"));
  await expect(runPage.root.getByRole("heading", { level: 1 })).toHaveText("Run not found or deleted");
  await runPage.root.getByRole("link").last().click();
  await expect(page).toHaveURL(/\/runs\?c=superai/);
  await expect(historyPage.rows.first()).toBeVisible();
});

test("TableFlow's review is read-only and says why", async ({ page, sandbox, runPage, reviewPage }) => {
  const run = await tableFlowRun(sandbox, "review");
  await runPage.open("tableflow", run.id);
  await runPage.reviewNow.first().click();
  await expect(page).toHaveURL(/\/reviews\//);
  await expect(reviewPage.root).toContainText("This review is read-only.");
  await expect(reviewPage.root).toContainText("TableFlow has no public review call.");
  await reviewPage.root.getByRole("button", { name: /^Earlier steps/ }).click();
  await expect(reviewPage.root.getByRole("region", { name: "Outputs of earlier steps and inputs" })).toContainText('"total"');
  await expect(reviewPage.approve).toHaveCount(0);
  await expect(reviewPage.reject).toHaveCount(0);
});
