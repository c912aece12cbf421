// The ways through the app. A step is plain data and says nothing of what it met, so that a failing path can be walked again with steps
// left out.

export type Mode = "fine" | "slow" | "failing" | "limited" | "dropping";

export type Step =
  | { do: "nav"; name: "Runs" | "Reviews" | "Sluice home" }
  | { do: "keys"; keys: string[] }
  | { do: "palette"; text: string }
  | { do: "connection" | "flow" | "size" | "pick" | "columns" | "select" | "tabs" | "fold"; at: number }
  | { do: "filter"; menu: number; at: number }
  | { do: "link"; selector: string; at: number }
  | { do: "pager"; name: "Older" | "Newer" | "Newest" }
  | { do: "search"; text: string; escape: boolean }
  | { do: "jump"; to: number | "here" | "nowhere" }
  | { do: "dialog"; name: "Export runs" | "Keyboard shortcuts" | "Delete" | "Cancel" | "name"; close: "Escape" | "back" }
  | { do: "edit"; text: string }
  | { do: "review"; keys: string }
  | { do: "submit" | "theme" | "clear" | "back" | "forward" | "reload" | "tab" | "shut" | "time" }
  /** Two ways at once: nobody waits for the first. */
  | { do: "hasty"; first: Step; then: Step }
  /** Typed in, or a link to it. */
  | { do: "address" | "inside"; href: string }
  | { do: "module"; mode: "fine" | "slow" | "missing" }
  | { do: "vendor"; id: string; mode: Mode };

export const VENDORS = ["retab", "tableflow", "flowstack", "superai", "retab-reviews"];
const STARTS = ["/", "/runs", "/reviews", "/audit", "/reviews/figures", "/runs?c=tableflow", "/runs?c=*", "/runs?c=superai&flow=no-such-flow", "/c/retab/start", "/c/flowstack/runs/nothing", "/nowhere", "/runs?c=nobody"];
const INSIDE = ["/", "/runs?c=flowstack", "/runs?c=retab&flow=*", "/runs?c=retab&status=waiting", "/reviews?c=superai", "/audit?c=retab", "/c/tableflow/start", "/c/superai/runs/nothing", "/c/nobody/runs/x", "/c/nobody/runs/x/reviews/y", "/c/nobody/start", "/nowhere", "/runs?c=nobody", "/runs?c=*&q=invoice", "/runs?c=retab-reviews", "/reviews?c=retab-reviews"];
const LINKS = ["table.sl-runs tbody tr[data-run] a[href]", "a[href^='/audit']:not([download])", "a[href^='/reviews/figures']", "a[href$='/start'], a[href*='/start?']", "main a[href^='/c/'][href*='/reviews/']", "a[href^='#step=']", ".sl-crumbs a[href], main a[href^='/runs']", "main a[href^='/']:not([download])"];
const PALETTE = ["Runs", "Reviews", "Audit log", "figures", "Start a run", "TableFlow", "SuperAI", "FlowStack", "Retab", "All connections", "Contract intake", "reconciliation"];
const KEYS = [["g", "r"], ["g", "v"], ["]"], ["["], ["j"], ["k"], ["j", "Enter"], ["Escape"], ["?", "Escape"], ["/", "Escape"], ["g", "n", "Escape"], ["x"], ["Tab"], ["j", "x"], ["]", "]"], ["g", "r", "g", "v"]];
const MODES: Mode[] = ["fine", "fine", "slow", "slow", "failing", "limited", "dropping"];

type Next = () => number;

const one = <T>(next: Next, of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
const at = (next: Next, most: number): number => Math.floor(next() * most);
const nav = (next: Next): Step => ({ do: "nav", name: one(next, ["Runs", "Runs", "Reviews", "Sluice home"] as const) });
const review = (next: Next): Step => ({ do: "review", keys: one(next, ["j", "k", "s", "j", "s", "e", "F8", "r", "z", "j", "a", "Control+Enter"]) });
const jump = (next: Next): Step => ({ do: "jump", to: one(next, ["here", "nowhere", at(next, 120)] as const) });

/** How often each way is gone, of a thousand. */
const WAYS: [share: number, way: (next: Next) => Step][] = [
  [125, nav],
  [75, (next) => ({ do: "keys", keys: one(next, KEYS) })],
  [70, (next) => ({ do: "palette", text: one(next, PALETTE) })],
  [55, (next) => ({ do: "connection", at: at(next, 6) })],
  [30, (next) => ({ do: "flow", at: at(next, 4) })],
  [165, (next) => ({ do: "link", selector: one(next, LINKS), at: at(next, 4) })],
  [35, (next) => ({ do: "pager", name: one(next, ["Older", "Newer", "Newest"] as const) })],
  [25, (next) => ({ do: "search", text: one(next, ["invoice", "zzz", ""]), escape: next() < 0.5 })],
  [20, jump],
  [35, (next) => ({ do: "filter", menu: at(next, 4), at: at(next, 6) })],
  [8, () => ({ do: "clear" })],
  [10, (next) => ({ do: "size", at: at(next, 3) })],
  [14, (next) => ({ do: "columns", at: at(next, 12) })],
  [20, (next) => ({ do: "select", at: at(next, 5) })],
  [14, (next) => ({ do: "pick", at: at(next, 8) })],
  [18, (next) => ({ do: "tabs", at: at(next, 6) })],
  [10, (next) => ({ do: "fold", at: at(next, 8) })],
  [20, (next) => ({ do: "dialog", name: one(next, ["Export runs", "Keyboard shortcuts", "Delete", "Cancel", "name"] as const), close: next() < 0.75 ? "Escape" : "back" })],
  [10, (next) => ({ do: "edit", text: `walked ${at(next, 1_000)}` })],
  [24, review],
  [4, () => ({ do: "submit" })],
  [5, () => ({ do: "theme" })],
  [20, (next) => ({ do: "hasty", first: one(next, [nav, nav, jump, review, (next: Next): Step => ({ do: "connection", at: at(next, 6) }), (): Step => ({ do: "back" })])(next), then: one(next, [nav, nav, (): Step => ({ do: "back" })])(next) })],
  [115, () => ({ do: "back" })],
  [42, () => ({ do: "forward" })],
  [18, () => ({ do: "reload" })],
  [24, () => ({ do: "tab" })],
  [6, () => ({ do: "shut" })],
  [20, () => ({ do: "time" })],
  [18, (next) => ({ do: "address", href: one(next, STARTS) })],
  [24, (next) => ({ do: "inside", href: one(next, INSIDE) })],
  [6, (next) => ({ do: "module", mode: one(next, ["fine", "slow", "slow", "missing"] as const) })],
  [30, (next) => ({ do: "vendor", id: one(next, VENDORS), mode: one(next, MODES) })],
];
const ALL = WAYS.reduce((sum, [share]) => sum + share, 0);

/** The next step; which ones come depends on nothing but the seed. */
export function choose(next: Next): Step {
  let left = next() * ALL;
  for (const [share, way] of WAYS) {
    if (left < share) return way(next);
    left -= share;
  }
  return nav(next);
}

export function start(next: Next): Step {
  return { do: "address", href: one(next, STARTS) };
}
