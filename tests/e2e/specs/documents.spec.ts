// Documents as they are: whatever their format, encoding, turn and the way their text is written.

import type { Locator, Page } from "@playwright/test";

import { desk, everyFileIs } from "../fixtures/documents.ts";
import { jbig2, jpeg2000, tiff } from "../fixtures/fax.ts";
import { DINGBATS, JAPANESE, pdf, scan, wide } from "../fixtures/pdf.ts";
import { photo } from "../fixtures/photo.ts";
import { png } from "../fixtures/png.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { expect, test } from "../fixtures/test.ts";
import type { EvidencePane } from "../pages/evidence.ts";
import type { ReviewPage } from "../pages/review.ts";

/** How dark a place of the drawn page is, in parts of its width and height: 255 is white. */
async function grey(evidence: EvidencePane, x: number, y: number): Promise<number> {
  return evidence.root.locator("canvas").evaluate((canvas: HTMLCanvasElement, [x = 0, y = 0]) => {
    const [red = 0, , , alpha = 0] = canvas.getContext("2d")?.getImageData(canvas.width * x, canvas.height * y, 1, 1).data ?? [];
    return alpha === 0 ? -1 : red;
  }, [x, y]);
}

/** The square of the fixtures: black in the middle, white around. */
async function seesSquare(evidence: EvidencePane): Promise<void> {
  await expect.poll(() => grey(evidence, 0.5, 0.5)).toBeLessThan(60);
  expect(await grey(evidence, 0.1, 0.1)).toBeGreaterThan(200);
}

const INVOICE = "invoice-4711.pdf";

async function review(page: Page, sandbox: Sandbox, reviewPage: ReviewPage) {
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", INVOICE);
  return {
    evidence,
    /** Opens the invoice as if the vendor had kept these bytes. */
    async shows(body: Buffer, contentType = "application/pdf"): Promise<void> {
      await evidence.open("Earlier steps");
      await page.unroute(/\/api\/c\/retab\/file\//);
      await everyFileIs(page, body, contentType);
      await evidence.open(INVOICE);
    },
  };
}

async function rows(evidence: EvidencePane): Promise<string[][]> {
  const lines = evidence.root.getByRole("table").locator("tr");
  return lines.evaluateAll((all) => all.map((line) => [...line.children].map((cell) => cell.textContent ?? "")));
}

test("scans in JBIG2 and JPEG 2000 are drawn, and what cannot be drawn is said on the page", async ({ page, sandbox, reviewPage }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  await shows(scan("/JBIG2Decode", jbig2()));
  await seesSquare(evidence);
  await shows(scan("/JPXDecode", jpeg2000, ""));
  await seesSquare(evidence);
  await evidence.saysOfField("This document has no text in it, as scans and pictures have none. Nothing can be marked.");
  await shows(scan("/JBIG2Decode", Buffer.from("no picture")));
  await expect(evidence.root.getByText("Nothing can be seen on this page:")).toBeVisible();
  await evidence.saysOfField("No text of this document could be read, and not everything on it could be drawn. Nothing can be marked.");
  // Damaged beside what can be read.
  await shows(pdf([[]]));
  await expect(evidence.root.getByText("Nothing can be seen on this page:")).toBeVisible();
});

test("text in a font that the document does not bring along is found, and a dingbat is no digit", async ({ page, sandbox, reviewPage }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  const number = reviewPage.at("/invoice/number");
  await shows(pdf([[{ x: 40, y: 220, text: wide("請求書番号 4711-A") }, { x: 40, y: 180, text: wide("合計 12,500円") }]], { font: JAPANESE }));
  // No font of the machines that test has these letters.
  const boxes = evidence.root.getByText("Some letters on this page are in none of this computer's fonts");
  await expect(boxes).toBeVisible();
  await number.fill("4711-A");
  await evidence.saysOfField("Invoice, Invoice number: marked.");
  await reviewPage.at("/invoice/total").fill("12500");
  await evidence.saysOfField("Invoice, Total: marked.");
  await shows(pdf([[{ x: 40, y: 220, text: "4" }]], { font: DINGBATS }));
  await expect(boxes).toHaveCount(0);
  await number.fill("4");
  await evidence.saysOfField("Invoice, Invoice number: not found here.");
});

test("words are marked across lines, ligatures, composition and groups", async ({ page, sandbox, reviewPage }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  const lines = ["Unsere Rechnungs-", "nummer 4711", "IBAN DE02 1203 0000 0000", "2020 51"];
  await shows(pdf([lines.map((text, at) => ({ x: 60, y: 700 - 16 * at, text }))]));
  const number = reviewPage.at("/invoice/number");
  for (const value of ["Rechnungsnummer 4711", "DE02120300000000202051"]) {
    await number.fill(value);
    await evidence.saysOfField("Invoice, Invoice number: marked.");
    // A frame on each line.
    await expect(evidence.mine).toHaveCount(2);
  }
  await shows(Buffer.from("Kunde \u{fb01}nal, Ku\u{308}hl\u{ad}haus"), "text/plain");
  await number.fill("final, Kühlhaus");
  await evidence.saysOfField("Invoice, Invoice number: marked.");
});

test("frames lie on the text of pages that the document or the reader turned", async ({ page, sandbox, reviewPage }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  await shows(pdf([[{ x: 60, y: 700, text: "INV-88214" }]], { rotate: 90 }));
  await reviewPage.at("/invoice/number").focus();
  await evidence.saysOfField("Invoice, Invoice number: marked.");
  // The page's upper left corner is its lower left one before it was turned.
  const near = async (left: number, top: number) => {
    await expect.poll(async () => Math.round(100 * (await evidence.onPage(evidence.current)).left)).toBeCloseTo(100 * left, -0.5);
    expect((await evidence.onPage(evidence.current)).top).toBeCloseTo(top, 1);
  };
  await near(700 / 800, 60 / 600);
  await evidence.root.getByRole("button", { name: "Turn right" }).press("Enter");
  await near(1 - (60 + 62) / 600, 700 / 800);
});

test("frames lie on the text of pages whose bounds begin elsewhere, are cropped, in another unit, or landscape and turned", async ({ page, sandbox, reviewPage }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  const text = "INV-88214";
  for (const [file, left, top] of [
    [pdf([[{ x: -240, y: 300, text }]], { boxes: "/MediaBox [-300 -400 300 400]" }), 60 / 600, 90 / 800],
    [pdf([[{ x: 60, y: 700, text }]], { boxes: "/MediaBox [0 0 600 800] /CropBox [40 100 560 760]" }), 20 / 520, 50 / 660],
    [pdf([[{ x: 60, y: 700, text }]], { boxes: "/MediaBox [0 0 600 800] /UserUnit 3" }), 60 / 600, 90 / 800],
    [pdf([[{ x: 100, y: 60, text }]], { boxes: "/MediaBox [0 0 800 600]", rotate: 90, matrix: "0 1 -1 0" }), 60 / 600, 90 / 800],
  ] as const) {
    await shows(file);
    await reviewPage.at("/invoice/number").focus();
    await evidence.saysOfField("Invoice, Invoice number: marked.");
    await expect.poll(async () => Math.abs((await evidence.onPage(evidence.current)).left - left)).toBeLessThan(0.02);
    expect(Math.abs((await evidence.onPage(evidence.current)).top - top)).toBeLessThan(0.03);
    const frame = await evidence.current.boundingBox();
    expect(frame?.width ?? 0).toBeGreaterThan(2 * (frame?.height ?? 0));
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  }
});

test("a table of an old program is read in its encoding and by its separator, and both can be changed", async ({ page, sandbox, reviewPage, a11y }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  await shows(Buffer.from("Ort;Betrag\r\nK\xf6ln;12,50 \x80\r\n", "latin1"), "text/csv");
  await expect.poll(() => rows(evidence)).toEqual([["Ort", "Betrag"], ["Köln", "12,50 €"]]);
  const encoding = evidence.root.getByRole("combobox", { name: /^Encoding/ });
  await expect(encoding).toHaveValue("windows-1252");
  await expect(evidence.root.getByText("assumed: it is no UTF-8, and nothing says what it is")).toBeVisible();
  await a11y.audit();
  await encoding.selectOption("windows-1251");
  await expect.poll(async () => (await rows(evidence))[1]?.[0]).toBe("Kцln");
  await evidence.root.getByRole("combobox", { name: "Separator" }).selectOption(",");
  await expect.poll(async () => (await rows(evidence))[1]?.[1]).toBe("50 Ђ");
  for (const [text, wanted] of [
    ['"Price, net";"Tax, 19 %";Total\n10;2;12\n', [["Price, net", "Tax, 19 %", "Total"], ["10", "2", "12"]]],
    ["sep=;\ra;b\r1;2\r", [["a", "b"], ["1", "2"]]],
  ] as const) {
    await shows(Buffer.from(text), "text/plain; charset=utf-8");
    await expect.poll(() => rows(evidence)).toEqual(wanted);
  }
});

test("every row of a long table can be reached, and is turned to when it is found", async ({ page, sandbox, reviewPage }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  const long = Array.from({ length: 1_300 }, (_, at) => `${at + 1};row ${at + 1}`);
  await shows(Buffer.from(["Report of March, 2026", "", "no;what", ...long, "x;INV-88214"].join("\n")), "text/csv");
  await expect(evidence.root.getByText("rows 1 to 500 of 1,301")).toBeVisible();
  await expect(evidence.root.getByRole("columnheader")).toHaveText(["no", "what"]);
  await evidence.root.getByRole("button", { name: "Next rows" }).press("Enter");
  await expect(evidence.root.getByText("rows 501 to 1,000 of 1,301")).toBeVisible();
  await reviewPage.at("/invoice/number").focus();
  await evidence.saysOfField("Invoice, Invoice number: marked.");
  await expect(evidence.root.getByText("rows 1,001 to 1,301 of 1,301")).toBeVisible();
  await expect.poll(() => evidence.inSight(evidence.current)).toBe(true);
  const find = evidence.root.getByRole("searchbox", { name: "Find in the document" });
  await find.fill("ROW 7");
  await expect(evidence.root.getByText("1 of 111")).toBeVisible();
  await find.press("Shift+Enter");
  await expect(evidence.root.getByText("111 of 111")).toBeVisible();
  await expect(evidence.root.locator("[data-hit]")).toHaveText("row 799");
  await find.press("Escape");
  await expect(find).toHaveValue("");
});

test("a file is what its first bytes say; what cannot be drawn has a sentence", async ({ page, sandbox, reviewPage, a11y }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  await shows(png(40, 20));
  await expect(evidence.root.getByRole("img", { name: INVOICE })).toBeVisible();
  await shows(pdf([[{ x: 60, y: 700, text: "INV-88214" }]]), "application/octet-stream");
  await expect(evidence.root.getByRole("region", { name: `${INVOICE}, page 1` })).toContainText("INV-88214");
  await shows(tiff(3), "image/tiff");
  await seesSquare(evidence);
  await expect(evidence.root.getByText("page 1 of 3")).toBeVisible();
  const alert = evidence.root.getByRole("alert");
  for (const [body, sentence] of [
    [png(40, 20).subarray(0, 40), /^This picture cannot be drawn: it is damaged/],
    [tiff().subarray(0, 60), /^This TIFF picture cannot be drawn here/],
    [Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), /^This photo is in the HEIC format of telephones/],
  ] as const) {
    await shows(body);
    await expect(alert).toHaveText(sentence);
  }
  await shows(Buffer.alloc(0));
  await expect(evidence.root.getByText("This file is empty: it has no bytes.")).toBeVisible();
  await a11y.audit();
});

test("pages are gone to, enlarged, fitted and searched by keys", async ({ page, sandbox, reviewPage, a11y }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  await shows(pdf(Array.from({ length: 12 }, (_, at) => [{ x: 60, y: 700, text: `Sheet ${at + 1}` }])));
  const goTo = evidence.root.getByRole("spinbutton", { name: "Go to page" });
  await goTo.fill("7");
  await goTo.press("Enter");
  await expect(evidence.root.getByText("page 7 of 12")).toBeVisible();
  await expect(evidence.root.getByRole("region", { name: `${INVOICE}, page 7` })).toContainText("Sheet 7");
  const size = (of: Locator) => of.evaluate((element) => [element.clientWidth, element.clientHeight] as const);
  const canvas = evidence.root.locator("canvas");
  const [wide = 0] = await size(canvas);
  await evidence.root.getByRole("button", { name: "Zoom in" }).press("Enter");
  await expect.poll(async () => (await size(canvas))[0]).toBeGreaterThan(wide * 1.4);
  await evidence.root.getByRole("button", { name: "Whole page" }).press("Enter");
  const region = evidence.root.getByRole("region", { name: `${INVOICE}, page 7` });
  await expect.poll(async () => ((await size(canvas))[1] ?? 0) - ((await size(region))[1] ?? 0)).toBeLessThanOrEqual(0);
  const find = evidence.root.getByRole("searchbox", { name: "Find in the document" });
  await find.fill("sheet 1");
  await expect(evidence.root.getByText("1 of 4")).toBeVisible();
  await expect(evidence.root.getByText("page 1 of 12")).toBeVisible();
  await find.press("Enter");
  await expect(evidence.root.getByText("page 10 of 12")).toBeVisible();
  await expect(evidence.root.locator("[data-hit]")).toHaveCount(1);
  await a11y.audit();
});

test("the document that holds most of the form's values opens first", async ({ page, sandbox, reviewPage }) => {
  // The other document is a cover letter.
  await page.route(/\/api\/c\/retab\/file\//, async (route) => {
    const answer = await route.fetch();
    const isInvoice = (answer.headers()["content-disposition"] ?? "").includes("invoice");
    await (isInvoice ? route.fulfill({ response: answer }) : route.fulfill({ body: "Dear Sir or Madam", contentType: "text/plain" }));
  });
  const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", INVOICE);
  await expect(evidence.root.getByRole("button", { name: INVOICE })).toHaveAttribute("aria-pressed", "true");
  await expect(evidence.root.getByRole("region", { name: `${INVOICE}, page 1` })).toContainText("4711");
});

test("colour codes and a traceback are read as text, and copied as they came", async ({ page, sandbox, reviewPage, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = "invoice-4711.json";
  const traceback = 'Traceback\n  File "a.py", line 1\nValueError: x';
  for (const [body, shown] of [
    [JSON.stringify({ error: { stack: traceback } }), /^\{\n {2}"error": \{\n {4}"stack": "Traceback\n {8}File "a\.py", line 1\n {6}ValueError: x"\n {2}\}\n\}$/],
    ["\u{1b}[31mValueError\u{1b}[0m: total \u{1b}[1m1612.50\u{1b}[22m", /^ValueError: total 1612\.50$/],
  ] as const) {
    // What is opened first is read once.
    await page.unroute(/\/api\/c\/retab\/file\//);
    await everyFileIs(page, Buffer.from(body), "application/json");
    const evidence = await desk(page, sandbox, reviewPage, "purchase-order-4711.csv", name);
    const code = evidence.root.getByRole("region", { name });
    await evidence.open(name);
    await expect.poll(() => code.textContent()).toMatch(shown);
    await evidence.root.getByRole("button", { name: "Copy" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(body.startsWith("{") ? JSON.parse(copied) : copied).toEqual(body.startsWith("{") ? JSON.parse(body) : body);
  }
});

test("a photo is upright as its camera says, whatever it is turned to", async ({ page, sandbox, reviewPage }) => {
  const { evidence, shows } = await review(page, sandbox, reviewPage);
  await shows(await photo(page, 400, 200), "image/jpeg");
  await expect.poll(() => grey(evidence, 0.5, 0.1)).toBeLessThan(60);
  expect(await grey(evidence, 0.5, 0.9)).toBeGreaterThan(200);
  const shape = await evidence.root.locator("canvas").boundingBox();
  expect((shape?.height ?? 0) / (shape?.width ?? 1)).toBeCloseTo(2, 1);
  await evidence.root.getByRole("button", { name: "Turn right" }).click();
  await expect.poll(() => grey(evidence, 0.9, 0.5)).toBeLessThan(60);
  await shows(tiff(1, 6), "image/tiff");
  await seesSquare(evidence);
});
