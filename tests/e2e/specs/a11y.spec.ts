// Every page in both themes, wide and narrow, without an accessibility violation.

import type { Page } from "@playwright/test";

import { newestRetabRun, RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { test } from "../fixtures/test.ts";
import { runPath } from "../pages/run.ts";
import { startPath } from "../pages/start.ts";

type Place = {
  name: string;
  path: (sandbox: Sandbox) => string | Promise<string>;
  /** What is on the page once it stands, not only its frame. */
  ready: (page: Page) => Promise<void>;
};

const hasRows = (page: Page) => page.locator("table.sl-runs tr[data-run]").first().waitFor();
const says = (words: string | RegExp) => (page: Page) => page.getByRole("main").getByText(words).first().waitFor();

const PLACES: Place[] = [
  { name: "history of Retab", path: () => `/runs?c=retab&flow=${RECONCILIATION.retab}`, ready: hasRows },
  { name: "history with every status", path: () => `/runs?c=superai&flow=${SHOWCASE.superai}`, ready: hasRows },
  { name: "history without a flow", path: () => "/runs?c=flowstack", ready: says(/Choose a flow/) },
  { name: "unknown connection", path: () => "/runs?c=nobody", ready: says(/There is no connection/) },
  {
    name: "completed run",
    path: async (sandbox) => runPath("retab", (await newestRetabRun(sandbox, RECONCILIATION.retab, "completed")).id),
    ready: (page) => page.getByRole("main").getByRole("tab").first().waitFor(),
  },
  {
    name: "failed run",
    path: async (sandbox) => runPath("retab", (await newestRetabRun(sandbox, SHOWCASE.retab, "error")).id),
    ready: (page) => page.getByRole("main").getByRole("tab").first().waitFor(),
  },
  { name: "unknown run", path: () => runPath("retab", "no-such-run"), ready: says(/not found/i) },
  {
    name: "review",
    path: async (sandbox) => {
      const run = await newestRetabRun(sandbox, RECONCILIATION.retab, "waiting_for_human");
      return `${runPath("retab", run.id)}/reviews/${encodeURIComponent(run.waiting_for_node_ids?.[0] ?? "")}`;
    },
    ready: (page) => page.getByRole("button", { name: /^Approve/ }).first().waitFor(),
  },
  { name: "reviews", path: () => "/reviews", ready: (page) => page.locator('main[data-page="reviews"]').getByRole("link").first().waitFor() },
  { name: "start form", path: () => startPath("retab", RECONCILIATION.retab), ready: (page) => page.getByRole("button", { name: "Start run" }).waitFor() },
  { name: "unknown page", path: () => "/no/such/page", ready: says("There is no such page") },
];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme });
    for (const { name, path, ready } of PLACES) {
      test(`${name} is accessible @phone`, async ({ page, sandbox, a11y }) => {
        await page.goto(await path(sandbox));
        await ready(page);
        await a11y.audit();
      });
    }
  });
}
