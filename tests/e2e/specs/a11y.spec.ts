// Every page in both themes, wide and narrow, without an accessibility violation.

import { test } from "../fixtures/test.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import type { Page } from "@playwright/test";
import { runPath } from "../pages/run.ts";

const FLOW = "wf_po_invoice_recon";

type RetabRun = { id: string; lifecycle?: { status?: string }; status?: string };

async function firstRun(sandbox: Sandbox, query = ""): Promise<string> {
  const page = (await sandbox.api("GET", `/retab/v1/workflows/runs?workflow_id=${FLOW}&limit=1${query}`)) as { data: RetabRun[] };
  const run = page.data[0];
  if (!run) throw new Error(`the sandbox has no run for ${query || "the first page"}`);
  return run.id;
}

/** How to reach each page, and what is on it once it stands. */
const PAGES: { name: string; open: (page: Page, sandbox: Sandbox) => Promise<void> }[] = [
  {
    name: "history",
    open: async (page) => {
      await page.goto(`/runs?c=retab&flow=${FLOW}`);
      await page.locator("table.sl-runs tr[data-run]").first().waitFor();
    },
  },
  {
    name: "history without a flow",
    open: async (page) => {
      await page.goto("/runs?c=flowstack");
      await page.getByRole("main").getByText(/Choose a flow/).first().waitFor();
    },
  },
  {
    name: "run",
    open: async (page, sandbox) => {
      await page.goto(runPath("retab", await firstRun(sandbox)));
      await page.getByRole("main").getByRole("tab").first().waitFor();
    },
  },
  {
    name: "unknown run",
    open: async (page) => {
      await page.goto(runPath("retab", "no-such-run"));
      await page.getByRole("main").getByText(/not found/i).first().waitFor();
    },
  },
  {
    name: "reviews",
    open: async (page) => {
      await page.goto("/reviews");
      await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
    },
  },
  {
    name: "unknown page",
    open: async (page) => {
      await page.goto("/no/such/page");
      await page.getByText("There is no such page").waitFor();
    },
  },
];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme });
    for (const { name, open } of PAGES) {
      test(`${name} is accessible @phone`, async ({ page, sandbox, a11y }) => {
        await open(page, sandbox);
        await a11y.audit();
      });
    }
  });
}
