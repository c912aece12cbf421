// What goes wrong between the page and the vendor, and what the page says about it. Whether money moved is asked of the vendor.

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import {
  knownAs,
  pendingSuperAiTask,
  REVIEW_NODE,
  retabDecision,
  retabReaches,
  sample,
  superAiTask,
  waitingRetabRun,
  writes,
} from "../fixtures/money.ts";

const DECISION = "/hil-decisions";
const LIST = "/retab/v1/workflows/runs";

/** The key under which a Retab decision was sent. */
const commandId = (body: string) => (JSON.parse(body) as { command_id?: string }).command_id;

test.describe("a decision whose answer is lost", () => {
  test.beforeEach(async ({ page }) => knownAs(page, "Ada Lovelace"));

  test("was recorded: it is sent again under the same key, recorded once, and said so", async ({ page, sandbox, reviewPage }) => {
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.at("/invoice/total").fill("77.25");
    const sent = writes(page, /hil-decisions$/);
    await sandbox.fault({ method: "POST", path_contains: DECISION, action: { drop: "after" } });
    await reviewPage.approve.click();
    await expect(reviewPage.outcome).toHaveText("Your decision was recorded");
    await expect(reviewPage.root).toContainText("It was taken once.");
    expect(await sandbox.faultsLeft()).toEqual([]);

    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ body }) => commandId(body))).size).toBe(1);
    const decision = await retabDecision(sandbox, run);
    expect(decision.approved).toBe(true);
    expect(decision.modified_data?.invoice.total).toBe(77.25);
    const ended = await retabReaches(sandbox, run, "completed");
    expect(ended.steps.filter((step) => step.node_id === REVIEW_NODE)).toHaveLength(1);
    expect(ended.final_outputs?.["end-result"]?.json_data?.invoice.total).toBe(77.25);
  });

  test("was not recorded: it is sent again under the same key and recorded", async ({ page, sandbox, reviewPage }) => {
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    const sent = writes(page, /hil-decisions$/);
    await sandbox.fault({ method: "POST", path_contains: DECISION, action: { drop: "before" } });
    await reviewPage.approve.click();
    await expect(reviewPage.outcome).toHaveText("Approved");
    expect(await sandbox.faultsLeft()).toEqual([]);
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ body }) => commandId(body))).size).toBe(1);
    expect((await retabDecision(sandbox, run)).approved).toBe(true);
  });

  test("is not confirmed until it can be read back, and never sent by itself meanwhile", async ({ page, sandbox, reviewPage }) => {
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.at("/invoice/total").fill("88.5");
    const sent = writes(page, /hil-decisions$/);
    // Nobody can tell what was recorded from the moment on in which it is sent.
    let unreadable: Promise<void> | undefined;
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith(DECISION)) {
        unreadable ??= sandbox.fault({ method: "GET", path_contains: DECISION, times: 500, action: { status: 500 } });
      }
    });
    await sandbox.fault({ method: "POST", path_contains: DECISION, times: 3, action: { drop: "after" } });
    await reviewPage.approve.click();
    const notice = reviewPage.root.getByRole("alert").filter({ hasText: "Not confirmed." });
    await expect(notice).toContainText("may have been recorded or not");
    await unreadable;
    await expect(reviewPage.outcome).toHaveCount(0);
    await expect(reviewPage.approve).toHaveAttribute("aria-disabled", "true");
    const tries = sent.length;
    expect(tries).toBeLessThanOrEqual(3);
    expect(new Set(sent.map(({ body }) => commandId(body))).size).toBe(1);

    await sandbox.clearFaults();
    await expect(reviewPage.outcome).toHaveText("Your decision was recorded", { timeout: 25_000 });
    expect(sent, "reading back sends nothing").toHaveLength(tries);
    expect((await retabDecision(sandbox, run)).modified_data?.invoice.total).toBe(88.5);
    expect((await retabReaches(sandbox, run, "completed")).final_outputs?.["end-result"]?.json_data?.invoice.total).toBe(88.5);
  });

  test("at a vendor that knows no keys is never sent twice, whether it was recorded", async ({ page, sandbox, reviewPage }) => {
    const task = await pendingSuperAiTask(sandbox);
    await reviewPage.open("superai", task.flow_execution_id, task.id);
    const sent = writes(page, /\/complete$/);
    await sandbox.fault({ method: "POST", path_contains: "/complete", action: { drop: "after" } });
    await reviewPage.approve.click();
    await expect(reviewPage.outcome).toHaveText(/^(Approved|Your decision was recorded)$/);
    expect(sent).toHaveLength(1);
    expect(await superAiTask(sandbox, task.id)).toMatchObject({ status: "completed", review_result: true });
  });

  test("… or not: then it stays not confirmed and open", async ({ page, sandbox, reviewPage }) => {
    const task = await pendingSuperAiTask(sandbox);
    await page.clock.install();
    await reviewPage.open("superai", task.flow_execution_id, task.id);
    const sent = writes(page, /\/complete$/);
    await sandbox.fault({ method: "POST", path_contains: "/complete", action: { drop: "before" } });
    await reviewPage.approve.click();
    await expect(reviewPage.root.getByRole("alert").filter({ hasText: "Not confirmed." })).toBeVisible();
    await page.clock.runFor(5_000);
    await page.waitForLoadState("networkidle");
    await expect(reviewPage.outcome).toHaveCount(0);
    expect(sent).toHaveLength(1);
    expect((await superAiTask(sandbox, task.id)).status).not.toBe("completed");
  });

  test("a refusal is told, keeps the draft, and decides nothing", async ({ sandbox, reviewPage }) => {
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.at("/invoice/total").fill("99.75");
    const detail = { detail: "Your plan does not allow decisions" };
    await sandbox.fault({ method: "POST", path_contains: DECISION, action: { status: 403, body: detail } });
    await reviewPage.approve.click();
    await expect(reviewPage.root.getByRole("alert")).toContainText("Retab does not allow this decision.");
    await expect(reviewPage.at("/invoice/total")).toHaveValue("99.75");
    expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
  });
});

test.describe("a list that cannot be read", () => {
  const cases = [
    { name: "the vendor fails", action: { status: 500 }, says: "Retab failed" },
    { name: "the answer breaks off", action: { truncate: 120 }, says: /did not finish its answer|could not be reached|something unexpected/ },
    { name: "the connection closes", action: { drop: "before" }, says: /did not finish its answer|could not be reached/ },
    { name: "the answer is no JSON of theirs", action: { status: 200, body: { hello: "world" } }, says: "Retab sent something unexpected" },
    { name: "the key is refused", action: { status: 401, body: { detail: "Invalid API key" } }, says: "Retab refused the key" },
  ] as const;

  for (const { name, action, says } of cases) {
    test(`${name}: fact, cause and a way on`, async ({ page, sandbox, historyPage }) => {
      await sandbox.fault({ method: "GET", path_contains: LIST, times: 500, action });
      await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}`);
      const alert = page.getByRole("main").getByRole("alert");
      await expect(alert.getByRole("heading")).toHaveText(says, { timeout: 15_000 });
      await expect(alert).toContainText("Could not load runs");
      await expect(historyPage.rows).toHaveCount(0);
      await sandbox.clearFaults();
      await alert.getByRole("button", { name: "Try again" }).click();
      await expect(historyPage.rows.first()).toBeVisible();
      await expect(alert).toHaveCount(0);
    });
  }

  test("rows stay in sight when a refresh fails", async ({ page, sandbox, historyPage }) => {
    await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
    const before = await historyPage.ids();
    await sandbox.fault({ method: "GET", path_contains: LIST, times: 500, action: { status: 500 } });
    await page.getByRole("main").getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByRole("main").getByText("Retab failed")).toBeVisible();
    await expect(page.getByRole("main").getByText("The rows below are from the last answer.")).toBeVisible();
    expect(await historyPage.ids()).toEqual(before);
    await sandbox.clearFaults();
    await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("main").getByText("Retab failed")).toHaveCount(0);
  });
});

test("a slow answer shows an outline until it is there", async ({ page, sandbox, historyPage }) => {
  await sandbox.fault({ method: "GET", path_contains: LIST, times: 3, action: { delay_ms: 1_500 } });
  await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}`);
  await expect(page.getByRole("region", { name: "Runs" }).getByText("Loading", { exact: true })).toBeAttached();
  await expect(historyPage.rows.first()).toBeVisible();
  await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
});

test("an answer that comes late never replaces what was asked for after it", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  let [held, answered] = [0, 0];
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route(/\/workflows\/runs\?.*statuses=completed/, async (route) => {
    held += 1;
    await gate;
    await route.continue().catch(() => undefined);
    answered += 1;
  });
  await historyPage.status.click();
  const options = page.getByRole("group", { name: "Status", exact: true });
  await options.getByText("Completed", { exact: true }).click();
  await expect(page).toHaveURL(/status=completed$/);
  await expect.poll(() => held).toBeGreaterThan(0);
  await options.getByText("Completed", { exact: true }).click();
  await options.getByText("Failed", { exact: true }).click();
  await expect(page).toHaveURL(/status=failed$/);
  const words = async () => [...new Set((await historyPage.rows.locator(".c-status").allInnerTexts()).map((word) => word.trim()))];
  await expect.poll(words).toEqual(["Failed"]);
  release();
  await expect.poll(() => answered).toBe(held);
  await page.waitForLoadState("networkidle");
  expect(await words()).toEqual(["Failed"]);
});

test("an unreadable upload fails its run with the reason, and nothing else", async ({ page, sandbox, startPage, runPage, historyPage }) => {
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(sample("unreadable.pdf"), sample("invoice-4711.csv"));
  await startPage.submit.click();
  await expect(page).toHaveURL(/\/c\/retab\/runs\/run_/);
  const run = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const ended = await retabReaches(sandbox, run, "error");
  expect(ended.error ?? "").not.toBe("");
  const problem = runPage.root.getByRole("region", { name: /^Error: Run / });
  await expect(problem).toContainText(ended.error ?? "");
  await expect(problem).toContainText(/unreadable\.pdf|PDF/i);
  await expect.poll(() => runPage.state()).toBe("failed");
  await problem.getByRole("link", { name: "Go to step" }).click();
  await expect(runPage.root.getByRole("complementary", { name: "Selected step" })).toContainText("Failed");
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await expect(historyPage.row(run)).toContainText("Failed");
});
