// Hands on the desk in random order: typing, dialogs, input methods, pasting, keys held down. Whatever they do, nothing is decided that
// was not asked for by its own gesture. `SEED=7 STEPS=10000` repeats one walk or goes further; without STEPS it ends after 20 seconds.

import type { Page } from "@playwright/test";

import { InputMethod } from "../fixtures/ime.ts";
import { knownAs, REVIEW_NODE, waitingRetabRun, writes } from "../fixtures/money.ts";
import { expect, test } from "../fixtures/test.ts";

const SEED = Number(process.env["SEED"] ?? 20261129);
const STEPS = Number(process.env["STEPS"] ?? 0);
const LASTS_MS = 20_000;
/** The page is deaf for 700 ms after a dialog; reading where the focus is takes a moment too. */
const QUIET_MS = 600;

type Kind = "approve" | "reject";
type Desk = { review: boolean; dialog: string | null; sinceDialog: number; text: boolean; button: string | null; form: boolean };

/** The same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Keys that can ask for a decision at all. */
const ASKING = ["a", "Enter", "Space", "Control+Enter"];

/** Where the next press would go. */
const look = (page: Page): Promise<Desk> =>
  page.evaluate(() => {
    const at = document.activeElement;
    const dialog = document.querySelector("dialog[open]");
    const input = at instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(at.type);
    const closed = (window as { closedAt?: number }).closedAt ?? -1e9;
    return {
      review: document.querySelector('main[data-page="review"] .sl-decide') !== null,
      dialog: dialog?.getAttribute("aria-labelledby") ?? (dialog ? "another" : null),
      sinceDialog: performance.now() - closed,
      text: input || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement,
      button: at instanceof HTMLButtonElement ? (at.textContent ?? "") : null,
      form: at?.closest(".sl-review__f, .sl-review__d, .sl-review__q, body") !== null,
    };
  });

/** The decision that a press asks for by itself, if any. */
function gesture(key: string, desk: Desk): Kind | undefined {
  if (!desk.review) return undefined;
  if (desk.dialog === "reject-title") {
    if (key === "Control+Enter") return "reject";
    return (key === "Enter" || key === "Space") && /^Reject/.test(desk.button ?? "") ? "reject" : undefined;
  }
  if (desk.dialog !== null) return undefined;
  if ((key === "Enter" || key === "Space") && /^Approve/.test(desk.button ?? "")) return "approve";
  if (desk.sinceDialog < QUIET_MS) return undefined;
  if (key === "Control+Enter" || (key === "a" && !desk.text)) return "approve";
  return undefined;
}

test("whatever hands do, nothing is decided that was not asked for by its own gesture", async ({ page, sandbox, reviewPage }) => {
  test.setTimeout(STEPS > 0 ? STEPS * 2_000 : 120_000);
  await knownAs(page, "Ada Lovelace");
  // When the last dialog closed, as the page's own clock has it.
  await page.addInitScript(() => {
    new MutationObserver((records) => {
      const closes = ({ type, target, removedNodes }: MutationRecord) =>
        (type === "attributes" && !(target as Element).hasAttribute("open")) || [...removedNodes].some((node) => node instanceof Element && (node.matches("dialog") || node.querySelector("dialog[open]")));
      if (records.some(closes)) (window as { closedAt?: number }).closedAt = performance.now();
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] });
  });
  page.on("dialog", (leaving) => void leaving.accept());
  const next = random(SEED);
  const below = (count: number) => Math.floor(next() * count);
  const pick = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const sent = writes(page, /hil-decisions$/);
  const asked: Record<Kind, number> = { approve: 0, reject: 0 };
  const ime = await InputMethod.of(page);
  const done: string[] = [];
  let open = "";

  const press = async (key: string) => {
    const kind = ASKING.includes(key) ? gesture(key, await look(page)) : undefined;
    // Most of what would be asked for is left out: the walk is about everything else.
    if (kind && next() < 0.9) return;
    if (kind) asked[kind] += 1;
    done.push(kind ? `${key} (asks to ${kind})` : key);
    await page.keyboard.press(key);
  };
  const type = async (text: string) => {
    for (const character of text) await press(character === " " ? "Space" : character);
  };
  const focusField = async () => {
    const fields = page.locator(".sl-form [data-path]");
    const count = await fields.count();
    if (count > 0 && (await page.locator("dialog[open]").count()) === 0) await fields.nth(below(count)).focus({ timeout: 2_000 }).catch(() => undefined);
    done.push("focus a field");
  };
  const steps: [number, () => Promise<void>][] = [
    [5, () => type(pick(["Wrong amount", "not as agreed", "a j k", "rsxz", "skip a line, approve", "jazz and all", "[a]/", "g a"]))],
    [4, () => press(pick(["Escape", "Enter", "Space", "Tab", "Shift+Tab", "Backspace", "ArrowDown", "ArrowUp"]))],
    [2, () => press(pick(["Control+Backspace", "Control+Delete", "Alt+Backspace", "Alt+ArrowDown", "F2", "F9", "Control+z", "Control+Enter"]))],
    [3, () => press(pick(["r", "?", "Control+k", "e", "r"]))],
    [3, focusField],
    [
      3,
      async () => {
        await ime.compose(pick(["に", "あa", "한"]));
        const key = pick(["Escape", "Enter", "ArrowDown"]);
        await ime.press(key, next() < 0.5);
        done.push(`compose, ${key}`);
        if (next() < 0.5) await ime.take(pick(["日本", "a", " "]));
        else await ime.compose("");
      },
    ],
    [
      2,
      async () => {
        const text = pick(["a", "1,612.50\t2\na\tb", "approve\r\nr\r\n", "x".repeat(3_000)]);
        done.push("paste");
        await page.evaluate((text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }, text);
      },
    ],
    [
      2,
      async () => {
        const key = pick(["r", "Enter", "Space", "s", "Tab"]);
        const kind = gesture(key, await look(page));
        if (kind) return;
        done.push(`hold ${key}`);
        for (let at = 0; at < 4; at++) await page.keyboard.down(key);
        await page.keyboard.up(key);
      },
    ],
  ];
  const weights = steps.reduce((sum, [weight]) => sum + weight, 0);
  const from = Date.now();
  let step = 0;
  for (; STEPS > 0 ? step < STEPS : Date.now() - from < LASTS_MS; step++) {
    if (!open || !page.url().includes(open) || !(await look(page)).review) {
      open = await waitingRetabRun(sandbox);
      await reviewPage.open("retab", open, REVIEW_NODE);
      await expect(reviewPage.approve).toBeVisible();
      done.push(`open ${open}`);
    }
    let at = next() * weights;
    const [, act] = steps.find(([weight]) => (at -= weight) < 0) ?? (steps[0] as [number, () => Promise<void>]);
    await act();
    const of = (approved: boolean) => sent.filter(({ body }) => (JSON.parse(body) as { approved: boolean }).approved === approved).length;
    const told = `seed ${SEED}, step ${step}: ${done.slice(-25).join(" · ")}`;
    expect(of(true), `approved unasked; ${told}`).toBeLessThanOrEqual(asked.approve);
    expect(of(false), `rejected unasked; ${told}`).toBeLessThanOrEqual(asked.reject);
  }
  console.log(`seed ${SEED}: ${step} steps, ${sent.length} decisions of ${asked.approve + asked.reject} asked for, none unasked`);
  expect(step).toBeGreaterThan(5);
});
