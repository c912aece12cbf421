// The form of a review: what a schema with everything in it becomes, and every way to edit it. The draft is never sent here.

import type { Page } from "@playwright/test";

import { newestRetabRun, SHOWCASE } from "../fixtures/flows.ts";
import { paste } from "../fixtures/editing.ts";
import { knownAs, writes } from "../fixtures/money.ts";
import type { ReviewPage } from "../pages/review.ts";
import { expect, test } from "../fixtures/test.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";

const NODE = "review-terms";

/** The showcase's invoice: nested groups, references, alternatives, a table of 14 lines, a map, and digits beyond floats. */
async function openInvoice(sandbox: Sandbox, reviewPage: ReviewPage): Promise<void> {
  const run = await newestRetabRun(sandbox, SHOWCASE.retab, "waiting_for_human");
  await reviewPage.open("retab", run.id, NODE);
  await reviewPage.at("/total").waitFor();
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-path"));

test("each part of the schema has its field, and digits stay @phone", async ({ sandbox, reviewPage, a11y }) => {
  await openInvoice(sandbox, reviewPage);
  await expect(reviewPage.at("/customer_number")).toHaveValue("9007199254740993");
  await expect(reviewPage.at("/total")).toHaveValue("1234.560");
  await expect(reviewPage.at("/issued")).toHaveAttribute("type", "date");
  await expect(reviewPage.at("/currency").locator("option")).toHaveText(["EUR", "GBP", "USD"]);
  await expect(reviewPage.at("/document")).toHaveAttribute("readonly", "");
  await expect(reviewPage.at("/supplier/address/country")).toHaveValue("GB");
  await expect(reviewPage.at("/buyer/email")).toHaveAttribute("placeholder", "nothing");
  await expect(reviewPage.at("/rates/EUR")).toHaveValue("1.19380");
  await expect(reviewPage.root.getByRole("table", { name: "Lines" }).locator("tbody tr")).toHaveCount(14);
  await a11y.audit();
});

test("what is wrong is said at the field while typing, with what was found and what is expected, and listed on approve", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  await openInvoice(sandbox, reviewPage);
  const sent = writes(page, /hil-decisions$/);
  const country = reviewPage.at("/supplier/address/country");
  await country.fill("gb");
  const message = reviewPage.root.getByText("“gb” found, text that fits the pattern ^[A-Z]{2}$ is expected.").first();
  await expect(message).toHaveCount(0);
  await country.blur();
  await expect(message).toBeVisible();
  await country.fill("GB");
  await expect(message).toHaveCount(0);
  await country.fill("g");
  await reviewPage.at("/lines/2/quantity").fill("0");
  await reviewPage.at("/number").fill("4711");
  await reviewPage.approve.click();
  await expect(reviewPage.at("/number")).toBeFocused();
  const summary = reviewPage.root.locator(".sl-note", { hasText: "3 things to correct" });
  await expect(summary.getByRole("button")).toHaveText(["Invoice number", "Supplier, Address, Country", "Lines, 3, Quantity"]);
  await expect(summary).toContainText("0 found, more than 0 is expected.");
  await summary.getByRole("button", { name: "Lines, 3, Quantity" }).click();
  await expect(reviewPage.at("/lines/2/quantity")).toBeFocused();
  await reviewPage.at("/lines/2/quantity").fill("7");
  await expect(reviewPage.root.locator(".sl-note", { hasText: "2 things to correct" })).toBeVisible();
  expect(sent).toEqual([]);
});

test("typing on in a field that is wrong and listed changes the words about it and nothing else", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  await openInvoice(sandbox, reviewPage);
  const country = reviewPage.at("/supplier/address/country");
  await country.fill("g");
  await reviewPage.approve.click();
  await expect(country).toBeFocused();
  await country.press("End");
  const found = (text: string) => reviewPage.root.getByText(`“${text}” found, text that fits the pattern`);
  await expect(found("g")).toHaveCount(2);
  // Beside the words about it there is room for the way back.
  const revert = reviewPage.root.getByRole("button", { name: /^Revert .*Country$/ });
  expect(await revert.evaluate((button) => button.scrollWidth <= button.clientWidth)).toBe(true);
  const changes = await page.locator(".sl-form").evaluateHandle((form) => {
    const seen: string[] = [];
    const observer = new MutationObserver((records) => {
      for (const { type, attributeName, target } of records) seen.push(type === "characterData" ? "words" : `${type} ${attributeName} of ${target.nodeName}`);
    });
    observer.observe(form, { subtree: true, childList: true, attributes: true, characterData: true });
    return seen;
  });
  await country.press("b");
  await expect(found("gb")).toHaveCount(2);
  expect(await changes.jsonValue()).toEqual(["words", "words"]);
});

test("undo, redo and revert by key and by button; a stretch of typing is one step", async ({ page, sandbox, reviewPage }) => {
  await openInvoice(sandbox, reviewPage);
  const [total, name] = [reviewPage.at("/total"), reviewPage.at("/supplier/name")];
  await total.click();
  await page.keyboard.press("End");
  await page.keyboard.type("789");
  await name.fill("Acme");
  await expect(reviewPage.approve).toHaveText(/Approve with 2 changes/);
  await page.keyboard.press("Control+z");
  await expect(name).toHaveValue("Acme Industrial Supplies");
  await page.keyboard.press("Control+z");
  await expect(total).toHaveValue("1234.560");
  await expect(total).toBeFocused();
  await expect(reviewPage.approve).toHaveText(/Approve\s*A?$/);
  await page.keyboard.press("Control+Shift+Z");
  await expect(total).toHaveValue("1234.560789");
  await page.keyboard.press("Control+y");
  await expect(name).toHaveValue("Acme");
  await page.keyboard.press("F9");
  await expect(name).toHaveValue("Acme Industrial Supplies");
  await expect(reviewPage.approve).toHaveText(/Approve with 1 change/);
  await reviewPage.root.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(name).toHaveValue("Acme");
  await reviewPage.root.getByRole("button", { name: "Redo", exact: true }).click();
  await expect(name).toHaveValue("Acme Industrial Supplies");
});

test("the table: arrows leave a cell at its edge; lines are added, moved and removed by key and by button", async ({ page, sandbox, reviewPage }) => {
  await openInvoice(sandbox, reviewPage);
  await reviewPage.at("/lines/0/quantity").focus();
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("/lines/1/quantity");
  // All of it is selected, so that both edges are the cell's.
  await page.keyboard.press("ArrowLeft");
  expect(await focused(page)).toBe("/lines/1/text");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  expect(await focused(page)).toBe("/lines/1/text");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  expect(await focused(page)).toBe("/lines/1/quantity");
  await page.keyboard.press("Alt+PageUp");
  await expect(reviewPage.at("/lines/0/text")).toHaveValue("Steel bracket, 40 mm, galvanised");
  await expect(reviewPage.at("/lines/0/quantity")).toBeFocused();
  await page.keyboard.press("Alt+End");
  await expect(reviewPage.at("/lines/0/text")).toHaveValue("Hex bolts M8 x 40, A2 stainless");
  await expect(reviewPage.root.locator(".sl-li tbody tr")).toHaveCount(13);
  await reviewPage.root.getByRole("button", { name: "Move Lines 1 down" }).click();
  await expect(reviewPage.at("/lines/1/text")).toHaveValue("Hex bolts M8 x 40, A2 stainless");
  await reviewPage.root.getByRole("button", { name: "Remove Lines 2", exact: true }).click();
  await expect(reviewPage.root.locator(".sl-li tbody tr")).toHaveCount(12);
  await reviewPage.root.getByRole("button", { name: "Add an item to Lines" }).click();
  await expect(reviewPage.at("/lines/12/text")).toBeFocused();
  await expect(reviewPage.at("/lines/12/unit")).toHaveValue("pcs");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("Control+z");
  await expect(reviewPage.root.locator(".sl-li tbody tr")).toHaveCount(14);
  await expect(reviewPage.approve).toHaveText(/Approve\s*A?$/);
});

test("cells of a spreadsheet are pasted as one step, and what does not fit is said", async ({ page, sandbox, reviewPage }) => {
  await openInvoice(sandbox, reviewPage);
  await reviewPage.at("/lines/13/text").focus();
  const more = Array.from({ length: 30 }, (_, at) => `Part ${at}\t${at + 1}\tpcs\t0.${100 + at}`);
  more[1] = "Part 1\t1,5x\tbox\t0.1";
  await paste(page, `${more.join("\n")}\n`);
  await page.getByRole("dialog").getByRole("button", { name: "Paste 108 cells" }).click();
  const told = reviewPage.root.getByRole("status").filter({ hasText: "cells pasted" });
  await expect(told).toContainText("106 cells pasted, 26 lines added. 3 lines were left out: the list holds 40.");
  await expect(told).toContainText("Line 15, Quantity: “1,5x” found, a number is expected");
  await expect(told).toContainText("Line 15, Unit: “box” found, allowed: pcs, m, h.");
  await expect(reviewPage.at("/lines/14/quantity")).toHaveValue("1,5x");
  await expect(reviewPage.at("/lines/39/price")).toHaveValue("0.126");
  await expect(reviewPage.root.getByRole("button", { name: "Add an item to Lines" })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Control+z");
  await expect(reviewPage.root.locator(".sl-li tbody tr")).toHaveCount(14);
  await expect(reviewPage.at("/lines/13/text")).toHaveValue("Freight, Lyon to Leeds");
  await expect(reviewPage.approve).toHaveText(/Approve\s*A?$/);
});

test("another kind keeps what fits, and the first brings back what was read", async ({ sandbox, reviewPage }) => {
  await openInvoice(sandbox, reviewPage);
  const kind = reviewPage.root.getByLabel("Kind of Payment");
  await expect(kind.locator("option")).toHaveText(["Bank transfer", "Card", "In words"]);
  await kind.selectOption("Card");
  await expect(reviewPage.at("/payment/holder")).toHaveValue("Acme Industrial Supplies");
  await expect(reviewPage.at("/payment/iban")).toHaveCount(0);
  await reviewPage.at("/payment/last_digits").fill("4242");
  await kind.selectOption("In words");
  await expect(reviewPage.at("/payment")).toHaveValue("");
  await kind.selectOption("Bank transfer");
  await expect(reviewPage.at("/payment/iban")).toHaveValue("GB29NWBK60161331926819");
  await expect(reviewPage.approve).toHaveText(/Approve\s*A?$/);
});

test("a map takes names, an optional group goes, an emptied text can be nothing", async ({ page, sandbox, reviewPage }) => {
  await openInvoice(sandbox, reviewPage);
  await reviewPage.root.getByLabel("Name of a new field in Exchange rates").fill("JPY");
  await page.keyboard.press("Enter");
  await expect(reviewPage.at("/rates/JPY")).toBeFocused();
  await page.keyboard.type("188.20");
  await reviewPage.root.getByRole("button", { name: "Remove Buyer", exact: true }).click();
  await expect(reviewPage.approve).toHaveText(/Approve with 2 changes/);
  await reviewPage.root.getByRole("tab", { name: "JSON" }).click();
  const text = await reviewPage.root.getByLabel("The whole data as JSON").inputValue();
  expect(JSON.parse(text)).toMatchObject({ rates: { JPY: 188.2 } });
  expect(JSON.parse(text)).not.toHaveProperty("buyer");
});

test("the JSON view edits the same draft: digits stay, an error says where, nothing is lost", async ({ page, sandbox, reviewPage }) => {
  await openInvoice(sandbox, reviewPage);
  await reviewPage.at("/supplier/name").fill("Acme");
  await reviewPage.root.getByRole("tab", { name: "JSON" }).click();
  const whole = reviewPage.root.getByLabel("The whole data as JSON");
  const text = await whole.inputValue();
  expect(text).toContain('"customer_number": 9007199254740993');
  expect(text).toContain('"total": 1234.560');
  expect(text).toContain('"name": "Acme"');
  await whole.fill(text.replace("1234.560", "1234.5600").replace('"INV-2024-0187"', '"INV-2024-0188"'));
  await expect(reviewPage.approve).toHaveText(/Approve with 2 changes/);
  const broken = '{\n  "number": "INV-2024-0189",\n  "total": }';
  await whole.fill(broken);
  await expect(reviewPage.root.getByText("This is not JSON: see line 3, column 12.")).toBeVisible();
  await expect(whole).toHaveAttribute("aria-invalid", "true");
  await expect(reviewPage.root.getByText(/^Draft saved/)).toBeVisible();
  await page.reload();
  await expect(reviewPage.root.getByText("The JSON view holds text that cannot be taken.")).toBeVisible();
  await expect(reviewPage.at("/number")).toHaveValue("INV-2024-0188");
  await reviewPage.root.getByRole("button", { name: "Go to the JSON view" }).click();
  await expect(whole).toHaveValue(broken);
  await expect(whole).toBeFocused();
  await reviewPage.root.getByRole("button", { name: "Discard that text" }).click();
  await expect(whole).toHaveValue(/"total": 1234.5600/);
  await reviewPage.root.getByRole("tab", { name: "Form" }).click();
  await expect(reviewPage.at("/supplier/name")).toHaveValue("Acme");
  await reviewPage.root.getByRole("button", { name: "Discard draft" }).click();
  await expect(reviewPage.at("/number")).toHaveValue("INV-2024-0187");
});
