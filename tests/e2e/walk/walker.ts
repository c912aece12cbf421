// A walk through the app by every way there is, in one tab or two, with vendors that are slow or fail; what it finds wrong it throws.

import type { BrowserContext } from "@playwright/test";

import type { Sandbox } from "../fixtures/sandbox.ts";
import type { Mode, Step } from "./steps.ts";
import { Tab, type World } from "./tab.ts";
import { go, past } from "./ways.ts";

/** Answers that a vendor gives in one way until it is told otherwise. */
const FOR_EVER = 1_000_000;
/** The second module of a release. */
const MODULE = /sluice-app-pages-[^/]+\.wasm$/;

const ANSWERS: Record<Exclude<Mode, "fine">, Parameters<Sandbox["fault"]>[0]["action"]> = {
  slow: { delay_ms: 400 },
  failing: { status: 500, body: { detail: "out of order" } },
  limited: { status: 429, body: { detail: "too many" }, retry_after_date: 2 },
  dropping: { drop: "before" },
};

export class Walker {
  private readonly tabs: Tab[] = [];
  private at = 0;

  private constructor(
    private readonly context: BrowserContext,
    private readonly sandbox: Sandbox,
    private readonly world: World,
  ) {}

  static async open(context: BrowserContext, sandbox: Sandbox, flows: World["flows"]): Promise<Walker> {
    await context.addInitScript(() => {
      if (location.protocol === "about:") return;
      localStorage.setItem("sluice.name", "Ada Lovelace");
      localStorage.setItem("sluice.undo-seconds", "0");
      // Long waits can be told that their time has come: what asks again and again asks now. Half a minute is a request's own patience.
      type Wait = () => void;
      const [later, never] = [window.setTimeout.bind(window), window.clearTimeout.bind(window)];
      const waits = new Map<number, Wait>();
      const set = (run: TimerHandler, millis = 0, ...values: unknown[]): number => {
        if (millis < 1_000 || millis >= 30_000 || typeof run !== "function") return later(run, millis, ...values);
        const now = () => {
          waits.delete(id);
          run(...values);
        };
        const id = later(now, millis);
        waits.set(id, now);
        return id;
      };
      const hurry = () => {
        for (const [id, now] of [...waits]) {
          never(id);
          now();
        }
      };
      Object.assign(window, { setTimeout: set, clearTimeout: (id: number) => (waits.delete(id), never(id)), hurry });
    });
    await sandbox.clearFaults();
    const walker = new Walker(context, sandbox, { flows, modes: new Map(), module: "fine", shared: false });
    walker.tabs.push(await Tab.open(context, walker.world));
    return walker;
  }

  private get tab(): Tab {
    return this.tabs[this.at] as Tab;
  }

  /** Whether there was such a way here. */
  async walk(step: Step): Promise<boolean> {
    const from = this.tab;
    const before = from.page.url();
    if (!(await this.act(step))) return false;
    for (const other of this.tabs) if (other !== this.tab && other.errors.length > 0) throw new Error(`an error in the other tab: ${other.errors.join(" | ")}`);
    await this.tab.check(step, this.tab === from ? before : this.tab.page.url());
    return true;
  }

  private async act(step: Step): Promise<boolean> {
    const page = this.tab.page;
    switch (step.do) {
      case "back":
      case "forward":
        if (!this.tab.canGo(step.do)) return false;
        await past(page, step.do);
        return true;
      case "reload":
        await page.reload();
        return true;
      case "address":
        await page.goto(step.href);
        return true;
      case "hasty": {
        if (step.then.do === "back" && !this.tab.canGo("back", step.first.do === "back" ? 2 : 1)) return false;
        if (!(await this.act(step.first))) return false;
        if (step.then.do !== "back") return this.act(step.then);
        await past(page, "back");
        return true;
      }
      case "time":
        await page.evaluate(() => (window as unknown as { hurry: () => void }).hurry());
        return true;
      case "tab":
        this.world.shared = true;
        if (this.tabs.length === 1) {
          this.tabs.push(await Tab.open(this.context, this.world));
          this.at = 1;
          await this.tab.page.goto("/");
        } else {
          this.at = 1 - this.at;
          await this.tab.page.bringToFront();
        }
        return true;
      case "shut":
        if (this.tabs.length === 1) return false;
        await page.close();
        this.tabs.splice(this.at, 1);
        this.at = 0;
        await this.tab.page.bringToFront();
        return true;
      case "module":
        await this.context.unroute(MODULE);
        this.world.module = step.mode;
        if (step.mode === "missing") await this.context.route(MODULE, (route) => route.abort());
        if (step.mode === "slow") await this.context.route(MODULE, (route) => new Promise((done) => setTimeout(done, 300)).then(() => route.continue()));
        return true;
      case "vendor":
        await this.tell(step.id, step.mode);
        return true;
      default:
        if (step.do === "dialog" && step.close === "back" && !this.tab.canGo("back")) return false;
        return go(page, step);
    }
  }

  private async tell(id: string, mode: Mode): Promise<void> {
    this.world.modes.set(id, mode);
    // What was not read while a vendor failed is read when it is asked for again.
    if (!["fine", "slow"].includes(mode)) this.world.modes.set(`${id} was`, mode);
    await this.sandbox.clearFaults();
    for (const [of, how] of this.world.modes) {
      if (how !== "fine" && !of.includes(" ")) await this.sandbox.fault({ path_contains: `/${of}/`, times: FOR_EVER, action: ANSWERS[how] });
    }
  }
}
