// A random walk through all pages. WALK_STEPS and WALK_SEED choose another one; a failing path is printed as short as it goes.

import type { Browser } from "@playwright/test";

import type { Sandbox } from "../fixtures/sandbox.ts";
import { expect, test } from "../fixtures/test.ts";
import { random, shorten, shown } from "../walk/seeded.ts";
import { type Step, Walker, choose, start } from "../walk/walker.ts";

const STEPS = Number(process.env["WALK_STEPS"] ?? 400);
const SEED = Number(process.env["WALK_SEED"] ?? 20_261_129);
/** Steps in one tab, which begins with no more than what the tabs before have left in the browser. */
const LONGEST = 40;
/** Walks again to shorten a failing one. */
const TRIES = 25;

test.use({ runs: 120 });

type Ground = { browser: Browser; baseURL: string; sandbox: Sandbox; flows: Record<string, string[]> };

async function walk({ browser, baseURL, sandbox, flows }: Ground, steps: Step[]): Promise<string | null> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1_440, height: 900 } });
  try {
    const walker = await Walker.open(context, sandbox, flows);
    for (const [at, step] of steps.entries()) {
      const error = await walker.walk(step).then(() => null, (error: unknown) => error as Error);
      if (error) return `after step ${at + 1} (${shown(step)}): ${error.message}`;
    }
    return null;
  } finally {
    await context.close();
  }
}

test("a walk over every way to go finds each page whole", async ({ browser, baseURL, sandbox }) => {
  test.setTimeout(Math.max(240_000, STEPS * 2_500));
  const listed = async (path: string) => {
    const answer = (await sandbox.api("GET", path)) as Record<string, unknown> | unknown[];
    const list = (Array.isArray(answer) ? answer : Object.values(answer).find(Array.isArray)) as { id: string }[] | undefined;
    return (list ?? []).map((flow) => flow.id);
  };
  const flows = {
    retab: await listed("/retab/v1/workflows?limit=100"),
    tableflow: await listed("/tableflow/v2/flows"),
    flowstack: await listed("/flowstack/api/v1/flows?limit=100"),
    superai: await listed("/superai/api/flows?page=1"),
  };
  for (const [vendor, ids] of Object.entries(flows)) expect(ids.length, vendor).toBeGreaterThan(1);
  const ground = { browser, baseURL: baseURL as string, sandbox, flows };
  const next = random(SEED);
  for (let left = STEPS; left > 0; left -= LONGEST) {
    const steps = [start(next), ...Array.from({ length: Math.min(LONGEST, left) - 1 }, () => choose(next))];
    const failure = await walk(ground, steps);
    if (!failure) continue;
    const till = Number(/after step (\d+)/.exec(failure)?.[1] ?? steps.length);
    const shortest = await shorten(steps.slice(0, till), TRIES, async (fewer) => (await walk(ground, fewer)) !== null);
    throw new Error(`seed ${SEED}, ${STEPS - left} steps before: ${failure}\nthe shortest way there:\n  ${shortest.map(shown).join("\n  ")}`);
  }
});
