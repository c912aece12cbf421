// Hands on the desk in random order beside a network that fails, other users and a second tab. Whatever happens, nothing is decided that
// was not asked for by its own gesture, and what the page says of it is so. `SEED=7 STEPS=10000` repeats one walk or goes further;
// without STEPS it ends after 18 seconds. A failing path is printed as short as it goes.

import { type Browser, request } from "@playwright/test";

import { test } from "../fixtures/reviews.ts";
import { Sandbox } from "../fixtures/sandbox.ts";
import { expect } from "../fixtures/test.ts";
import { Hands, type Step, Violation, begin, choose } from "../walk/hands.ts";
import { Records } from "../walk/records.ts";
import { random, shorten, shown } from "../walk/seeded.ts";

const SEED = Number(process.env["SEED"] ?? 61);
const STEPS = Number(process.env["STEPS"] ?? 0);
const LASTS_MS = 18_000;
/** However slow the machine is. */
const FEWEST = 40;
/** Steps in one browser, which begins with nothing kept. */
const LONGEST = 50;
/** Walks again to shorten a failing one. */
const TRIES = 40;

type Ground = { browser: Browser; baseURL: string; records: Records };
type Walked = { failure: string | null; steps: number; asked: number; decisions: number };

function violation(error: unknown): Violation {
  if (error instanceof Violation) return error;
  throw error;
}

/** Without ids and numbers: what is the same when it happens to another review. */
const kind = (failure: string | null) => failure?.replace(/^after[^:]*: /, "").replace(/[\w-]+\/[\w-]+\/[\w-]+/g, "").slice(0, 40);

async function walk({ browser, baseURL, records }: Ground, steps: Step[], over: (walked: number) => boolean = () => false): Promise<Walked> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1_440, height: 900 }, locale: "en-GB", timezoneId: "Europe/Berlin" });
  const hands = new Hands(context, records);
  let walked = 0;
  const came = (failure: string | null): Walked => ({ failure, steps: walked, asked: hands.ledger.asked, decisions: hands.ledger.decisions });
  try {
    for (const step of steps) {
      if (over(walked)) break;
      const error = await hands.walk(step).then(() => null, violation);
      walked += 1;
      if (error) return came(`after step ${walked} (${shown(step)}): ${error.message}`);
    }
    const error = await hands.settle().then(() => null, violation);
    return came(error && `after ${walked} steps, once the line was well again: ${error.message}`);
  } finally {
    await context.close();
  }
}

test("whatever hands, networks and others do, nothing is decided that was not asked for by its own gesture", async ({ browser, reviews }) => {
  test.setTimeout(STEPS > 0 ? STEPS * 4_000 + 120_000 : 180_000);
  const api = await request.newContext();
  try {
    const ground = { browser, baseURL: reviews.gateway.url, records: new Records(new Sandbox(api, reviews.sandbox.url)) };
    const next = random(SEED);
    const until = Date.now() + LASTS_MS;
    const sum = { steps: 0, asked: 0, decisions: 0 };
    const over = (walked: number) => (STEPS > 0 ? sum.steps >= STEPS : sum.steps + walked >= FEWEST && Date.now() > until);
    while (!over(0)) {
      const steps = [begin(next), ...Array.from({ length: LONGEST }, () => choose(next))];
      const walked = await walk(ground, steps, over);
      if (walked.failure) {
        const found = `seed ${SEED}, ${sum.steps} steps before: ${walked.failure}`;
        console.log(`${found}\nLooking for a shorter way there…`);
        const shortest = await shorten(steps.slice(0, walked.steps), TRIES, async (fewer) => kind((await walk(ground, fewer)).failure) === kind(walked.failure));
        throw new Error(`${found}\nthe shortest way there:\n  ${shortest.map(shown).join("\n  ")}`);
      }
      for (const what of ["steps", "asked", "decisions"] as const) sum[what] += walked[what];
      if (STEPS > 0 && Math.floor(sum.steps / 500) !== Math.floor((sum.steps - walked.steps) / 500)) console.log(`${sum.steps} steps, ${sum.decisions} decisions`);
    }
    console.log(`seed ${SEED}: ${sum.steps} steps, ${sum.asked} gestures that asked for a decision, ${sum.decisions} decisions recorded (here or by others), none unasked`);
    expect(sum.steps).toBeGreaterThanOrEqual(FEWEST);
  } finally {
    await api.dispose();
  }
});
