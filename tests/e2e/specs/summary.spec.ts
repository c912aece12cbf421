// The summary above the history: each figure compared with the sandbox's own truth, each with what it is made of.

import { type Page } from "@playwright/test";

import { type ConnectionId, RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";
import { live, test as liveTest } from "../fixtures/reviews.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { expect, test } from "../fixtures/test.ts";

test.use({ runs: 1_200 });

const SUMMARY = /^Summary/;

function tile(page: Page, name: string) {
  return page.locator(".sl-sum .sl-stat").filter({ has: page.locator(".sl-stat__k", { hasText: new RegExp(`^${name}$`) }) });
}

async function unfold(page: Page): Promise<void> {
  await page.getByRole("button", { name: SUMMARY }).click();
  await expect(page.locator(".sl-sum .sl-hist")).toBeVisible();
}

/** `97.3 %` as the page writes it: never all or nothing by rounding. */
function rate(succeeded: number, failed: number): string {
  const thousandths = Math.min(failed ? 999 : 1_000, Math.max(succeeded ? 1 : 0, Math.round((succeeded * 1_000) / (succeeded + failed))));
  return `${thousandths % 10 ? (thousandths / 10).toFixed(1) : thousandths / 10}%`;
}

/** Milliseconds as the page writes them. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds === 0) return `${ms} ms`;
  if (seconds < 10) return `${seconds}.${Math.floor(ms / 100) % 10} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${String(Math.floor(seconds / 60) % 60).padStart(2, "0")} m`;
  return `${Math.floor(seconds / 86_400).toLocaleString("en")} d ${Math.floor(seconds / 3_600) % 24} h`;
}

const count = (value: number) => value.toLocaleString("en");

type Truth = { total: string; of: string; rate: string; rateOf: string; waiting?: string };

type Counts = { total: number; completed: number; error: number; waiting_for_human: number };
type Page_ = { pagination: { total: number } };

/** What the strip has to say of a flow's first 50 runs. */
const TRUTH: Record<ConnectionId, (sandbox: Sandbox, flow: string) => Promise<Truth>> = {
  retab: async (sandbox, flow) => {
    const counts = (await sandbox.api("GET", `/retab/v1/workflows/runs/counts?workflow_id=${flow}`)) as Counts;
    return { total: count(counts.total), of: "from Retab", rate: rate(counts.completed, counts.error), rateOf: "from Retab", waiting: count(counts.waiting_for_human) };
  },
  tableflow: async (sandbox, flow) => {
    const total = async (status: string) => ((await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=1${status}`)) as Page_).pagination.total;
    const [all, completed, failed, review] = [await total(""), await total("&status=completed"), await total("&status=failed"), await total("&status=review")];
    return { total: count(all), of: "from TableFlow", rate: rate(completed, failed), rateOf: "from TableFlow", waiting: count(review) };
  },
  flowstack: async (sandbox, flow) => {
    const stats = (await sandbox.api("GET", `/flowstack/api/v1/flows/${flow}/runs/stats`)) as { totalRuns: number; succeeded: number; failed: number };
    return { total: count(stats.totalRuns), of: "from FlowStack", rate: rate(stats.succeeded, stats.failed), rateOf: "from FlowStack" };
  },
  superai: async (sandbox, flow) => {
    const { flow_executions_count } = (await sandbox.api("GET", `/superai/api/flows/${flow}`)) as { flow_executions_count: number };
    const list = async (query: string) => (await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${flow}&${query}`)) as { status: string }[];
    const loaded = await list("page_size=50");
    const of = (...words: string[]) => loaded.filter((run) => words.includes(run.status)).length;
    const waiting = (await list("status=awaiting_input&page_size=1000")).length;
    return {
      total: count(flow_executions_count),
      of: "from SuperAI, deleted ones included",
      rate: rate(of("completed", "edited"), of("failed")),
      rateOf: "of 50 loaded",
      // The queue reads a page of a hundred.
      waiting: waiting >= 100 ? "100+" : count(waiting),
    };
  },
};

for (const connection of Object.keys(RECONCILIATION) as ConnectionId[]) {
  test(`${connection}: totals, rate and what waits are the vendor's own where it has them`, async ({ page, sandbox, historyPage }) => {
    const flow = RECONCILIATION[connection];
    await historyPage.open({ c: connection, flow });
    await unfold(page);
    const truth = await TRUTH[connection](sandbox, flow);
    const total = tile(page, "Runs");
    await expect(total.locator(".sl-stat__v")).toHaveText(truth.total);
    await expect(total.locator(".sl-stat__b")).toHaveText(truth.of);
    const share = tile(page, "Success rate");
    await expect(share.locator(".sl-stat__v")).toHaveText(truth.rate);
    await expect(share.locator(".sl-stat__b")).toHaveText(truth.rateOf);
    const waiting = tile(page, "Waiting for review");
    if (truth.waiting === undefined) {
      await expect(waiting.locator(".sl-stat__v")).toHaveText("-");
      await expect(waiting).toContainText("FlowStack has no paused runs");
      await expect(waiting).not.toHaveAttribute("href");
    } else {
      await expect(waiting.locator(".sl-stat__v")).toHaveText(truth.waiting);
      await expect(waiting).toHaveAttribute("href", `/reviews?c=${connection}&flow=${encodeURIComponent(flow)}`);
    }
    await expect(tile(page, "Last run").locator("time")).toBeVisible();

    // The table says what the drawing shows: every loaded run, once.
    await expect(page.getByRole("img", { name: /^50 runs over time, most .*: \d+\. \d+ failed\. \d+ waiting for review\.$/ })).toBeVisible();
    await page.locator(".sl-sum").getByText("As a table").click();
    const cells = await page.getByRole("table", { name: "Runs over time" }).locator("tbody td.sl-num").allInnerTexts();
    expect(cells.reduce((sum, text) => sum + Number(text), 0)).toBe(50);
    expect(await page.locator(".sl-sum .sl-hist svg > rect").count()).toBeGreaterThan(0);
    expect(await page.locator(".sl-sum .sl-hist svg rect.h-wait").evaluateAll((rects) => rects.every((rect) => rect.getAttribute("fill") === "url(#summary-hatch)"))).toBe(true);
  });
}

test("mean and median are of the loaded runs that are over, or say why not", async ({ page, sandbox, historyPage }) => {
  const flow = RECONCILIATION.tableflow;
  await historyPage.open({ c: "tableflow", flow });
  await unfold(page);
  const { flow_runs } = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=50`)) as { flow_runs: { status: string; duration: number }[] };
  const took = flow_runs.filter((run) => run.status === "completed" || run.status === "failed").map((run) => run.duration).sort((a, b) => a - b);
  const median = ((took[(took.length - 1) >> 1] ?? 0) + (took[took.length >> 1] ?? 0)) / 2;
  const mean = took.reduce((sum, one) => sum + one, 0) / took.length;
  const own = tile(page, "Duration, median");
  await expect(own.locator(".sl-stat__v")).toHaveText(duration(Math.floor(median)));
  await expect(own.locator(".sl-stat__s")).toHaveText(`mean ${duration(Math.round(mean))}`);
  await expect(own.locator(".sl-stat__b")).toHaveText(`${took.length} finished of 50 loaded`);

  // FlowStack says a mean of all runs; the median is still of what was loaded, and both say so.
  await historyPage.open({ c: "flowstack", flow: RECONCILIATION.flowstack });
  const stats = (await sandbox.api("GET", `/flowstack/api/v1/flows/${RECONCILIATION.flowstack}/runs/stats`)) as { averageDuration: number };
  await expect(own.locator(".sl-stat__s")).toHaveText(`mean ${duration(stats.averageDuration)}, from FlowStack`);
  await expect(own.locator(".sl-stat__b")).toHaveText(/^\d+ finished of 50 loaded$/);

  // SuperAI's list says no durations.
  await historyPage.open({ c: "superai", flow: RECONCILIATION.superai });
  await expect(own.locator(".sl-stat__v")).toHaveText("-");
  await expect(own.locator(".sl-stat__b")).toHaveText("none of 50 loaded says how long it took");
});

test("a filtered list is summed up as filtered: by the vendor's total where it applies the filter, else of what was loaded", async ({ page, sandbox, historyPage }) => {
  const flow = RECONCILIATION.tableflow;
  await historyPage.open({ c: "tableflow", flow, status: "failed" });
  await unfold(page);
  const { pagination } = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=1&status=failed`)) as Page_;
  const matching = tile(page, "Matching runs");
  await expect(matching.locator(".sl-stat__v")).toHaveText(count(pagination.total));
  await expect(matching.locator(".sl-stat__b")).toHaveText("from TableFlow");
  await expect(tile(page, "Success rate").locator(".sl-stat__v")).toHaveText("0%");
  const loaded = await historyPage.rows.count();
  await expect(tile(page, "Success rate").locator(".sl-stat__b")).toHaveText(loaded === pagination.total ? `of all ${loaded}` : `of ${loaded} loaded`);

  // TableFlow does not filter by text: then even the total is of what was loaded.
  const first = (await historyPage.ids())[0] ?? "";
  await page.getByRole("searchbox", { name: "Search by id, name or metadata" }).fill(first);
  await page.keyboard.press("Enter");
  await expect(historyPage.rows).toHaveCount(1);
  await expect(matching.locator(".sl-stat__v")).toHaveText(/^1\+?$/);
  await expect(page.getByRole("img", { name: /^1 runs over time/ })).toBeVisible();
});

test("statistics are read after the rows, only while the summary is open and fits the list", async ({ page, historyPage }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/flows\/runs\?.*limit=1&/.test(request.url())) asked.push(new URL(request.url()).search);
  });
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  const list = /flows\/runs\?.*limit=50/;
  await page.addInitScript(() => {
    if (location.protocol !== "about:" && sessionStorage.getItem("set") === null) {
      localStorage.setItem("sluice.summary", "open");
      sessionStorage.setItem("set", "1");
    }
  });
  await page.route(list, async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto(`/runs?c=tableflow&flow=${RECONCILIATION.tableflow}`);
  await expect(page.locator(".sl-sum").getByText("Loading")).toBeVisible();
  expect(asked).toEqual([]);
  release();
  await historyPage.rows.first().waitFor();
  await expect(tile(page, "Runs").locator(".sl-stat__b")).toHaveText("from TableFlow");
  await expect.poll(() => asked.length).toBe(5);

  // Turning pages, filtering and coming back asks for no statistics of another list.
  await historyPage.older.click();
  await expect(page).toHaveURL(/at=o\.50/);
  await expect(tile(page, "Last run").locator("time")).toBeVisible();
  expect(asked).toHaveLength(5);
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow, status: "failed" });
  await expect(tile(page, "Matching runs")).toBeVisible();
  expect(asked).toHaveLength(5);

  // Folded, which is remembered, it asks nothing.
  await page.getByRole("button", { name: SUMMARY }).click();
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow });
  await expect(page.getByRole("button", { name: SUMMARY })).toHaveAttribute("aria-expanded", "false");
  await expect(page.locator(".sl-sum")).toContainText(/50 loaded: \d+ completed/);
  expect(asked).toHaveLength(5);
  await unfold(page);
  await expect.poll(() => asked.length).toBe(10);
});

test("without the vendor's statistics the figures are of what was loaded, and the failure is said", async ({ page, historyPage }) => {
  await page.route(/runs\/stats$/, (route) => route.fulfill({ status: 500, contentType: "application/json", body: '{"error":{"code":"INTERNAL","message":"broken","statusCode":500}}' }));
  await historyPage.open({ c: "flowstack", flow: RECONCILIATION.flowstack });
  await unfold(page);
  await expect(page.locator(".sl-sum")).toContainText("Its own statistics are missing here");
  await expect(tile(page, "Runs").locator(".sl-stat__v")).toHaveText("50+");
  await expect(tile(page, "Runs").locator(".sl-stat__b")).toHaveText("loaded; FlowStack gives no total");
  await expect(tile(page, "Success rate").locator(".sl-stat__b")).toHaveText("of 50 loaded");
});

test("statistics that a refused key keeps away promise no next try, and can be asked for again", async ({ page, historyPage }) => {
  let refuse = true;
  await page.route(/runs\/stats$/, (route) =>
    refuse ? route.fulfill({ status: 401, json: { error: { code: "UNAUTHORIZED", message: "revoked", statusCode: 401 } } }) : route.continue(),
  );
  await historyPage.open({ c: "flowstack", flow: RECONCILIATION.flowstack });
  await unfold(page);
  const sum = page.locator(".sl-sum");
  await expect(sum).toContainText(/FlowStack refused the key.* Its own statistics are missing here\./);
  await expect(sum).not.toContainText("The next try comes by itself");
  refuse = false;
  await sum.getByRole("button", { name: "Try again" }).click();
  await expect(sum).not.toContainText("Its own statistics are missing here");
});

test("every status is drawn, and the summary is accessible in both themes @phone", async ({ page, historyPage, a11y }) => {
  await historyPage.open({ c: "superai", flow: SHOWCASE.superai });
  await unfold(page);
  for (const part of ["h-ok", "h-wait", "h-run", "h-fail", "h-idle"]) await expect(page.locator(`.sl-hist rect.${part}`).first(), part).toBeAttached();
  await expect(page.locator(".sl-hist .sl-key")).toHaveText(["Completed", "Waiting", "Queued or running", "Failed", "Other"]);
  await page.locator(".sl-sum").getByText("As a table").click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), "nothing runs over the page").toBe(true);
  await a11y.audit();
});

liveTest("retab-reviews: a vendor without statistics is summed up by what was loaded", async ({ page, reviews, historyPage }) => {
  const flow = "wrk_po_invoice_recon";
  type Listed = { data: { lifecycle: { status: string } }[] };
  await historyPage.open({ c: "retab-reviews", flow });
  await unfold(page);
  await expect(tile(page, "Runs").locator(".sl-stat__b")).toHaveText("loaded; Retab (reviews) gives no total");
  const { data } = await live<Listed>(reviews, "GET", `runs?workflow_id=${flow}&limit=50&order=desc`);
  const of = (...words: string[]) => data.filter((run) => words.includes(run.lifecycle.status)).length;
  await expect(tile(page, "Success rate").locator(".sl-stat__v")).toHaveText(rate(of("completed"), of("error", "failed")));
  await expect(tile(page, "Success rate").locator(".sl-stat__b")).toHaveText("of 50 loaded");
  const waiting = await live<Listed>(reviews, "GET", `runs?workflow_id=${flow}&limit=100&status=awaiting_review`);
  await expect(tile(page, "Waiting for review").locator(".sl-stat__v")).toHaveText(new RegExp(`^${waiting.data.length}\\+?$`));
  await expect(tile(page, "Waiting for review").locator(".sl-stat__b")).toHaveText("from the queue of reviews");
});
