// Choosing runs in the history, the bar below them, and the dialog of what is done with them.

import { expect, type Locator, type Page } from "@playwright/test";

export class BulkPage {
  readonly bar: Locator;
  readonly dialog: Locator;
  readonly all: Locator;

  constructor(private readonly page: Page) {
    this.bar = page.getByRole("region", { name: "Selected runs" });
    this.dialog = page.getByRole("dialog");
    this.all = page.getByRole("checkbox", { name: /^Select all \d+ runs on this page$/ });
  }

  box(run: string): Locator {
    return this.page.locator(`tr[data-run="${run}"] .c-sel input`);
  }

  /** How many are chosen, as the bar says. */
  async expectCount(count: number): Promise<void> {
    await expect(this.bar.getByText(`${count.toLocaleString("en")} selected`, { exact: true })).toBeVisible();
  }

  verb(name: "Rerun" | "Cancel" | "Delete"): Locator {
    return this.bar.getByRole("button", { name: new RegExp(`^${name}`) });
  }

  /** The line of a run in the dialog. */
  line(run: string): Locator {
    return this.dialog.locator(`li[data-run="${run}"]`);
  }

  /** Opens the question and says yes to it. */
  async confirm(name: "Rerun" | "Cancel" | "Delete", count: number): Promise<void> {
    await this.verb(name).click();
    await this.dialog.getByRole("button", { name: new RegExp(`^${name} ${count} runs?$`) }).click();
  }
}
