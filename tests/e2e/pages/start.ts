// The form that starts a run.

import type { Locator, Page } from "@playwright/test";

export class StartPage {
  readonly root: Locator;
  readonly submit: Locator;

  constructor(page: Page) {
    this.root = page.getByRole("main");
    this.submit = this.root.getByRole("button", { name: /^Start/ });
  }

  /** Puts a file into the input of this label. */
  async attach(label: string | RegExp, path: string): Promise<void> {
    await this.root.getByLabel(label).setInputFiles(path);
  }
}
