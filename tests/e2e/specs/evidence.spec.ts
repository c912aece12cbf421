// The evidence beside a review's form: documents, earlier steps, and where the form's values stand in them.

import { desk, everyFileIs, waiting } from "../fixtures/documents.ts";
import { lockedPdf, pdf, scan } from "../fixtures/pdf.ts";
import { jbig2 } from "../fixtures/fax.ts";
import { knownAs } from "../fixtures/money.ts";
import { expect, test } from "../fixtures/test.ts";

test("a field marks where its value stands in a PDF, without taking the focus", async ({ page, sandbox, reviewPage, a11y }) => {
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  await evidence.open("invoice-4711.pdf");
  await expect(evidence.told).toHaveText(/^\d+ of \d+ values of the form stand here\.$/);

  const total = reviewPage.at("/invoice/total");
  await total.focus();
  await evidence.saysOfField("Invoice, Total: marked.");
  await expect(evidence.mine).toHaveCount(1);
  await expect(total).toBeFocused();
  // `480 510 Td (1612.50)` in 11 points on a page of 595 by 842.
  const frame = await evidence.onPage(evidence.current);
  expect(frame.left).toBeGreaterThan(0);
  expect(Math.abs(frame.left - 480 / 595)).toBeLessThan(0.01);
  expect(Math.abs(frame.right - (480 + 6.61 * 5.5) / 595)).toBeLessThan(0.02);
  expect(frame.top).toBeGreaterThan((842 - 525) / 842);
  expect(frame.bottom).toBeLessThan((842 - 504) / 842);
  await expect.poll(() => evidence.inSight(evidence.current)).toBe(true);
  await expect(page.locator(".sl-toast")).toHaveCount(0, { timeout: 15_000 });
  await a11y.audit();
});

test("evidence that could not be read is asked about before an approval, until it is there or the person says so", async ({ page, sandbox, reviewPage, a11y }) => {
  const sent: unknown[] = [];
  await page.route(/\/hil-decisions$/, (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    sent.push(route.request().postDataJSON());
    return route.abort();
  });
  let fails = true;
  await knownAs(page, "Ada Lovelace");
  await page.route(/\/api\/c\/retab\/file\//, (route) => (fails ? route.fulfill({ status: 500, body: "x" }) : route.fallback()));
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  await evidence.open("invoice-4711.pdf");
  await expect(evidence.root.getByRole("button", { name: "Try again" })).toBeVisible();
  const question = reviewPage.root.getByRole("alert").filter({ hasText: "The evidence was not shown. Nothing was sent." });
  await page.keyboard.press("a");
  await expect(question).toBeVisible();
  await a11y.audit();

  fails = false;
  await evidence.root.getByRole("button", { name: "Try again" }).click();
  await expect(question).toHaveCount(0);

  await evidence.open("Earlier steps");
  fails = true;
  await evidence.open("invoice-4711.pdf");
  await expect(evidence.root.getByRole("button", { name: "Try again" })).toBeVisible();
  // Looking elsewhere shows none of it.
  await evidence.open("Earlier steps");
  await reviewPage.approve.click();
  await question.getByRole("button", { name: "Approve all the same" }).click();
  await expect.poll(() => sent.length).toBe(1);
});

test("approving without the evidence checks what was typed since it was asked", async ({ page, sandbox, reviewPage }) => {
  const sent: unknown[] = [];
  await page.route(/\/hil-decisions$/, (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    sent.push(route.request().postDataJSON());
    return route.abort();
  });
  await knownAs(page, "Ada Lovelace");
  await page.route(/\/api\/c\/retab\/file\//, (route) => route.fulfill({ status: 500, body: "x" }));
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  await evidence.open("invoice-4711.pdf");
  await expect(evidence.root.getByRole("button", { name: "Try again" })).toBeVisible();
  await page.keyboard.press("a");
  const allTheSame = reviewPage.root.getByRole("button", { name: "Approve all the same" });
  await expect(allTheSame).toBeVisible();
  const total = reviewPage.at("/invoice/total");
  await total.fill("abc");
  await allTheSame.click();
  await expect(total).toBeFocused();
  await expect(total).toHaveAttribute("aria-invalid", "true");
  expect(sent).toEqual([]);
  await total.fill("1290");
  await allTheSame.click();
  await expect.poll(() => sent.length).toBe(1);
});

test("several places are numbered and stepped through, and none is said", async ({ page, sandbox, reviewPage }) => {
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  await evidence.open("invoice-4711.pdf");
  const quantity = reviewPage.at("/invoice/lines/1/quantity");
  await quantity.focus();
  await evidence.saysOfField("Invoice, Lines, 2, Quantity: place 1 of 2.");
  await expect(evidence.mine).toHaveText(["1", "2"]);
  const first = await evidence.onPage(evidence.current);
  await page.keyboard.press("F2");
  await evidence.saysOfField("Invoice, Lines, 2, Quantity: place 2 of 2.");
  expect((await evidence.onPage(evidence.current)).top).toBeGreaterThan(first.top);
  await page.keyboard.press("F2");
  await evidence.saysOfField("Invoice, Lines, 2, Quantity: place 1 of 2.");
  await page.keyboard.press("Shift+F2");
  await evidence.saysOfField("Invoice, Lines, 2, Quantity: place 2 of 2.");
  await evidence.root.getByRole("button", { name: "Next place" }).click();
  await evidence.saysOfField("Invoice, Lines, 2, Quantity: place 1 of 2.");
  await quantity.focus();

  await reviewPage.at("/purchase_order/total").focus();
  await evidence.saysOfField("Purchase order, Total: not found here.");
  await expect(evidence.mine).toHaveCount(0);

  // A corrected value is looked for once typing pauses; one that stands nowhere leaves the mark on what was read.
  await reviewPage.at("/invoice/total").fill("77.77");
  await evidence.saysOfField("Invoice, Total: marked as it was read; the new value is not found here.");
  await reviewPage.at("/invoice/total").fill("1290");
  await evidence.saysOfField("Invoice, Total: marked.");
  await reviewPage.at("/invoice/total").fill("");
  await evidence.saysOfField(/^Invoice, Total: /);
});

test("a place leads to its field, by pointer and by keys; one of several fields asks which", async ({ page, sandbox, reviewPage }) => {
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  await evidence.open("invoice-4711.pdf");
  await evidence.root.getByRole("button", { name: "Go to Invoice, Invoice number" }).click();
  await expect(reviewPage.at("/invoice/number")).toBeFocused();
  await evidence.saysOfField("Invoice, Invoice number: marked.");

  // The order's number is a field of both documents.
  await evidence.root.getByRole("button", { name: /^Go to .* or / }).first().click();
  await expect(evidence.offer.getByRole("button")).toHaveCount(2);
  await expect(evidence.offer.getByRole("button").first()).toBeFocused();
  await evidence.offer.getByRole("button", { name: "Invoice, " }).click();
  await expect(reviewPage.at("/invoice/purchase_order_number")).toBeFocused();
  await expect(evidence.offer).toHaveCount(0);

  // One stop for Tab, arrows between the places, Enter to the field.
  await expect(evidence.root.locator('[data-source][tabindex="0"]')).toHaveCount(1);
  await reviewPage.at("/invoice/total").focus();
  await evidence.current.focus();
  await page.keyboard.press("ArrowUp");
  const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  expect(label).toMatch(/^Go to Invoice, Tax/);
  await page.keyboard.press("Enter");
  await expect(reviewPage.at("/invoice/tax")).toBeFocused();

  await evidence.root.getByRole("button", { name: "Sources" }).click();
  await expect(evidence.places).toHaveCount(1);
});

test("values are marked in the cells of a table, in the leaves of JSON and in the outputs of earlier steps", async ({ page, sandbox, reviewPage, a11y }) => {
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.json", "invoice-4711.csv");
  const total = reviewPage.at("/invoice/total");
  await total.focus();
  // The extraction and the comparison have it.
  await evidence.open("Earlier steps");
  await evidence.saysOfField(/^Invoice, Total: (marked|place 1 of \d+)\.$/);
  await expect(evidence.current).toContainText("1612.50");

  await evidence.open("invoice-4711.csv");
  await evidence.saysOfField("Invoice, Total: marked.");
  const cell = evidence.root.getByRole("cell").filter({ has: page.locator("[data-current]") });
  await expect(cell).toHaveText("1612.50");
  await evidence.root.getByRole("cell", { name: /Network cable/ }).getByRole("button").click();
  await expect(evidence.offer.getByRole("button")).toHaveCount(2);
  await evidence.offer.getByRole("button", { name: /^Invoice, / }).click();
  await expect(reviewPage.at("/invoice/lines/2/description")).toBeFocused();
  await a11y.audit();

  await evidence.open("purchase-order-4711.json");
  await reviewPage.at("/purchase_order/total").focus();
  await evidence.saysOfField("Purchase order, Total: marked.");
  await expect(evidence.current).toHaveText("1562.50");
  await expect(evidence.root.getByRole("region", { name: "purchase-order-4711.json" })).toContainText('"total": 1562.50');
  await total.focus();
  await evidence.saysOfField("Invoice, Total: not found here.");
  await expect(page.locator(".sl-toast")).toHaveCount(0, { timeout: 15_000 });
  await a11y.audit();
});

test("a place on another page is turned to, and scrolled to only when it is out of sight", async ({ page, sandbox, reviewPage }) => {
  const line = (text: string, y: number) => ({ x: 60, y, text });
  await everyFileIs(page, pdf([[line("Cover letter", 700)], [line("INV-88214", 700)], [line("Total due: EUR 1,612.50", 60), line("Number INV-88214", 700)]]));
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  await evidence.open("invoice-4711.pdf");
  await expect(evidence.root.getByText("page 1 of 3")).toBeVisible();
  await reviewPage.at("/invoice/total").focus();
  await expect(evidence.root.getByText("page 3 of 3")).toBeVisible();
  await expect.poll(() => evidence.inSight(evidence.current)).toBe(true);
  const frame = await evidence.onPage(evidence.current);
  expect(frame.top).toBeGreaterThan(0.9);
  // The place on the page that is open is meant first, though it is not the first of the document.
  await reviewPage.at("/invoice/number").focus();
  await evidence.saysOfField("Invoice, Invoice number: place 2 of 2.");
  await expect(evidence.root.getByText("page 3 of 3")).toBeVisible();
  await page.keyboard.press("F2");
  await expect(evidence.root.getByText("page 2 of 3")).toBeVisible();
});

test("a scan, a locked document and a broken one say what they are, and can be downloaded", async ({ page, sandbox, reviewPage }) => {
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  const download = evidence.root.getByRole("link", { name: "Download" });
  await everyFileIs(page, scan("/JBIG2Decode", jbig2()));
  await evidence.open("invoice-4711.pdf");
  await evidence.saysOfField("This document has no text in it, as scans and pictures have none. Nothing can be marked.");
  await reviewPage.at("/invoice/total").focus();
  await evidence.saysOfField("This document has no text in it, as scans and pictures have none. Nothing can be marked.");
  await expect(download).toBeVisible();

  const again = async (body: Buffer) => {
    await evidence.open("Earlier steps");
    await page.unroute(/\/api\/c\/retab\/file\//);
    await everyFileIs(page, body);
    await evidence.open("invoice-4711.pdf");
  };
  await again(lockedPdf());
  await expect(evidence.root.getByRole("alert")).toHaveText("This document needs a password. Download it to open it with another program.");
  await expect(download).toBeVisible();
  await again(Buffer.from("no document at all"));
  await expect(evidence.root.getByRole("alert")).toContainText("This document cannot be drawn here.");
  await expect(download).toBeVisible();
});

test("the next review opens its own document of the same field", async ({ page, sandbox, reviewPage }) => {
  const second = await waiting(sandbox, "purchase-order-4711.json", "invoice-4711.json");
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  await evidence.open("invoice-4711.pdf");
  await expect(evidence.root.locator("canvas")).toBeVisible();
  // Within the app, as J does.
  await page.evaluate((run) => {
    const link = document.createElement("a");
    link.href = `/c/retab/runs/${run}/reviews/review-mismatch`;
    document.body.append(link);
    link.click();
    link.remove();
  }, second);
  await expect(evidence.root.getByRole("button", { name: "invoice-4711.json" })).toHaveAttribute("aria-pressed", "true");
  await expect(evidence.root.getByRole("region", { name: "invoice-4711.json" })).toContainText("INV-88214");
});

test("on a phone Form shows the form alone, Document the place of its field, and that place leads back @phone", async ({ page, sandbox, reviewPage, a11y }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", "invoice-4711.pdf");
  const panes = page.getByRole("navigation", { name: "Panes" });
  await expect(evidence.root).toBeHidden();
  await panes.getByRole("button", { name: "Document", exact: true }).click();
  await evidence.open("invoice-4711.pdf");
  await evidence.root.getByRole("button", { name: "Go to Invoice, Total" }).click();
  await expect(reviewPage.at("/invoice/total")).toBeFocused();
  await expect(evidence.root).toBeHidden();
  await reviewPage.at("/invoice/number").focus();
  await panes.getByRole("button", { name: "Document", exact: true }).click();
  await expect.poll(() => evidence.inSight(evidence.current)).toBe(true);
  await expect(page.locator(".sl-toast")).toHaveCount(0, { timeout: 15_000 });
  await a11y.audit();
});
