// What a page costs while nobody does anything: requests and CPU time of its main thread in half a minute.

import type { CDPSession } from "@playwright/test";

import { expect, test } from "../e2e/fixtures/test.ts";
import { called, CONDITIONS, DEPTH, rowsOf, urlOf, visit, WHICH } from "./pages.ts";
import { progress, report } from "./report.ts";

const SECONDS = 30;
/** Opening a page is over by then. */
const SETTLING_MS = 8_000;
const ROUNDS = Number(process.env["SLUICE_BENCH_ROUNDS"] ?? "3");

test.use({ runs: DEPTH });
test.setTimeout(3_600_000);

/** Milliseconds of CPU time so far: of the main thread, and of that in scripts, WebAssembly among them. */
async function worked(cdp: CDPSession): Promise<{ all: number; script: number }> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name: string) => (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN) * 1_000;
  return { all: of("TaskDuration"), script: of("ScriptDuration") };
}

test("half a minute of nothing", async ({ browser, stack }) => {
  const conditions = [];
  for (const condition of CONDITIONS) {
    const { rows, line } = condition;
    const none = () => ({ requests: [] as number[], cpu: [] as number[], script: [] as number[] });
    const samples = { app: none(), floor: none() };
    for (let round = 0; round < ROUNDS; round += 1) {
      // Both at once: it is CPU time that is counted, and each has a process of its own.
      await Promise.all(
        WHICH.map(async (which) => {
          const { context, page, cdp, requests } = await visit(browser, line);
          try {
            await page.goto(urlOf(stack, which, rows));
            await rowsOf(page).first().waitFor();
            await page.waitForTimeout(SETTLING_MS);
            const [asked, before] = [requests.length, await worked(cdp)];
            await page.waitForTimeout(SECONDS * 1_000);
            const after = await worked(cdp);
            samples[which].requests.push(requests.length - asked);
            samples[which].cpu.push(after.all - before.all);
            samples[which].script.push(after.script - before.script);
          } finally {
            await context.close();
          }
        }),
      );
    }
    expect([...samples.app.cpu, ...samples.floor.cpu].every((sample) => sample > 0)).toBe(true);
    progress(called(condition), { app: samples.app.cpu, floor: samples.floor.cpu });
    conditions.push({ rows, line: line.name, ...samples });
  }
  report("idle", browser, { seconds: SECONDS, rounds: ROUNDS, conditions });
});
