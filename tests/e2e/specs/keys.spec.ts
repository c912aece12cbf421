// Keys: the whole loop without a mouse in each dialect that decides, what is silent, and other keys.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { knownAs, retabDecision, retabWaits, type SuperAiTask, superAiTask, writes } from "../fixtures/money.ts";
import { untilHeard } from "../fixtures/quiet.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute("data-path") ?? document.activeElement?.id ?? "");
const said = (page: Page) => page.locator('.sl-app > p[role="status"]');
/** The run and review that the address names. */
const open = (page: Page) => {
  const [, , , , run = "", , review = ""] = new URL(page.url()).pathname.split("/");
  return { run, review };
};

/** Opens the oldest review of a connection's reconciliation, from its queue and by keys. */
async function begin(page: Page, connection: "retab" | "superai"): Promise<{ run: string; review: string }> {
  await page.goto(`/reviews?c=${connection}&flow=${RECONCILIATION[connection]}`);
  await expect(page.getByText(/^Updated .* · live$/).first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator("tr[data-run] .c-rev").first()).toHaveText(/Review mismatch/, { timeout: 20_000 });
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeVisible();
  return open(page);
}

/** Presses a key and waits for another review. */
async function goesOn(page: Page, key: string): Promise<{ run: string; review: string }> {
  const before = page.url();
  await page.keyboard.press(key);
  await expect(page).not.toHaveURL(before);
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeVisible();
  return open(page);
}

async function rejects(page: Page, verb: string): Promise<void> {
  await page.keyboard.press("r");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  // The reason has the focus; the keys of the page are silent here.
  await page.keyboard.press("a");
  await expect(dialog.getByRole("textbox")).toHaveValue("a");
  await expect(dialog.getByRole("button", { name: verb })).toBeVisible();
  await page.keyboard.press("Control+Enter");
}

const decided = (sandbox: Sandbox, run: string) => expect.poll(async () => (await retabDecision(sandbox, run)).approved, { timeout: 30_000 });
const completed = (sandbox: Sandbox, review: string) => expect.poll(async () => (await superAiTask(sandbox, review)).review_result, { timeout: 30_000 });

test("Retab: skip, correct and approve, go back, reject: all by keys", async ({ page, sandbox }) => {
  await knownAs(page, "Ada Lovelace");
  await retabWaits(sandbox, 3);
  const skipped = await begin(page, "retab");
  const corrected = await goesOn(page, "s");
  await expect(said(page)).toHaveText(/^Skipped\. Review .* is open\.$/);
  await expect.poll(() => focused(page)).toBe("form-title");
  await page.keyboard.press("e");
  expect(await focused(page)).toBe("/purchase_order/number");
  // A field to check, reached from where the focus is.
  const total = page.locator('[data-path="/invoice/total"]');
  await total.fill("a lot");
  await page.locator('[data-path="/invoice/number"]').focus();
  // What the reason for the review names lies before it.
  for (let presses = 0; presses < 9 && (await focused(page)) !== "/invoice/total"; presses++) await page.keyboard.press("F8");
  expect(await focused(page)).toBe("/invoice/total");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("31.25");
  const rejected = await goesOn(page, "Control+Enter");
  expect(rejected.run, "a skipped one does not come back first").not.toBe(skipped.run);
  await decided(sandbox, corrected.run).toBe(true);
  expect((await retabDecision(sandbox, corrected.run)).modified_data?.invoice.total).toBe(31.25);
  await rejects(page, "Reject");
  await decided(sandbox, rejected.run).toBe(false);
  expect((await retabDecision(sandbox, skipped.run)).decision_received).toBe(false);
});

test("SuperAI: approve, mark as incorrect, and on, all by keys", async ({ page, sandbox }) => {
  await knownAs(page, "Ada Lovelace");
  const approved = await begin(page, "superai");
  const incorrect = await goesOn(page, "Control+Enter");
  await completed(sandbox, approved.review).toBe(true);
  await rejects(page, "Mark as incorrect");
  await completed(sandbox, incorrect.review).toBe(false);
});

test("next and previous keep drafts, and the next one was read ahead once", async ({ page, sandbox }) => {
  await knownAs(page, "Ada Lovelace");
  await retabWaits(sandbox, 2);
  const reads: string[] = [];
  page.on("request", (request) => {
    const match = /\/runs\/([^/]+)\/hil-decisions\//.exec(request.url());
    if (match?.[1] && request.method() === "GET") reads.push(match[1]);
  });
  const first = await begin(page, "retab");
  await page.locator('[data-path="/note"]').fill("looked at it twice");
  await expect(page.getByText(/^Draft saved/)).toBeVisible();
  // Read before anybody asked for it.
  await expect.poll(() => reads.filter((run) => run !== first.run).length).toBe(1);
  const ahead = reads.find((run) => run !== first.run);
  await page.keyboard.press("Escape");
  const second = await goesOn(page, "j");
  expect(second.run).toBe(ahead);
  await goesOn(page, "k");
  expect(open(page).run).toBe(first.run);
  await expect(page.locator('[data-path="/note"]')).toHaveValue("looked at it twice");
  await page.keyboard.press("k");
  await expect(said(page)).toHaveText("This is the first review in the queue.");
  expect(open(page).run).toBe(first.run);
});

test("single keys are silent while typing and in dialogs", async ({ page, sandbox }) => {
  await knownAs(page, "Ada Lovelace");
  const { run } = await begin(page, "retab");
  const sent = writes(page, /hil-decisions$/);
  const note = page.locator('[data-path="/note"]');
  await note.fill("");
  await note.focus();
  await page.keyboard.type("jakrsez? g r");
  await expect(note).toHaveValue("jakrsez? g r");
  expect(open(page).run).toBe(run);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");
  expect(await focused(page)).toBe("f%2Fnote-x");
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toBeVisible();
  for (const key of ["a", "j", "Control+Enter", "g", "v"]) await page.keyboard.press(key);
  expect(open(page).run).toBe(run);
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await untilHeard(page);
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page).toHaveURL(/\/runs/);
  await page.keyboard.press("g");
  await page.keyboard.press("v");
  await expect(page).toHaveURL(/\/reviews$/);
  expect(sent).toEqual([]);
  expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
});

test("other keys can be chosen, conflicts are told, and all of it can be turned off and reset", async ({ page, a11y }) => {
  await knownAs(page, "Ada Lovelace");
  const first = await begin(page, "retab");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await a11y.audit();
  const change = sheet.getByRole("button", { name: "Change the keys of: Next run or review, the draft is kept" });
  const next = sheet.locator('[data-action="next"]');
  await change.click();
  await page.keyboard.press("a");
  await expect(sheet.getByRole("status")).toHaveText("These keys are taken by: Approve.");
  await page.keyboard.press("Control+c");
  await expect(sheet.getByRole("status")).toHaveText("The browser or the page needs these keys.");
  await page.keyboard.press("n");
  await expect(next.locator("kbd")).toHaveText("N");
  // Two keys, the first of which others begin with too.
  await sheet.getByRole("button", { name: "Change the keys of: Skip this review for now" }).click();
  await page.keyboard.press("g");
  await expect(sheet.getByRole("status")).toHaveText("G, then press the second key.");
  await page.keyboard.press("s");
  await expect(sheet.locator('[data-action="skip"] kbd')).toHaveText(["G", "S"]);
  await sheet.getByRole("button", { name: "Close" }).last().click();
  await page.reload();
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeVisible();
  await expect(page.locator(`.sl-review__q [data-run="${first.run}"]`)).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("j");
  const second = await goesOn(page, "n");
  expect(second.run).not.toBe(first.run);
  await page.keyboard.press("?");
  await sheet.getByRole("checkbox", { name: "Shortcuts of one character" }).uncheck();
  await sheet.getByRole("button", { name: "Close" }).last().click();
  await untilHeard(page);
  await page.keyboard.press("n");
  await page.keyboard.press("?");
  await expect(sheet).toHaveCount(0);
  expect(open(page).run).toBe(second.run);
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await sheet.getByRole("checkbox", { name: "Shortcuts of one character" }).check();
  await sheet.getByRole("button", { name: "Reset all keys" }).click();
  await expect(next.locator("kbd")).toHaveText("J");
  await sheet.getByRole("button", { name: "Close" }).last().click();
  await untilHeard(page);
  await goesOn(page, "k");
});

test("on a narrow screen one pane at a time: queue, document, form @phone", async ({ page, sandbox, a11y }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const list = (await sandbox.api("GET", `/superai/api/human-review-tasks?limit=1&status=pending&flow_id=${RECONCILIATION.superai}`)) as { items: SuperAiTask[] };
  const task = list.items[0] as SuperAiTask;
  await page.goto(`/c/superai/runs/${task.flow_execution_id}/reviews/${task.id}`);
  const panes = page.getByRole("navigation", { name: "Panes" });
  await expect(page.getByRole("region", { name: "Form", exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Waiting for review" })).toBeHidden();
  await panes.getByRole("button", { name: /^Queue \d+/ }).click();
  await expect(page.getByRole("region", { name: "Waiting for review" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Form", exact: true })).toBeHidden();
  await expect(page.locator('.sl-q[aria-current="true"]')).toBeVisible({ timeout: 20_000 });
  await a11y.audit();
  await panes.getByRole("button", { name: "Document" }).click();
  await expect(page.getByRole("region", { name: "Waiting for review" })).toBeHidden();
  await panes.getByRole("button", { name: "Form" }).click();
  await expect(page.getByRole("region", { name: "Form", exact: true })).toBeVisible();
});
