// Deciding: drafts, corrections, rejections, and the keyboard alone. What was decided is asked of the vendor.

import { expect, test } from "../fixtures/test.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, retabDecision, retabReaches, superAiTask, waitingRetabRun, writes } from "../fixtures/money.ts";

test("a draft survives a reload and can be discarded", async ({ page, sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const total = reviewPage.at("/invoice/total");
  const original = await total.inputValue();
  await total.fill("4321.5");
  await reviewPage.at("/note").fill("checked by phone — שלום");
  await expect(reviewPage.root.getByText(/^Draft saved \d\d:\d\d:\d\d$/)).toBeVisible();
  await expect(reviewPage.approve).toHaveText(/Approve with 2 changes/);
  await page.reload();
  await expect(total).toHaveValue("4321.5");
  await expect(reviewPage.at("/note")).toHaveValue("checked by phone — שלום");
  await expect(reviewPage.root.getByText(/Your draft of .* is back\./)).toBeVisible();
  await expect(reviewPage.approve).toHaveText(/Approve with 2 changes/);
  await reviewPage.root.getByRole("button", { name: "Discard draft" }).click();
  await expect(total).toHaveValue(original);
  await page.reload();
  await expect(total).toHaveValue(original);
  expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
});

test("an edit shows what it was, and is taken back", async ({ sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const total = reviewPage.at("/invoice/total");
  const original = await total.inputValue();
  await total.fill("1");
  await total.blur();
  await expect(reviewPage.root.getByText(`was ${original}`)).toBeVisible();
  await reviewPage.root.getByRole("button", { name: /^Revert Total/ }).click();
  await expect(total).toHaveValue(original);
  await expect(reviewPage.approve).toHaveText(/^Approve(A)?$/);
});

test("what is wrong blocks approval, is focused, and sends nothing", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const sent = writes(page, /hil-decisions$/);
  const total = reviewPage.at("/invoice/total");
  await total.fill("a lot");
  await reviewPage.approve.click();
  await expect(total).toBeFocused();
  await expect(total).toHaveAttribute("aria-invalid", "true");
  await expect(reviewPage.root.getByText("“a lot” found, a number is expected.").first()).toBeVisible();
  await expect(reviewPage.root.getByText("1 error blocks approval")).toBeVisible();
  await reviewPage.at("/invoice/vendor").focus();
  await reviewPage.root.locator("button.sl-link", { hasText: /^Go to .*Total/ }).click();
  await expect(total).toBeFocused();
  expect(sent).toEqual([]);
  expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
  await total.fill("12.50");
  await expect(reviewPage.root.getByText("1 error blocks approval")).toHaveCount(0);
});

test("rejecting asks first, then ends the run without the edits", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const sent = writes(page, /hil-decisions$/);
  await reviewPage.at("/invoice/total").fill("5");
  await reviewPage.reject.click();
  const dialog = page.getByRole("dialog", { name: "Reject this review?" });
  await expect(dialog).toContainText("Your 1 change is not sent.");
  await dialog.getByRole("button", { name: "Keep it open" }).click();
  expect(sent).toEqual([]);
  await reviewPage.reject.click();
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await expect(reviewPage.outcome).toHaveText("Rejected");
  expect(await retabDecision(sandbox, run)).toMatchObject({ approved: false, modified_data: null });
  await retabReaches(sandbox, run, "cancelled", "error");
  expect(sent).toHaveLength(1);
});

test("without a name nothing is sent", async ({ page, sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const sent = writes(page, /hil-decisions$/);
  await reviewPage.approve.click();
  await page.getByRole("dialog", { name: "Who decides here?" }).getByRole("button", { name: "Not now" }).click();
  await expect(page.locator(".sl-toast", { hasText: "Nothing was sent. A decision needs a name." })).toBeVisible();
  expect(sent).toEqual([]);
  expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
});

test("SuperAI: an edited result is completed as correct", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  await reviewPage.open("superai", task.flow_execution_id, task.id);
  await reviewPage.at("/invoice/total").fill("640.25");
  await reviewPage.root.getByRole("button", { name: "Approve with 1 change" }).click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  const done = await superAiTask(sandbox, task.id);
  expect(done).toMatchObject({ status: "completed", review_result: true });
  expect(done.reviewed_output?.[0]?.invoice.total).toBe(640.25);
  for (const at of [0, 1, 2]) await expect(reviewPage.progress.nth(at)).toHaveAttribute("data-s", "done", { timeout: 20_000 });
});

test("SuperAI cannot reject: a result is marked as incorrect, and the dialog says what that means", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  await reviewPage.open("superai", task.flow_execution_id, task.id);
  await reviewPage.root.getByRole("button", { name: "Mark as incorrect…" }).click();
  const dialog = page.getByRole("dialog", { name: "Mark this result as incorrect?" });
  await expect(dialog).toContainText("SuperAI cannot reject: the flow goes on");
  await dialog.getByRole("button", { name: "Mark as incorrect" }).click();
  await expect(reviewPage.outcome).toHaveText("Marked as incorrect");
  expect(await superAiTask(sandbox, task.id)).toMatchObject({ status: "completed", review_result: false });
});

test("by the keyboard alone: from the queue to the field, correct, approve, say who", async ({ page, sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await page.goto("/reviews");
  const link = page.locator(`tr[data-run="${run}"]`).getByRole("link", { name: /^Review run/ });
  await link.waitFor();
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(reviewPage.at("/invoice/total")).toBeVisible();
  // Past the queue and the evidence, to the first field.
  await page.keyboard.press("e");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-path"));
  for (let presses = 0; presses < 120 && (await focused()) !== "/invoice/total"; presses += 1) await page.keyboard.press("Tab");
  expect(await focused()).toBe("/invoice/total");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("31.25");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog", { name: "Who decides here?" })).toBeVisible();
  await page.keyboard.type("Ada Lovelace");
  await page.keyboard.press("Enter");
  // Approved, and the next one is open.
  await expect(page).not.toHaveURL(new RegExp(run));
  await expect(reviewPage.approve).toBeVisible();
  await expect.poll(async () => (await retabDecision(sandbox, run)).modified_data?.invoice.total, { timeout: 20_000 }).toBe(31.25);
});

test("the queue counts what waits and lets go of what was decided", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  // Of this vendor alone: the newest stands far below the reviews of the others, which are drawn as one scrolls to them.
  await page.goto("/reviews?c=retab");
  const row = page.locator(`tr[data-run="${run}"]`);
  await row.waitFor();
  const entry = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Reviews waiting: \d+$/ });
  const count = async () => Number(/\d+/.exec((await entry.getAttribute("aria-label")) ?? (await entry.innerText()))?.[0]);
  // Connections are counted one after the other.
  let before = 0;
  const settled = async () => {
    const last = before;
    before = await count();
    return before > 0 && before === last;
  };
  await expect.poll(settled, { intervals: [2_000], timeout: 20_000 }).toBe(true);
  // By its visible words: the name has hidden ones before them.
  await row.getByRole("link", { name: /^Review run/ }).getByText("Review mismatch").click();
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  await reviewPage.root.getByRole("link", { name: "All reviews" }).click();
  await expect(page.locator('main[data-page="reviews"] tr[data-run]').first()).toBeVisible();
  // Not under the pointer, and not before its word could be read.
  await page.mouse.move(0, 0);
  await expect(row).toHaveCount(0, { timeout: 30_000 });
  await expect.poll(count).toBe(before - 1);
});
