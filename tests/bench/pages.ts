// The two pages that are compared, app and floor (bench/floor), on the same list from the same gateway, and what they are measured under.

import type { Browser, BrowserContext, CDPSession, Locator, Page } from "@playwright/test";

import { RECONCILIATION } from "../e2e/fixtures/flows.ts";
import type { Stack } from "../e2e/fixtures/servers.ts";
import { HistoryPage } from "../e2e/pages/history.ts";

export const WHICH = ["app", "floor"] as const;
export type Which = (typeof WHICH)[number];

/** TableFlow, because its pages may have a thousand rows, and a page of fifty of the same list can be compared with it. */
export const CONNECTION = "tableflow";
export const FLOW = RECONCILIATION[CONNECTION];
/** Deep enough for some pages of a thousand. */
export const DEPTH = 10_240;
export const SIZES = [50, 1_000] as const;

export type Line = { name: string; slowdown: number; network?: { down: number; up: number; latency: number } };

/** As the machine is, and what a phone on the way has: the rates of a fast 4G line in Mbit/s, and its time there and back in ms. */
export const LINES: Line[] = [
  { name: "as it is", slowdown: 1 },
  { name: "4 times slower, fast 4G", slowdown: 4, network: { down: 9, up: 1.5, latency: 60 } },
];

export type Condition = { rows: number; line: Line };

export const CONDITIONS: Condition[] = LINES.flatMap((line) => SIZES.map((rows) => ({ rows, line })));

export function urlOf(stack: Stack, which: Which, rows: number, flow: string = FLOW): string {
  const own = flow === FLOW ? "" : `?flow=${flow}`;
  // `cargo xtask bench` makes the second page from the first: only the number in the preloaded request is another.
  if (which === "floor") return `${stack.gateway.url}/floor/${rows === 50 ? "index" : rows}.html${own}`;
  return `${stack.gateway.url}/runs?c=${CONNECTION}&flow=${flow}&size=${rows}`;
}

/** A page in a context of its own: no cache, no storage. */
export type Visit = { context: BrowserContext; page: Page; cdp: CDPSession; requests: string[] };

export async function visit(browser: Browser, line: Line): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  // The page's own CPU time, so that a busy machine counts less.
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  if (line.slowdown > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: line.slowdown });
  if (line.network) {
    const bytes = (megabits: number) => (megabits * 1_000_000) / 8;
    const { down, up, latency } = line.network;
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", { offline: false, latency, downloadThroughput: bytes(down), uploadThroughput: bytes(up) });
  }
  const requests: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname.startsWith("/api/")) requests.push(url.pathname + url.search);
  });
  return { context, page, cdp, requests };
}

/** Only the lists of this connection's runs, without the count of what waits for people. */
export function listsOf(requests: string[]): string[] {
  return requests.filter((url) => url.startsWith(`/api/c/${CONNECTION}/flows/runs?`) && !url.includes("status=review"));
}

export const rowsOf = (page: Page): Locator => page.locator("table.sl-runs tbody tr[data-run]");

/** A run and the row that it is in. */
export type Mark = { run: string; row: number };

/** The ids of the first runs of a page of the list, as the vendor has it. */
async function firstRuns(stack: Stack, query: { status?: string; offset?: number }): Promise<string[]> {
  const list = new URLSearchParams({ flow_id: FLOW, limit: "20", ...(query.status ? { status: query.status } : {}), offset: String(query.offset ?? 0) });
  const answer = await fetch(`${stack.gateway.url}/api/c/${CONNECTION}/flows/runs?${list}`);
  const { flow_runs: runs } = (await answer.json()) as { flow_runs: { id: string }[] };
  if (!runs.length) throw new Error(`the sandbox has no run at ${list}`);
  return runs.map((run) => run.id);
}

/** The first row in which the one list is another than the other. */
export async function firstDifference(stack: Stack, from: { status?: string; offset?: number }, to: { status?: string; offset?: number }): Promise<Mark> {
  const [before, after] = [await firstRuns(stack, from), await firstRuns(stack, to)];
  const row = after.findIndex((run, at) => run !== before[at]);
  if (row < 0) throw new Error("both lists begin with the same runs");
  return { run: after[row] ?? "", row };
}

/** Clicks, and waits until the list with this run in its row is on the screen; milliseconds since the click. */
export async function clicked(target: Locator, mark: Mark): Promise<number> {
  return target.evaluate(
    (element, { run, row }) =>
      new Promise<number>((shown) => {
        const began = performance.now();
        const seen = new MutationObserver(() => {
          if (document.querySelectorAll("table.sl-runs tbody tr[data-run]")[row]?.getAttribute("data-run") !== run) return;
          seen.disconnect();
          // The frame after the next one: the rows are on the screen then, not only in the tree.
          requestAnimationFrame(() => requestAnimationFrame(() => shown(performance.now() - began)));
        });
        seen.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-run"] });
        (element as HTMLElement).click();
      }),
    mark,
  );
}

/** What narrows the list down to the completed runs, and what takes that back. */
export async function completedFilter(page: Page, which: Which): Promise<{ on: Locator; off: Locator }> {
  if (which === "floor") return { on: page.locator('#statuses a[data-status="completed"]'), off: page.locator('#statuses a[data-status=""]') };
  const option = page.getByRole("checkbox", { name: "Completed", exact: true });
  if (!(await option.isVisible())) await new HistoryPage(page).status.click();
  await option.waitFor();
  return { on: option, off: option };
}

/** Answers in turns: first the one, then the other, so that whatever the machine does meets both. */
export const inTurn = (round: number): readonly Which[] => (round % 2 === 0 ? WHICH : ["floor", "app"]);

/** What a condition is called where progress is told. */
export const called = ({ rows, line }: Condition): string => `${rows.toLocaleString("en")} rows, ${line.name}`;
