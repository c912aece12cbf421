// The run history: `/runs?c=…&flow=…`.

import type { Locator, Page } from "@playwright/test";

export type HistoryQuery = { c?: string; flow?: string } & Record<string, string>;

export class HistoryPage {
  readonly rows: Locator;
  readonly older: Locator;
  readonly newer: Locator;
  readonly newest: Locator;
  readonly status: Locator;
  readonly pageSize: Locator;

  constructor(private readonly page: Page) {
    // The skeleton that index.html paints has rows too, but no ids.
    this.rows = page.locator("table.sl-runs tbody tr[data-run]");
    const pager = page.getByRole("navigation", { name: "Pages" });
    this.older = pager.getByText("Older", { exact: true });
    this.newer = pager.getByText("Newer", { exact: true });
    this.newest = pager.getByText("Newest", { exact: true });
    this.status = page.locator("summary").filter({ hasText: /Status: |statuses/ });
    this.pageSize = page.getByLabel("Runs per page");
  }

  /** Of a list that has just come the rows in sight are drawn first, the others a moment later. */
  private async whole(): Promise<void> {
    await this.page.locator("table.sl-runs[aria-busy]").waitFor({ state: "detached" });
  }

  async open(query: HistoryQuery = {}): Promise<void> {
    await this.page.goto(`/runs?${new URLSearchParams(query)}`);
    await this.rows.first().waitFor();
    await this.whole();
  }

  row(run: string): Locator {
    return this.page.locator(`table.sl-runs tbody tr[data-run="${run}"]`);
  }

  /** The ids on this page, in order. */
  async ids(): Promise<string[]> {
    await this.whole();
    return this.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute("data-run") ?? ""));
  }

  /** What the column of run numbers shows, in order: `#1,042` or a dash. */
  async numbers(): Promise<string[]> {
    await this.whole();
    const cells = await this.rows.locator(".c-num").allInnerTexts();
    return cells.map((text) => text.trim());
  }
}
