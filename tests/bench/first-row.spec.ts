// From navigation to the first row, in the app and on the floor page (bench/floor), in turn on the same server.

import type { Browser } from "@playwright/test";

import { expect, test } from "../e2e/fixtures/test.ts";
import { called, CONDITIONS, DEPTH, inTurn, type Line, listsOf, urlOf, visit, WHICH } from "./pages.ts";
import { progress, report, RUNS } from "./report.ts";

test.use({ runs: DEPTH });
test.setTimeout(7_200_000);

/** A cold load in a context of its own: no cache, no storage. Milliseconds from the start of the navigation. */
async function firstRow(browser: Browser, url: string, line: Line): Promise<{ took: number; lists: number }> {
  const { context, page, requests } = await visit(browser, line);
  try {
    await page.addInitScript(() => {
      const seen = new MutationObserver(() => {
        if (!document.querySelector("table.sl-runs tbody tr[data-run]")) return;
        seen.disconnect();
        // The frame after the next one: the row is on the screen then, not only in the tree.
        requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("first-row")));
      });
      seen.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-run"] });
    });
    await page.goto(url, { waitUntil: "commit" });
    const mark = await page.waitForFunction(() => performance.getEntriesByName("first-row")[0]?.startTime, undefined, { polling: 50 });
    return { took: (await mark.jsonValue()) ?? Number.NaN, lists: listsOf(requests).length };
  } finally {
    await context.close();
  }
}

test("navigation to the first row", async ({ browser, stack }) => {
  const conditions = [];
  for (const condition of CONDITIONS) {
    const { rows, line } = condition;
    // One of each unmeasured: the first ever load pays for the browser's own start.
    for (const which of WHICH) await firstRow(browser, urlOf(stack, which, rows), line);
    const samples = { app: [] as number[], floor: [] as number[] };
    const lists = { app: 0, floor: 0 };
    for (let round = 0; round < RUNS; round += 1) {
      for (const which of inTurn(round)) {
        const load = await firstRow(browser, urlOf(stack, which, rows), line);
        samples[which].push(load.took);
        lists[which] += load.lists;
      }
    }
    expect([...samples.app, ...samples.floor].every((sample) => sample > 0)).toBe(true);
    progress(called(condition), samples);
    conditions.push({ rows, line: line.name, ...samples, requests: { app: lists.app / RUNS, floor: lists.floor / RUNS } });
  }
  report("first-row", browser, { runs: RUNS, conditions });
});
