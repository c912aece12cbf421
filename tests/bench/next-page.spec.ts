// From a click on Older to the next page's rows, in the app and on the floor page, in turn.

import type { Browser } from "@playwright/test";

import { expect, test } from "../e2e/fixtures/test.ts";
import type { Stack } from "../e2e/fixtures/servers.ts";
import { called, clicked, type Condition, CONDITIONS, DEPTH, firstDifference, inTurn, listsOf, rowsOf, urlOf, visit, type Which } from "./pages.ts";
import { progress, report, RUNS } from "./report.ts";

test.use({ runs: DEPTH });
test.setTimeout(7_200_000);

/** Clicks on Older in one visit; the list of a thousand a page has ten of them. */
const PAGES = 5;

async function walk(browser: Browser, stack: Stack, which: Which, { rows, line }: Condition, pages: number) {
  const { context, page, requests } = await visit(browser, line);
  try {
    await page.goto(urlOf(stack, which, rows));
    await rowsOf(page).first().waitFor();
    // The flows' names and the count of what waits are there as well: what is measured begins at rest.
    await page.waitForLoadState("networkidle");
    const [took, before] = [[] as number[], new Set(listsOf(requests)).size];
    for (let at = 1; at <= pages; at += 1) {
      const mark = await firstDifference(stack, { offset: (at - 1) * rows }, { offset: at * rows });
      took.push(await clicked(page.locator("a[rel=next]"), mark));
    }
    return { took, lists: (new Set(listsOf(requests)).size - before) / pages };
  } finally {
    await context.close();
  }
}

test("the next page", async ({ browser, stack }) => {
  const conditions = [];
  for (const condition of CONDITIONS) {
    const samples = { app: [] as number[], floor: [] as number[] };
    const requests = { app: 0, floor: 0 };
    for (let round = 0; samples.floor.length < RUNS || samples.app.length < RUNS; round += 1) {
      for (const which of inTurn(round)) {
        const { took, lists } = await walk(browser, stack, which, condition, Math.min(PAGES, RUNS - samples[which].length));
        samples[which].push(...took);
        requests[which] = Math.max(requests[which], lists);
      }
    }
    expect([...samples.app, ...samples.floor].every((sample) => sample > 0)).toBe(true);
    progress(called(condition), samples);
    conditions.push({ rows: condition.rows, line: condition.line.name, ...samples, requests });
  }
  report("next-page", browser, { runs: RUNS, conditions });
});
