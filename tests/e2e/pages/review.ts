// One review: `/c/{connection}/runs/{run}/reviews/{review}`.

import type { Locator, Page } from "@playwright/test";

import { runPath } from "./run.ts";

export class ReviewPage {
  readonly root: Locator;
  readonly heading: Locator;
  readonly approve: Locator;
  readonly reject: Locator;

  constructor(private readonly page: Page) {
    this.root = page.locator('main[data-page="review"]');
    this.heading = this.root.getByRole("heading", { level: 1 });
    // Without edits it reads "Approve", with edits "Approve with 1 edit".
    this.approve = this.root.getByRole("button", { name: /^Approve/ });
    this.reject = this.root.getByRole("button", { name: /^(Reject|Mark as incorrect)/ });
  }

  async open(connection: string, run: string, review: string): Promise<void> {
    await this.page.goto(`${runPath(connection, run)}/reviews/${encodeURIComponent(review)}`);
    await this.heading.waitFor();
  }

  field(label: string | RegExp): Locator {
    return this.root.getByLabel(label);
  }
}
