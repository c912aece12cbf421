// From navigation to the first row, in the app and on the floor page (bench/floor), in turn on the same server.

import type { Browser } from "@playwright/test";

import { expect, test } from "../e2e/fixtures/test.ts";
import { report } from "./report.ts";

const RUNS = Number(process.env["SLUICE_BENCH_RUNS"] ?? "15");
const FLOW = "wf_po_invoice_recon";
const CONDITIONS = [
  { name: "as it is", slowdown: 1 },
  { name: "4 times slower", slowdown: 4 },
];

test.use({ runs: 10_240 });

/** A cold load in a context of its own: no cache, no storage. Milliseconds from the start of the navigation. */
async function firstRow(browser: Browser, url: string, slowdown: number): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(() => {
      const seen = new MutationObserver(() => {
        if (!document.querySelector("table.sl-runs tbody tr[data-run]")) return;
        seen.disconnect();
        // The frame after the next one: the row is on the screen then, not only in the tree.
        requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("first-row")));
      });
      seen.observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-run"] });
    });
    const cdp = await context.newCDPSession(page);
    if (slowdown > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.goto(url, { waitUntil: "commit" });
    const mark = await page.waitForFunction(() => performance.getEntriesByName("first-row")[0]?.startTime, undefined, { polling: 50 });
    return (await mark.jsonValue()) ?? Number.NaN;
  } finally {
    await context.close();
  }
}

test("navigation to the first row", async ({ browser, stack }) => {
  const app = `${stack.gateway.url}/runs?c=retab&flow=${FLOW}`;
  const floor = `${stack.gateway.url}/floor/index.html`;
  const conditions = [];
  for (const { name, slowdown } of CONDITIONS) {
    // One of each unmeasured: the first ever load pays for the browser's own start.
    await firstRow(browser, app, slowdown);
    await firstRow(browser, floor, slowdown);
    const samples = { app: [] as number[], floor: [] as number[] };
    for (let at = 0; at < RUNS; at += 1) {
      const order = at % 2 === 0 ? (["app", "floor"] as const) : (["floor", "app"] as const);
      for (const which of order) samples[which].push(await firstRow(browser, which === "app" ? app : floor, slowdown));
    }
    conditions.push({ name, ...samples });
  }
  for (const { app: a, floor: f } of conditions) expect([...a, ...f].every((sample) => sample > 0)).toBe(true);
  report("first-row", browser, { runs: RUNS, conditions });
});
