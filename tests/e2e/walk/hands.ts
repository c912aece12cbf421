// Hands on the desk in random order, beside a network that fails, other users and other tabs. A step is plain data and says nothing of
// what it met, so that a failing path can be walked again with steps left out.

import type { BrowserContext, Page } from "@playwright/test";

import { InputMethod } from "../fixtures/ime.ts";
import type { FaultAction } from "../fixtures/sandbox.ts";
import { undoWindow } from "../fixtures/test.ts";
import { runPath } from "../pages/run.ts";
import { Ledger } from "./ledger.ts";
import { type Connection, CONNECTIONS, type Records } from "./records.ts";
import { type Place, testify } from "./witness.ts";

/** What a fault hits: anything of the run, its steps, the decision on its way, or what reads it back. */
type Target = "run" | "steps" | "decision" | "read back" | "evidence";

/** `bold`: also where it asks for a decision. Most of what would is left out: a walk is about everything else. */
export type Step =
  | { do: "begin"; connection: Connection; window: number }
  | { do: "type"; text: string; bold: boolean }
  | { do: "press" | "hold"; key: string; bold: boolean }
  | { do: "focus"; at: number }
  | { do: "fill"; at: number; text: string }
  | { do: "compose"; text: string; key: string; control: boolean; take: string }
  | { do: "paste"; text: string }
  | { do: "click"; at: number; twice: boolean; bold: boolean }
  | { do: "approve"; how: "key" | "Ctrl+Enter" | "click" | "double click" }
  | { do: "reject"; reason: string }
  | { do: "undo"; by: "key" | "button" }
  | { do: "fault"; target: Target; method: "GET" | "POST"; times: number; action: FaultAction }
  | { do: "offline" | "online" | "calm" | "back" | "forward" | "reload" | "open" | "tab" | "close tab" }
  | { do: "rival"; approves: boolean; changed: boolean }
  | { do: "disturb"; cancels: boolean }
  | { do: "wait"; ms: number };

const TEXTS = ["Wrong amount", "not as agreed", "a j k", "rsxz", "skip a line, approve", "jazz and all", "[a]/", "g a"];
const NOTES = ["checked by hand", "a", "", "two\nlines", "x".repeat(2_100), "Übergröße 日本"];
const AMOUNTS = ["1612.50", "1.612,50", "1 612,50", "(50.00)", "77.5", "1,612", "not a number"];
const BUSY = { headers: { "retry-after": "1" } };
const TROUBLE: FaultAction[] = [
  { delay_ms: 250 },
  { delay_ms: 1_200 },
  { status: 429, ...BUSY },
  { status: 500 },
  { status: 503, ...BUSY },
  { status: 503, retry_after_date: 2 },
  { drop: "before" },
  { drop: "after" },
  { truncate: 20 },
];

/** The next step; which one comes depends on nothing but the seed. */
export function choose(next: () => number): Step {
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
  const bold = next() < 0.08;
  const at = Math.floor(next() * 40);
  const steps: [weight: number, step: () => Step][] = [
    [14, () => ({ do: "type", text: one(TEXTS), bold })],
    [11, () => ({ do: "press", key: one(["Escape", "Enter", "Space", "Tab", "Shift+Tab", "Backspace", "ArrowDown", "ArrowUp"]), bold })],
    [5, () => ({ do: "press", key: one(["Control+Backspace", "Control+Delete", "Alt+Backspace", "Alt+ArrowDown", "F2", "F8", "F9", "Control+z", "Control+y", "Control+Enter"]), bold })],
    [8, () => ({ do: "press", key: one(["r", "?", "Control+k", "e", "r", "r"]), bold })],
    [7, () => ({ do: "focus", at })],
    [7, () => ({ do: "fill", at, text: one(next() < 0.5 ? NOTES : AMOUNTS) })],
    [6, () => ({ do: "compose", text: one(["に", "あa", "한"]), key: one(["Escape", "Enter", "ArrowDown"]), control: next() < 0.5, take: one(["日本", "a", " ", ""]) })],
    [5, () => ({ do: "paste", text: one(["a", "1,612.50\t2\na\tb", "approve\r\nr\r\n", "x".repeat(3_000), "1.612,50"]) })],
    [5, () => ({ do: "hold", key: one(["r", "Enter", "Space", "s", "Tab", "a"]), bold })],
    [4, () => ({ do: "click", at, twice: next() < 0.3, bold })],
    [4, () => ({ do: "approve", how: one(["key", "Ctrl+Enter", "click", "double click"] as const) })],
    [2, () => ({ do: "reject", reason: one(["", "Wrong amount", "not as agreed\na second line"]) })],
    [3, () => ({ do: "undo", by: one(["key", "button"] as const) })],
    [8, () => ({ do: "fault", target: one(["run", "steps", "decision", "decision", "read back", "evidence"] as const), method: one(["GET", "POST", "POST"] as const), times: 1 + Math.floor(next() * 3), action: one(TROUBLE) })],
    [2, () => ({ do: "calm" })],
    [1, () => ({ do: "offline" })],
    [2, () => ({ do: "online" })],
    [2, () => ({ do: "rival", approves: next() < 0.6, changed: next() < 0.6 })],
    [1, () => ({ do: "disturb", cancels: next() < 0.4 })],
    [2, () => ({ do: "tab" })],
    [1, () => ({ do: "close tab" })],
    [4, () => ({ do: "press", key: one(["j", "k", "s", "j"]), bold })],
    [2, () => ({ do: "back" })],
    [1, () => ({ do: "forward" })],
    [1, () => ({ do: "reload" })],
    [2, () => ({ do: "open" })],
    [4, () => ({ do: "wait", ms: one([100, 250, 400]) })],
  ];
  let left = next() * steps.reduce((sum, [weight]) => sum + weight, 0);
  const [, step] = steps.find(([weight]) => (left -= weight) < 0) ?? (steps[0] as (typeof steps)[number]);
  return step();
}

export function begin(next: () => number): Step {
  return { do: "begin", connection: CONNECTIONS[Math.floor(next() * CONNECTIONS.length)] as Connection, window: next() < 0.5 ? 0 : 1 + Math.floor(next() * 3) };
}

/** What must not be, as opposed to a walk that could not go on. */
export class Violation extends Error {}

type Tab = { page: Page; ime: InputMethod };
const QUICK = { timeout: 2_000 } as const;

/** Two tabs of one browser at most, and what happens in them. What it finds wrong it throws. */
export class Hands {
  readonly ledger: Ledger;
  private readonly errors: string[] = [];
  private tabs: Tab[] = [];
  private at = 0;
  private opened = 0;
  private connection: Connection = "retab";

  constructor(
    private readonly context: BrowserContext,
    private readonly records: Records,
  ) {
    this.ledger = new Ledger(records);
  }

  private get tab(): Tab {
    return this.tabs[this.at] as Tab;
  }

  private get page(): Page {
    return this.tab.page;
  }

  async walk(step: Step): Promise<void> {
    if (step.do === "begin") return this.begin(step.connection, step.window);
    await this.ensure();
    // What a step does may be cut off by what the page does meanwhile; what must hold is looked at afterwards.
    await this.act(step).catch((error: unknown) => {
      if (!/Timeout|not attached|navigat|closed|destroyed|ERR_INTERNET_DISCONNECTED|ERR_ABORTED/i.test(String(error))) throw error;
    });
    await this.check();
  }

  private async begin(connection: Connection, window: number): Promise<void> {
    this.connection = connection;
    await this.records.sandbox.clearFaults();
    await undoWindow(this.context, window);
    await this.context.addInitScript(() => {
      if (location.protocol.startsWith("http")) localStorage.setItem("sluice.name", "Ada Lovelace");
    });
    await testify(this.context, (testimony) => ("gesture" in testimony ? this.ledger.gestured(testimony.gesture) : this.ledger.said(testimony.said)));
    await this.newTab();
    await this.open(await this.records.waiting(connection));
  }

  private async newTab(): Promise<void> {
    const page = await this.context.newPage();
    const number = (this.opened += 1);
    page.on("dialog", (leaving) => void leaving.accept().catch(() => undefined));
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|panicked/i.test(message.text())) this.errors.push(message.text());
    });
    page.on("request", (request) => {
      try {
        this.ledger.sent(request, number);
      } catch (error) {
        this.errors.push((error as Error).message);
      }
    });
    this.tabs.push({ page, ime: await InputMethod.of(page) });
    this.at = this.tabs.length - 1;
  }

  private async open(place: Place): Promise<void> {
    this.ledger.case(place);
    await this.page.goto(`${runPath(place.connection, place.run)}/reviews/${encodeURIComponent(place.review)}`);
    await this.page.locator('main[data-page="review"]').waitFor({ timeout: 15_000 });
  }

  /** The review in sight. */
  private here(): Place | null {
    const [connection, run, review] = (/\/c\/([^/]+)\/runs\/([^/]+)\/reviews\/([^/?#]+)/.exec(this.page.url()) ?? []).slice(1).map(decodeURIComponent);
    return connection && run && review && CONNECTIONS.includes(connection as Connection) ? { connection, run, review } : null;
  }

  /** Where there is nothing to decide (any more), the walk goes on with another review. */
  private async ensure(): Promise<void> {
    const form = await this.page.locator('main[data-page="review"] .sl-decide').count().catch(() => 0);
    if (form > 0 && this.here()) return;
    await this.context.setOffline(false);
    await this.records.sandbox.clearFaults();
    await this.open(await this.records.waiting(this.connection));
    await this.page.locator(".sl-decide, h1").first().waitFor(QUICK).catch(() => undefined);
  }

  /** Whether a press now would ask for a decision. */
  private asks(key: string): Promise<boolean> {
    return this.page.evaluate((key) => {
      const at = document.activeElement;
      const dialog = document.querySelector("dialog[open]");
      const button = at instanceof HTMLButtonElement ? (at.textContent ?? "").trim() : "";
      const text = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
      if (["Enter", "Space"].includes(key)) return dialog ? /^(Reject|Mark)/.test(button) : /^(Approve|Send again|Try again)/.test(button);
      if (key === "Control+Enter") return dialog === null || dialog.getAttribute("aria-labelledby") === "reject-title";
      return key === "a" && !dialog && !text;
    }, key);
  }

  private async press(key: string, bold: boolean): Promise<void> {
    if (bold || !["a", "Enter", "Space", "Control+Enter"].includes(key) || !(await this.asks(key))) await this.page.keyboard.press(key);
  }

  private async act(step: Step): Promise<void> {
    const { page } = this;
    const fields = page.locator(".sl-form [data-path]:not([readonly])");
    switch (step.do) {
      case "begin":
        return;
      case "type":
        for (const character of step.text) await this.press(character === " " ? "Space" : character, step.bold);
        return;
      case "press":
        return this.press(step.key, step.bold);
      case "hold": {
        if (!step.bold && (await this.asks(step.key))) return;
        for (let times = 0; times < 4; times++) await page.keyboard.down(step.key);
        return page.keyboard.up(step.key);
      }
      case "focus":
      case "fill": {
        const count = await fields.count();
        if (count === 0 || (await page.locator("dialog[open]").count()) > 0) return;
        const field = fields.nth(step.at % count);
        if (step.do === "focus" || (await field.evaluate((field) => field instanceof HTMLSelectElement))) return field.focus(QUICK);
        // Into a date one types; there is no putting any text into it.
        if (await field.evaluate((field) => field instanceof HTMLInputElement && /date|time/.test(field.type))) {
          await field.focus(QUICK);
          return page.keyboard.type(step.text);
        }
        return field.fill(step.text, { timeout: 500 });
      }
      case "compose":
        await this.tab.ime.compose(step.text);
        await this.tab.ime.press(step.key, step.control);
        return step.take === "" ? this.tab.ime.compose("") : this.tab.ime.take(step.take);
      case "paste":
        return page.evaluate((text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const taken = !document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
          if (!taken) document.execCommand("insertText", false, text);
        }, step.text);
      case "click": {
        const buttons = page.locator(":is(dialog[open], :not(dialog) > *) button:visible, dialog[open] button:visible");
        const inside = page.locator("dialog[open] button:visible");
        const all = (await inside.count()) > 0 ? inside : buttons;
        const count = await all.count();
        if (count === 0) return;
        const button = all.nth(step.at % count);
        if (!step.bold && /^(Approve|Reject|Mark|Send again|Try again)/.test(((await button.textContent(QUICK)) ?? "").trim())) return;
        return step.twice ? button.dblclick({ timeout: 500 }) : button.click({ timeout: 500 });
      }
      case "approve": {
        const button = page.locator(".sl-decide .sl-btn--primary");
        if (step.how === "click") return button.click({ timeout: 500 });
        if (step.how === "double click") return button.dblclick({ timeout: 500 });
        if (step.how === "Ctrl+Enter") return page.keyboard.press("Control+Enter");
        await page.keyboard.press("Escape");
        return page.keyboard.press("a");
      }
      case "reject": {
        await page.locator(".sl-decide .sl-btn--danger").click({ timeout: 500 });
        const reason = page.locator("#reject-reason");
        await reason.waitFor({ timeout: 500 });
        // No other review's reason is here; each has its own, so that one could be told from another.
        await page.keyboard.press("Control+a");
        await page.keyboard.insertText(step.reason === "" ? "" : `${step.reason} ${this.here()?.run ?? ""}`);
        return page.keyboard.press("Control+Enter");
      }
      case "undo":
        if (step.by === "key") return this.press("z", false);
        return page.getByRole("button", { name: /^Undo/ }).last().click({ timeout: 500 });
      case "fault":
        return this.fault(step.target, step.method, step.times, step.action);
      case "calm":
        return this.records.sandbox.clearFaults();
      case "offline":
      case "online":
        return this.context.setOffline(step.do === "offline");
      case "rival":
      case "disturb": {
        const place = this.here();
        if (!place) return;
        if (step.do === "disturb") return this.records.disturb(place, step.cancels);
        const one = this.ledger.case(place);
        if (await this.records.decide(place, step.approves, step.changed)) one.rival = true;
        return;
      }
      case "tab": {
        const place = this.here();
        if (this.tabs.length > 1) this.at = 1 - this.at;
        else if (place) {
          await this.newTab();
          await this.open(place);
        }
        return;
      }
      case "close tab":
        if (this.tabs.length < 2) return;
        await this.tabs.splice(this.at, 1)[0]?.page.close({ runBeforeUnload: false });
        this.at = 0;
        return;
      case "back":
      case "forward":
        // Not out of the app: what the tab showed before is nobody's desk.
        await page.evaluate((back) => {
          const { navigation } = window as unknown as { navigation: { canGoBack: boolean; canGoForward: boolean } };
          if (back ? navigation.canGoBack : navigation.canGoForward) history.go(back ? -1 : 1);
        }, step.do === "back");
        return;
      case "reload":
        await page.reload({ timeout: 5_000 });
        return;
      case "open":
        return this.open(await this.records.waiting(this.connection));
      case "wait":
        await new Promise((done) => setTimeout(done, step.ms));
    }
  }

  private async fault(target: Target, method: "GET" | "POST", times: number, action: FaultAction): Promise<void> {
    const place = this.here();
    if (!place) return;
    const { connection, run, review } = place;
    const decision = connection === "retab" ? `/runs/${run}/hil-decisions` : `/${review}`;
    const hits: Record<Target, { method: "GET" | "POST"; path_contains: string }> = {
      run: { method, path_contains: run },
      steps: { method: "GET", path_contains: `${run}/steps` },
      decision: { method: "POST", path_contains: decision },
      "read back": { method: "GET", path_contains: decision },
      evidence: { method: "GET", path_contains: "/documents" },
    };
    await this.records.sandbox.fault({ ...hits[target], times, action });
  }

  private async check(): Promise<void> {
    const wrong = [...this.errors, ...(await this.ledger.wrong()), ...(await this.strays())];
    if (wrong.length > 0) throw new Violation(`${wrong.join("\n  ")}\n  ${this.ledger.history()}`);
  }

  /** A reason, or what was begun of one, that stands at another review. */
  private async strays(): Promise<string[]> {
    const place = this.here();
    const reason = await this.page.evaluate(() => document.querySelector<HTMLTextAreaElement>("dialog[open] #reject-reason")?.value ?? "").catch(() => "");
    const runs = this.ledger.all.map(({ place }) => place.run).filter((run) => run !== place?.run && reason.includes(run));
    return runs.length > 0 ? [`the reason ${JSON.stringify(reason)} was begun at another review`] : [];
  }

  /** The line is well again: the page settles, and what it says then is so. */
  async settle(): Promise<void> {
    await this.context.setOffline(false);
    await this.records.sandbox.clearFaults();
    while (this.tabs.length > 1) await this.tabs.pop()?.page.close();
    this.at = 0;
    for (const { place, gestures } of this.ledger.all) {
      if (gestures.length === 0) continue;
      await this.open(place);
      // What was limited or failed a moment ago is asked again by itself.
      await this.page.locator(".sl-decide, h1:not(.sl-vh)").first().waitFor({ timeout: 40_000 });
      await this.check();
      const decision = await this.records.decision(place);
      const form = this.page.locator(".sl-decide");
      const told = this.page.locator(".sl-form [role=alert], h1#outcome");
      // Decided, and the form offers to decide it without a word.
      if (decision && (await form.count()) > 0) await told.first().waitFor({ timeout: 10_000 });
      await this.check();
    }
  }
}
