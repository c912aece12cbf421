// Every page in both themes, wide and narrow, without an accessibility violation.

import { expect, type Page } from "@playwright/test";

import { newestRetabRun, RECONCILIATION, SHOWCASE } from "../fixtures/flows.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, waitingRetabRun } from "../fixtures/money.ts";
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
  { name: "history of Retab", path: () => `/runs?c=retab&flow=${RECONCILIATION.retab}&size=25`, ready: hasRows },
  { name: "history with every status", path: () => `/runs?c=superai&flow=${SHOWCASE.superai}`, ready: hasRows },
  { name: "history without a flow", path: () => "/runs?c=flowstack", ready: hasRows },
  { name: "history past its end", path: () => `/runs?c=tableflow&flow=${RECONCILIATION.tableflow}&at=o.900000`, ready: says("There are no runs this far back") },
  { name: "history without a match", path: () => `/runs?c=retab&flow=wf_legacy_import&status=waiting`, ready: says("No runs match these filters") },
  { name: "history of all connections", path: () => "/runs?c=*", ready: hasRows },
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
  {
    name: "review of SuperAI",
    path: async (sandbox) => {
      const task = await pendingSuperAiTask(sandbox);
      return `${runPath("superai", task.flow_execution_id)}/reviews/${task.id}`;
    },
    ready: (page) => page.getByRole("button", { name: /^Approve/ }).first().waitFor(),
  },
  {
    name: "read-only review of TableFlow",
    path: async (sandbox) => {
      const list = (await sandbox.api("GET", `/tableflow/v2/flows/${RECONCILIATION.tableflow}/runs?limit=100`)) as { id: string; status: string }[];
      return `${runPath("tableflow", list.find((run) => run.status === "review")?.id ?? "")}/reviews/step_4`;
    },
    ready: says("This review is read-only."),
  },
  { name: "reviews", path: () => "/reviews", ready: (page) => page.locator('main[data-page="reviews"]').getByRole("link").first().waitFor() },
  { name: "start form", path: () => startPath("retab", RECONCILIATION.retab), ready: (page) => page.getByRole("button", { name: "Start run" }).waitFor() },
  {
    name: "start form for JSON",
    path: () => startPath("flowstack", RECONCILIATION.flowstack),
    ready: (page) => page.getByRole("button", { name: "Start run" }).waitFor(),
  },
  { name: "unknown page", path: () => "/no/such/page", ready: says("There is no such page") },
];

for (const { name, path, ready } of PLACES) {
  test(`${name} is accessible in both themes @phone`, async ({ page, sandbox, a11y }) => {
    await page.goto(await path(sandbox));
    await ready(page);
    await a11y.audit();
  });
}

test("a review with what is wrong, the question before rejecting, and a decision that came too late are accessible in both themes @phone", async ({
  page,
  sandbox,
  a11y,
  reviewPage,
}) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("a lot");
  await reviewPage.approve.click();
  await expect(reviewPage.root.getByText("1 error blocks approval")).toBeVisible();
  await a11y.audit();
  await reviewPage.at("/invoice/total").fill("12.50");
  await reviewPage.reject.click();
  const dialog = page.getByRole("dialog", { name: "Reject this review?" });
  await expect(dialog).toBeVisible();
  await a11y.audit();
  await dialog.getByRole("button", { name: "Keep it open" }).click();
  await sandbox.api("POST", `/retab/v1/workflows/runs/${run}/hil-decisions`, { node_id: REVIEW_NODE, approved: true, command_id: `elsewhere-${run}` });
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("This review was already approved");
  await a11y.audit();
});

test.describe("a held decision", () => {
  // Longer than the audit takes.
  test.use({ undoSeconds: 15 });

  test("is accessible in both themes, with its message and its notice @phone", async ({ page, sandbox, a11y, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.approve.click();
    await expect(page.getByRole("region", { name: "Messages" })).toContainText("approval not sent yet");
    // axe takes everything in a disabled fieldset for out of reach of the keyboard; this is not.
    const lines = page.locator(".sl-liscroll");
    await lines.first().focus();
    await expect(lines.first()).toBeFocused();
    await a11y.audit(".sl-liscroll");
  });
});

test("a decision, the question for a name, and a start without its files are accessible in both themes @phone", async ({ page, sandbox, a11y, reviewPage, startPage }) => {
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.approve.click();
  await expect(page.getByRole("dialog", { name: "Who decides here?" })).toBeVisible();
  await a11y.audit();
  await reviewPage.sayWho("Ada Lovelace");
  await expect(reviewPage.outcome).toHaveText("Approved");
  await a11y.audit();
  await startPage.open("tableflow", RECONCILIATION.tableflow);
  await startPage.submit.click();
  await expect(startPage.problems).toBeVisible();
  await a11y.audit();
});
