// How each step is gone in a tab. `false`: there is no such way here.

import type { Page } from "@playwright/test";

import { untilHeard } from "../fixtures/quiet.ts";
import type { Step } from "./steps.ts";

const QUICK = { timeout: 10_000 } as const;
/** What is said of keys whose module did not arrive. */
const MISSING = ".sl-toast:has-text('shortcuts did not arrive')";

const TOP = { Runs: ".sl-nav a[href='/runs']", Reviews: ".sl-nav a[href='/reviews']", "Sluice home": "a.sl-brand" } as const;

/** The steps of one tab; tabs, vendors and the module are the walker's. */
export async function go(page: Page, step: Step): Promise<boolean> {
  switch (step.do) {
    case "nav":
      // The way to the content lies over the brand as long as it has the focus.
      await page.evaluate(() => document.querySelector<HTMLElement>(".sl-skip:focus")?.blur()).catch(() => undefined);
      await page.locator(TOP[step.name]).click(QUICK);
      return true;
    case "keys":
      // Where text is typed they are text.
      if (step.keys.some((key) => key.length === 1) && (await page.evaluate(() => document.activeElement?.matches("input:not([type=checkbox],[type=radio]), textarea") ?? false))) return false;
      // There Enter opens the browser's own list, which hears every key, or a menu, where no key is heard that would have gone elsewhere.
      if (step.keys.includes("Enter") && (await page.evaluate(() => document.activeElement?.matches("select, summary") ?? false))) return false;
      // Nothing is heard shortly after a dialog.
      if (step.keys.some((key) => key === "?" || key === "n")) await untilHeard(page);
      for (const key of step.keys) {
        // A choice takes letters for itself.
        const chooses = await page.evaluate(() => document.activeElement?.matches("select") ?? false);
        const opens = !chooses && (key === "?" || (key === "n" && (await page.locator("#jump").count()) === 0));
        await page.keyboard.press(key);
        // After the page's last control come the browser's own, which a headless one has not.
        if (key === "Tab" && (await page.evaluate(() => document.activeElement === document.body))) await page.keyboard.press(key);
        // What opens is waited for: it may have to be fetched.
        if (opens) await opened(page, "dialog[open]");
      }
      return true;
    case "palette":
      return palette(page, step.text);
    case "connection":
      return choose(page, "#connection", step.at);
    case "size":
      return choose(page, "#size", step.at);
    case "pick":
      return choose(page, "main:not([data-page=history]) select", step.at, true);
    case "flow":
      return inMenu(page, "summary.sl-flowpick", ".sl-menu__list .sl-opt", step.at);
    case "filter":
      return inMenu(page, ".sl-filters > details > summary", "details[open] .sl-opt", step.at, step.menu);
    case "columns":
      return inMenu(page, "summary[title=Columns]", "details[open] .sl-cols__more button, details[open] .sl-cols button, details[open] .sl-menu__act button", step.at);
    case "clear":
      return press(page, ".sl-filters a.sl-btn--quiet", 0);
    case "select":
      return press(page, "table.sl-runs tbody .c-sel input", step.at);
    case "tabs":
      return press(page, "main [role=tab]", step.at);
    case "fold":
      return press(page, "main:not([data-page=history]) summary", step.at);
    case "theme":
      return press(page, ".sl-top button[title*=theme]", 0);
    case "submit":
      if (!(await press(page, "main[data-page=start] button[type=submit]", 0))) return false;
      // Whoever starts a run waits for it: its page is this step's.
      await page.locator("main[data-page=start] button[type=submit][aria-disabled=true]").waitFor({ state: "detached", timeout: 60_000 });
      return true;
    case "link":
      return press(page, step.selector, step.at);
    case "pager":
      return press(page, `.sl-pager a.sl-btn:has-text("${step.name}")`, 0);
    case "search": {
      const field = page.locator("#search");
      if ((await field.count()) === 0) return false;
      await field.fill(step.text, QUICK);
      await field.press("Enter");
      if (step.escape) await field.press("Escape").catch(() => undefined);
      return true;
    }
    case "jump":
      return jump(page, step.to);
    case "dialog":
      return dialog(page, step.name, step.close);
    case "edit": {
      const field = page.locator(TEXT_FIELD).first();
      if ((await field.count()) === 0) return false;
      return field.fill(step.text, QUICK).then(() => true, () => false);
    }
    case "review":
      return review(page, step.keys);
    case "inside":
      await page.evaluate((href) => {
        const link = Object.assign(document.createElement("a"), { href });
        document.querySelector("main")?.append(link);
        link.click();
        link.remove();
      }, step.href);
      return true;
    default:
      return false;
  }
}

/** Through the browser's history; the way may lead out of this document while it is being gone. */
export async function past(page: Page, way: "back" | "forward"): Promise<void> {
  await page.evaluate((way) => history[way](), way).catch(() => undefined);
}

/** The first text that a reviewer can change. */
export const TEXT_FIELD = "main[data-page=review] .sl-form__g input[data-path]:not([type=checkbox],[type=radio],[readonly],[type=number],[type=date],[inputmode=decimal])";

/** Presses what stands there; a list that is brought up to date may take it away in that moment. */
async function press(page: Page, selector: string, at: number): Promise<boolean> {
  const found = page.locator(selector).filter({ visible: true });
  const count = await found.count();
  if (count === 0) return false;
  return found.nth(at % count).click(QUICK).then(() => true, () => true);
}

async function choose(page: Page, selector: string, at: number, several = false): Promise<boolean> {
  const selects = page.locator(selector).filter({ visible: true });
  const count = await selects.count();
  if (count === 0) return false;
  const select = several ? selects.nth(at % count) : selects.first();
  const values = await select.locator("option").evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value)).catch((): string[] => []);
  if (values.length === 0) return false;
  // As whoever uses it does.
  await select.focus(QUICK).catch(() => undefined);
  return select.selectOption(values[at % values.length] as string, QUICK).then(() => true, () => true);
}

/** Opens a menu, chooses in it, and closes it if it is still open. */
async function inMenu(page: Page, summaries: string, options: string, at: number, which = 0): Promise<boolean> {
  const all = page.locator(summaries).filter({ visible: true });
  const count = await all.count();
  if (count === 0) return false;
  const summary = all.nth(which % count);
  await summary.click(QUICK);
  const choices = page.locator(options).filter({ visible: true });
  // What a menu offers may be on its way.
  await choices.first().waitFor({ timeout: 1_000 }).catch(() => undefined);
  const offered = await choices.count();
  if (offered > 0) await choices.nth(at % offered).click(QUICK).catch(() => undefined);
  const open = page.locator("details[open] > summary").filter({ visible: true }).and(all);
  // A run that was jumped to may have taken the focus meanwhile.
  if ((await open.count()) > 0) await open.first().press("Escape", QUICK).catch(() => undefined);
  return true;
}

/** Whether what a key opens has opened; else it must be said that it cannot. */
async function opened(page: Page, selector: string): Promise<boolean> {
  const wanted = page.locator(selector);
  await wanted.or(page.locator(MISSING)).first().waitFor(QUICK);
  if ((await wanted.count()) > 0) return true;
  // It may have been said of the key before.
  return wanted.waitFor({ timeout: 800 }).then(() => true, () => false);
}

async function palette(page: Page, text: string): Promise<boolean> {
  await page.keyboard.press("Control+k");
  const field = page.locator(".sl-palette input");
  if (!(await opened(page, ".sl-palette input:focus"))) return true;
  await page.keyboard.insertText(text);
  // The flows of a vendor that fails are not offered.
  const offered = await page.locator(".sl-palette [role=option]").first().waitFor({ timeout: 2_000 }).then(() => true, () => false);
  await page.keyboard.press(offered ? "Enter" : "Escape");
  // A word that is no page's is looked for as a run's id, and a vendor that fails takes its time.
  if (!(await field.waitFor({ state: "detached", timeout: 3_000 }).then(() => true, () => false))) await page.keyboard.press("Escape");
  return true;
}

async function jump(page: Page, to: number | "here" | "nowhere"): Promise<boolean> {
  const field = page.locator("#jump");
  if ((await field.count()) === 0) return false;
  const here = () => page.locator("table.sl-runs tbody tr[data-run]").nth(1).getAttribute("data-run", { timeout: 1_000 }).catch(() => null);
  const text = to === "nowhere" ? "no_such_run_1" : to === "here" ? ((await here()) ?? "#1") : `#${to + 1}`;
  if (!(await field.fill(text, QUICK).then(() => true, () => false))) return false;
  await field.press("Enter").catch(() => undefined);
  return true;
}

async function dialog(page: Page, name: string, close: "Escape" | "back"): Promise<boolean> {
  const button = name === "name" ? page.locator(".sl-top button").last() : page.locator(`button[aria-label="${name}"], :is(main, .sl-bulk) button:not([aria-disabled=true]):has-text("${name}")`).filter({ visible: true }).first();
  if ((await button.count()) === 0) return false;
  if (!(await button.click(QUICK).then(() => true, () => false))) return false;
  const open = page.locator("dialog[open]");
  if (!(await open.waitFor({ timeout: 5_000 }).then(() => true, () => false))) return true;
  if (close === "back") {
    await past(page, "back");
    // Back leaves the page, and a question about it with it; what is beside the page stays until it is closed.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 60))).catch(() => undefined);
  }
  if ((await open.count()) > 0) await page.keyboard.press("Escape");
  await open.waitFor({ state: "detached", timeout: 5_000 });
  return true;
}

async function review(page: Page, keys: string): Promise<boolean> {
  if ((await page.locator("main[data-page=review], main[data-page=reviews]").count()) === 0) return false;
  // A field takes letters as text.
  await page.evaluate(() => (document.activeElement?.matches("input, textarea, select") ? document.getElementById("main")?.focus() : undefined));
  const said = await page.evaluate(() => document.querySelector(".sl-toast")?.textContent ?? "");
  const before = page.url();
  await page.keyboard.press(keys);
  if (keys === "r") {
    await page.locator("dialog[open]").waitFor({ timeout: 500 }).catch(() => undefined);
    if ((await page.locator("dialog[open]").count()) > 0) await page.keyboard.press("Escape");
    return true;
  }
  if (!/^(j|k|s|a|Control\+Enter)$/.test(keys) || !/\/reviews\//.test(before)) return true;
  // The next review may have to be looked for first, and a decision takes its way.
  const done = ([before, said]: string[]) => location.href !== before || (document.querySelector(".sl-toast")?.textContent ?? "") !== said || document.querySelector("#outcome, dialog[open]") !== null;
  await page.waitForFunction(done, [before, said], { timeout: 3_000, polling: 50 }).catch(() => undefined);
  return true;
}
