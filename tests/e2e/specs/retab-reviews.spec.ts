// Retab's live contract in the browser: a correction becomes a version, and a newer version is seen before anything is sent.

import { expect, test as base } from "../fixtures/test.ts";
import { knownAs } from "../fixtures/money.ts";
import { SANDBOX_KEY, Stack } from "../fixtures/servers.ts";

type Review = { id: string; run_id: string; decision: { verdict: string; version_id: string; reason: string | null } | null };
type Version = { id: string; parent_id: string | null; snapshot: { invoice: { total: number }; note: string | null } };

const test = base.extend<object, { reviews: Stack }>({
  reviews: [
    async ({}, use) => {
      const stack = await Stack.start({ runs: 300, reviews: true });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker" },
  ],
});

async function api<T>(stack: Stack, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${stack.sandbox.url}/retab-reviews/v1/workflows/${path}`, {
    method,
    headers: { authorization: `Bearer ${SANDBOX_KEY}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** An open review of the reconciliation that no other test here has touched. */
async function open(stack: Stack, at: number): Promise<Review> {
  const queue = await api<{ data: Review[] }>(stack, "GET", "reviews?workflow_id=wrk_po_invoice_recon&limit=50");
  const review = queue.data[at];
  if (!review) throw new Error("too few reviews are open");
  return review;
}

const page_of = (stack: Stack, review: Review) => `${stack.gateway.url}/c/retab-reviews/runs/${review.run_id}/reviews/${review.id}`;

async function versions(stack: Stack, review: Review): Promise<Version[]> {
  return (await api<{ data: Version[] }>(stack, "GET", `reviews/versions?review_id=${review.id}`)).data;
}

test("a correction becomes a version that is approved", async ({ page, reviews, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const review = await open(reviews, 0);
  await page.goto(page_of(reviews, review));
  await reviewPage.at("/invoice/total").fill("77.50");
  await reviewPage.approve.click();
  await expect.poll(async () => (await api<Review>(reviews, "GET", `reviews/${review.id}`)).decision?.verdict, { timeout: 30_000 }).toBe("approved");
  const all = await versions(reviews, review);
  expect(all.map((version) => version.snapshot.invoice.total).slice(1)).toEqual([77.5]);
  expect((await api<Review>(reviews, "GET", `reviews/${review.id}`)).decision?.version_id).toBe(all[1]?.id);
});

test("a newer version is shown, and nothing is sent on the older one", async ({ page, reviews, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const review = await open(reviews, 1);
  await page.goto(page_of(reviews, review));
  await reviewPage.at("/note").fill("mine");
  const [first] = await versions(reviews, review);
  const snapshot = { ...first?.snapshot, note: "theirs" };
  await api(reviews, "POST", "reviews/versions", { review_id: review.id, parent_id: first?.id, snapshot });
  await reviewPage.approve.click();
  await expect(page.getByText("The content changed since you read it").first()).toBeVisible({ timeout: 30_000 });
  expect((await versions(reviews, review)).length).toBe(2);
  expect((await api<Review>(reviews, "GET", `reviews/${review.id}`)).decision).toBeNull();
});
