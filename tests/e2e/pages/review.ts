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

  /** The control of a place in the data, by its JSON pointer: `/invoice/total`. */
  at(pointer: string): Locator {
    return this.root.locator(`[data-path="${pointer}"]`);
  }

  /** What came of a decision, once it is known. */
  get outcome(): Locator {
    return this.root.locator("h1#outcome");
  }

  /** The three facts of a decision on its way: recorded, resumed, next step. */
  get progress(): Locator {
    return this.root.getByRole("list", { name: "Progress of the decision" }).getByRole("listitem");
  }

  /** Answers the question that the first decision of a browser raises. */
  async sayWho(name: string): Promise<void> {
    const dialog = this.page.getByRole("dialog", { name: "Who decides here?" });
    await dialog.getByLabel("Your name").fill(name);
    await dialog.getByRole("button", { name: "Save name" }).click();
  }
}
