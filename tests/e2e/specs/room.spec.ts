// Room to work: a table of lines at desktop widths, the way of the keyboard through a form and a queue, one pane at a time on a phone.

import type { Page } from "@playwright/test";

import { paste } from "../fixtures/editing.ts";
import { newestRetabRun, RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";
import { knownAs, retabWaits, writes } from "../fixtures/money.ts";
import { untilReadable } from "../fixtures/quiet.ts";
import { openOwnReview } from "../fixtures/own-review.ts";
import { expect, test } from "../fixtures/test.ts";
import type { ReviewPage } from "../pages/review.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-path") ?? document.activeElement?.id ?? "");

async function openInvoice(sandbox: Sandbox, reviewPage: ReviewPage): Promise<void> {
  const run = await newestRetabRun(sandbox, SHOWCASE.retab, "waiting_for_human");
  await reviewPage.open("retab", run.id, "review-terms");
  await reviewPage.at("/total").waitFor();
}

const LINES = {
  type: "object",
  properties: {
    lines: {
      type: "array",
      items: {
        type: "object",
        required: ["amount"],
        properties: Object.fromEntries(["sku", "description", "unit", "quantity", "price", "discount", "tax", "amount"].map((name, at) => [name, { type: at < 3 ? "string" : "number" }])),
      },
    },
  },
};
const LINE = { sku: "A-100", description: "Hinge, stainless", unit: "pcs", quantity: 12, price: 63.0, discount: 0.25, tax: 143.64, amount: 1234756.05 };

/** Amounts of lines that their controls do not show whole. */
const clippedAmounts = (page: Page) =>
  page.locator(".sl-li input.sl-input--num").evaluateAll((inputs) => inputs.flatMap((input) => (input.scrollWidth > input.clientWidth ? [`${(input as HTMLInputElement).value} has ${input.clientWidth} of ${input.scrollWidth}`] : [])));

for (const width of [1280, 1440]) {
  test(`no amount of a line is clipped at ${width} px, and columns out of sight have a cue`, async ({ page, sandbox, reviewPage }) => {
    await page.setViewportSize({ width, height: 900 });
    await openInvoice(sandbox, reviewPage);
    const clipped = () => clippedAmounts(page);
    expect(await page.locator(".sl-li input.sl-input--num").count()).toBeGreaterThan(10);
    expect(await clipped()).toEqual([]);
    await openOwnReview(page, sandbox, reviewPage, LINES, { lines: [LINE, LINE] });
    expect(await clipped()).toEqual([]);
    const hidden = await page.locator(".sl-liscroll").evaluate((box) => box.scrollWidth - box.clientWidth);
    expect((await reviewPage.root.locator(".sl-wider").evaluate((cue) => cue.clientHeight)) > 10).toBe(hidden > 1);
  });
}

test("no amount of a line is clipped once it was typed, pasted, settled or taken back", async ({ page, sandbox, reviewPage }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  const line = { ...LINE, price: 1, tax: 1, amount: 1 };
  await openOwnReview(page, sandbox, reviewPage, LINES, { lines: [line, line] });
  await reviewPage.at("/lines/0/amount").fill("1234567890");
  expect(await clippedAmounts(page)).toEqual([]);
  await reviewPage.at("/lines/1/tax").focus();
  await reviewPage.at("/lines/1/tax").selectText();
  await paste(page, "€ 12,345,678.90");
  await page.keyboard.press("Tab");
  await expect(reviewPage.at("/lines/1/tax")).toHaveValue("12345678.90");
  expect(await clippedAmounts(page)).toEqual([]);
  // Several cells at once.
  await reviewPage.at("/lines/0/price").focus();
  await paste(page, "9876543210\n9876543211");
  await page.getByRole("dialog", { name: /^Paste/ }).waitFor();
  await untilReadable(page);
  await page.keyboard.press("Enter");
  await expect(reviewPage.at("/lines/1/price")).toHaveValue("9876543211");
  expect(await clippedAmounts(page)).toEqual([]);
  const hidden = await page.locator(".sl-liscroll").evaluate((box) => box.scrollWidth - box.clientWidth);
  expect((await reviewPage.root.locator(".sl-wider").evaluate((cue) => cue.clientHeight)) > 10, "the cue follows").toBe(hidden > 1);
});

test("the buttons of a line are no stops between its cells", async ({ page, sandbox, reviewPage }) => {
  await openOwnReview(page, sandbox, reviewPage, LINES, { lines: [LINE, LINE] });
  await reviewPage.at("/lines/0/amount").focus();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("/lines/1/sku");
});

test("Tab after Escape goes on where one was", async ({ page, sandbox, reviewPage }) => {
  const schema = { type: "object", properties: { one: { type: "string" }, two: { type: "string" }, three: { type: "string" } } };
  await openOwnReview(page, sandbox, reviewPage, schema, { one: "1", two: "2", three: "3" });
  await reviewPage.at("/two").focus();
  await page.keyboard.press("Escape");
  // Single keys work again.
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("/three");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page)).toBe("/three");
});

test("F8 walks the fields that the review is about", async ({ page, sandbox, reviewPage }) => {
  const schema = { type: "object", properties: { number: { type: "string" }, total: { type: "number" }, note: { type: "string", maxLength: 3 }, place: { type: "string" }, due: { type: "string" } } };
  await openOwnReview(page, sandbox, reviewPage, schema, { number: "4711", total: 31.25, note: "long", place: "Berlin", due: "soon" }, "The total is not what the order 4711 says.");
  await expect(reviewPage.root.getByText("The total is not what the order 4711 says.")).toBeVisible();
  await expect(reviewPage.at("/note")).toHaveValue("long");
  // The rules are checked a moment after the page stands.
  await expect(async () => {
    await reviewPage.at("/total").focus();
    await page.keyboard.press("F8");
    expect(await focused(page)).toBe("/note");
  }).toPass();
  for (const wanted of ["/number", "/total", "/note", "/number"]) {
    await page.keyboard.press("F8");
    await expect.poll(() => focused(page)).toBe(wanted);
  }
  await page.keyboard.press("Shift+F8");
  expect(await focused(page)).toBe("/note");
});

test("from the queue to the tenth decision with one key more than there are decisions", async ({ page, sandbox }) => {
  await knownAs(page, "Ada Lovelace");
  await retabWaits(sandbox, 11);
  let keys = 0;
  const press = async (key: string) => {
    keys++;
    await page.keyboard.press(key);
  };
  const sent = writes(page, /hil-decisions$/);
  await page.goto(`/reviews?c=retab&flow=${RECONCILIATION.retab}`);
  await expect(page.locator("tr[data-run] .c-rev").first()).toHaveText(/Review mismatch/, { timeout: 20_000 });
  const before = page.url();
  await press("e");
  await expect.poll(() => page.url()).not.toBe(before);
  for (let decided = 1; decided <= 10; decided++) {
    await expect(page.getByRole("button", { name: /^Approve/ })).toBeVisible();
    const here = page.url();
    await press("Control+Enter");
    await expect.poll(() => sent.length, { timeout: 20_000 }).toBe(decided);
    if (decided < 10) await expect.poll(() => page.url(), { timeout: 20_000 }).not.toBe(here);
  }
  expect(keys).toBeLessThanOrEqual(11);
});

test("on a phone Form shows the form, and not the evidence above it", async ({ page, sandbox, reviewPage }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openOwnReview(page, sandbox, reviewPage, LINES, { lines: [LINE] });
  const panes = page.getByRole("navigation", { name: "Panes" });
  const evidence = reviewPage.root.locator(".sl-review__d");
  for (let time = 0; time < 2; time++) {
    await panes.getByRole("button", { name: "Document" }).click();
    await expect(evidence).toBeVisible();
    const file = evidence.locator(".sl-sources__choice button").nth(1);
    await file.click();
    await panes.getByRole("button", { name: "Form" }).click();
    await expect(evidence).toBeHidden();
    await expect(reviewPage.root.locator("#form-title")).toBeInViewport();
    await expect(reviewPage.at("/lines/0/sku")).toBeVisible();
  }
});

for (const [width, height] of [[844, 390], [568, 320]] as const) {
  test(`on a phone on its side (${width} × ${height}) the document stands beside the form`, async ({ page, sandbox, reviewPage }) => {
    await page.setViewportSize({ width, height });
    await openOwnReview(page, sandbox, reviewPage, { type: "object", properties: Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`field_${at}`, { type: "string" }])) }, {});
    const [evidence, form] = [reviewPage.root.locator(".sl-review__d"), reviewPage.root.locator(".sl-review__f")];
    const box = async (of: typeof form) => (await of.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const [left, right] = [await box(evidence), await box(form)];
    expect(left.x + left.width).toBeLessThanOrEqual(right.x + 1);
    expect(Math.abs(left.y - right.y)).toBeLessThan(2);
    await reviewPage.at("/field_11").focus();
    await expect(reviewPage.at("/field_11")).toBeInViewport();
    await expect(evidence.locator(".sl-review__bar").first()).toBeInViewport();
    await expect(reviewPage.approve).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
}
