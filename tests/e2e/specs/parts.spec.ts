// The app comes in two parts: what the history needs, and the pages behind it.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";

const PART = /\/sluice-app-pages-[0-9a-f]+\.wasm$/;

/** How often the second part was asked for. */
function count(page: Page): () => number {
  let asked = 0;
  page.on("request", (request) => {
    if (PART.test(new URL(request.url()).pathname)) asked += 1;
  });
  return () => asked;
}

test("pointing at a run fetches the part that its page needs, once", async ({ page, historyPage }) => {
  const asked = count(page);
  await historyPage.open();
  await page.waitForLoadState("networkidle");
  expect(asked()).toBe(0);

  const link = historyPage.rows.first().getByRole("link").first();
  const arrived = page.waitForResponse((response) => PART.test(new URL(response.url()).pathname));
  await link.hover();
  expect((await arrived).status()).toBe(200);
  await link.click();
  await expect(page.locator("main[data-page=run]")).toBeVisible();
  await page.getByRole("link", { name: "Reviews", exact: false }).first().click();
  await expect(page).toHaveURL(/\/reviews/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(asked()).toBe(1);
});

test("the focus on a link does what pointing does", async ({ page, historyPage }) => {
  await historyPage.open();
  const arrived = page.waitForResponse((response) => PART.test(new URL(response.url()).pathname));
  await historyPage.rows.first().getByRole("link").first().focus();
  expect((await arrived).status()).toBe(200);
});

test("a visit that starts behind the history downloads the part once, and before the app asks for it", async ({ page }) => {
  const asked = count(page);
  await page.goto("/reviews");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");
  // The use of a preload is not a second download, though Chromium reports it as a request.
  const downloads = await page.evaluate(() =>
    (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
      .filter((entry) => /-pages-/.test(entry.name) && entry.transferSize > 0)
      .map((entry) => entry.initiatorType),
  );
  // By the link that boot.js adds, not by the app's own fetch.
  expect(downloads).toEqual(["link"]);
  expect(asked()).toBeGreaterThan(0);
});

test("a part that does not arrive is told, and can be tried again", async ({ page, historyPage, a11y }) => {
  await historyPage.open();
  await page.route(PART, (route) => route.abort());
  await historyPage.rows.first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "This page did not arrive" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Load the page again" })).toBeVisible();
  await a11y.audit();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "This page did not arrive" })).toBeVisible();

  await page.unroute(PART);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("main[data-page=run]")).toBeVisible();
});

test("a key whose part does not arrive says so, and works once it does; other keys are the browser's", async ({ page, historyPage, a11y }) => {
  await historyPage.open();
  await page.route(PART, (route) => route.abort());
  const said = page.locator(".sl-toast").filter({ hasText: "The keyboard shortcuts did not arrive" });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(said).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(said).toBeVisible();
  await a11y.audit();
  await page.unroute(PART);
  await page.keyboard.press("Control+k");
  await expect(page.locator(".sl-palette input")).toBeFocused();
});

test("a part that a newer release has replaced is told", async ({ page, historyPage }) => {
  await historyPage.open();
  await page.route(PART, (route) => route.fulfill({ status: 404, contentType: "text/html", body: "gone" }));
  await historyPage.rows.first().getByRole("link").first().click();
  await expect(page.getByText("Sluice was updated while it was open here")).toBeVisible();
  await page.unroute(PART);
  await page.getByRole("button", { name: "Load the page again" }).click();
  await expect(page.locator("main[data-page=run]")).toBeVisible();
});
