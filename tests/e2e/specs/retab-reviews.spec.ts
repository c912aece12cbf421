// Retab's live contract in the browser: a correction becomes a version, and a rejection carries its reason.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { knownAs, sample } from "../fixtures/money.ts";
import { type LiveReview, live, liveReview, liveReviewPath, liveVersions, openLiveReview, test } from "../fixtures/reviews.ts";
import { photo } from "../fixtures/photo.ts";
import { png } from "../fixtures/png.ts";
import type { Stack } from "../fixtures/servers.ts";
import { expect } from "../fixtures/test.ts";
import { EvidencePane } from "../pages/evidence.ts";

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

test("a run without a number is not said to have one in its flow's history", async ({ page, reviews, runPage }) => {
  const review = await openLiveReview(reviews);
  await page.goto(`/c/retab-reviews/runs/${review.run_id}`);
  await expect(runPage.root.getByText("Retab (reviews) gives this run no number.")).toBeVisible();
  await expect(runPage.root.getByText("Open the run from there to see it")).toHaveCount(0);
});

test("evidence that could not be read says so, and is read again when asked", async ({ page, reviews, reviewPage }) => {
  const review = await openLiveReview(reviews);
  let failing = true;
  // Only the run itself asks for all its reviews: the form comes by other requests.
  await page.route(/\/workflows\/reviews\?.*decision_status=all/, (route) =>
    failing ? route.fulfill({ status: 500, json: { detail: "The index is being rebuilt" } }) : route.fallback(),
  );
  await page.goto(liveReviewPath(review));
  await expect(reviewPage.at("/invoice/total")).toBeVisible();
  const evidence = new EvidencePane(page);
  await expect(evidence.root).toContainText("The index is being rebuilt");
  await expect(evidence.root.getByText("Loading")).toHaveCount(0);
  // Nobody approves without a word what was decided on nothing.
  await knownAs(page, "Ada Lovelace");
  await reviewPage.approve.click();
  const question = reviewPage.root.getByRole("alert").filter({ hasText: "The evidence was not shown. Nothing was sent." });
  await expect(question).toBeVisible();
  expect((await liveReview(reviews, review.id)).decision).toBeNull();
  failing = false;
  await evidence.root.getByRole("button", { name: "Try again" }).click();
  await expect(evidence.root.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await expect(evidence.root.getByRole("group", { name: "What is shown" })).toBeVisible();
  await expect(question).toHaveCount(0);
});

/** A review of a run whose invoice is a PDF: the vendor tells where it read the values. */
async function ofInvoicePdf(reviews: Stack): Promise<LiveReview> {
  const document = async (name: string, type: string) => ({ filename: name, url: `data:${type};base64,${(await readFile(sample(name))).toString("base64")}` });
  const documents = {
    "start-purchase-order": await document("purchase-order-4711.csv", "text/csv"),
    "start-invoice": await document("invoice-4711.pdf", "application/pdf"),
  };
  const { id } = await live<{ id: string }>(reviews, "POST", "runs", { workflow_id: "wrk_po_invoice_recon", documents });
  const open = async () => (await live<{ data: LiveReview[] }>(reviews, "GET", `reviews?run_id=${id}`)).data[0];
  await expect.poll(async () => (await open())?.run_id, { timeout: 30_000 }).toBe(id);
  const review = await open();
  if (!review) throw new Error("the review is gone");
  return review;
}

test("what the vendor says of places goes before what is found in the text", async ({ page, reviews, reviewPage }) => {
  const review = await ofInvoicePdf(reviews);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const sources = () => asked.filter((path) => path.endsWith("/sources"));
  await page.goto(liveReviewPath(review));
  const evidence = new EvidencePane(page);
  await expect(evidence.told).toHaveText(/values of the form stand here/);
  await evidence.open("invoice-4711.pdf");
  // `8` stands there twice; the vendor knows which of them it read.
  await reviewPage.at("/invoice/lines/2/quantity").focus();
  await evidence.saysOfField("Invoice, Lines, 3, Quantity: marked where Retab (reviews) says it stands.");
  expect(sources().length).toBeGreaterThan(0);
  await expect(evidence.mine).toHaveCount(1);
  const frame = await evidence.onPage(evidence.current);
  // `300 576 Td (8)` on a page of 595 by 842.
  expect(Math.abs(frame.left - 300 / 595)).toBeLessThan(0.02);
  expect(frame.top).toBeGreaterThan((842 - 592) / 842);
  expect(frame.bottom).toBeLessThan((842 - 566) / 842);
  // Of a new value the vendor says nothing: it is looked for.
  await reviewPage.at("/invoice/lines/2/quantity").fill("4");
  await evidence.saysOfField("Invoice, Lines, 3, Quantity: marked.");
});

/** The invoice of this run, had it been photographed: the vendor's answers differ in the file's name and type only. */
async function photographed(page: Page, type: "png" | "jpeg", body: Buffer): Promise<void> {
  await page.route(/\/api\/c\/retab-reviews\/workflows\//, async (route) => {
    const answer = await route.fetch();
    const text = (await answer.text()).replaceAll("invoice-4711.pdf", `invoice-4711.${type}`).replaceAll("application/pdf", `image/${type}`);
    await route.fulfill({ response: answer, body: text });
  });
  await page.route(/\/api\/c\/retab-reviews\/file\//, (route) => route.fulfill({ body, contentType: `image/${type}` }));
}

test("a picture has no text, and is marked where the vendor says", async ({ page, reviews, reviewPage, a11y }) => {
  const review = await ofInvoicePdf(reviews);
  await photographed(page, "png", png(595, 842));
  await page.goto(liveReviewPath(review));
  const evidence = new EvidencePane(page);
  await evidence.open("invoice-4711.png");
  await reviewPage.at("/invoice/lines/2/quantity").focus();
  await evidence.saysOfField("Invoice, Lines, 3, Quantity: marked where Retab (reviews) says it stands.");
  await expect(evidence.mine).toHaveCount(1);
  const picture = await evidence.root.getByRole("img", { name: "invoice-4711.png" }).boundingBox();
  const frame = await evidence.current.boundingBox();
  if (!picture || !frame) throw new Error("the picture or its frame is not drawn");
  expect(Math.abs((frame.x - picture.x) / picture.width - 300 / 595)).toBeLessThan(0.03);
  expect(Math.abs((frame.y + frame.height / 2 - picture.y) / picture.height - (842 - 579) / 842)).toBeLessThan(0.03);
  await a11y.audit();
  // What the vendor did not read in it is not looked for.
  await reviewPage.at("/invoice/lines/2/quantity").fill("4");
  await evidence.saysOfField("Invoice, Lines, 3, Quantity: marked where Retab (reviews) says it stands as it was read; the new value is not found here.");
});

test("a frame lies on a photo as it is seen upright, and turns with it", async ({ page, reviews, reviewPage }) => {
  const review = await ofInvoicePdf(reviews);
  await page.goto("/reviews");
  await photographed(page, "jpeg", await photo(page, 842, 595));
  await page.goto(liveReviewPath(review));
  const evidence = new EvidencePane(page);
  await evidence.open("invoice-4711.jpeg");
  await reviewPage.at("/invoice/lines/2/quantity").focus();
  await expect(evidence.mine).toHaveCount(1);
  const place = () => evidence.onPage(evidence.current);
  const [x, y] = [300 / 595, (842 - 579) / 842];
  await expect.poll(async () => Math.abs((await place()).left - x)).toBeLessThan(0.03);
  const upright = await place();
  expect(Math.abs((upright.top + upright.bottom) / 2 - y)).toBeLessThan(0.03);
  await evidence.root.getByRole("button", { name: "Turn right" }).click();
  // What was on the left is above, what was above is on the right.
  await expect.poll(async () => Math.abs((await place()).top - x)).toBeLessThan(0.03);
  const turned = await place();
  expect(Math.abs((turned.left + turned.right) / 2 - (1 - y))).toBeLessThan(0.03);
});
