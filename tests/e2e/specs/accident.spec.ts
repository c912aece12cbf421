// No decision by accident: what is typed, composed, held down or pressed in another layout decides only what was asked for.

import type { BrowserContext, Page } from "@playwright/test";

import { RECONCILIATION, newestRetabRun, SHOWCASE } from "../fixtures/flows.ts";
import { InputMethod } from "../fixtures/ime.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, retabDecision, waitingRetabRun, writes } from "../fixtures/money.ts";
import { untilHeard, untilReadable } from "../fixtures/quiet.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { expect, gatewayAhead, test } from "../fixtures/test.ts";
import { ReviewPage } from "../pages/review.ts";

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-path") ?? document.activeElement?.id ?? "");
const decisions = (page: Page) => writes(page, /(hil-decisions|\/complete)$/);
const question = (page: Page) => page.getByRole("dialog", { name: "Reject this review?" });
const reason = (page: Page) => question(page).getByLabel("Reason (optional)");
const held = (page: Page) => page.locator("[data-held]");

async function openWaiting(page: Page, sandbox: Sandbox, reviewPage: ReviewPage): Promise<string> {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await expect(reviewPage.approve).toBeVisible();
  return run;
}

/** The showcase's invoice, with a table of lines and a group whose names are free. */
async function openInvoice(page: Page, sandbox: Sandbox, reviewPage: ReviewPage): Promise<void> {
  await knownAs(page, "Ada Lovelace");
  const run = await newestRetabRun(sandbox, SHOWCASE.retab, "waiting_for_human");
  await reviewPage.open("retab", run.id, "review-terms");
  await reviewPage.at("/total").waitFor();
}

/** The oldest review of the reconciliation's queue, opened from there. */
async function openFromQueue(page: Page): Promise<void> {
  await knownAs(page, "Ada Lovelace");
  // A run that the test before decided is listed until its vendor goes on, which a busy machine may be late with.
  await expect(async () => {
    await page.goto(`/reviews?c=retab&flow=${RECONCILIATION.retab}`);
    await expect(page.locator("tr[data-run] .c-rev").first()).toHaveText(/Review mismatch/, { timeout: 8_000 });
  }).toPass({ timeout: 30_000 });
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeVisible();
  await expect.poll(() => page.locator(".sl-review__q [data-run]").count(), { timeout: 20_000 }).toBeGreaterThan(1);
}

test("typing a reason for rejecting approves nothing", async ({ page, sandbox, reviewPage }) => {
  const run = await openWaiting(page, sandbox, reviewPage);
  const sent = decisions(page);
  await page.keyboard.press("r");
  await page.keyboard.type("Wrong amount, not as agreed");
  await expect(reason(page)).toHaveValue("Wrong amount, not as agreed");
  await page.keyboard.press("Enter");
  await page.keyboard.type("a second line");
  expect(sent).toEqual([]);
  await page.keyboard.press("Control+Enter");
  await expect(reviewPage.outcome).toHaveText("Rejected");
  expect(sent).toHaveLength(1);
  expect((await retabDecision(sandbox, run)).approved).toBe(false);
});

test("what is typed on after a dialog closed decides nothing", async ({ page, sandbox, reviewPage }) => {
  await openWaiting(page, sandbox, reviewPage);
  const sent = decisions(page);
  const before = page.url();
  await page.keyboard.press("r");
  await expect(question(page)).toBeVisible();
  await question(page).getByRole("button", { name: "Keep it open" }).focus();
  await untilReadable(page);
  // The space presses the button; the rest of the sentence finds no dialog any more.
  await page.keyboard.type("x as agreed, just skip it", { delay: 20 });
  await page.keyboard.press("Control+Enter");
  await expect(question(page)).toBeHidden();
  // Nor is it swallowed without a word.
  await expect(page.locator(".sl-toast")).toContainText("Nothing was decided: a dialog was closed a moment ago.");
  expect(sent).toEqual([]);
  expect(page.url()).toBe(before);
  await untilHeard(page);
  await page.keyboard.press("r");
  await expect(question(page)).toBeVisible();
});

for (const [opens, key] of [["r", "Space"], ["?", "Enter"]] as const) {
  test(`${key} that is typed on after a dialog (${opens}) presses no button that the focus came back to`, async ({ page, sandbox, reviewPage }) => {
    await openWaiting(page, sandbox, reviewPage);
    const sent = decisions(page);
    await reviewPage.approve.focus();
    await page.keyboard.press(opens);
    await expect(page.locator("dialog[open]")).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press(key);
    await expect(reviewPage.approve).toBeFocused();
    await untilHeard(page);
    expect(sent).toEqual([]);
    await expect(reviewPage.approve).not.toHaveAttribute("aria-disabled", "true");
    await page.keyboard.press(key);
    await expect(reviewPage.outcome).toHaveText("Approved");
  });
}

test("a key that is held down opens the question and types nothing into it", async ({ page, sandbox, reviewPage }) => {
  await openWaiting(page, sandbox, reviewPage);
  for (let at = 0; at < 4; at++) await page.keyboard.down("r");
  await page.keyboard.up("r");
  await expect(reason(page)).toBeFocused();
  await expect(reason(page)).toHaveValue("");
  await page.keyboard.down("x");
  await page.keyboard.down("x");
  await page.keyboard.up("x");
  await expect(reason(page)).toHaveValue("xx");
});

test("a press belongs to where it began", async ({ page, sandbox, reviewPage }) => {
  await openWaiting(page, sandbox, reviewPage);
  const sent = decisions(page);
  await reviewPage.at("/note").focus();
  for (const key of ["Space", "Enter"]) {
    await page.keyboard.down(key);
    await reviewPage.approve.focus();
    await page.keyboard.down(key);
    await page.keyboard.up(key);
    await reviewPage.at("/note").focus();
  }
  await expect(reviewPage.approve).not.toHaveAttribute("aria-disabled", "true");
  expect(sent).toEqual([]);
});

test("Escape that puts a candidate away stays in the field", async ({ page, sandbox, reviewPage }) => {
  await openWaiting(page, sandbox, reviewPage);
  const sent = decisions(page);
  const ime = await InputMethod.of(page);
  const note = reviewPage.at("/note");
  await note.fill("");
  await ime.compose("にほん");
  await ime.press("Escape");
  await ime.press("Enter", true);
  expect(await focused(page)).toBe("/note");
  await ime.take("日本");
  await page.keyboard.press("a");
  await expect(note).toHaveValue("日本a");
  expect(sent).toEqual([]);
});

test("arrows and Enter of an input method move no cells and add no fields", async ({ page, sandbox, reviewPage }) => {
  await openInvoice(page, sandbox, reviewPage);
  const ime = await InputMethod.of(page);
  await reviewPage.at("/lines/1/text").focus();
  await ime.compose("に");
  for (const key of ["ArrowDown", "ArrowUp", "ArrowRight", "Enter"]) await ime.press(key);
  expect(await focused(page)).toBe("/lines/1/text");
  await ime.take("二");
  const name = reviewPage.root.locator("[data-new]").first();
  await name.focus();
  await ime.compose("ねだん");
  await ime.press("Enter");
  await expect(name).toBeFocused();
  await ime.take("値段");
  await page.keyboard.press("Enter");
  await expect(reviewPage.root.locator('[data-path$="/値段"]')).toBeVisible();
});

test("an input method in the question about a rejection sends and closes nothing", async ({ page, sandbox, reviewPage }) => {
  await openWaiting(page, sandbox, reviewPage);
  const sent = decisions(page);
  const ime = await InputMethod.of(page);
  await page.keyboard.press("r");
  await ime.compose("きんがく");
  await ime.press("Enter", true);
  await ime.press("Enter");
  await ime.press("Escape");
  await expect(reason(page)).toBeFocused();
  await ime.take("金額");
  await expect(reason(page)).toHaveValue("金額");
  expect(sent).toEqual([]);
});

test("an input method in the palette and in the flow chooser opens nothing", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.rows.first().waitFor();
  const ime = await InputMethod.of(page);
  const before = page.url();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Go to anything" });
  await expect(palette.getByRole("option").first()).toBeVisible();
  await ime.compose("r");
  const chosen = palette.locator('[role="option"][aria-selected="true"]');
  const first = await chosen.getAttribute("id");
  for (const key of ["ArrowDown", "Enter", "Escape"]) await ime.press(key);
  await expect(palette).toBeVisible();
  expect(await chosen.getAttribute("id")).toBe(first);
  await ime.take("");
  await page.keyboard.press("Escape");
  await expect(palette).toHaveCount(0);
  await page.locator(".sl-flowpick").click();
  await expect(page.getByRole("searchbox").first()).toBeFocused();
  await ime.compose("c");
  for (const key of ["Enter", "Escape"]) await ime.press(key);
  await expect(page.getByRole("searchbox").first()).toBeFocused();
  expect(page.url()).toBe(before);
});

test("keys that edit text are the platform's, in a table too", async ({ page, sandbox, reviewPage }) => {
  await openInvoice(page, sandbox, reviewPage);
  const lines = reviewPage.root.locator(".sl-li tbody tr");
  const text = reviewPage.at("/lines/0/text");
  await text.fill("Hex bolts steel");
  for (const key of ["Control+Delete", "Alt+Delete", "Alt+Backspace", "Control+Shift+ArrowUp", "Control+Backspace"]) {
    await page.keyboard.press("Home");
    await page.keyboard.press(key);
  }
  await expect(lines).toHaveCount(14);
  // Nothing was set back, and a word was deleted.
  await expect(text).not.toHaveValue(/Hex/);
  await expect(text).toHaveValue(/bolts steel$/);
  await page.keyboard.press("F9");
  await expect(text).not.toHaveValue(/bolts steel$/);
  const [first, second] = [await text.inputValue(), await reviewPage.at("/lines/1/text").inputValue()];
  await page.keyboard.press("Alt+PageDown");
  await expect(reviewPage.at("/lines/1/text")).toHaveValue(first);
  await expect(reviewPage.at("/lines/1/text")).toBeFocused();
  await page.keyboard.press("Alt+PageUp");
  await page.keyboard.press("Alt+End");
  await expect(lines).toHaveCount(13);
  await expect(text).toHaveValue(second);
});

test("a checkbox is no text field: after a tick the keys of a list work on", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const row = page.locator("tr[data-run]:focus-within");
  await historyPage.rows.first().getByRole("checkbox").click();
  const ticked = await row.getAttribute("data-run");
  await page.keyboard.press("j");
  await expect(row).not.toHaveAttribute("data-run", ticked ?? "");
  await page.keyboard.press("x");
  await expect(page.locator("tr[data-run] input:checked")).toHaveCount(2);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox").first()).toBeFocused();

  await page.goto("/reviews");
  const chosen = page.locator("tr[data-run] input:checked");
  await expect(page.locator("tr[data-run]").nth(1).getByRole("checkbox")).toBeVisible({ timeout: 20_000 });
  await page.locator("tr[data-run]").first().getByRole("checkbox").click();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(chosen).toHaveCount(2);
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  await expect(chosen).toHaveCount(1);
  await page.locator("tr[data-run] input:checked").focus();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await untilHeard(page);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
});

test("a press that finds nothing to undo says so", async ({ page, sandbox, reviewPage }) => {
  await openWaiting(page, sandbox, reviewPage);
  await page.keyboard.press("z");
  await expect(page.locator(".sl-toast")).toContainText("Nothing is held back that could be undone.");
});

test("in a Greek layout the physical keys count, and AltGr types what the layout has", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.rows.first().waitFor();
  const keyboard = await InputMethod.of(page);
  const row = page.locator("tr[data-run]:focus-within");
  await keyboard.typed("ξ", "KeyJ");
  await expect(row).toHaveCount(1);
  await keyboard.typed("χ", "KeyX");
  await expect(page.locator("tr[data-run] input:checked")).toHaveCount(1);
  // A German keyboard has its bracket on AltGr and 9, which some systems report as Ctrl and Alt: the list turns its page.
  const before = page.url();
  await keyboard.altGraph("]", "Digit9");
  await expect(page).not.toHaveURL(before);
  await keyboard.typed("?", "Minus", true);
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});

test("in a Cyrillic layout the physical keys count", async ({ page }) => {
  await openFromQueue(page);
  const keyboard = await InputMethod.of(page);
  const first = page.url();
  await keyboard.typed("о", "KeyJ");
  await expect(page).not.toHaveURL(first);
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeVisible();
  await keyboard.typed("к", "KeyR");
  await expect(question(page)).toBeVisible();
});

test("a rejection after approve-and-next that an error stopped stays where it is", async ({ page, reviewPage }) => {
  await openFromQueue(page);
  const here = page.url();
  await reviewPage.at("/invoice/total").fill("a lot");
  await page.keyboard.press("Control+Enter");
  await expect(reviewPage.at("/invoice/total")).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.press("Escape");
  await page.keyboard.press("r");
  await expect(reason(page)).toBeFocused();
  await page.keyboard.press("Control+Enter");
  await expect(reviewPage.outcome).toHaveText("Rejected");
  expect(page.url()).toBe(here);
});

test("the next review after a decision is the filtered queue's, as J's is", async ({ page, reviewPage }) => {
  await openFromQueue(page);
  await page.keyboard.press("a");
  await expect(reviewPage.outcome).toHaveText("Approved");
  const next = reviewPage.root.getByRole("link", { name: /^Next review/ });
  await expect(next).toHaveAttribute("href", new RegExp(`^/c/retab/.*${RECONCILIATION.retab}`));
  const [run = ""] = /runs\/[^/]+/.exec((await next.getAttribute("href")) ?? "") ?? [];
  await page.keyboard.press("j");
  await expect(page).toHaveURL(new RegExp(run));
});

test.describe("inside the undo window", () => {
  test.use({ undoSeconds: 8 });

  test("Z after approve-and-next leads back to what was approved", async ({ page, reviewPage }) => {
    await openFromQueue(page);
    const sent = decisions(page);
    const first = page.url();
    await page.keyboard.press("Control+Enter");
    await expect(page).not.toHaveURL(first);
    await expect(reviewPage.approve).toBeVisible();
    await page.keyboard.press("z");
    await expect(page).toHaveURL(first);
    await expect(held(page)).toHaveCount(0);
    await expect(reviewPage.approve).toBeVisible();
    expect(sent).toEqual([]);
  });

  test("the message names the run and what was decided, and a press that decides nothing says why", async ({ page, sandbox, reviewPage }) => {
    await openWaiting(page, sandbox, reviewPage);
    await reviewPage.at("/note").fill("looked at");
    const name = (await reviewPage.root.locator("h2#form-title a").textContent()) ?? "none";
    await reviewPage.approve.click();
    await expect(held(page)).toContainText(`${name} approved with 1 change. Not sent yet.`);
    // Playwright would wait until it can act; people press all the same.
    await reviewPage.approve.click({ force: true });
    await expect(page.locator(".sl-toast", { hasText: "It is decided already and not sent yet" })).toBeVisible();
    await held(page).getByRole("button", { name: /^Undo/ }).click();
    const task = await pendingSuperAiTask(sandbox);
    await reviewPage.open("superai", task.flow_execution_id, task.id);
    await expect(reviewPage.approve).toBeVisible();
    await page.keyboard.press("r");
    await page.keyboard.press("Control+Enter");
    await expect(held(page)).toContainText(/^\S+ marked as incorrect\. Not sent yet\./);
    await held(page).getByRole("button", { name: /^Undo/ }).click();
  });

  test("the message covers nothing that cannot be scrolled out from under it, and never the decision", async ({ page, reviewPage }) => {
    await openFromQueue(page);
    await reviewPage.approve.click();
    await expect(held(page)).toBeVisible();
    const edge = async (selector: string) => {
      const box = await page.locator(selector).last().boundingBox();
      if (!box) throw new Error(`${selector} is not drawn`);
      return { ...box, right: box.x + box.width, bottom: box.y + box.height };
    };
    const toast = await edge(".sl-toasts");
    expect(toast.right).toBeLessThanOrEqual((await edge(".sl-review__f")).x);
    const last = page.locator(".sl-review__q [data-run]").last();
    await last.evaluate((row) => {
      const area = row.closest(".sl-scroll");
      area?.scrollTo(0, area.scrollHeight);
    });
    expect((await edge(".sl-review__q [data-run]")).bottom).toBeLessThanOrEqual(toast.y);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    const narrow = await edge(".sl-toasts");
    expect(narrow.bottom).toBeLessThanOrEqual((await edge(".sl-decide")).y);
    expect((await edge(".sl-form [data-path]")).bottom).toBeLessThanOrEqual(narrow.y);
    await page.keyboard.press("z");
    await expect(held(page)).toHaveCount(0);
  });
});

/** A review that waits, open in a second tab as well; `prepare` comes before that opens. */
async function openTwice(page: Page, context: BrowserContext, sandbox: Sandbox, reviewPage: ReviewPage, prepare: (second: Page) => Promise<void> = async () => {}) {
  const run = await openWaiting(page, sandbox, reviewPage);
  const second = new ReviewPage(await context.newPage());
  await prepare(second.root.page());
  await second.open("retab", run, REVIEW_NODE);
  await expect(second.approve).toBeVisible();
  return { second, sent: decisions(second.root.page()) };
}

async function approveHere(reviewPage: ReviewPage): Promise<void> {
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("Approved");
}

test("a second tab says that it was decided in another tab, and when", async ({ page, context, sandbox, reviewPage }) => {
  const { second, sent } = await openTwice(page, context, sandbox, reviewPage);
  await approveHere(reviewPage);
  await expect(second.outcome).toHaveText(/^You approved this in another tab at \d\d:\d\d$/, { timeout: 20_000 });
  await expect(second.root).toContainText("Nothing was sent from this tab.");
  expect(sent).toEqual([]);
});

for (const [now, shown] of [
  ["2026-10-25T01:31:00Z", /^You approved this in another tab at 02:3\d UTC\+2$/],
  ["2026-10-26T09:00:00Z", /^You approved this in another tab on 25 Oct at 02:3\d UTC\+2$/],
] as const) {
  test(`in the night that has half past two twice, a second tab at ${now} says which it was`, async ({ page, context, sandbox, reviewPage }) => {
    const clock = async (of: Page, time: string) => {
      await of.clock.install({ time });
      (await gatewayAhead(of)).ms = Date.parse(time) - Date.now();
    };
    await clock(page, "2026-10-25T00:30:00Z");
    const { second } = await openTwice(page, context, sandbox, reviewPage, (second) => clock(second, now));
    await approveHere(reviewPage);
    await expect(second.outcome).toHaveText(shown, { timeout: 20_000 });
  });
}

test("a second tab on a shared device says too that it was decided in another tab, and when", async ({ page, context, sandbox, reviewPage }) => {
  await context.addInitScript(() => {
    if (location.protocol.startsWith("http")) localStorage.setItem("sluice.shared-device", "1");
  });
  const { second, sent } = await openTwice(page, context, sandbox, reviewPage);
  await approveHere(reviewPage);
  await expect(second.root.getByText(/^You approved this in another tab at \d\d:\d\d\.$/)).toBeVisible({ timeout: 20_000 });
  await expect(second.root).toContainText("Nothing was sent from this tab.");
  await expect(second.root).not.toContainText("Somebody decided it");
  expect(sent).toEqual([]);
});

test("a reason that was typed is kept with its review, over a reload and another review, and shown at no other", async ({ page, reviewPage }) => {
  await openFromQueue(page);
  const first = page.url();
  await page.keyboard.press("r");
  await page.keyboard.type("Not as agreed");
  await page.keyboard.press("Escape");
  await expect(question(page)).toBeHidden();
  await untilHeard(page);
  await page.keyboard.press("j");
  await expect(page).not.toHaveURL(first);
  await expect(reviewPage.approve).toBeVisible();
  await page.keyboard.press("r");
  await expect(reason(page)).toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(question(page)).toBeHidden();
  await untilHeard(page);
  await page.keyboard.press("k");
  await expect(page).toHaveURL(first);
  page.on("dialog", (leaving) => void leaving.accept());
  await expect(reviewPage.approve).toBeVisible();
  await page.reload();
  await expect(reviewPage.approve).toBeVisible();
  await page.keyboard.press("r");
  await expect(reason(page)).toHaveValue("Not as agreed");
});

test("a long reason is kept and counted, and refused only when it is sent", async ({ page, sandbox, reviewPage }) => {
  await openWaiting(page, sandbox, reviewPage);
  const sent = decisions(page);
  await page.keyboard.press("r");
  await page.keyboard.insertText("x".repeat(2_345));
  await expect(reason(page)).toHaveValue("x".repeat(2_345));
  await page.keyboard.press("Control+Enter");
  await expect(question(page)).toContainText("The reason has 2,345 characters");
  expect(sent).toEqual([]);
});
