// The form that starts a run: `/c/{connection}/start?flow=…`.

import { expect, type Locator, type Page } from "@playwright/test";

export class StartPage {
  readonly root: Locator;
  readonly submit: Locator;
  readonly problems: Locator;

  constructor(private readonly page: Page) {
    this.root = page.locator('main[data-page="start"]');
    this.submit = this.root.getByRole("button", { name: "Start run" });
    this.problems = this.root.getByText(/^\d+ fields? stops? the start$/);
  }

  async open(connection: string, flow: string): Promise<void> {
    await this.page.goto(startPath(connection, flow));
    await this.submit.waitFor();
  }

  /** The two documents of the reconciliation. */
  async attachPair(order: string, invoice: string): Promise<void> {
    await this.attach(/^Purchase order$/i, order);
    await this.attach(/^Invoice$/i, invoice);
    await expect(this.root.locator(".sl-file")).toHaveCount(2);
  }

  /** Puts a file of the repository, or bytes with a name, into the input of this label. */
  async attach(label: string | RegExp, file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.root.getByLabel(label).setInputFiles(file);
  }
}

export function startPath(connection: string, flow: string): string {
  return `/c/${encodeURIComponent(connection)}/start?flow=${encodeURIComponent(flow)}`;
}
