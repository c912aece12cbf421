// Several reviews of one run: each counted, listed, reached and left by itself, in this tab and in others.

import type { Page } from "@playwright/test";

import { SHOWCASE } from "../fixtures/flows.ts";
import { knownAs } from "../fixtures/money.ts";
import { test } from "../fixtures/reviews.ts";
import { Sandbox } from "../fixtures/sandbox.ts";
import { HEADINGS, type Sectioned, startSections } from "../fixtures/sections.ts";
import { expect } from "../fixtures/test.ts";

const VENDORS: Sectioned[] = ["retab", "retab-reviews", "superai"];

const rows = (page: Page, run: string) => page.locator(`tr[data-run="${run}"]`);
const waits = (page: Page, count: number) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: new RegExp(`waiting: ${count}$`) });

/** How many reviews wait, once every connection was asked and every run looked into. */
async function counted(page: Page): Promise<number> {
  await expect(page.getByText(/^Updated .* · live$/).first()).toBeVisible({ timeout: 30_000 });
  const badge = page.locator(".sl-nav .sl-count--wait [aria-hidden]");
  // Runs are looked into from the second count on.
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(badge).toHaveText(/^\d+$/, { timeout: 30_000 });
  return Number(await badge.innerText());
}

const withSandbox = test.extend<{ desk: Sandbox }>({
  desk: async ({ reviews, playwright }, use) => {
    const request = await playwright.request.newContext();
    await use(new Sandbox(request, reviews.sandbox.url));
    await request.dispose();
  },
});

for (const vendor of VENDORS) {
  withSandbox(`${vendor}: three reviews of one run are three in badge and list, and J, K and skip reach each`, async ({ page, desk }) => {
    test.slow();
    await knownAs(page, "Ada Lovelace");
    await page.goto(`/reviews?c=${vendor}`);
    const before = await counted(page);
    const run = await startSections(desk, vendor);
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(rows(page, run)).toHaveCount(3, { timeout: 30_000 });
    await expect(waits(page, before + 3)).toBeVisible({ timeout: 30_000 });
    // Named apart, and each by what it is about.
    for (const [at, heading] of HEADINGS.entries()) {
      await expect(rows(page, run).nth(at)).toContainText(new RegExp(`(terms|section).*, iteration ${at + 1}`, "i"));
      await expect(rows(page, run).nth(at)).toContainText(heading, { timeout: 20_000 });
    }
    await page.goto(`/reviews?c=${vendor}&q=${run}`);
    await expect(rows(page, run)).toHaveCount(3, { timeout: 30_000 });
    await rows(page, run).first().locator(".c-rev a").first().click();
    const shown = page.locator('[data-path="/heading"]');
    await expect(shown).toHaveValue(HEADINGS[0] ?? "");
    // The queue goes on within its filter: only this run's reviews are in it.
    await expect(page.locator(".sl-q")).toHaveCount(3);
    for (const [key, at] of [["j", 1], ["j", 2], ["k", 1], ["s", 2]] as const) {
      await page.keyboard.press(key);
      await expect(shown).toHaveValue(HEADINGS[at] ?? "");
    }
    // After the last the first comes again; what was skipped comes last.
    await page.keyboard.press("Control+Enter");
    await expect(shown).toHaveValue(HEADINGS[0] ?? "");
    await expect(page.locator(".sl-q")).toHaveCount(2, { timeout: 20_000 });
    await expect(waits(page, before + 2)).toBeVisible();
    await page.keyboard.press("Control+Enter");
    await expect(shown).toHaveValue(HEADINGS[1] ?? "");
    await expect(waits(page, before + 1)).toBeVisible({ timeout: 20_000 });
    await page.keyboard.press("Control+Enter");
    await expect(waits(page, before)).toBeVisible({ timeout: 20_000 });
  });
}

withSandbox("what is decided leaves the other tab's queue and badge at once", async ({ page, context, desk }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await startSections(desk, "superai");
  const other = await context.newPage();
  await other.goto(`/reviews?c=superai&q=${run}`);
  await expect(rows(other, run)).toHaveCount(3, { timeout: 30_000 });
  const before = await counted(other);
  // It is not told by the vendor's lists: they are behind.
  await other.route("**/api/c/**", (route) => route.abort());
  await page.goto(`/reviews?c=superai&q=${run}`);
  await rows(page, run).nth(1).locator(".c-rev a").first().click();
  await page.getByRole("button", { name: /^Approve/ }).click();
  await expect(page.locator("h1#outcome")).toHaveText("Approved");
  await expect(rows(other, run)).toHaveCount(2);
  await expect(waits(other, before - 1)).toBeVisible();
  await expect(rows(other, run).filter({ hasText: HEADINGS[1] })).toHaveCount(0);
});

withSandbox.describe("a decision that another tab still holds", () => {
  withSandbox.use({ undoSeconds: 15 });

  withSandbox("is told, and no second one is sent", async ({ page, context, desk }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await startSections(desk, "retab");
    await page.goto(`/reviews?c=retab&q=${run}`);
    await rows(page, run).first().locator(".c-rev a").first().click();
    await expect(page).toHaveURL(/\/reviews\//);
    const address = page.url();
    await page.getByRole("button", { name: /^Approve/ }).click();
    const undo = page.locator(".sl-toast").getByRole("button", { name: /^Undo/ });
    await expect(undo).toBeVisible();
    const other = await context.newPage();
    await knownAs(other, "Ada Lovelace");
    const sent: string[] = [];
    other.on("request", (request) => void (request.method() === "POST" && /hil-decisions/.test(request.url()) && sent.push(request.url())));
    await other.goto(address);
    await expect(other.getByText("Another tab of this browser has a decision on this review on its way.")).toBeVisible();
    await expect(other.locator('[data-path="/heading"]')).toBeVisible();
    await other.getByRole("button", { name: /^Approve/ }).click();
    await expect(other.locator(".sl-toast")).toHaveText("A decision on this review is on its way in another tab.");
    // Taken back there, it is open here.
    await undo.click();
    await expect(other.getByText("Another tab of this browser has a decision on this review on its way.")).toHaveCount(0);
    expect(sent).toEqual([]);
  });
});

const FLOW = SHOWCASE.superai;

withSandbox("one broken flow hides no other flow's reviews, and is named", async ({ page, desk }) => {
  const run = await startSections(desk, "superai");
  await page.route(new RegExp(`/api/c/superai/flow-executions\\?flow_id=(?!${FLOW})`), (route) => route.fulfill({ status: 500, json: { error: { message: "broken", code: "internal_error" } } }));
  await page.goto(`/reviews?c=superai`);
  await expect(rows(page, run)).toHaveCount(3, { timeout: 30_000 });
  await expect(page.getByText("What waits in PO to invoice reconciliation (SuperAI) may be missing below.")).toBeVisible();
  await expect(page.getByText("What waits in SuperAI may be missing below.")).toHaveCount(0);
});

withSandbox("a Retry-After that is a date holds up its own list only", async ({ page }) => {
  await page.clock.install();
  const asked = { limited: 0, other: 0 };
  let ahead = 0;
  await page.route("**/api/**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "sluice-time": String(Date.now() + ahead) } });
  });
  await page.route(/\/api\/c\/superai\/flow-executions\?/, async (route) => {
    if (new URL(route.request().url()).searchParams.get("flow_id") === FLOW) {
      asked.limited += 1;
      const until = new Date(Date.now() + ahead + 600_000).toUTCString();
      return route.fulfill({ status: 429, headers: { "retry-after": until, "sluice-time": String(Date.now() + ahead) }, json: { error: "slow down" } });
    }
    asked.other += 1;
    return route.fallback();
  });
  await page.goto("/reviews?c=superai");
  await expect(page.locator("tr[data-run]").first()).toBeVisible();
  await expect.poll(() => asked.limited).toBe(1);
  for (let at = 0; at < 300_000; at += 20_000) {
    const before = asked.other;
    ahead += 20_000;
    await page.clock.runFor(20_000);
    if (at === 100_000) await expect.poll(() => asked.other).toBeGreaterThanOrEqual(before);
  }
  await expect.poll(() => asked.other, { message: "the other flows go on" }).toBeGreaterThan(6);
  expect(asked.limited, "within five of ten minutes").toBe(1);
});

withSandbox("a waiting run that cannot be read is told, with a way on", async ({ page, desk }) => {
  const run = await startSections(desk, "retab");
  let broken = false;
  await page.route(/\/api\/c\/retab\/workflows\/runs\?.*waiting_for_human/, async (route) => {
    const response = await route.fetch();
    const list = (await response.json()) as { data: object[] };
    if (broken) list.data.unshift({ id: 4711, status: "waiting_for_human" });
    await route.fulfill({ response, json: list });
  });
  await page.route(new RegExp(`/api/c/retab/workflows/runs/${run}($|\\?)`), (route) => route.fulfill({ status: 500, json: { detail: "broken" } }));
  await page.goto(`/reviews?c=retab&q=${run}`);
  await expect(rows(page, run).first()).toContainText("The run could not be read", { timeout: 30_000 });
  await expect(page.getByText(/could not be read\.$/)).toHaveCount(0);
  broken = true;
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("1 waiting run of Retab could not be read.")).toBeVisible();
  await page.getByRole("link", { name: "Show waiting runs" }).click();
  await expect(page).toHaveURL(/\/runs\?.*status=waiting/);
});
