// Somebody else was first: their decision or their newer version beside mine, field by field, and the ways on.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, retabDecision, superAiTask, type Totals, waitingRetabRun, writes } from "../fixtures/money.ts";
import { live, liveReview, type LiveReview, liveReviewPath, liveVersions, newLiveVersion, openLiveReview, test as liveTest } from "../fixtures/reviews.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import type { Stack } from "../fixtures/servers.ts";
import type { ReviewPage } from "../pages/review.ts";

const VERSION = "Send mine as a new version";

const compared = (page: Page, field: string) => page.getByRole("region", { name: "What differs" }).getByRole("row").filter({ has: page.getByRole("rowheader", { name: field }) });
const choice = (page: Page, name: string) => page.getByRole("radio", { name, exact: true });
const cells = (page: Page, field: string) => compared(page, field).getByRole("cell").allInnerTexts();

/** Somebody approves with a total of 11 while this page has a total and a note of its own. */
async function comesTooLate(sandbox: Sandbox, reviewPage: ReviewPage, run: string): Promise<Totals> {
  const step = (await sandbox.api("GET", `/retab/v1/workflows/runs/${run}/steps/${REVIEW_NODE}`)) as { output: { extracted_data: Totals } };
  const original = step.output.extracted_data;
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("22.5");
  await reviewPage.at("/note").fill("mine alone");
  const modified_data = { ...original, invoice: { ...original.invoice, total: 11 } };
  await sandbox.api("POST", `/retab/v1/workflows/runs/${run}/hil-decisions`, { node_id: REVIEW_NODE, approved: true, modified_data, command_id: `elsewhere-${run}` });
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("This review was already approved");
  return original;
}

test.describe("another decision", () => {
  test("is compared field by field; mine can be taken along, or theirs kept @phone", async ({ page, context, sandbox, reviewPage, a11y }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    const original = await comesTooLate(sandbox, reviewPage, run);
    const [as_read, theirs, mine] = await cells(page, "Total");
    expect([as_read, theirs, mine].map(Number)).toEqual([original.invoice.total, 11, 22.5]);
    await expect(compared(page, "Total")).toContainText("Both changed it");
    await expect(compared(page, "Note")).toContainText("Only you changed it");
    await expect(choice(page, "Keep their decision")).toBeChecked();
    await expect(choice(page, VERSION)).toBeDisabled();
    await expect(reviewPage.root.getByText("Not possible: Retab keeps no versions of a review and takes one decision on it.")).toBeVisible();
    await a11y.audit();

    await reviewPage.root.getByRole("button", { name: "Copy my 2 values" }).click();
    await expect(page.locator(".sl-toast")).toBeVisible();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as { changed: Record<string, unknown>; document: Totals };
    expect(copied.changed).toEqual({ "/invoice/total": 22.5, "/note": "mine alone" });
    const saved = page.waitForEvent("download");
    await reviewPage.root.getByRole("button", { name: "Download all three as JSON" }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe(`review-${run}.json`);
    const three = JSON.parse(await readFile(await download.path(), "utf8")) as Record<"original" | "theirs" | "mine", Totals>;
    expect([three.original, three.theirs, three.mine].map((one) => one.invoice.total)).toEqual([original.invoice.total, 11, 22.5]);

    await reviewPage.root.getByRole("button", { name: /^Keep theirs/ }).click();
    await expect(page.locator(".sl-toast")).toContainText("Their decision stands. Your draft was deleted");
    await expect(page).not.toHaveURL(new RegExp(run));
    await reviewPage.open("retab", run, REVIEW_NODE);
    await expect(reviewPage.root.getByText(/Your draft of/)).toHaveCount(0);
    expect((await retabDecision(sandbox, run)).modified_data?.invoice.total).toBe(11);
  });

  liveTest("is final where there are versions, and the page says so", async ({ page, reviews, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const review = await openLiveReview(reviews);
    await page.goto(liveReviewPath(review));
    await reviewPage.at("/invoice/total").fill("22.5");
    const [first] = await liveVersions(reviews, review);
    await live(reviews, "POST", `reviews/${review.id}/approve`, { version_id: first?.id });
    await reviewPage.approve.click();
    await expect(reviewPage.outcome).toHaveText(/ already approved this review$/);
    await expect(choice(page, VERSION)).toBeDisabled();
    await expect(reviewPage.root.getByText("Not possible: Retab (reviews) takes one decision on a review and it is final")).toBeVisible();
    // What the page says is what the vendor does.
    await expect(newLiveVersion(reviews, review, { note: "late" })).rejects.toThrow(/409/);
    await expect.poll(async () => (await liveVersions(reviews, review)).length).toBe(1);
  });
});

/** I change the total, somebody else the total and the note; then I approve. */
async function bothEdit(page: Page, reviews: Stack, reviewPage: ReviewPage): Promise<LiveReview> {
  await knownAs(page, "Ada Lovelace");
  const review = await openLiveReview(reviews);
  await page.goto(liveReviewPath(review));
  await reviewPage.at("/invoice/total").fill("22.5");
  await reviewPage.at("/invoice/vendor").fill("Mine Ltd");
  const [first] = await liveVersions(reviews, review);
  await newLiveVersion(reviews, review, { invoice: { ...first?.snapshot.invoice, total: 11 }, note: "theirs" });
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("The content changed since you read it", { timeout: 30_000 });
  expect((await liveReview(reviews, review.id)).decision).toBeNull();
  return review;
}

liveTest.describe("a newer version", () => {
  liveTest("is compared with mine, with its author, and nothing is sent @phone", async ({ page, reviews, reviewPage, a11y }) => {
    const review = await bothEdit(page, reviews, reviewPage);
    await expect(reviewPage.outcome).toBeFocused();
    await expect(reviewPage.root.getByText("Nothing was sent. Your draft is still here.")).toBeVisible();
    await expect(reviewPage.root.locator("dl")).toContainText(/Newer version\s*API key \(program\), /);
    await expect(reviewPage.root.locator("dl")).toContainText(/You read\s*retab-sandbox \(model\), /);
    expect((await cells(page, "Total")).map(Number).slice(1)).toEqual([11, 22.5]);
    await expect(compared(page, "Total")).toContainText("Both changed it");
    await expect(compared(page, "Note")).toContainText("Only they changed it");
    await expect(compared(page, "Vendor")).toContainText("Only you changed it");
    await a11y.audit();
    // The form as it was is one step away, and the comparison again from there.
    await reviewPage.root.getByRole("button", { name: "Back to the form" }).click();
    await expect(reviewPage.at("/invoice/total")).toHaveValue("22.5");
    await expect(reviewPage.at("/note")).not.toHaveValue("theirs");
    await reviewPage.root.getByRole("button", { name: "Compare" }).click();
    await expect(reviewPage.outcome).toHaveText("The content changed since you read it");
    expect(await liveVersions(reviews, review)).toHaveLength(2);
  });

  liveTest("takes mine on top of it", async ({ page, reviews, reviewPage }) => {
    const review = await bothEdit(page, reviews, reviewPage);
    await expect(choice(page, "Carry mine onto theirs")).toBeChecked();
    await reviewPage.root.getByRole("button", { name: "Carry over 2 changes" }).click();
    await expect(reviewPage.at("/note")).toHaveValue("theirs");
    await expect(reviewPage.at("/invoice/total")).toHaveValue("22.5");
    await expect(reviewPage.root.getByText(/^was 11/)).toBeVisible();
    expect(await liveVersions(reviews, review)).toHaveLength(2);
    await reviewPage.root.getByRole("button", { name: "Approve with 2 changes" }).click();
    await expect(reviewPage.outcome).toHaveText("Approved");
    const [, theirs, mine] = await liveVersions(reviews, review);
    expect(mine).toMatchObject({ parent_id: theirs?.id, snapshot: { note: "theirs", invoice: { total: 22.5, vendor: "Mine Ltd" } } });
    expect((await liveReview(reviews, review.id)).decision).toMatchObject({ verdict: "approved", version_id: mine?.id });
  });

  liveTest("is kept, and my draft goes", async ({ page, reviews, reviewPage }) => {
    const review = await bothEdit(page, reviews, reviewPage);
    await choice(page, "Keep theirs").check();
    await reviewPage.root.getByRole("button", { name: "Keep theirs" }).click();
    await expect(reviewPage.at("/invoice/total")).toHaveValue("11");
    await expect(reviewPage.approve).toHaveText(/^Approve(A)?$/);
    await page.reload();
    await expect(reviewPage.at("/invoice/total")).toHaveValue("11");
    await expect(reviewPage.root.getByText(/Your draft of/)).toHaveCount(0);
    expect((await liveReview(reviews, review.id)).decision).toBeNull();
    expect(await liveVersions(reviews, review)).toHaveLength(2);
  });

  liveTest.describe("with an undo window", () => {
    liveTest.use({ undoSeconds: 4 });

    liveTest("is followed by one from mine, which can be taken back before it is sent", async ({ page, reviews, reviewPage }) => {
      await page.clock.install();
      const review = await bothEdit(page, reviews, reviewPage);
      const sent = writes(page, /\/workflows\/reviews\//);
      await choice(page, VERSION).check();
      await expect(reviewPage.root.getByText("Their 2 changes are left out.")).toBeVisible();
      const send = reviewPage.root.getByRole("button", { name: "Approve mine as a new version" });
      await send.click();
      await expect(page.locator("[data-held]")).toContainText(/approved with \d changes?\. Not sent yet/);
      await page.keyboard.press("z");
      await expect(page.locator("[data-held]")).toHaveCount(0);
      await expect(reviewPage.at("/invoice/total")).toHaveValue("22.5");
      await expect(reviewPage.at("/note")).not.toHaveValue("theirs");
      await page.clock.runFor(5_000);
      await page.waitForLoadState("networkidle");
      expect(sent).toEqual([]);
      expect(await liveVersions(reviews, review)).toHaveLength(2);
      await reviewPage.approve.click();
      await expect(reviewPage.outcome).toHaveText("Approved", { timeout: 20_000 });
      const [first, theirs, mine] = await liveVersions(reviews, review);
      const { invoice, ...rest } = first?.snapshot ?? { invoice: {} };
      expect(mine).toMatchObject({ parent_id: theirs?.id, snapshot: { ...rest, invoice: { ...invoice, total: 22.5, vendor: "Mine Ltd" } } });
      expect((await liveReview(reviews, review.id)).decision?.version_id).toBe(mine?.id);
    });
  });

  liveTest("cannot be passed over while my draft has errors", async ({ page, reviews, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const review = await openLiveReview(reviews);
    await page.goto(liveReviewPath(review));
    await reviewPage.at("/invoice/total").fill("a lot");
    await reviewPage.at("/invoice/vendor").fill("Mine Ltd");
    await newLiveVersion(reviews, review, { note: "theirs" });
    // What is wrong blocks approving; rejecting finds the newer version just as well.
    await reviewPage.reject.click();
    await page.getByRole("dialog").getByLabel("Reason").fill("unreadable");
    await page.getByRole("dialog").getByRole("button", { name: "Reject", exact: true }).click();
    await expect(reviewPage.outcome).toHaveText("The content changed since you read it", { timeout: 30_000 });
    await expect(choice(page, VERSION)).toBeDisabled();
    await expect(reviewPage.root.getByText("Not possible: your draft has 1 error. Carry it over and correct it first.")).toBeVisible();
    await reviewPage.root.getByRole("button", { name: "Carry over 1 change" }).click();
    // Also what no field can hold is carried over: nothing that was typed is lost.
    await expect(reviewPage.at("/invoice/total")).toHaveValue("a lot");
    await expect(reviewPage.at("/note")).toHaveValue("theirs");
    expect((await liveReview(reviews, review.id)).decision).toBeNull();
  });
});

test("SuperAI: changed content takes mine on top of it, and has no versions", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  let changed = "";
  // The vendor's users can correct a step's output; the sandbox does not let them while the run waits.
  await page.route(/\/task-executions\?/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { task_executions: { output: Partial<Totals> | null; updated_at: string }[] };
    for (const one of changed ? body.task_executions : []) {
      if (one.output?.invoice && "note" in one.output) Object.assign(one, { output: { ...one.output, note: "theirs" }, updated_at: changed });
    }
    await route.fulfill({ response: answer, json: body });
  });
  await reviewPage.open("superai", task.flow_execution_id, task.id);
  await reviewPage.at("/invoice/total").fill("22.5");
  changed = new Date().toISOString();
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("The content changed since you read it", { timeout: 30_000 });
  await expect(reviewPage.root.getByText("SuperAI does not say who changed it")).toBeVisible();
  await expect(choice(page, VERSION)).toBeDisabled();
  expect(await superAiTask(sandbox, task.id)).toMatchObject({ review_result: null });
  await reviewPage.root.getByRole("button", { name: "Carry over 1 change" }).click();
  await expect(reviewPage.at("/note")).toHaveValue("theirs");
  await reviewPage.root.getByRole("button", { name: "Approve with 1 change" }).click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  expect((await superAiTask(sandbox, task.id)).reviewed_output?.[0]).toMatchObject({ note: "theirs", invoice: { total: 22.5 } });
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
