// From a click on a status to the rows that have it, in the app and on the floor page, in turn.

import type { Browser } from "@playwright/test";

import { expect, test } from "../e2e/fixtures/test.ts";
import type { Stack } from "../e2e/fixtures/servers.ts";
import { called, clicked, completedFilter, type Condition, CONDITIONS, DEPTH, firstDifference, inTurn, rowsOf, urlOf, visit, type Which } from "./pages.ts";
import { progress, report, RUNS } from "./report.ts";

test.use({ runs: DEPTH });
test.setTimeout(7_200_000);

/** Measured clicks in one visit; before each the list has every status. */
const CLICKS = 5;

async function choose(browser: Browser, stack: Stack, which: Which, { rows, line }: Condition, clicks: number): Promise<number[]> {
  const { context, page } = await visit(browser, line);
  try {
    await page.goto(urlOf(stack, which, rows));
    await rowsOf(page).first().waitFor();
    await page.waitForLoadState("networkidle");
    // Nearly all runs are completed, so the page is full again; taking the filter back in between is not measured.
    const [completed, any] = [{ status: "completed" }, {}];
    const [toCompleted, back] = [await firstDifference(stack, any, completed), await firstDifference(stack, completed, any)];
    const { on, off } = await completedFilter(page, which);
    const took: number[] = [];
    for (let at = 0; at < clicks; at += 1) {
      took.push(await clicked(on, toCompleted));
      await clicked(off, back);
    }
    return took;
  } finally {
    await context.close();
  }
}

test("a filter by status", async ({ browser, stack }) => {
  const conditions = [];
  for (const condition of CONDITIONS) {
    const samples = { app: [] as number[], floor: [] as number[] };
    for (let round = 0; samples.floor.length < RUNS || samples.app.length < RUNS; round += 1) {
      for (const which of inTurn(round)) {
        samples[which].push(...(await choose(browser, stack, which, condition, Math.min(CLICKS, RUNS - samples[which].length))));
      }
    }
    expect([...samples.app, ...samples.floor].every((sample) => sample > 0)).toBe(true);
    progress(called(condition), samples);
    conditions.push({ rows: condition.rows, line: condition.line.name, ...samples });
  }
  report("filter", browser, { runs: RUNS, conditions });
});
