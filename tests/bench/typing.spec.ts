// What a keystroke costs in a form of 500 fields. Sixty frames a second leave 16.7 ms for it.

import type { Browser, CDPSession, Page } from "@playwright/test";

import { newestRetabRun, SHOWCASE } from "../e2e/fixtures/flows.ts";
import { knownAs } from "../e2e/fixtures/money.ts";
import { expect, test } from "../e2e/fixtures/test.ts";
import { ReviewPage } from "../e2e/pages/review.ts";
import { FIELDS, withLargeForm } from "./large-form.ts";
import { report } from "./report.ts";

const ROUNDS = Number(process.env["SLUICE_BENCH_RUNS"] ?? "15");
const NODE = "review-terms";
/** Typed at the end of each, one key after the other. */
const TARGETS = [
  { path: "/group_1/reference_1", keys: "4711" },
  { path: "/group_10/amount_2", keys: "5" },
  { path: "/group_20/contact_4", keys: ".org" },
  { path: "/lines/39/description", keys: " of it" },
];
const CONDITIONS = [
  { cpu: "as it is", slowdown: 1 },
  { cpu: "4 times slower", slowdown: 4 },
];

type Samples = { cpu: number[]; frame: number[] };

/** The time that the page's main thread has worked so far, in milliseconds: its own CPU time, so that a busy machine counts less. */
async function worked(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
}

/** Presses a key and waits until the frame that shows it is drawn; milliseconds since the key's event. */
async function press(page: Page, cdp: CDPSession, key: string): Promise<number> {
  await page.keyboard.press(key);
  // A message that is posted as a frame begins arrives after its style, layout and paint.
  const expression = `new Promise((drawn) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => drawn(performance.now() - window.keyPressed);
    port2.postMessage(undefined);
  }))`;
  const { result } = await cdp.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  return Number(result.value);
}

async function type(page: Page, cdp: CDPSession, review: ReviewPage): Promise<Samples> {
  const samples: Samples = { cpu: [], frame: [] };
  await page.evaluate(() => {
    window.addEventListener("keydown", (event) => Object.assign(window, { keyPressed: event.timeStamp }), { capture: true });
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { path, keys } of TARGETS) {
      await review.at(path).focus();
      await press(page, cdp, "End");
      for (const key of keys) {
        const before = await worked(cdp);
        samples.frame.push(await press(page, cdp, key));
        samples.cpu.push((await worked(cdp)) - before);
      }
    }
  }
  return samples;
}

/** 60 changes: 20 that are fine, 40 that are wrong and listed because one tried to approve. */
async function edit(review: ReviewPage): Promise<void> {
  for (let group = 1; group <= 20; group += 1) {
    await review.at(`/group_${group}/amount_8`).fill("17.50");
    await review.at(`/group_${group}/reference_7`).fill("wrong");
  }
  for (let line = 0; line < 40; line += 2) await review.at(`/lines/${line}/quantity`).fill("0");
  await review.approve.click();
  await expect(review.root.locator(".sl-problems").first()).toBeVisible();
}

/** One condition, in a context of its own: without the draft of the one before. */
async function condition(browser: Browser, baseURL: string, run: string, slowdown: number, edited: boolean): Promise<Samples> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const review = new ReviewPage(page);
    await knownAs(page, "Ada Lovelace");
    await withLargeForm(page, run, NODE);
    await review.open("retab", run, NODE);
    await review.at("/lines/39/note").waitFor();
    expect(await page.locator(".sl-form [data-path]").count()).toBe(FIELDS);
    if (edited) await edit(review);
    // The queue beside the form is read in the first seconds; reviewers type for hours.
    await page.waitForLoadState("networkidle");
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    if (slowdown > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    return await type(page, cdp, review);
  } finally {
    await context.close();
  }
}

test("a keystroke in a large form", async ({ browser, sandbox, stack }) => {
  const run = await newestRetabRun(sandbox, SHOWCASE.retab, "waiting_for_human");
  const conditions = [];
  for (const { cpu, slowdown } of CONDITIONS) {
    for (const form of ["untouched", "60 changes, 40 errors listed"]) {
      const samples = await condition(browser, stack.gateway.url, run.id, slowdown, form !== "untouched");
      expect([...samples.cpu, ...samples.frame].every((sample) => sample > 0)).toBe(true);
      conditions.push({ cpu, form, samples });
    }
  }
  report("typing", browser, { fields: FIELDS, conditions });
});
