// Random walks through all pages, side by side. WALK_STEPS and WALK_SEED choose others, WALK_PARTS how many share the steps, WALK_LEG how
// long a browser is kept; a failing path is printed as short as it goes, and WALK_PATH walks it again.

import type { Browser } from "@playwright/test";

import type { Sandbox } from "../fixtures/sandbox.ts";
import { expect } from "../fixtures/test.ts";
import { test } from "../fixtures/vendors.ts";
import { random, shorten, shown } from "../walk/seeded.ts";
import { type Step, choose, start } from "../walk/steps.ts";
import { Walker } from "../walk/walker.ts";

const STEPS = Number(process.env["WALK_STEPS"] ?? 400);
const SEED = Number(process.env["WALK_SEED"] ?? 20_261_129);
const PARTS = Number(process.env["WALK_PARTS"] ?? 4);
/** Steps in one browser context, which begins with nothing remembered. */
const LEG = Number(process.env["WALK_LEG"] ?? 40);
/** These steps and no others. */
const PATH = process.env["WALK_PATH"];
/** Walks again to shorten a failing one. */
const TRIES = 40;

test.use({ runs: 120 });
test.describe.configure({ mode: "parallel" });

type Ground = { browser: Browser; baseURL: string; sandbox: Sandbox; flows: Record<string, Record<string, string>> };

/** Walks as long as there are steps; answers with those that could be gone, and what was wrong after the last. */
async function walk({ browser, baseURL, sandbox, flows }: Ground, steps: Iterable<Step>, most = LEG): Promise<{ gone: Step[]; failure: string | null }> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1_440, height: 900 }, reducedMotion: "reduce" });
  const gone: Step[] = [];
  try {
    const walker = await Walker.open(context, sandbox, flows);
    for (const step of steps) {
      try {
        if (await walker.walk(step)) gone.push(step);
        if (gone.length >= most) break;
      } catch (error) {
        gone.push(step);
        return { gone, failure: `after ${shown(step)}: ${(error as Error).message}` };
      }
    }
    return { gone, failure: null };
  } finally {
    await context.close();
  }
}

/** What is wrong, without the step and the values: a shorter way must lead to the same. */
function kind(failure: string | null): string | null {
  return failure && failure.replace(/^after [^:]*: /, "").replace(/ at http.*|[\d"/?&=.%-]+\S*/g, "");
}

/** Chosen as the walk goes: a step for which there is no way counts for nothing. */
function* endless(next: () => number): Generator<Step> {
  yield start(next);
  for (;;) yield choose(next);
}

for (let part = 0; part < PARTS; part += 1) {
  test(`walk ${part} over every way to go finds each page whole`, async ({ browser, baseURL, sandbox }) => {
    const [seed, steps] = [SEED + part, Math.ceil(STEPS / PARTS)];
    test.setTimeout(Math.max(240_000, steps * 2_500));
    const listed = async (path: string) => {
      const answer = (await sandbox.api("GET", path)) as Record<string, unknown> | unknown[];
      const list = (Array.isArray(answer) ? answer : Object.values(answer).find(Array.isArray)) as { id: string; name?: string; display_name?: string }[] | undefined;
      return Object.fromEntries((list ?? []).map((flow) => [flow.id, flow.name ?? flow.display_name ?? flow.id]));
    };
    const flows = {
      retab: await listed("/retab/v1/workflows?limit=100"),
      tableflow: await listed("/tableflow/v2/flows"),
      flowstack: await listed("/flowstack/api/v1/flows?limit=100"),
      superai: await listed("/superai/api/flows?page=1&page_size=100"),
      "retab-reviews": await listed("/retab-reviews/v1/workflows?limit=100"),
    };
    for (const [vendor, named] of Object.entries(flows)) expect(Object.keys(named).length, vendor).toBeGreaterThan(1);
    const ground = { browser, baseURL: baseURL as string, sandbox, flows };
    if (PATH !== undefined) {
      const { failure } = await walk(ground, JSON.parse(PATH) as Step[], Infinity);
      expect(failure).toBeNull();
      return;
    }
    const next = random(seed);
    for (let left = steps; left > 0; ) {
      const { gone, failure } = await walk(ground, endless(next), Math.min(LEG, left));
      left -= gone.length;
      if (!failure) continue;
      const shortest = await shorten(gone, TRIES, async (fewer) => kind((await walk(ground, fewer)).failure) === kind(failure));
      throw new Error(`WALK_SEED=${seed} WALK_PARTS=1, ${left} steps before the end: ${failure}\nthe shortest way there:\n  ${shortest.map(shown).join("\n  ")}\nWALK_PATH='${JSON.stringify(shortest)}'`);
    }
  });
}
