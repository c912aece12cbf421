// What stands beside a review's form: documents, earlier steps, and the marks in them.

import { expect, type Locator, type Page } from "@playwright/test";

export class EvidencePane {
  readonly root: Locator;
  /** What is said of the field that has the focus. */
  readonly told: Locator;
  /** Every marked place. */
  readonly places: Locator;
  /** The places of the field that has the focus. */
  readonly mine: Locator;
  /** The one of them that is meant. */
  readonly current: Locator;
  readonly offer: Locator;

  constructor(page: Page) {
    this.root = page.getByRole("region", { name: "Evidence", exact: true });
    this.told = this.root.locator(".sl-sources [role=status]");
    this.places = this.root.locator("[data-source]");
    this.mine = this.root.locator("[data-source].on");
    this.current = this.root.locator("[data-current]");
    this.offer = this.root.getByRole("group", { name: /^Several fields have this value/ });
  }

  async open(document: string): Promise<void> {
    await this.root.getByRole("group", { name: "What is shown" }).getByRole("button", { name: document }).click();
  }

  /** Where a mark stands on the drawn page, in parts of its width and height. */
  async onPage(mark: Locator): Promise<{ left: number; right: number; top: number; bottom: number }> {
    const paper = await this.root.locator("canvas").boundingBox();
    const frame = await mark.boundingBox();
    if (!paper || !frame) throw new Error("nothing is drawn");
    const across = (x: number) => (x - paper.x) / paper.width;
    const down = (y: number) => (y - paper.y) / paper.height;
    return { left: across(frame.x), right: across(frame.x + frame.width), top: down(frame.y), bottom: down(frame.y + frame.height) };
  }

  /** Whether a mark can be seen within the pane. */
  async inSight(mark: Locator): Promise<boolean> {
    return mark.evaluate((element) => {
      const frame = element.getBoundingClientRect();
      const hit = document.elementFromPoint(frame.left + frame.width / 2, frame.top + frame.height / 2);
      return hit !== null && (element.contains(hit) || hit.contains(element));
    });
  }

  async saysOfField(words: string | RegExp): Promise<void> {
    await expect(this.told).toHaveText(words);
  }
}
