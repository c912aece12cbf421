// What an open page keeps while it is polled for an hour: scripts' objects, the document, and the app's WebAssembly memory, which no
// figure of the browser's own includes. Runs start all the time, and every five minutes the new ones are taken into the list.

import type { CDPSession, Page } from "@playwright/test";

import { expect, test } from "../e2e/fixtures/test.ts";
import { called, type Condition, CONDITIONS, listsOf, rowsOf, urlOf, visit, type Visit, WHICH, type Which } from "./pages.ts";
import { report } from "./report.ts";

const MINUTES = Number(process.env["SLUICE_BENCH_MINUTES"] ?? "60");
/** When the heap is measured, in minutes. */
const MARKS = [...new Set([1, 10, 20, 30, 40, 50, MINUTES])].filter((minute) => minute <= MINUTES).sort((a, b) => a - b);
const TAKEN_EVERY = 5;
/** Milliseconds from the head of an answer until it has long been drawn, on the slow line too. */
const READ_AND_DRAWN = 1_200;
/** Every flow: in one of them a run starts every 30 s. */
const ALL_FLOWS = "*";

test.use({ runs: 2_400, busy: true });
test.setTimeout((MINUTES + 15) * 60_000);

type Sample = { minute: number; script: number; document: number; wasm: number; nodes: number; polls: number };

async function measured(cdp: CDPSession, page: Page): Promise<Omit<Sample, "minute" | "polls">> {
  // Twice: what the first finds to be finalised is gone with the second.
  for (let time = 0; time < 2; time += 1) await cdp.send("HeapProfiler.collectGarbage");
  const usage = (await cdp.send("Runtime.getHeapUsage")) as { usedSize: number; embedderHeapUsedSize?: number; backingStorageSize?: number };
  const { metrics } = await cdp.send("Performance.getMetrics");
  const wasm = await page.evaluate(() => {
    const memories = (window as unknown as { memories: Set<WebAssembly.Memory> }).memories;
    return [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  });
  const nodes = metrics.find(({ name }) => name === "Nodes")?.value ?? Number.NaN;
  // The WebAssembly's memory is backing storage as well: it is told apart.
  return { script: usage.usedSize, document: usage.embedderHeapUsedSize ?? 0, wasm, nodes };
}

/** Whatever memory a module exports is remembered by the bench, not by the page. */
function rememberMemories(): void {
  const memories = new Set<WebAssembly.Memory>();
  Object.assign(window, { memories });
  const note = (result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource) => {
    const instance = result instanceof WebAssembly.Instance ? result : result.instance;
    for (const exported of Object.values(instance.exports)) if (exported instanceof WebAssembly.Memory) memories.add(exported);
    return result;
  };
  for (const name of ["instantiate", "instantiateStreaming"] as const) {
    const original = WebAssembly[name] as (...args: unknown[]) => Promise<WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource>;
    Object.assign(WebAssembly, { [name]: async (...args: unknown[]) => note(await original.apply(WebAssembly, args)) });
  }
}

/**
 * Slows the page down while it has an answer to read and to draw. A page that is slowed down without end keeps a core busy with nothing, and
 * four of them at once would leave none to the others.
 */
function slowWithAnswers({ page, cdp }: Visit, slowdown: number): void {
  const rate = (rate: number) => cdp.send("Emulation.setCPUThrottlingRate", { rate }).catch(() => undefined);
  let over: NodeJS.Timeout | undefined;
  page.on("response", () => {
    if (over) clearTimeout(over);
    else void rate(slowdown);
    over = setTimeout(() => {
      over = undefined;
      void rate(1);
    }, READ_AND_DRAWN);
  });
}

/** Shows the runs that came; says how many the page offered. */
async function takeNew(page: Page): Promise<number> {
  const offered = page.getByRole("button", { name: /new runs?$/ }).locator("visible=true");
  if ((await offered.count()) === 0) return 0;
  const words = await offered.first().innerText();
  await offered.first().click();
  return Number.parseInt(words, 10);
}

test("an hour of polling", async ({ browser, stack }) => {
  const open: (Condition & { which: Which; visit: Visit; samples: Sample[]; taken: number })[] = [];
  try {
    for (const condition of CONDITIONS) {
      for (const which of WHICH) {
        const one = await visit(browser, { ...condition.line, slowdown: 1 });
        if (condition.line.slowdown > 1) slowWithAnswers(one, condition.line.slowdown);
        await one.page.addInitScript(rememberMemories);
        await one.page.goto(urlOf(stack, which, condition.rows, ALL_FLOWS));
        await rowsOf(one.page).first().waitFor();
        open.push({ ...condition, which, visit: one, samples: [], taken: 0 });
      }
    }
    const began = Date.now();
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      await new Promise((done) => setTimeout(done, began + minute * 60_000 - Date.now()));
      if (MARKS.includes(minute)) {
        for (const { which, visit, samples, ...condition } of open) {
          const sample = { minute, ...(await measured(visit.cdp, visit.page)), polls: listsOf(visit.requests).length };
          samples.push(sample);
          const kilobytes = Math.round((sample.script + sample.document + sample.wasm) / 1_000).toLocaleString("en");
          console.log(`minute ${minute}: ${which}, ${called(condition)}: ${kilobytes} kB after ${sample.polls} polls`);
        }
      }
      if (MARKS.includes(minute)) {
        const pages = open.map(({ which, rows, line, samples, taken }) => ({ which, rows, line: line.name, samples, taken }));
        report("heap", browser, { minutes: minute, pages });
      }
      if (minute % TAKEN_EVERY === 0) for (const one of open) one.taken += await takeNew(one.visit.page);
    }
    // A page that stopped polling, took in no runs, or whose rows went, would look flat.
    for (const { visit, rows, taken } of open) {
      expect(listsOf(visit.requests).length).toBeGreaterThan(MINUTES * 2);
      expect(await rowsOf(visit.page).count()).toBeGreaterThanOrEqual(Math.min(rows, 50));
      if (MINUTES > TAKEN_EVERY) expect(taken).toBeGreaterThan(0);
    }
  } finally {
    for (const { visit } of open) await visit.context.close();
  }
});
