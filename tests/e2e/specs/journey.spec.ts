// From two files to a resumed run: start, watch, review, correct, approve, and what a second window is told.

import { expect, test, undoWindow } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { REVIEW_NODE, retabDecision, retabReaches, retabRun, sample, writes } from "../fixtures/money.ts";
import { ReviewPage } from "../pages/review.ts";

const PAIRS = [
  { kind: "a PDF and a CSV file", order: "purchase-order-4711.pdf", invoice: "invoice-4711.csv" },
  { kind: "two JSON files", order: "purchase-order-4711.json", invoice: "invoice-4711.json" },
] as const;

test("the first connection's history leads to the form that starts a run", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.getByRole("main").getByRole("link", { name: "Start a run" }).click();
  await expect(page).toHaveURL(new RegExp(`/c/retab/start\\?flow=${RECONCILIATION.retab}$`));
  await expect(page.getByLabel("Flow", { exact: true })).toHaveValue(RECONCILIATION.retab);
});

for (const { kind, order, invoice } of PAIRS) {
  test(`a run of ${kind} waits, is corrected and approved, and completes with the correction; a second window is told`, async ({
    page,
    browser,
    stack,
    sandbox,
    startPage,
    runPage,
    reviewPage,
  }) => {
    await startPage.open("retab", RECONCILIATION.retab);
    await startPage.attachPair(sample(order), sample(invoice));
    await startPage.submit.click();

    await expect(page).toHaveURL(/\/c\/retab\/runs\/run_/);
    const run = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const seen = new Set<string | null>();
    await expect
      .poll(async () => seen.add(await runPage.state()) && (await runPage.state()), { intervals: [150], timeout: 30_000 })
      .toBe("waiting");
    expect([...seen], "the page showed the run under way").toContain("running");
    expect((await retabRun(sandbox, run)).status).toBe("waiting_for_human");

    // The second window shows the same review before anybody decides.
    const other = await browser.newContext({ baseURL: stack.gateway.url, locale: "en-GB", timezoneId: "Europe/Berlin" });
    await undoWindow(other, 0);
    const second = new ReviewPage(await other.newPage());
    await second.open("retab", run, REVIEW_NODE);
    await second.at("/invoice/total").fill("1600");

    await runPage.reviewNow.first().click();
    await expect(reviewPage.root).toContainText("Totals differ by 50.00");
    await expect(reviewPage.at("/purchase_order/total")).toHaveValue("1562.50");
    await expect(reviewPage.at("/invoice/total")).toHaveValue("1612.50");
    await reviewPage.at("/invoice/total").fill("1562.50");
    const sent = writes(page, /hil-decisions$/);
    await reviewPage.root.getByRole("button", { name: "Approve with 1 change" }).click();
    expect(sent, "nothing is sent before there is a name").toEqual([]);
    await reviewPage.sayWho("Ada Lovelace");
    await expect(reviewPage.outcome).toHaveText("Approved");
    await expect(reviewPage.outcome).toBeFocused();
    await expect(reviewPage.root.locator(".sl-facts")).toContainText("Ada Lovelace");
    await expect(reviewPage.progress).toHaveCount(3);
    for (const at of [0, 1, 2]) await expect(reviewPage.progress.nth(at)).toHaveAttribute("data-s", "done", { timeout: 20_000 });
    expect(sent).toHaveLength(1);

    const decided = await retabDecision(sandbox, run);
    expect(decided.approved).toBe(true);
    expect(decided.modified_data?.invoice.total).toBe(1562.5);
    const ended = await retabReaches(sandbox, run, "completed");
    expect(ended.final_outputs?.["end-result"]?.json_data?.invoice.total).toBe(1562.5);

    // It still has the form of before: its approval comes second.
    await second.root.getByRole("button", { name: "Approve with 1 change" }).click();
    await second.sayWho("Grace Hopper");
    await expect(second.outcome).toHaveText("This review was already approved");
    await expect(second.root).toContainText("Your own decision changed nothing");
    const facts = second.root.locator(".sl-facts").first();
    await expect(facts).toContainText("Approved with 1 change");
    await expect(facts).toContainText("does not record who decided");
    await expect(facts.locator("div", { hasText: /^Recorded/ })).toContainText(/\d\d:\d\d:\d\d/);
    await expect(facts.locator("div", { hasText: /^Your attempt/ })).toContainText(/\d\d:\d\d:\d\d/);
    const clash = second.root.locator("table.sl-diff tbody tr", { hasText: "Both changed it" });
    await expect(clash).toContainText("1562.50");
    await expect(clash).toContainText("1600");
    expect((await retabDecision(sandbox, run)).modified_data?.invoice.total).toBe(1562.5);
    expect((await retabDecision(sandbox, run)).received_at).toBe(decided.received_at);
    await other.close();

    await reviewPage.root.getByRole("link", { name: /^Open run/ }).click();
    await expect.poll(() => runPage.state()).toBe("completed");
    await runPage.tab("Inputs and outputs").click();
    await expect(runPage.root.locator('[data-part="payloads"]')).toContainText("1562.50");
  });
}
