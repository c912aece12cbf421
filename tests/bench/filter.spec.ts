// From a click on a status to the rows that have it, in the app and on the floor page, in turn.

import type { Browser } from "@playwright/test";

import { expect, test } from "../e2e/fixtures/test.ts";
import type { Stack } from "../e2e/fixtures/servers.ts";
import { called, clicked, type Condition, CONDITIONS, DEPTH, firstRun, inTurn, rowsOf, statusFilter, urlOf, visit, type Which } from "./pages.ts";
import { progress, report, RUNS } from "./report.ts";

test.use({ runs: DEPTH });
test.setTimeout(7_200_000);

/** Measured clicks in one visit; another status is chosen before each. */
const CLICKS = 5;

async function choose(browser: Browser, stack: Stack, which: Which, { rows, line }: Condition, clicks: number): Promise<number[]> {
  const { context, page } = await visit(browser, line);
  try {
    await page.goto(urlOf(stack, which, rows));
    await rowsOf(page).first().waitFor();
    await page.waitForLoadState("networkidle");
    // Nearly all runs are completed, so the page is full again; the failed ones in between are not measured.
    const [completed, failed] = [await firstRun(stack, { status: "completed" }), await firstRun(stack, { status: "failed" })];
    const took: number[] = [];
    for (let at = 0; at < clicks; at += 1) {
      await clicked(await statusFilter(page, which, "failed"), failed);
      took.push(await clicked(await statusFilter(page, which, "completed"), completed));
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
