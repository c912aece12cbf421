// One run: `/c/{connection}/runs/{run}`.

import type { Locator, Page } from "@playwright/test";

export class RunPage {
  readonly root: Locator;
  readonly heading: Locator;
  readonly reviewNow: Locator;
  readonly historyTable: Locator;

  constructor(private readonly page: Page) {
    this.root = page.locator('main[data-page="run"]');
    this.heading = this.root.getByRole("heading", { level: 1 });
    this.reviewNow = this.root.getByRole("link", { name: "Review now" });
    this.historyTable = this.root.locator("details", { hasText: "History as a table" });
  }

  async open(connection: string, run: string, hash = ""): Promise<void> {
    await this.page.goto(runPath(connection, run) + hash);
    await this.heading.waitFor();
  }

  tab(name: "Timeline" | "Steps" | "Files" | "Inputs and outputs" | "Details" | "Raw"): Locator {
    return this.root.getByRole("tab", { name });
  }

  /** The normalised word of the status in the header: `running`, `waiting`, `completed`. */
  async state(): Promise<string | null> {
    return this.root.locator("header [data-status]").first().getAttribute("data-status");
  }

  /** The status in the header, by its words. */
  status(words: string | RegExp): Locator {
    return this.root.locator(".sl-status").filter({ hasText: words }).first();
  }
}

export function runPath(connection: string, run: string): string {
  return `/c/${encodeURIComponent(connection)}/runs/${encodeURIComponent(run)}`;
}
