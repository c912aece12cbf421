// A walk through the app by every way there is, and what must hold after each step. A step is plain data and says nothing of what it
// met, so that a failing path can be walked again with steps left out.

import type { BrowserContext, Page, Request } from "@playwright/test";

import type { Sandbox } from "../fixtures/sandbox.ts";

export type Step =
  | { do: "nav"; name: "Runs" | "Reviews" | "Sluice home" }
  | { do: "keys"; keys: string[] }
  | { do: "palette"; text: string }
  | { do: "connection"; at: number }
  | { do: "flow"; at: number }
  | { do: "link"; selector: string; at: number }
  | { do: "pager"; name: "Older" | "Newer" | "Newest" }
  | { do: "search"; text: string; escape: boolean }
  | { do: "back" | "forward" | "reload" | "tab" }
  | { do: "address"; href: string }
  | { do: "vendor"; id: string; mode: "fine" | "slow" | "failing" };

const VENDORS = ["retab", "tableflow", "flowstack", "superai"];
const STARTS = ["/", "/runs", "/reviews", "/audit", "/reviews/figures", "/runs?c=tableflow", "/runs?c=*", "/runs?c=superai&flow=no-such-flow", "/c/retab/start", "/c/flowstack/runs/nothing", "/nowhere", "/runs?c=nobody"];
const LINKS = ["table.sl-runs tbody tr[data-run] a[href]", "a[href^='/audit']", "a[href^='/reviews/figures']", "a[href$='/start'], a[href*='/start?']", "a[href*='/reviews/']", "a[href^='#step=']", ".sl-crumbs a[href], main a[href^='/runs']", "main a[href^='/']"];
const PALETTE = ["Runs", "Reviews", "Audit log", "figures", "Start a run", "TableFlow", "SuperAI", "FlowStack", "Retab", "Contract intake", "reconciliation"];

/** The next step; which ones come depends on nothing but the seed. */
export function choose(next: () => number): Step {
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
  const chance = next();
  if (chance < 0.16) return { do: "nav", name: one(["Runs", "Runs", "Reviews", "Sluice home"] as const) };
  if (chance < 0.24) return { do: "keys", keys: one([["g", "r"], ["g", "v"], ["]"], ["["], ["j"], ["k"], ["j", "Enter"], ["Escape"], ["?", "Escape"]]) };
  if (chance < 0.32) return { do: "palette", text: one(PALETTE) };
  if (chance < 0.39) return { do: "connection", at: Math.floor(next() * 6) };
  if (chance < 0.43) return { do: "flow", at: Math.floor(next() * 4) };
  if (chance < 0.65) return { do: "link", selector: one(LINKS), at: Math.floor(next() * 4) };
  if (chance < 0.69) return { do: "pager", name: one(["Older", "Newer", "Newest"] as const) };
  if (chance < 0.72) return { do: "search", text: one(["invoice", "zzz", ""]), escape: next() < 0.5 };
  if (chance < 0.86) return { do: "back" };
  if (chance < 0.91) return { do: "forward" };
  if (chance < 0.93) return { do: "reload" };
  if (chance < 0.95) return { do: "tab" };
  if (chance < 0.97) return { do: "address", href: one(STARTS) };
  return { do: "vendor", id: one(VENDORS), mode: one(["fine", "slow", "failing"] as const) };
}

export function start(next: () => number): Step {
  return { do: "address", href: STARTS[Math.floor(next() * STARTS.length)] as string };
}

/** Answers that a vendor gives in one way until it is told otherwise. */
const FOR_EVER = 1_000_000;

/** How long a page may take to stand, on a busy machine. */
const SETTLES_MS = 15_000;

const PAGES: [page: string, path: RegExp, title: RegExp][] = [
  ["history", /^\/runs$/, /^Runs/],
  ["reviews", /^\/reviews$/, /^Reviews/],
  ["figures", /^\/reviews\/figures$/, /^Review figures/],
  ["audit", /^\/audit$/, /^Audit log/],
  ["start", /^\/c\/[^/]+\/start$/, /^Start a run/],
  ["run", /^\/c\/[^/]+\/runs\/[^/]+$/, /^Run /],
  ["review", /^\/c\/[^/]+\/runs\/[^/]+\/reviews\/[^/]+$/, /^Review /],
];

type Seen = {
  path: string;
  query: string;
  page: string | null;
  mains: number;
  waits: boolean;
  title: string;
  focus: string;
  stopped: boolean;
  remembered: Record<string, string>;
  /** This document was not looked at before. */
  loaded: boolean;
};

/** Walks in one tab; what it finds wrong it throws. */
export class Walker {
  private readonly errors: string[] = [];
  private readonly modes = new Map<string, "fine" | "slow" | "failing">();
  private asked: string[] = [];
  /** The addresses of the browser's history, as they should be, and where in it one is. */
  private entries: string[] = [];
  private at = -1;

  constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
    private readonly sandbox: Sandbox,
    /** The ids of each vendor's flows. */
    private readonly flows: Record<string, string[]>,
  ) {}

  static async open(context: BrowserContext, sandbox: Sandbox, flows: Record<string, string[]>): Promise<Walker> {
    const page = await context.newPage();
    const walker = new Walker(context, page, sandbox, flows);
    await sandbox.clearFaults();
    page.on("pageerror", (error) => walker.errors.push(error.message));
    page.on("console", (message) => {
      // The browser's own line about an answer that is an error is no error of the page.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text())) walker.errors.push(message.text());
    });
    page.on("request", (request) => walker.note(request));
    return walker;
  }

  private note(request: Request): void {
    const url = new URL(request.url());
    if (request.method() === "GET" && url.pathname.startsWith("/api/c/")) this.asked.push(url.pathname);
  }

  async walk(step: Step): Promise<void> {
    const before = this.page.url();
    const did = await this.act(step);
    if (did) await this.check(step, before);
  }

  /** Whether there was such a way here. */
  private async act(step: Step): Promise<boolean> {
    const page = this.page;
    const quick = { timeout: 10_000 } as const;
    switch (step.do) {
      case "nav":
        await page.locator(".sl-top").getByRole("link", { name: step.name === "Reviews" ? /^Reviews/ : step.name, exact: step.name !== "Reviews" }).click(quick);
        return true;
      case "keys": {
        for (const key of step.keys) await page.keyboard.press(key);
        return true;
      }
      case "palette": {
        await page.keyboard.press("Control+k");
        const field = page.locator(".sl-palette input");
        await field.waitFor(quick);
        await field.fill(step.text);
        await page.locator(".sl-palette [role=option]").first().waitFor(quick);
        await page.keyboard.press("Enter");
        await field.waitFor({ state: "detached", timeout: 10_000 });
        return true;
      }
      case "connection": {
        const select = page.locator("#connection");
        if ((await select.count()) === 0) return false;
        const values = await select.locator("option").evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
        await select.selectOption(values[step.at % values.length] as string, quick);
        return true;
      }
      case "flow": {
        const summary = page.locator("summary.sl-flowpick");
        if ((await summary.count()) === 0) return false;
        await summary.click(quick);
        const options = page.locator(".sl-menu__list .sl-opt");
        const count = await options.count();
        if (count === 0) {
          await page.keyboard.press("Escape");
          return true;
        }
        await options.nth(step.at % count).click(quick);
        return true;
      }
      case "link": {
        const links = page.locator(step.selector).filter({ visible: true });
        const count = await links.count();
        if (count === 0) return false;
        const link = links.nth(step.at % count);
        // A list that is brought up to date may take its row away in the moment of the click.
        return link.click(quick).then(() => true, () => true);
      }
      case "pager": {
        const link = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: step.name });
        if ((await link.count()) === 0) return false;
        return link.click(quick).then(() => true, () => true);
      }
      case "search": {
        const field = page.locator("#search");
        if ((await field.count()) === 0) return false;
        await field.fill(step.text, quick);
        await field.press("Enter");
        if (step.escape) await field.press("Escape").catch(() => undefined);
        return true;
      }
      case "back":
        if (this.at <= 0) return false;
        await page.evaluate(() => history.back());
        return true;
      case "forward":
        if (this.at >= this.entries.length - 1) return false;
        await page.evaluate(() => history.forward());
        return true;
      case "reload":
        await page.reload();
        return true;
      case "address":
        await page.goto(step.href);
        return true;
      case "tab": {
        const other = await this.context.newPage();
        await other.goto("/");
        await other.locator("#connection").waitFor({ timeout: SETTLES_MS });
        await other.locator("#connection").selectOption({ index: this.entries.length % 5 });
        await other.waitForURL(/c=/, { timeout: SETTLES_MS }).catch(() => undefined);
        await other.close();
        return true;
      }
      case "vendor":
        this.modes.set(step.id, step.mode);
        await this.sandbox.clearFaults();
        for (const [id, mode] of this.modes) {
          if (mode === "fine") continue;
          const action = mode === "slow" ? { delay_ms: 400 } : { status: 500, body: { detail: "out of order" } };
          await this.sandbox.fault({ path_contains: `/${id}/`, times: FOR_EVER, action });
        }
        return true;
    }
  }

  private look(): Promise<Seen> {
    return this.page.evaluate(() => {
      const main = document.querySelector("main");
      const loaded = !("walked" in window);
      Object.assign(window, { walked: true });
      const remembered = Object.fromEntries(Object.entries(localStorage).filter(([key]) => /^sluice\.(flow\.|connection)/.test(key)));
      return {
        path: location.pathname,
        query: location.search,
        page: main?.getAttribute("data-page") ?? null,
        mains: document.querySelectorAll("main").length,
        waits: document.getElementById("boot") !== null || main?.querySelector(".sl-skel, .sl-part[role=status]") !== null,
        title: document.title.replace(/^\(\d+\+?\) /, ""),
        focus: document.activeElement?.tagName ?? "",
        stopped: document.querySelector("[data-reload]") !== null,
        remembered,
        loaded,
      };
    });
  }

  /** What is wrong with the page as it stands; nothing once it stands right. */
  private wrong(seen: Seen, step: Step): string[] {
    const wrong: string[] = [];
    if (seen.stopped) wrong.push("the page has stopped");
    if (seen.mains !== 1) wrong.push(`${seen.mains} main elements`);
    if (seen.waits) wrong.push("an outline, and nothing comes");
    const known = PAGES.find(([, path]) => path.test(seen.path));
    const query = new URLSearchParams(seen.query);
    if (seen.path === "/") wrong.push("the address was not completed");
    if (known && seen.page !== null && seen.page !== known[0]) wrong.push(`the address is of ${known[0]}, the page is ${seen.page}`);
    if (known && seen.page !== null && !known[2].test(seen.title)) wrong.push(`the title is ${JSON.stringify(seen.title)}`);
    if (seen.path === "/runs" && query.get("c") !== "*" && VENDORS.includes(query.get("c") ?? "")) {
      const failing = this.modes.get(query.get("c") ?? "") === "failing";
      if (!query.get("flow") && !failing) wrong.push("no flow was filled in");
    }
    if (seen.path === "/runs" && !query.get("c")) wrong.push("no connection was filled in");
    // Whoever loads a page begins at its start.
    if (seen.focus === "BODY" && !this.fresh && step.do !== "tab" && step.do !== "vendor") wrong.push("the focus is nowhere");
    for (const [key, value] of Object.entries(seen.remembered)) {
      const id = key.replace("sluice.flow.", "");
      if (key === "sluice.connection" ? ![...VENDORS, "*"].includes(value) : value !== "*" && !this.flows[id]?.includes(value)) {
        wrong.push(`remembered ${key} = ${value}, which nobody lists`);
      }
    }
    return wrong;
  }

  /** The step loaded a document, as Back does over an address that was typed in. */
  private fresh = false;

  private async check(step: Step, before: string): Promise<void> {
    this.fresh = false;
    const until = Date.now() + SETTLES_MS;
    let [wrong, calm] = [["nothing was seen"], 0];
    for (;;) {
      const seen = await this.look().catch(() => null);
      this.fresh ||= seen?.loaded ?? false;
      wrong = seen ? this.wrong(seen, step) : ["the page is between two documents"];
      calm = wrong.length === 0 && this.errors.length === 0 ? calm + 1 : 0;
      if (calm >= 2 || this.errors.length > 0 || Date.now() > until) break;
      await new Promise((done) => setTimeout(done, 30));
    }
    if (this.errors.length > 0) throw new Error(`an error in the page: ${this.errors.join(" | ")}`);
    if (wrong.length > 0) throw new Error(`${wrong.join("; ")} at ${this.page.url()}`);
    this.follow(step, before);
    this.gone();
  }

  /** Back and Forward lead along the very entries that were made. */
  private follow(step: Step, before: string): void {
    const here = this.page.url();
    const address = (href: string) => href.replace(/^https?:\/\/[^/]+/, "");
    if (step.do === "back" || step.do === "forward") {
      this.at += step.do === "back" ? -1 : 1;
      const wanted = this.entries[this.at] as string;
      if (address(here) !== address(wanted)) throw new Error(`${step.do} led to ${address(here)} instead of ${address(wanted)}`);
      return;
    }
    if (this.at >= 0 && here === before && step.do !== "address") {
      this.entries[this.at] = here;
      return;
    }
    if (step.do === "reload" || step.do === "tab" || step.do === "vendor") {
      if (this.at < 0) this.at = 0;
      this.entries[this.at] = here;
      return;
    }
    // An address typed in that is the present one replaces it, as browsers do.
    if (step.do === "address" && this.at >= 0 && address(here) === address(before)) {
      this.entries[this.at] = here;
      return;
    }
    this.entries = [...this.entries.slice(0, this.at + 1), here];
    this.at = this.entries.length - 1;
  }

  /** Requests for a run that one has left. */
  private gone(): void {
    const asked = this.asked;
    this.asked = [];
    const path = decodeURIComponent(new URL(this.page.url()).pathname);
    const own = /^\/c\/[^/]+\/runs\/([^/]+)/.exec(path)?.[1];
    if (this.leftRun !== null && this.leftRun !== own && this.settledElsewhere) {
      const late = asked.filter((target) => decodeURIComponent(target).includes(this.leftRun as string));
      // The queue and a list look a run up that has left them.
      if (late.length > 0 && !/^\/(runs|reviews)/.test(path)) throw new Error(`asked for a run that was left: ${late[0]}`);
    }
    this.settledElsewhere = own === undefined || own !== this.leftRun;
    if (own !== undefined) this.leftRun = own;
  }

  private leftRun: string | null = null;
  private settledElsewhere = false;
}
