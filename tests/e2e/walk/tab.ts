// One tab of a walk: what is seen in it after each step, and what of that cannot be.

import type { BrowserContext, Page, Request } from "@playwright/test";

import { type Seen, look } from "./look.ts";
import { type Mode, type Step, VENDORS } from "./steps.ts";

/** What the walk knows beside its tabs. */
export type World = {
  /** Name by id, of each vendor's flows. */
  flows: Record<string, Record<string, string>>;
  modes: Map<string, Mode>;
  module: "fine" | "slow" | "missing";
  /** More than one tab has been open: what is remembered may be the other's. */
  shared: boolean;
};

/** How long a page may take to stand, on a busy machine. */
const SETTLES_MS = 15_000;
/** The browser keeps so many entries of a history. */
const KEPT_ENTRIES = 50;

const PAGES: [page: string, path: RegExp, title: RegExp, reviews: boolean][] = [
  ["history", /^\/runs$/, /^Runs, /, false],
  ["reviews", /^\/reviews$/, /^Reviews -/, true],
  ["figures", /^\/reviews\/figures$/, /^Review figures -/, true],
  ["audit", /^\/audit$/, /^Audit log -/, true],
  ["start", /^\/c\/[^/]+\/start$/, /^Start a run -/, false],
  ["run", /^\/c\/[^/]+\/runs\/[^/]+$/, /^Run /, false],
  ["review", /^\/c\/[^/]+\/runs\/[^/]+\/reviews\/[^/]+$/, /^Review /, true],
];

/** Steps that ask for nothing of the page that is shown. */
const PASSIVE: Step["do"][] = ["tab", "shut", "vendor", "module", "time", "reload"];
/** Steps after which what was chosen is still chosen. */
const KEEPS: Step["do"][] = [...PASSIVE.filter((step) => step !== "reload"), "nav", "back", "forward", "link", "pager", "size", "filter", "clear", "columns", "flow", "theme", "jump"];

export class Tab {
  readonly errors: string[] = [];
  private asked: string[] = [];
  /** The addresses of the browser's history as they should be, where in it one is, and how many entries came before, if that is known.
   * `null`: not seen. */
  private entries: (string | null)[] = [];
  private at = -1;
  private before: number | null = null;
  /** The last look at the page. */
  private seen: Seen | null = null;
  private fresh = false;
  /** A key was pressed since the page was loaded: the module that hears keys is there. */
  private heard = false;
  /** How many runs are chosen, and in which connection. */
  private chosen = { count: 0, of: "" };
  /** What stands in the first text field of a review that was changed. */
  private readonly drafts = new Map<string, string>();
  /** Whose title is whose. */
  private readonly titles = new Map<string, string>();
  /** Lists that pages asked for which were left. */
  private readonly lists = new Map<string, string>();
  /** Lists that histories asked for, each with all the histories that may have. */
  private readonly histories = new Map<string, Set<string>>();
  private own: string | null = null;

  constructor(
    readonly page: Page,
    private readonly world: World,
  ) {}

  static async open(context: BrowserContext, world: World): Promise<Tab> {
    const page = await context.newPage();
    const tab = new Tab(page, world);
    page.on("pageerror", (error) => tab.errors.push(error.message));
    page.on("crash", () => tab.errors.push("the tab crashed"));
    page.on("console", (message) => {
      // The browser's own line about an answer that is an error is no error of the page; nor that of a module which does not arrive.
      if (message.type() === "error" && !/Failed to load resource|^TypeError: Failed to fetch/.test(message.text())) tab.errors.push(message.text());
    });
    page.on("request", (request) => tab.note(request));
    return tab;
  }

  private note(request: Request): void {
    const url = new URL(request.url());
    if (request.method() === "GET" && url.pathname.startsWith("/api/c/")) this.asked.push(decodeURIComponent(url.pathname + url.search));
  }

  canGo(way: "back" | "forward", by = 1): boolean {
    return way === "back" ? this.at >= by : this.at < this.entries.length - by;
  }

  /** Looks until the page stands as it should, and holds what it shows against what was done. */
  async check(step: Step, before: string): Promise<void> {
    const last = this.seen;
    this.fresh = false;
    const until = Date.now() + SETTLES_MS;
    // What was asked for first may come in late, and a page is turned once its numbers are there.
    const unheard = step.do === "keys" && (this.world.module === "slow" || !this.heard);
    const late = unheard || step.do === "hasty" || step.do === "pager" || (step.do === "keys" && step.keys.includes("]"));
    let rest = unheard ? 1_200 : late ? 600 : 25;
    let wrong = ["nothing was seen"];
    for (;;) {
      const seen = await look(this.page, rest).catch(() => null);
      this.fresh ||= seen?.loaded ?? false;
      this.seen = seen ?? this.seen;
      wrong = seen ? this.wrong(seen, last, step) : ["the page is between two documents"];
      if (this.errors.length > 0 || Date.now() > until) break;
      if (wrong.length === 0) {
        // An entry that is made a moment later is this step's all the same.
        const again = await look(this.page, 40).catch(() => null);
        if (again !== null && seen !== null && again.length === seen.length && again.path + again.query === seen.path + seen.query) break;
      }
      if (seen === null) await new Promise((done) => setTimeout(done, rest));
      rest = Math.min(2 * rest, 600);
    }
    if (this.errors.length > 0) throw new Error(`an error in the page: ${this.errors.join(" | ")}`);
    if (wrong.length > 0) throw new Error(`${wrong.join("; ")} at ${this.page.url()}`);
    const seen = this.seen as Seen;
    this.follow(step, before, seen);
    this.gone(step, seen, last);
    this.chosen = { count: seen.page === "history" ? seen.chosen : this.chosen.count, of: seen.page === "history" ? (seen.connection ?? "") : this.chosen.of };
    if (this.fresh) this.chosen = { count: 0, of: this.chosen.of };
    this.heard = step.do === "keys" || (this.heard && !this.fresh);
    if (step.do === "edit" && seen.field !== null) this.drafts.set(seen.path, step.text);
    if (step.do === "review" && /a|z|Enter/.test(step.keys)) this.drafts.clear();
  }

  /** What is wrong with the page as it stands; nothing once it stands right. */
  private wrong(seen: Seen, last: Seen | null, step: Step): string[] {
    const wrong: string[] = [];
    const say = (is: boolean, what: string) => is && wrong.push(what);
    const known = PAGES.find(([, path]) => path.test(seen.path));
    const query = new URLSearchParams(seen.query);
    const of = known?.[0] === "history" ? query.get("c") : (/^\/c\/([^/]+)/.exec(seen.path)?.[1] ?? null);
    const nobody = of !== null && ![...VENDORS, "*"].includes(of);
    say(seen.stopped, "the page has stopped");
    say(seen.mains !== 1, `${seen.mains} main elements`);
    say(seen.waits, "an outline, and nothing comes");
    say(seen.dialogs > 0, "a dialog is open");
    say(seen.menus > 0, "a menu is open");
    say(seen.path === "/", "the address was not completed");
    const theme = this.fresh || step.do === "theme" || last === null ? (seen.kept["sluice.theme"] ?? null) : last.theme;
    say(seen.theme !== theme, `the theme is ${seen.theme}, not ${theme}`);
    say(seen.current === null ? false : /^\/reviews/.test(seen.current) !== (known?.[3] ?? false), `the navigation says ${seen.current}`);
    // A module that did not arrive is asked for again by whoever goes on, not by itself.
    const still = last !== null && last.missing && !this.fresh && last.path + last.query === seen.path + seen.query;
    const missing = seen.missing && (this.world.module === "missing" || still);
    if (!known || nobody) {
      const heading = nobody ? `There is no connection “${of}”` : "There is no such page";
      say(seen.heading !== heading && !missing, `the heading is ${JSON.stringify(seen.heading)}`);
      say(!seen.title.startsWith(heading) && !missing, `the title is ${JSON.stringify(seen.title)}`);
    } else if (!missing) {
      say(seen.page !== known[0], `the address is of ${known[0]}, the page is ${seen.page}`);
      say(!known[2].test(seen.title), `the title is ${JSON.stringify(seen.title)}`);
      const named = this.titles.get(seen.title);
      if (known[0] === "run" || known[0] === "review") say(named !== undefined && named !== seen.path && !seen.title.includes(seen.heading), `the title is that of ${named}`);
    }
    say(known?.[0] === "run" && !nobody && !missing && this.mode(of) === "fine" && !seen.named, "the run of the address is not shown");
    if (known?.[0] === "history" && !nobody) this.list(seen, query, say);
    say(known?.[0] === "reviews" && seen.whose !== null && seen.whose !== (query.get("c") ?? ""), `reviews of ${seen.whose} are shown`);
    // Whoever loads a page begins at its start, and who has not gone anywhere since is there still.
    const stayed = last !== null && last.lost && last.path + last.query === seen.path + seen.query;
    say(seen.lost && !this.fresh && !stayed && step.do !== "tab" && step.do !== "shut", `the focus is nowhere (${seen.focus})`);
    const draft = this.drafts.get(seen.path);
    say(draft !== undefined && !this.world.shared && seen.field !== null && seen.field !== draft, `what was typed is gone: ${seen.field}`);
    this.remembered(seen, of, wrong);
    if (seen.page === "history" && !this.fresh && seen.connection !== null) {
      const [same, wanted] = [this.chosen.of === seen.connection || this.chosen.count === 0, this.chosen.count];
      say(KEEPS.includes(step.do) && same && seen.chosen !== wanted, `${seen.chosen} runs are chosen, not ${wanted}`);
      say(!same && step.do !== "select" && seen.chosen !== 0, `${seen.chosen} runs are chosen of another connection`);
    }
    return wrong;
  }

  private mode(of: string | null): Mode {
    return this.world.modes.get(of ?? "") ?? "fine";
  }

  /** A vendor that answers, if late. */
  private answers(of: string): boolean {
    return ["fine", "slow"].includes(this.mode(of)) && !this.world.modes.get(`${of} was`);
  }

  /** The list and its controls say what the address says. */
  private list(seen: Seen, query: URLSearchParams, say: (is: boolean, what: string) => unknown): void {
    const of = query.get("c");
    const flow = query.get("flow");
    if (of === null) return void say(true, "no connection was filled in");
    say(seen.connection !== of, `the connection shown is ${seen.connection}`);
    say(seen.foreign.length > 0, `rows of another connection: ${seen.foreign[0]}`);
    say(seen.search !== null && seen.search !== (query.get("q") ?? ""), `the search shown is ${JSON.stringify(seen.search)}`);
    const size = query.get("size");
    say(size !== null && seen.size !== null && seen.size !== size, `the page size shown is ${seen.size}`);
    if (of === "*") return;
    say(flow === null && this.answers(of), "no flow was filled in");
    if (flow === null || flow === "*" || seen.flow === null) return;
    const name = this.world.flows[of]?.[flow] ?? flow;
    say(seen.flow !== name && !(seen.flow === flow && !this.answers(of)), `the flow shown is ${seen.flow}`);
    say(!seen.title.includes(seen.flow) || !seen.title.includes(seen.label ?? ""), `the title is ${JSON.stringify(seen.title)}`);
  }

  /** What the browser keeps is what was chosen, and what the vendors list. */
  private remembered(seen: Seen, of: string | null, wrong: string[]): void {
    for (const [key, value] of Object.entries(seen.kept)) {
      const id = key.replace("sluice.flow.", "");
      if (key === "sluice.connection" ? ![...VENDORS, "*"].includes(value) : key !== `sluice.${id}` && key.startsWith("sluice.flow.") && value !== "*" && !(value in (this.world.flows[id] ?? {}))) {
        wrong.push(`remembered ${key} = ${value}, which nobody lists`);
      }
    }
    if (this.world.shared || of === null || ![...VENDORS, "*"].includes(of)) return;
    if (seen.kept["sluice.connection"] !== of) wrong.push(`remembered ${seen.kept["sluice.connection"]}, and ${of} is shown`);
    const flow = new URLSearchParams(seen.query).get("flow") ?? "";
    const listed = flow === "*" || flow in (this.world.flows[of] ?? {});
    if (seen.page === "history" && of !== "*" && listed && this.answers(of) && seen.kept[`sluice.flow.${of}`] !== flow) {
      wrong.push(`remembered the flow ${seen.kept[`sluice.flow.${of}`]}, and ${flow} is shown`);
    }
  }

  /** Back and Forward lead along the very entries that were made, and each step makes one at most. */
  private follow(step: Step, before: string, seen: Seen): void {
    const address = (href: string) => href.replace(/^https?:\/\/[^/]+/, "");
    const [here, was] = [address(this.page.url()), address(before)];
    const by = step.do === "dialog" && step.close === "back" && here !== was ? "back" : step.do;
    if (by === "back" || by === "forward") {
      this.at += by === "back" ? -1 : 1;
      const wanted = this.entries[this.at] ?? null;
      // A page over all connections is kept for the question that was asked last; of another's one comes to the first, and it says so.
      const first = wanted?.startsWith("/runs?c=*") ? wanted.replace(/&at=[^&]+/, "") : wanted;
      if (wanted !== null && here !== wanted && here !== first) throw new Error(`${step.do} led to ${here} instead of ${wanted}`);
      this.entries[this.at] = here;
      return;
    }
    // Where Back of two hasty ones began, nobody knows.
    if (this.at < 0 || (step.do === "hasty" && [step.first, step.then].some(({ do: way }) => way === "back"))) return this.begin(here);
    const full = seen.length >= KEPT_ENTRIES;
    const counted = full || this.before === null ? null : this.before + this.entries.length;
    const same = counted === null || seen.length === counted;
    // Typed in, an address is another one until it is completed, and takes the place of those that lay ahead.
    const typed = step.do === "address" && step.href !== was;
    const most = step.do === "search" || step.do === "hasty" || (step.do === "keys" && step.keys.length > 1) ? 2 : 1;
    // As many entries as lay ahead may have been made in their place, on the way out and back again.
    if (most > 1 && here === was && same && this.at < this.entries.length - 1) return this.begin(here);
    if (PASSIVE.includes(step.do) || step.do === "pick" || (here === was && same && !typed)) {
      if (!same) throw new Error(`an entry was made by ${step.do}: ${seen.length} instead of ${counted}`);
      this.entries[this.at] = here;
      return;
    }
    if (counted === null || this.before === null) return most > 1 ? this.begin(here) : this.push([here], seen);
    const made = seen.length - this.before - this.at - 1;
    // An address that left the flow open was completed meanwhile, or nothing was asked for but the same once more.
    const replaced = same && (here === was || !/[?&]flow=/.test(was));
    if (made < 1 || made > most) {
      if (!replaced) throw new Error(`${made} entries were made instead of ${here === was ? 0 : 1}`);
      this.entries[this.at] = here;
      return;
    }
    if (here === was && made === 1 && !typed) throw new Error(`a second entry of ${here}`);
    this.push([...Array<null>(made - 1).fill(null), here], seen);
  }

  private begin(here: string): void {
    [this.entries, this.at, this.before] = [[here], 0, null];
  }

  private push(made: (string | null)[], seen: Seen): void {
    this.entries = [...this.entries.slice(0, this.at + 1), ...made].slice(2 - KEPT_ENTRIES);
    this.at = this.entries.length - 1;
    this.before = seen.length - this.entries.length;
  }

  /** Requests for a page that one has left. */
  private gone(step: Step, seen: Seen, last: Seen | null): void {
    const asked = this.asked;
    this.asked = [];
    const here = decodeURIComponent(seen.path);
    // A connection that there is not has the path of a history, and another page.
    const settled = last !== null && decodeURIComponent(last.path) === here && last.page === seen.page;
    const run = /^\/c\/[^/]+\/runs\/([^/]+)/.exec(here)?.[1] ?? null;
    // On the way back to where one was, other pages were opened.
    const several = step.do === "hasty" || (step.do === "keys" && step.keys.length > 1);
    for (const target of asked) {
      const connection = /^\/api\/c\/([^/]+)/.exec(target)?.[1] ?? "";
      const foreign = VENDORS.filter((other) => other !== connection).flatMap((other) => Object.keys(this.world.flows[other] ?? {})).find((flow) => names(target, flow));
      if (foreign !== undefined) throw new Error(`${connection} was asked for another's flow: ${target}`);
      if (!settled || several) continue;
      // The queue and a list look a run up that has left them, and what waits is counted everywhere.
      if (this.own !== null && this.own !== run && names(target, this.own) && !/^\/(runs|reviews)/.test(here)) throw new Error(`asked for a run that was left: ${target}`);
      const whose = this.lists.get(target);
      if (whose !== undefined && whose !== seen.path + seen.query && seen.page !== "history") throw new Error(`asked for a list that was left: ${target}`);
    }
    if (seen.page === "history") {
      const lists = asked.filter((target) => /\/(runs|flow-executions)(\?|$)/.test(target) && !/waiting_for_human|awaiting_input|awaiting_review|=review/.test(target));
      if (settled) for (const target of lists) this.lists.set(target, seen.path + seen.query);
      const history = listOf(seen);
      // What is filtered on the page is asked for alike, and a list of all connections reads on in any of theirs. A jump, a chart and a choice
      // of all that match read other pages of the list, and a vendor that failed is asked later for what it owes.
      const stays = last !== null && last.path + last.query === seen.path + seen.query && last.page === seen.page && seen.chosen === 0;
      // What a page that is loaded anew asks first, the gateway says, which does not know what the browser remembers.
      const only = stays && !this.fresh && !several && !["jump", "fold", "pick", "select"].includes(step.do) && seen.connection !== "*" && this.answers(seen.connection ?? "");
      for (const target of lists) {
        const known = this.histories.get(target);
        if (only && known !== undefined && !known.has(history)) throw new Error(`asked for the list of another history: ${target}`);
        this.histories.set(target, (known ?? new Set()).add(history));
      }
    }
    if (run !== null) this.own = run;
    if ((seen.page === "run" || seen.page === "review") && !seen.missing) this.titles.set(seen.title, seen.path);
  }
}

/** What of a history's address says which runs a vendor is asked for, apart from filters. How many, the request says itself. */
function listOf(seen: Seen): string {
  const said = new URLSearchParams(seen.query);
  return ["c", "flow", "at"].map((name) => said.get(name) ?? "").join(" ");
}

/** Whether a request's address has this id as a whole segment or value. */
function names(target: string, id: string): boolean {
  return target.split(/[/?&=,:]/).includes(id);
}
