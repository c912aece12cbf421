// The gateway's run-number ledger in the app: numbers that never move, also where the vendor gives none, on every page that shows runs.

import type { Page } from "@playwright/test";

import { Stack } from "../fixtures/servers.ts";
import { expect, test as base } from "../fixtures/test.ts";
import { FLOWS } from "../fixtures/vendors.ts";
import type { HistoryQuery } from "../pages/history.ts";

const test = base.extend<object, object>({
  stack: [
    async ({}, use) => {
      const stack = await Stack.start({ runs: 160, reviews: true, ledger: true });
      await expect.poll(() => everyFlowIsKept(stack), { message: "the ledger has numbered every flow", timeout: 240_000 }).toBe(true);
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

async function everyFlowIsKept(stack: Stack): Promise<boolean> {
  const answer = (await (await fetch(`${stack.gateway.url}/api/ledger`)).json()) as { flows: { connection: string; state: string }[] };
  const connections = new Set(answer.flows.map((flow) => flow.connection));
  return connections.size === 5 && answer.flows.every((flow) => flow.state === "kept");
}

const names = (page: Page, table: string) => page.locator(`${table} tr[data-run]`);

test("numbers stay where they are when an older run is deleted, and its own leads to it no more", async ({ page, sandbox, historyPage }) => {
  await historyPage.open({ c: "retab", flow: FLOWS.retab });
  await expect(historyPage.rows.first().locator(".c-num")).toHaveText(/^#\d+$/);
  const [ids, before] = [await historyPage.ids(), await historyPage.numbers()];
  const at = before.findIndex((number, place) => place > 5 && number !== "");
  const [gone, number] = [ids[at] ?? "", before[at] ?? ""];
  await sandbox.api("DELETE", `/retab/v1/workflows/runs/${gone}`);
  await page.reload();
  await historyPage.rows.first().waitFor();
  await expect(historyPage.row(gone)).toHaveCount(0);
  await expect(historyPage.row(ids[0] ?? "").locator(".c-num")).toHaveText(before[0] ?? "");
  const kept = new Map(ids.map((id, place) => [id, before[place]]));
  const [now, after] = [await historyPage.ids(), await historyPage.numbers()];
  for (const [place, id] of now.entries()) if (kept.has(id)) expect(after[place], id).toBe(kept.get(id));
  await expect(page.getByRole("columnheader", { name: "Run", exact: true }), "nothing is said of numbers that move").not.toHaveAttribute("title");

  await page.getByLabel("Jump to").fill(number);
  await page.getByLabel("Jump to").press("Enter");
  await expect(page.locator("#jump-said")).toContainText("probably deleted");
  await page.getByLabel("Jump to").fill(before[at + 1] ?? "");
  await page.getByLabel("Jump to").press("Enter");
  await expect(page).toHaveURL(new RegExp(`/c/retab/runs/${ids[at + 1]}`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText(before[at + 1] ?? "");
});

test("a vendor without numbers and lists over many flows have them too", async ({ historyPage }) => {
  const lists: HistoryQuery[] = [{ c: "retab-reviews", flow: FLOWS["retab-reviews"] }, { c: "retab", status: "completed" }, { c: "*" }];
  for (const query of lists) {
    await historyPage.open(query);
    await expect(historyPage.rows.locator(".c-num").filter({ hasNotText: /^#[\d,]+$/ }), JSON.stringify(query)).toHaveCount(0);
  }
});

test("a run's own page and the queue show the number at once", async ({ page, historyPage, runPage }) => {
  await historyPage.open({ c: "retab-reviews", flow: FLOWS["retab-reviews"] });
  await expect(historyPage.rows.nth(3).locator(".c-num")).toHaveText(/^#\d+$/);
  const [id, number] = [(await historyPage.ids())[3] ?? "", (await historyPage.numbers())[3] ?? ""];
  await page.goto("about:blank");
  await runPage.open("retab-reviews", id);
  await expect(runPage.heading).toContainText(number);
  await page.goto("/reviews?c=retab-reviews");
  const rows = names(page, 'main[data-page="reviews"]');
  await expect(rows.first()).toBeVisible({ timeout: 30_000 });
  await expect(rows.locator("td.c-run a").filter({ hasNotText: /^#[\d,]+$/ })).toHaveCount(0);
});
