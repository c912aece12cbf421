// Files of a run, shown where one reads.

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { sample } from "../fixtures/money.ts";

test("a PDF is drawn page by page, and pdf.js comes with the first one only", async ({ page, startPage, runPage, a11y }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(sample("purchase-order-4711.pdf"), sample("invoice-4711.csv"));
  await startPage.submit.click();
  await expect(page).toHaveURL(/\/c\/retab\/runs\/run_/);
  await runPage.tab("Files").click();
  expect(asked.filter((path) => /pdfjs|\/file\//.test(path))).toEqual([]);

  await runPage.root.getByRole("button", { name: "Preview purchase-order-4711.pdf" }).click();
  const sheet = runPage.root.getByRole("region", { name: "purchase-order-4711.pdf, page 1" });
  await expect(sheet).toContainText("4711");
  const drawn = () =>
    sheet.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
      let dark = 0;
      for (let at = 0; at < pixels.length; at += 4) if ((pixels[at] ?? 255) < 100 && (pixels[at + 3] ?? 0) > 200) dark += 1;
      return dark;
    });
  await expect.poll(drawn).toBeGreaterThan(100);
  expect(asked.filter((path) => path.endsWith("/open.mjs"))).toHaveLength(1);
  const width = () => sheet.locator("canvas").evaluate((canvas: HTMLElement) => canvas.clientWidth);
  const fit = await width();
  await runPage.root.getByRole("button", { name: "Zoom in" }).click();
  await expect.poll(width).toBeGreaterThan(fit * 1.4);
  await a11y.audit();

  // The table beside it: cells, not markup.
  await runPage.root.getByRole("button", { name: "Preview invoice-4711.csv" }).click();
  const table = runPage.root.getByRole("region", { name: "invoice-4711.csv" });
  await expect(table.getByRole("row").first()).toBeVisible();
  expect(await table.getByRole("columnheader").count()).toBeGreaterThan(1);
  await a11y.audit();
  await runPage.root.getByRole("button", { name: "Hide invoice-4711.csv" }).click();
  await expect(table).toHaveCount(0);
});

test("the evidence of a review opens a document beside the form", async ({ page, startPage, runPage }) => {
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(sample("purchase-order-4711.json"), sample("invoice-4711.pdf"));
  await startPage.submit.click();
  await expect.poll(() => runPage.state(), { timeout: 30_000 }).toBe("waiting");
  await runPage.root.getByRole("link", { name: /review/i }).first().click();
  const evidence = page.getByRole("region", { name: "Evidence", exact: true });
  await evidence.getByText("invoice-4711.pdf", { exact: true }).first().click();
  await expect(evidence.getByRole("region", { name: "invoice-4711.pdf, page 1" })).toContainText("4711");
});

test("a file that cannot be fetched says why, and can be tried again", async ({ page, startPage, runPage }) => {
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(sample("purchase-order-4712.json"), sample("invoice-4712.json"));
  await startPage.submit.click();
  await expect(page).toHaveURL(/\/c\/retab\/runs\/run_/);
  await runPage.tab("Files").click();
  const detail = "Retab keeps this file at files.example, and the gateway fetches files only from the hosts that the connection lists.";
  await page.route(/\/file\//, (route) =>
    route.fulfill({ status: 403, headers: { "sluice-relay": "not-sent" }, contentType: "application/problem+json", body: JSON.stringify({ detail, status: 403 }) }),
  );
  await runPage.root.getByRole("button", { name: "Preview invoice-4712.json" }).click();
  await expect(runPage.root.getByText(detail)).toBeVisible();
  await page.unroute(/\/file\//);
  await runPage.root.getByRole("button", { name: "Try again" }).click();
  await expect(runPage.root.getByRole("region", { name: "invoice-4712.json" })).toContainText("4712");
});
