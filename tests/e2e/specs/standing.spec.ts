// How a review stands at its vendor: its versions, and what the answer to a decision says about the run going on.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { knownAs, REVIEW_NODE, retabDecision, waitingRetabRun, writes } from "../fixtures/money.ts";
import { liveReview, liveReviewPath, newLiveVersion, openLiveReview, test as liveTest } from "../fixtures/reviews.ts";

/** A server of the generation before: it knows no `hil-decisions`, and answers `resume` so. */
async function onlyResume(page: Page, answer: () => unknown): Promise<void> {
  await page.route(/\/hil-decisions$/, (route) => route.fulfill({ status: 404, json: { detail: "Not Found" } }));
  await page.route(/\/runs\/[^/]+\/resume$/, async (route) => route.fulfill({ json: await answer() }));
}

for (const { answer, says } of [
  { answer: { resume_status: "queued", queue_position: 3, queue_item_id: "q1" }, says: "The vendor says that the run stands in line to go on, at place 3." },
  { answer: { resume_status: "processing" }, says: "The vendor says that the run goes on later." },
]) {
  test(`Retab's older resume answers ${answer.resume_status}, and the page says so`, async ({ page, sandbox, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await onlyResume(page, () => answer);
    await reviewPage.open("retab", run, REVIEW_NODE);
    const sent = writes(page, /\/resume$/);
    await reviewPage.at("/invoice/total").fill("41.5");
    await reviewPage.approve.click();
    await expect(reviewPage.outcome).toHaveText("Approved");
    await expect(reviewPage.root.getByText(says)).toBeVisible();
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0]?.body ?? "{}")).toMatchObject({ node_id: REVIEW_NODE, approved: true, modified_data: { invoice: { total: 41.5 } }, command_id: expect.stringMatching(/.{8,}/) });
  });
}

test("Retab's older resume says that it was processed already: another decision stands", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await onlyResume(page, async () => {
    await sandbox.api("POST", `/retab/v1/workflows/runs/${run}/hil-decisions`, { node_id: REVIEW_NODE, approved: false, command_id: `elsewhere-${run}` });
    return { resume_status: "already_processed" };
  });
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("This review was already rejected");
  expect((await retabDecision(sandbox, run)).approved).toBe(false);
});

liveTest("Retab (reviews): the versions are listed as soon as there is more than the model's", async ({ page, reviews, reviewPage }) => {
  const review = await openLiveReview(reviews);
  await page.goto(liveReviewPath(review));
  await expect(reviewPage.approve).toBeVisible();
  await expect(reviewPage.root.getByText(/versions of this data/)).toHaveCount(0);
  await newLiveVersion(reviews, review, { note: "checked" }, "after a call");
  await page.reload();
  await expect(reviewPage.root.getByText("2 versions of this data")).toBeVisible();
  const listed = reviewPage.root.locator(".sl-versions li");
  await expect(listed.nth(0)).toHaveText(/^retab-sandbox \(model\), [^·]+$/);
  await expect(listed.nth(1)).toHaveText(/^API key \(program\), .+ · shown here · after a call$/);
  await expect(reviewPage.at("/note")).toHaveValue("checked");
});

for (const { resume, says } of [
  { resume: { resume_status: "failed", resume_error: "no worker for this version" }, says: "The decision is recorded, but the vendor says that the run could not go on. no worker for this version" },
  { resume: { resume_status: "pending", resume_error: null }, says: "The vendor says that the run goes on later." },
  { resume: { resume_status: "skipped", resume_error: null }, says: "The vendor says that there was nothing to go on with." },
  { resume: { resume_status: "parked", resume_error: null }, says: "What the vendor says about the run going on: parked" },
]) {
  liveTest(`Retab (reviews): the answer says that going on is ${resume.resume_status}`, async ({ page, reviews, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const review = await openLiveReview(reviews);
    await page.route(/\/approve$/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), ...resume } });
    });
    await page.goto(liveReviewPath(review));
    await reviewPage.approve.click();
    await expect(reviewPage.outcome).toHaveText("Approved", { timeout: 30_000 });
    await expect(reviewPage.root.getByText(says)).toBeVisible();
    expect((await liveReview(reviews, review.id)).decision?.verdict).toBe("approved");
  });
}
