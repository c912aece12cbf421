// Retab's live contract in the browser: a correction becomes a version, and a rejection carries its reason.

import { expect } from "../fixtures/test.ts";
import { knownAs } from "../fixtures/money.ts";
import { liveReview, liveReviewPath, liveVersions, openLiveReview, test } from "../fixtures/reviews.ts";

test("a correction becomes a version that is approved", async ({ page, reviews, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const review = await openLiveReview(reviews);
  await page.goto(liveReviewPath(review));
  await reviewPage.at("/invoice/total").fill("77.50");
  await reviewPage.approve.click();
  await expect.poll(async () => (await liveReview(reviews, review.id)).decision?.verdict, { timeout: 30_000 }).toBe("approved");
  const all = await liveVersions(reviews, review);
  expect(all.map((version) => version.snapshot.invoice.total).slice(1)).toEqual([77.5]);
  expect((await liveReview(reviews, review.id)).decision?.version_id).toBe(all[1]?.id);
});

test("a rejection needs its reason, which the vendor keeps @phone", async ({ page, reviews, reviewPage, a11y }) => {
  await knownAs(page, "Ada Lovelace");
  const review = await openLiveReview(reviews);
  await page.goto(liveReviewPath(review));
  await reviewPage.reject.click();
  const dialog = page.getByRole("dialog", { name: "Reject this review?" });
  const reason = dialog.getByRole("textbox", { name: "Reason" });
  await expect(reason).toBeFocused();
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await expect(dialog.getByText("Nothing found, a reason is required.")).toBeVisible();
  await expect(reason).toHaveAttribute("aria-invalid", "true");
  await a11y.audit();
  expect((await liveReview(reviews, review.id)).decision).toBeNull();
  await reason.fill("The totals cannot be right");
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await expect(reviewPage.outcome).toHaveText("Rejected", { timeout: 30_000 });
  expect((await liveReview(reviews, review.id)).decision).toMatchObject({ verdict: "rejected", reason: "The totals cannot be right" });
});
