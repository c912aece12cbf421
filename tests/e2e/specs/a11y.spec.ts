// Every page in both themes, wide and narrow, without an accessibility violation, and nothing on it cut or covered.

import { RECONCILIATION } from "../fixtures/flows.ts";
import { knownAs, REVIEW_NODE, waitingRetabRun } from "../fixtures/money.ts";
import { PLACES } from "../fixtures/places.ts";
import { expect, test } from "../fixtures/test.ts";

test.describe.configure({ mode: "parallel" });

for (const { name, path, ready } of PLACES) {
  test(`${name} is accessible in both themes and fits @phone`, async ({ page, sandbox, a11y, layout, isMobile }) => {
    await page.goto(await path(sandbox));
    await ready(page);
    await a11y.audit();
    // Every width is looked at in one browser.
    if (!isMobile) await layout.expectFits(name);
  });
}

test("a review with what is wrong, the question before rejecting, and a decision that came too late are accessible in both themes @phone", async ({
  page,
  sandbox,
  a11y,
  reviewPage,
}) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("a lot");
  await reviewPage.approve.click();
  await expect(reviewPage.root.getByText("1 error blocks approval")).toBeVisible();
  await a11y.audit();
  await reviewPage.at("/invoice/total").fill("12.50");
  await reviewPage.reject.click();
  const dialog = page.getByRole("dialog", { name: "Reject this review?" });
  await expect(dialog).toBeVisible();
  await a11y.audit();
  await dialog.getByRole("button", { name: "Keep it open" }).click();
  await sandbox.api("POST", `/retab/v1/workflows/runs/${run}/hil-decisions`, { node_id: REVIEW_NODE, approved: true, command_id: `elsewhere-${run}` });
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("This review was already approved");
  await a11y.audit();
});

test.describe("a held decision", () => {
  // Longer than the audit takes.
  test.use({ undoSeconds: 15 });

  test("is accessible in both themes, with its message and its notice @phone", async ({ page, sandbox, a11y, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.approve.click();
    await expect(page.getByRole("region", { name: "Messages" })).toContainText("approved. Not sent yet.");
    // axe takes everything in a disabled fieldset for out of reach of the keyboard; this is not.
    const lines = page.locator(".sl-liscroll");
    await lines.first().focus();
    await expect(lines.first()).toBeFocused();
    await a11y.audit(".sl-liscroll");
  });
});

test("a decision, the question for a name, and a start without its files are accessible in both themes @phone", async ({ page, sandbox, a11y, reviewPage, startPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.approve.click();
  await expect(page.getByRole("dialog", { name: "Who decides here?" })).toBeVisible();
  await a11y.audit();
  await reviewPage.sayWho("Ada Lovelace");
  await expect(reviewPage.outcome).toHaveText("Approved");
  await a11y.audit();
  await startPage.open("tableflow", RECONCILIATION.tableflow);
  await startPage.submit.click();
  await expect(startPage.problems).toBeVisible();
  await a11y.audit();
});
