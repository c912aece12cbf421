// The pictures of the README, made anew by `cargo xtask screenshots` from today's app and the sandbox.

import { fileURLToPath } from "node:url";

import type { Page } from "@playwright/test";

import { RECONCILIATION } from "../e2e/fixtures/flows.ts";
import { waitingRetabRun } from "../e2e/fixtures/money.ts";
import { test } from "../e2e/fixtures/test.ts";

test.use({ runs: 10_000, timezoneId: "UTC" });

async function picture(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: fileURLToPath(new URL(`../../docs/screenshots/${name}.png`, import.meta.url)) });
}

test("pictures for the README", async ({ page, sandbox, historyPage, runPage, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.rows.first().locator(".c-num", { hasText: "#" }).waitFor();
  await picture(page, "history");

  await historyPage.rows.first().getByRole("link").first().click();
  await runPage.heading.waitFor();
  await runPage.root.getByRole("link", { name: /Extract invoice/ }).click();
  await picture(page, "run");

  await reviewPage.open("retab", run, "review-mismatch");
  await reviewPage.at("/invoice/total").fill("1560.00");
  await reviewPage.root.getByText("Draft saved").waitFor();
  await picture(page, "review");
});
