// Taking a decision: the undo window, reasons, drafts in two tabs and on shared devices, and what a reload finds again.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, retabDecision, retabReaches, superAiTask, waitingRetabRun, writes } from "../fixtures/money.ts";
import { untilHeard } from "../fixtures/quiet.ts";
import { ReviewPage } from "../pages/review.ts";

const DECISION = "/hil-decisions";

/** The messages that offer to take a decision back. */
const held = (page: Page) => page.locator("[data-held]");

/** Every draft that this browser keeps, as text. */
async function keptDrafts(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const open = indexedDB.open("sluice");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const database = open.result;
          if (!database.objectStoreNames.contains("drafts")) return resolve([]);
          const all = database.transaction("drafts").objectStore("drafts").getAll();
          all.onsuccess = () => {
            database.close();
            resolve(all.result.map((kept: { text: string }) => kept.text));
          };
        };
      }),
  );
}

test.describe("the undo window", () => {
  test.use({ undoSeconds: 8 });

  test("sends nothing before it ends, whatever page is open, and then sends once", async ({ page, sandbox, reviewPage }) => {
    await page.clock.install();
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    const sent = writes(page, /hil-decisions$/);
    await reviewPage.at("/invoice/total").fill("71.5");
    await reviewPage.approve.click();
    await expect(held(page)).toContainText(`${run} approved with 1 change. Not sent yet.`);
    await expect(held(page).getByRole("button", { name: /^Undo/ })).toBeVisible();
    await expect(reviewPage.approve).toHaveAttribute("aria-disabled", "true");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Runs/ }).click();
    await expect(held(page)).toBeVisible();
    expect(sent).toEqual([]);
    await page.clock.runFor(8_000);
    await expect(page.locator(".sl-toast", { hasText: "was recorded" })).toBeVisible();
    await expect(held(page)).toHaveCount(0);
    expect(sent).toHaveLength(1);
    expect((await retabDecision(sandbox, run)).modified_data?.invoice.total).toBe(71.5);
  });

  test("taken back on another page, it leads to the review again @phone", async ({ page, sandbox, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    const sent = writes(page, /hil-decisions$/);
    await reviewPage.at("/invoice/total").fill("74.5");
    await reviewPage.approve.click();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Reviews/ }).click();
    await expect(page.locator("tr[data-run]").first()).toBeVisible();
    const messages = page.getByRole("region", { name: "Messages" });
    await messages.getByRole("button", { name: /^Undo/ }).click();
    await expect(page).toHaveURL(new RegExp(`${run}/reviews/`));
    await expect(messages).toContainText("Taken back. Nothing was sent");
    await expect(reviewPage.at("/invoice/total")).toHaveValue("74.5");
    expect(sent).toEqual([]);
  });

  test("closing the tab sends nothing, and the draft is there again", async ({ page, context, sandbox, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.at("/invoice/total").fill("73.5");
    await reviewPage.approve.click();
    await expect(held(page)).toBeVisible();
    let asked = false;
    page.on("dialog", (dialog) => {
      asked = true;
      void dialog.accept();
    });
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => page.isClosed()).toBe(true);
    expect(asked, "the browser asks before it closes").toBe(true);
    const tab = await context.newPage();
    await tab.clock.install();
    const again = new ReviewPage(tab);
    await again.open("retab", run, REVIEW_NODE);
    await expect(again.at("/invoice/total")).toHaveValue("73.5");
    await tab.clock.runFor(9_000);
    await tab.waitForLoadState("networkidle");
    expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
  });

  test("an edit that the browser's database has not taken yet is there again after the tab closed", async ({ page, context, sandbox, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    // From here on the database answers nothing, as it does for a moment on a busy machine.
    await page.evaluate(() => (IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest));
    await reviewPage.at("/invoice/total").fill("76.5");
    await reviewPage.approve.click();
    await expect(held(page)).toBeVisible();
    page.on("dialog", (dialog) => void dialog.accept());
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => page.isClosed()).toBe(true);
    const again = new ReviewPage(await context.newPage());
    await again.open("retab", run, REVIEW_NODE);
    await expect(again.at("/invoice/total")).toHaveValue("76.5");
  });

  test("an edit taken back before the browser's database has taken it is not there again", async ({ page, context, sandbox, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    const read = await reviewPage.at("/invoice/total").inputValue();
    // The database is asked, and does not answer.
    await page.evaluate(() => {
      IDBFactory.prototype.open = () => {
        document.documentElement.dataset["asked"] = "";
        return new EventTarget() as IDBOpenDBRequest;
      };
    });
    await reviewPage.at("/invoice/total").fill("76.5");
    await expect(page.locator("html[data-asked]")).toBeAttached();
    await reviewPage.at("/invoice/total").fill(read);
    await expect(reviewPage.root.getByRole("button", { name: /^Revert/ })).toHaveCount(0);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => page.isClosed()).toBe(true);
    const again = new ReviewPage(await context.newPage());
    await again.open("retab", run, REVIEW_NODE);
    await expect(again.approve).toHaveText(/^Approve(?! with)/);
    await expect(again.at("/invoice/total")).toHaveValue(read);
  });

  test("is set in the preferences, and 0 sends at once @phone", async ({ page, sandbox, reviewPage, a11y }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.root.getByRole("button", { name: "Preferences…" }).click();
    const dialog = page.getByRole("dialog", { name: "Preferences of this browser" });
    await expect(dialog.getByLabel("Undo window, in seconds")).toHaveValue("8");
    await a11y.audit();
    await dialog.getByLabel("Undo window, in seconds").fill("0");
    await dialog.getByRole("button", { name: "Save preferences" }).click();
    await reviewPage.approve.click();
    await expect(reviewPage.outcome).toHaveText("Approved");
    await expect(held(page)).toHaveCount(0);
  });
});

test.describe("the longest undo window", () => {
  // Long enough for a click on a busy machine.
  test.use({ undoSeconds: 15 });

  test("is taken back by the button, and by Z; the draft stays", async ({ page, sandbox, reviewPage }) => {
    await page.clock.install();
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    const sent = writes(page, /hil-decisions$/);
    await reviewPage.at("/invoice/total").fill("72.5");
    for (const how of ["button", "key"]) {
      await reviewPage.approve.click();
      await expect(held(page)).toBeVisible();
      if (how === "button") await held(page).getByRole("button", { name: /^Undo/ }).click();
      else await page.keyboard.press("z");
      await expect(page.locator(".sl-toast", { hasText: "Taken back. Nothing was sent" })).toBeVisible();
      await expect(held(page)).toHaveCount(0);
      await expect(reviewPage.approve).not.toHaveAttribute("aria-disabled", "true");
    }
    await page.clock.runFor(16_000);
    await page.waitForLoadState("networkidle");
    expect(sent).toEqual([]);
    await expect(reviewPage.at("/invoice/total")).toHaveValue("72.5");
    expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
  });

  test("the message names the keys that take it back as they were chosen, and none where there are none", async ({ page, sandbox, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.approve.click();
    const undo = held(page).getByRole("button", { name: /^Undo/ });
    await expect(undo.locator("kbd")).toHaveText("Z");
    await page.keyboard.press("z");
    await expect(held(page)).toHaveCount(0);
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
    await sheet.getByRole("button", { name: "Change the keys of: Undo the last decision" }).click();
    await page.keyboard.press("u");
    await sheet.getByRole("button", { name: "Close" }).last().click();
    await reviewPage.approve.click();
    await expect(undo.locator("kbd")).toHaveText("U");
    await untilHeard(page);
    await page.keyboard.press("u");
    await expect(held(page)).toHaveCount(0);
    await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
    await sheet.getByRole("button", { name: "No keys for: Undo the last decision" }).click();
    await sheet.getByRole("button", { name: "Close" }).last().click();
    await reviewPage.approve.click();
    await expect(undo).toHaveText("Undo");
    await expect(undo.locator("kbd")).toHaveCount(0);
    await undo.click();
    expect((await retabDecision(sandbox, run)).decision_received).toBe(false);
  });
});

test("a reason stays here where the vendor takes none, and the dialog says so", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const sent = writes(page, /hil-decisions$/);
  await reviewPage.reject.click();
  const dialog = page.getByRole("dialog", { name: "Reject this review?" });
  await expect(dialog).toContainText("Retab takes no reason and does not get it.");
  await dialog.getByLabel("Reason (optional)").fill("The totals cannot be right");
  await dialog.getByRole("button", { name: "Reject", exact: true }).click();
  await expect(reviewPage.outcome).toHaveText("Rejected");
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body ?? "").not.toContain("The totals cannot be right");
  await retabReaches(sandbox, run, "cancelled", "error");
});

test("two tabs edit one draft: each is told, and the values follow", async ({ page, context, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const second = new ReviewPage(await context.newPage());
  await second.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("81.5");
  await expect(second.at("/invoice/total")).toHaveValue("81.5");
  await expect(second.root).toContainText("This draft is being edited in another tab.");
  await second.at("/note").fill("from the second tab");
  await expect(reviewPage.at("/note")).toHaveValue("from the second tab");
  await expect(reviewPage.at("/invoice/total")).toHaveValue("81.5");
  await second.root.getByRole("button", { name: "Approve with 2 changes" }).click();
  await expect(second.outcome).toHaveText("Approved");
  // The first tab learns that it is over, and sends nothing of its own.
  await expect(reviewPage.at("/invoice/total")).toHaveCount(0);
  expect((await retabDecision(sandbox, run)).modified_data).toMatchObject({ invoice: { total: 81.5 }, note: "from the second tab" });
  await expect.poll(() => keptDrafts(page)).toEqual([]);
});

test("on a shared device no draft is kept, and those that were are deleted", async ({ page, sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const total = reviewPage.at("/invoice/total");
  const original = await total.inputValue();
  await total.fill("82.5");
  await expect(reviewPage.root.getByText(/^Draft saved/)).toBeVisible();
  expect(await keptDrafts(page)).toHaveLength(1);
  await reviewPage.root.getByRole("button", { name: "Preferences…" }).click();
  const dialog = page.getByRole("dialog", { name: "Preferences of this browser" });
  await dialog.getByLabel("Shared device: keep no drafts").check();
  await dialog.getByRole("button", { name: "Save preferences" }).click();
  await expect.poll(() => keptDrafts(page)).toEqual([]);
  await reviewPage.at("/note").fill("private");
  await expect(reviewPage.root.getByText("Shared device: no draft is kept")).toBeVisible();
  page.on("dialog", (leaving) => void leaving.accept());
  await page.reload();
  await expect(total).toHaveValue(original);
  expect(await keptDrafts(page)).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("sluice.draft.")))).toEqual([]);
});

test("a draft of an earlier release is taken over once", async ({ page, sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("83.5");
  await expect(reviewPage.root.getByText(/^Draft saved/)).toBeVisible();
  const [kept] = await keptDrafts(page);
  // As the first release kept it: in localStorage, with the time before the JSON.
  await page.evaluate(
    ({ text }) =>
      new Promise<void>((resolve, reject) => {
        const { at, v: _, ...rest } = JSON.parse(text);
        const open = indexedDB.open("sluice");
        open.onsuccess = () => {
          const store = open.result.transaction("drafts", "readwrite").objectStore("drafts");
          const keys = store.getAllKeys();
          keys.onsuccess = () => {
            localStorage.setItem(`sluice.draft.${String(keys.result[0])}`, `${at} ${JSON.stringify(rest)}`);
            const cleared = store.clear();
            cleared.onsuccess = () => resolve();
            cleared.onerror = () => reject(cleared.error);
          };
        };
      }),
    { text: kept ?? "" },
  );
  await page.reload();
  await expect(reviewPage.at("/invoice/total")).toHaveValue("83.5");
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("sluice.draft.")))).toEqual([]);
  expect(await keptDrafts(page)).toHaveLength(1);
});

test("what is typed right before a reload is there again", async ({ page, sandbox, reviewPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  page.on("dialog", (leaving) => void leaving.accept());
  await reviewPage.at("/note").fill("the last keystroke");
  await page.reload();
  await expect(reviewPage.at("/note")).toHaveValue("the last keystroke");
});

test("a reload while a decision is being sent finds it again, and sends nothing twice", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("84.5");
  const sent = writes(page, /hil-decisions$/);
  await sandbox.fault({ method: "POST", path_contains: DECISION, action: { delay_ms: 1_500 } });
  page.on("dialog", (leaving) => void leaving.accept());
  await reviewPage.approve.click();
  await expect.poll(() => sent.length).toBe(1);
  await page.reload();
  await expect(reviewPage.outcome).toHaveText("Your decision was recorded", { timeout: 20_000 });
  expect(sent).toHaveLength(1);
  expect((await retabDecision(sandbox, run)).modified_data?.invoice.total).toBe(84.5);
  await expect.poll(() => keptDrafts(page)).toEqual([]);
});

test("while one's own decision is looked for, nobody else is said to have come first", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  await page.addInitScript(() => {
    const said = ((window as unknown as { said: string[] }).said = []) as string[];
    new MutationObserver(() => {
      const text = document.querySelector("h1#outcome")?.parentElement?.textContent;
      if (text && said.at(-1) !== text) said.push(text);
    }).observe(document, { subtree: true, childList: true });
  });
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("84.5");
  await sandbox.fault({ method: "POST", path_contains: DECISION, action: { drop: "after" } });
  const sent = writes(page, /hil-decisions$/);
  let reads = -1;
  await page.route(/\/hil-decisions\//, async (route) => {
    // Nothing is found before the page is loaded again; then the review is read at once, and what looks for the decision is slow.
    if (reads < 0 && sent.length > 0) return route.abort();
    if (reads >= 0 && (reads += 1) === 2) await reviewPage.outcome.waitFor();
    return route.continue();
  });
  page.on("dialog", (leaving) => void leaving.accept());
  await reviewPage.reject.click();
  await page.keyboard.press("Control+Enter");
  await expect.poll(async () => (await retabDecision(sandbox, run)).decision_received).toBe(true);
  reads = 0;
  await page.reload();
  await expect(reviewPage.outcome).toHaveText("Your decision was recorded", { timeout: 20_000 });
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said.length).toBeGreaterThan(1);
  expect(said.join("\n")).not.toContain("the other one came first");
});

test("SuperAI: what was lost can be sent again, after a look at the review", async ({ page, sandbox, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  await reviewPage.open("superai", task.flow_execution_id, task.id);
  await sandbox.fault({ method: "POST", path_contains: "/complete", action: { drop: "before" } });
  await reviewPage.approve.click();
  await expect(reviewPage.root.getByRole("alert").filter({ hasText: "Not confirmed." })).toBeVisible();
  page.on("dialog", (leaving) => void leaving.accept());
  // After a reload it is looked for three times only.
  await page.reload();
  const again = reviewPage.root.getByRole("button", { name: "Send again" });
  await expect(again).toBeVisible({ timeout: 20_000 });
  await expect(reviewPage.root.getByRole("alert")).toContainText("reads the review first and sends only if it is still open");
  await again.click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  expect(await superAiTask(sandbox, task.id)).toMatchObject({ status: "completed", review_result: true });
});
