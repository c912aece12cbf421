// Paging through more than 10,000 runs, with numbers, filters and addresses that can be kept.

import { expect, test } from "../fixtures/test.ts";
import { type ConnectionId, RECONCILIATION } from "../fixtures/flows.ts";
import { retabCount } from "../fixtures/money.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";

const DEPTH = 10_240;

test.use({ runs: DEPTH });

const CONNECTIONS = Object.keys(RECONCILIATION) as ConnectionId[];

/** `#10,240` as a number. */
function numbered(cells: string[]): number[] {
  return cells.map((text) => {
    const found = /^#([\d,]+)$/.exec(text);
    if (!found?.[1]) throw new Error(`not a run number: ${text}`);
    return Number(found[1].replaceAll(",", ""));
  });
}

/** `length` numbers from `first` down. */
const downFrom = (first: number, length: number) => Array.from({ length }, (_, at) => first - at);

/** The vendor's own count, deleted runs included where it numbers them. */
async function newestNumber(sandbox: Sandbox, connection: ConnectionId): Promise<number> {
  const flow = RECONCILIATION[connection];
  switch (connection) {
    case "retab":
      return retabCount(sandbox);
    case "flowstack":
      return ((await sandbox.api("GET", `/flowstack/api/v1/flows/${flow}/runs/stats`)) as { totalRuns: number }).totalRuns;
    case "tableflow":
      return ((await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=1`)) as { pagination: { total: number } }).pagination.total;
    case "superai": {
      const runs = (await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${flow}&page_size=1&include_run_number=true`)) as { run_number: number }[];
      return runs[0]?.run_number ?? 0;
    }
  }
}

for (const connection of CONNECTIONS) {
  test(`${connection}: numbers go on without a gap through Older, and Newer leads back`, async ({ page, sandbox, historyPage }) => {
    await historyPage.open({ c: connection, flow: RECONCILIATION[connection], size: "50" });
    const newest = await newestNumber(sandbox, connection);
    expect(newest).toBeGreaterThanOrEqual(DEPTH);
    const firstPage = await historyPage.ids();
    expect(firstPage).toHaveLength(50);
    // Retab's numbers follow from a count, which may come after the rows.
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${newest.toLocaleString("en")}`);
    expect(numbered(await historyPage.numbers())).toEqual(downFrom(newest, 50));

    const visited = [firstPage];
    for (let pages = 1; pages <= 4; pages += 1) {
      await historyPage.older.click();
      await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${(newest - pages * 50).toLocaleString("en")}`);
      expect(numbered(await historyPage.numbers())).toEqual(downFrom(newest - pages * 50, 50));
      visited.push(await historyPage.ids());
    }
    expect(new Set(visited.flat()).size, "no run is on two pages").toBe(250);

    for (let pages = 3; pages >= 0; pages -= 1) {
      await historyPage.newer.click();
      await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${(newest - pages * 50).toLocaleString("en")}`);
      expect(await historyPage.ids()).toEqual(visited[pages]);
    }
    await expect(historyPage.newer).toHaveAttribute("aria-disabled", "true");

    // The browser's own way back keeps the numbers too.
    await page.goBack();
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${(newest - 50).toLocaleString("en")}`);
  });
}

for (const connection of CONNECTIONS) {
  test(`${connection}: what the page asks first comes with the page, and is asked for once`, async ({ page, historyPage }) => {
    const flow = RECONCILIATION[connection];
    // Without a flow the runs of the first one, which the gateway knows.
    const what = /\/(runs|flow-executions)\?/;
    const queries: Record<string, string>[] = [{ c: connection, flow }, { c: connection }];
    await page.addInitScript(() => {
      new MutationObserver((_, rows) => {
        if (document.querySelector("tr[data-run]") === null) return;
        rows.disconnect();
        performance.mark("rows");
      }).observe(document, { childList: true, subtree: true });
    });
    for (const query of queries) {
      await historyPage.open(query);
      const asked = await page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .map((entry) => entry as PerformanceResourceTiming)
          // Numbers that are derived need the list between two counts, which is read once the rows are there.
          .filter(({ name, startTime }) => name.includes("/api/c/") && startTime < (performance.getEntriesByName("rows")[0]?.startTime ?? 0))
          .map(({ name, initiatorType }) => `${initiatorType} ${name.replace(location.origin, "")}`),
      );
      expect(asked[0]).toMatch(what);
      expect(asked[0]).not.toMatch(/^fetch /);
      const first = asked[0]?.replace(/^\S+ /, "") ?? "-";
      // The count of what waits reads SuperAI's flows too, a moment later.
      const counted = connection === "superai" && !("flow" in query) ? 1 : 0;
      expect(asked.filter((one) => one.endsWith(` ${first}`)).length).toBeLessThanOrEqual(1 + counted);
    }
  });
}

test("all four connections can be chosen and show rows", async ({ page, historyPage }) => {
  await page.goto("/");
  await historyPage.rows.first().waitFor();
  const chooser = page.getByLabel("Connection", { exact: true });
  await expect(chooser.locator("option")).toHaveText([/^All connections/, /Retab/, /TableFlow/, /FlowStack/, /SuperAI/]);
  for (const connection of ["superai", "flowstack", "tableflow", "retab"]) {
    await chooser.selectOption(connection);
    await expect(page).toHaveURL(new RegExp(`[?&]c=${connection}(&|$)`));
    await expect(historyPage.rows.first().locator("a.sl-runs__a")).toHaveAttribute("href", new RegExp(`^/c/${connection}/runs/`));
    await expect(page.locator(".sl-pickers .sl-mark")).toHaveText("Sandbox");
  }
});

test("Retab: numbers that come after the rows change nothing but the numbers, and the focus stays", async ({ page }) => {
  let release = () => {};
  const counting = new Promise<void>((open) => (release = open));
  let rows = true;
  await page.route(/\/api\/c\/retab\/workflows\/runs/, async (route) => {
    if (!rows) await counting;
    rows = false;
    await route.continue();
  });
  await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}`);
  const row = page.locator("tr[data-run]").nth(1);
  await expect(row.locator(".c-num [title='The runs are being counted.']")).toBeVisible();
  const link = row.getByRole("link").first();
  await link.focus();
  const status = await row.locator(".c-status").elementHandle();
  release();
  await expect(link).toHaveText(/^#[\d,]+$/);
  await expect(link).toBeFocused();
  await expect(row.getByRole("checkbox")).toHaveAccessibleName(/^Select run #[\d,]+$/);
  expect(await row.locator(".c-status").evaluate((now, before) => now === before, status)).toBe(true);
});

test("TableFlow: a deep place in the address opens with its numbers", async ({ sandbox, historyPage }) => {
  const newest = await newestNumber(sandbox, "tableflow");
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow, size: "25", at: "o.10000" });
  expect(numbered(await historyPage.numbers())).toEqual(downFrom(newest - 10_000, 25));
  const list = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${RECONCILIATION.tableflow}&limit=25&offset=10000`)) as { flow_runs: { id: string }[] };
  expect(await historyPage.ids()).toEqual(list.flow_runs.map((run) => run.id));
  await historyPage.older.click();
  await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${(newest - 10_025).toLocaleString("en")}`);
});

test("a place past the end says so and leads to the newest runs", async ({ page, historyPage }) => {
  await page.goto(`/runs?c=tableflow&flow=${RECONCILIATION.tableflow}&at=o.9000000`);
  await expect(page.getByRole("main").getByRole("heading", { name: "There are no runs this far back" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Newest" }).click();
  await expect(historyPage.rows.first()).toBeVisible();
});

test("a page opened from a link to a cursor has dashes, and says why", async ({ page, context, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.older.click();
  await expect(page).toHaveURL(/[?&]at=a\./);
  await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${(DEPTH - 50).toLocaleString("en")}`);
  const ids = await historyPage.ids();
  const link = page.url();
  await page.reload();
  await expect(historyPage.rows.first().locator(".c-num"), "a reload keeps the browser's entry").toHaveText(/^#/);

  const opened = await context.newPage();
  await opened.goto(link);
  const numbers = opened.locator("table.sl-runs tbody tr[data-run] .c-num");
  await numbers.first().waitFor();
  for (const text of await numbers.allInnerTexts()) expect(text.trim()).toMatch(/^-\s/);
  await expect(opened.getByText("This page was opened from a link, and the vendor cannot say where in the list it is.")).toBeVisible();
  expect(await opened.locator("table.sl-runs tbody tr[data-run]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-run")))).toEqual(ids);
  await opened.close();
});

test("the status filter is in the address, survives a reload, and is cleared", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.status.click();
  const options = page.getByRole("group", { name: "Status", exact: true });
  await options.getByText("Failed", { exact: true }).click();
  await expect(page).toHaveURL(/[?&]status=failed(&|$)/);
  await options.getByText("Waiting for review", { exact: true }).click();
  await expect(page).toHaveURL(/[?&]status=(failed,waiting|waiting,failed)(&|$)/);
  const words = async () => new Set((await historyPage.rows.locator(".c-status").allInnerTexts()).map((word) => word.trim()));
  await expect.poll(words).toEqual(new Set(["Failed", "Waiting for review"]));
  await page.reload();
  await expect.poll(words).toEqual(new Set(["Failed", "Waiting for review"]));
  await expect(historyPage.rows.first().locator(".c-num"), "a filtered list cannot be numbered").toHaveText(/^-/);
  await page.getByRole("main").getByRole("link", { name: "Clear", exact: true }).click();
  await expect(page).not.toHaveURL(/status=/);
  await expect(historyPage.rows.first().locator(".c-num")).toHaveText(/^#/);
});

test("SuperAI's numbers are its own: they stay on filtered runs", async ({ sandbox, historyPage }) => {
  const flow = RECONCILIATION.superai;
  await historyPage.open({ c: "superai", flow, status: "failed", size: "25" });
  const runs = (await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${flow}&page_size=100&include_run_number=true&status=failed`)) as { id: string; run_number: number }[];
  const own = new Map(runs.map((run) => [run.id, run.run_number]));
  const [ids, numbers] = [await historyPage.ids(), numbered(await historyPage.numbers())];
  expect(ids).toHaveLength(25);
  expect(numbers).toEqual(ids.map((id) => own.get(id)));
  expect(numbers).not.toEqual(downFrom(numbers[0] ?? 0, 25));
});

test("the page size is in the address and takes effect", async ({ page, historyPage }) => {
  await historyPage.open({ c: "flowstack", flow: RECONCILIATION.flowstack });
  await expect(historyPage.rows).toHaveCount(50);
  await historyPage.pageSize.selectOption("25");
  await expect(page).toHaveURL(/[?&]size=25(&|$)/);
  await expect(historyPage.rows).toHaveCount(25);
  await page.reload();
  await expect(historyPage.rows).toHaveCount(25);
  await expect(historyPage.pageSize).toHaveValue("25");
});

test("what is not understood in an address falls back", async ({ page, historyPage }) => {
  const flow = RECONCILIATION.retab;
  const wrong = [
    `?c=retab&flow=${flow}&size=abc&status=bogus&at=zzz`,
    `?c=retab&flow=${flow}&size=-1&status=,,&at=o.-5`,
    `?c=retab&flow=${flow}&size=99999999999999999999&at=p.x&status=%ZZ&%E0%A4%A=1`,
    `?c=retab&flow=${flow}&&&=&=x&at=&size=&status=&unknown=<script>alert(1)</script>`,
  ];
  for (const query of wrong) {
    await page.goto(`/runs${query}`);
    await expect(historyPage.rows, query).toHaveCount(50);
    await expect(historyPage.rows.first().locator(".c-num"), query).toHaveText(`#${DEPTH.toLocaleString("en")}`);
  }
});

test("a cursor that the vendor does not know leads to the newest runs", async ({ page, historyPage }) => {
  for (const [connection, at] of [["retab", "a.run_that_never_was"], ["flowstack", "c.bm90IGEgY3Vyc29y"]] as const) {
    await page.goto(`/runs?c=${connection}&flow=${RECONCILIATION[connection]}&at=${at}`);
    await page.getByRole("main").getByRole("link", { name: "Newest" }).click();
    await expect(historyPage.rows.first().locator(".c-num"), connection).toHaveText(/^#/);
  }
});

test("an unknown connection and an unknown flow are told, not broken", async ({ page }) => {
  await page.goto("/runs?c=nobody");
  await expect(page.getByRole("main").getByText(/There is no connection/)).toBeVisible();
  await page.goto("/runs?c=retab&flow=no-such-flow");
  await expect(page.getByRole("main").getByRole("heading", { name: "No runs, and no such flow is listed" })).toBeVisible();
});

test("a typo in a link promises no runs and starts none while the list of flows fails", async ({ page }) => {
  await page.route(/\/api\/c\/retab\/workflows\?/, (route) => route.fulfill({ status: 500, json: { detail: "The index is being rebuilt" } }));
  await page.goto("/runs?c=retab&flow=wf_typo");
  const main = page.getByRole("main");
  await expect(main.getByText("“wf_typo” is not among the flows of Retab that were read so far.")).toBeVisible();
  await expect(main.getByText(/show up here/)).toHaveCount(0);
  await expect(main.locator(".sl-empty").getByRole("link", { name: "Start a run" })).toHaveCount(0);
});

test("Retab: that a number moves when an older run is deleted is said in the column, at the jump and in the export", async ({ page, sandbox, historyPage }) => {
  const flow = RECONCILIATION.retab;
  await historyPage.open({ c: "retab", flow });
  await expect(historyPage.rows.first().locator(".c-num")).toHaveText(/^#/);
  const number = async () => Number((await historyPage.numbers())[0]?.replace(/\D/g, ""));
  const before = await number();
  const said = /If an older run is deleted, later numbers move\. Ids stay\./;
  await expect(page.locator("th.c-num")).toHaveAttribute("title", said);
  await expect(page.getByLabel("Jump to")).toHaveAttribute("title", said);
  await page.getByRole("button", { name: "Export runs" }).click();
  await expect(page.getByRole("dialog")).toContainText(said);
  await page.keyboard.press("Escape");
  // And it is so.
  const old = (await sandbox.api("GET", `/retab/v1/workflows/runs?workflow_id=${flow}&limit=1&order=asc&statuses=completed`)) as { data: { id: string }[] };
  await sandbox.api("DELETE", `/retab/v1/workflows/runs/${old.data[0]?.id}`);
  await page.reload();
  await historyPage.rows.first().waitFor();
  await expect.poll(number).toBe(before - 1);
  // SuperAI numbers its runs itself, for good.
  await historyPage.open({ c: "superai", flow: RECONCILIATION.superai });
  await expect(page.locator("th.c-num")).not.toHaveAttribute("title", said);
});
