// Starting a run: once, with what the flow needs, and honest about what is not known.

import { readFile } from "node:fs/promises";

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { retabCount, retabReaches, sample, writes } from "../fixtures/money.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import type { StartPage } from "../pages/start.ts";

const PAIR = [sample("purchase-order-4712.csv"), sample("invoice-4712.csv")] as const;

async function tableFlowCount(sandbox: Sandbox): Promise<number> {
  return ((await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${RECONCILIATION.tableflow}&limit=1`)) as { pagination: { total: number } }).pagination.total;
}

/** A start that the vendor answers like this. */
async function startAnsweredBy(sandbox: Sandbox, startPage: StartPage, status: number, detail: string): Promise<void> {
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(...PAIR);
  await sandbox.fault({ method: "POST", path_contains: `${RECONCILIATION.retab}/run`, action: { status, body: { detail } } });
  await startPage.submit.click();
}

test("pressing twice starts one run, which completes by itself when the totals agree", async ({ page, sandbox, startPage, runPage }) => {
  const before = await retabCount(sandbox);
  await page.clock.install();
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(...PAIR);
  const sent = writes(page, /\/run$/);
  await startPage.submit.dblclick();
  await expect(page).toHaveURL(/\/c\/retab\/runs\/run_/);
  const run = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await retabReaches(sandbox, run, "completed");
  await expect.poll(() => runPage.state(), { timeout: 15_000 }).toBe("completed");
  expect(sent).toHaveLength(1);
  expect(await retabCount(sandbox)).toBe(before + 1);
});

test("a file that the flow needs and that is missing stops the start at its field", async ({ page, sandbox, startPage }) => {
  const before = await tableFlowCount(sandbox);
  const sent = writes(page, /\/run$/);
  await startPage.open("tableflow", RECONCILIATION.tableflow);
  await startPage.submit.click();
  await expect(startPage.problems).toHaveText("2 fields stop the start");
  await expect(startPage.root.getByText("No file chosen. The flow needs one.")).toHaveCount(2);
  const order = startPage.root.locator('input[type="file"]').first();
  await expect(order).toBeFocused();
  await expect(order).toHaveAttribute("aria-invalid", "true");
  await startPage.attach(/^Purchase Order$/, PAIR[0]);
  await expect(startPage.root.getByText("No file chosen. The flow needs one.")).toHaveCount(1);
  await startPage.submit.click();
  await expect(startPage.problems).toHaveText("1 field stops the start");
  expect(sent).toEqual([]);
  expect(await tableFlowCount(sandbox)).toBe(before);
});

test("TableFlow takes two files, and the run is in its list", async ({ page, sandbox, startPage, runPage }) => {
  const before = await tableFlowCount(sandbox);
  await startPage.open("tableflow", RECONCILIATION.tableflow);
  await startPage.attachPair(...PAIR);
  await startPage.submit.click();
  await expect(page).toHaveURL(/\/c\/tableflow\/runs\//);
  await expect.poll(() => runPage.state(), { timeout: 30_000 }).toBe("completed");
  expect(await tableFlowCount(sandbox)).toBe(before + 1);
});

test("metadata that is no JSON object is told at its field", async ({ page, startPage }) => {
  const sent = writes(page, /\/run$/);
  await startPage.open("tableflow", RECONCILIATION.tableflow);
  await startPage.attachPair(...PAIR);
  const metadata = startPage.root.getByLabel("Metadata", { exact: true });
  await metadata.fill("{oops");
  await startPage.submit.click();
  await expect(metadata).toBeFocused();
  await expect(startPage.root.getByText(/^This is not JSON: /)).toBeVisible();
  await metadata.fill("[1]");
  await startPage.submit.click();
  await expect(startPage.root.getByText("A JSON object is expected, in braces.")).toBeVisible();
  expect(sent).toEqual([]);
});

for (const connection of ["flowstack", "superai"] as const) {
  test(`${connection} takes JSON`, async ({ page, startPage, runPage }) => {
    await startPage.open(connection, RECONCILIATION[connection]);
    const data = {
      purchase_order: JSON.parse(await readFile(sample("purchase-order-4712.json"), "utf8")) as unknown,
      invoice: JSON.parse(await readFile(sample("invoice-4712.json"), "utf8")) as unknown,
    };
    const fields = startPage.root.locator("form textarea");
    await fields.first().waitFor();
    if ((await fields.count()) === 1) await fields.fill(JSON.stringify(data));
    else for (const [key, value] of Object.entries(data)) await startPage.root.locator(`[id="input-${key}"]`).fill(JSON.stringify(value));
    await startPage.submit.click();
    await expect(page).toHaveURL(new RegExp(`/c/${connection}/runs/`));
    await expect.poll(() => runPage.state(), { timeout: 30_000 }).toBe("completed");
  });
}

/** The vendor takes the next start of the reconciliation, and its answer is lost. */
const loseAnswer = (sandbox: Sandbox) => sandbox.fault({ method: "POST", path_contains: `${RECONCILIATION.retab}/run`, action: { drop: "after" } });
const numbered = (count: number) => `#${count.toLocaleString("en")}`;

test("a start without an answer is not confirmed, is not repeated, and leads to the run that began since and to the newest runs", async ({ page, sandbox, startPage, historyPage }) => {
  const before = await retabCount(sandbox);
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(...PAIR);
  const sent = writes(page, /\/run$/);
  await loseAnswer(sandbox);
  await startPage.submit.click();
  await expect(startPage.root.getByText("Not confirmed", { exact: true })).toBeVisible();
  await expect(startPage.root.getByText("A run of this flow began since, which may be this one.")).toBeVisible();
  await expect(startPage.root.getByRole("link", { name: numbered(before + 1), exact: true })).toHaveAttribute("href", /\/c\/retab\/runs\/run_/);
  expect(sent).toHaveLength(1);
  expect(await sandbox.faultsLeft()).toEqual([]);
  expect(await retabCount(sandbox)).toBe(before + 1);
  await startPage.root.getByRole("link", { name: "Open the newest runs" }).click();
  await expect(historyPage.rows.first().locator(".c-num")).toHaveText(numbered(before + 1));
});

test("a start that the vendor failed is not said to have had no answer, and its request is named", async ({ sandbox, startPage }) => {
  await startAnsweredBy(sandbox, startPage, 500, "The engine is down");
  const notice = startPage.root.locator(".sl-note");
  await expect(notice.locator("strong")).toHaveText("Not confirmed");
  await expect(notice).toContainText(/Retab failed: The engine is down\. No run of this flow began since\. It may still start\. \(request \S+\)/);
  await expect(notice).not.toContainText("answer came");
  await expect(notice.getByRole("link", { name: "Open the newest runs" })).toBeVisible();
});

test("Start pressed again after a lost answer reads what began since and asks: no second run unless somebody wants one", async ({ page, sandbox, startPage }) => {
  const before = await retabCount(sandbox);
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(...PAIR);
  const sent = writes(page, /\/run$/);
  await loseAnswer(sandbox);
  await startPage.submit.click();
  const again = startPage.root.getByRole("button", { name: "Start it again" });
  await again.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("a run of this flow began since, which may be that one.");
  await dialog.getByRole("button", { name: "Leave it" }).click();
  await expect(startPage.root.getByText("Not confirmed", { exact: true })).toBeVisible();
  expect(sent).toHaveLength(1);
  expect(await retabCount(sandbox), "nothing was sent again").toBe(before + 1);

  await again.click();
  await dialog.getByRole("button", { name: "Start it again" }).click();
  await expect(page).toHaveURL(/\/c\/retab\/runs\/run_/);
  expect(sent).toHaveLength(2);
  expect(await retabCount(sandbox)).toBe(before + 2);
});

test("a start that is not confirmed is known after leaving the form and after a reload, and is asked about", async ({ page, sandbox, startPage }) => {
  const before = await retabCount(sandbox);
  await startPage.open("retab", RECONCILIATION.retab);
  await startPage.attachPair(...PAIR);
  await loseAnswer(sandbox);
  await startPage.submit.click();
  await expect(startPage.root.getByText("Not confirmed", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.goBack();
  await expect(startPage.root.getByText("Not confirmed", { exact: true }), "it outlives the form").toBeVisible();
  await page.reload();
  await expect(startPage.root.getByText("Not confirmed", { exact: true })).toBeVisible();
  await startPage.attachPair(...PAIR);
  await startPage.root.getByRole("button", { name: "Start it again" }).click();
  await expect(page.getByRole("dialog")).toContainText("a run of this flow began since");
  expect(await retabCount(sandbox)).toBe(before + 1);
});

for (const [name, action, told] of [
  ["lost", { drop: "after" }, "Not confirmed: a run of that flow began since"],
  ["refused", { status: 422, body: { detail: "The workflow is not published" } }, "The workflow is not published"],
] as const) {
  test(`a start whose answer is ${name} after its form was left is told all the same`, async ({ page, sandbox, startPage, historyPage }) => {
    await startPage.open("retab", RECONCILIATION.retab);
    await startPage.attachPair(...PAIR);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/run$/, async (route) => {
      await held;
      await route.fallback();
    });
    await sandbox.fault({ method: "POST", path_contains: `${RECONCILIATION.retab}/run`, action });
    const asked = page.waitForRequest(/\/run$/);
    await startPage.submit.click();
    await asked;
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await expect(historyPage.rows.first()).toBeVisible();
    release();
    await expect(page.locator(".sl-toast", { hasText: told })).toBeVisible();
    await expect(page).toHaveURL(/\/runs\?/);
  });
}

test("a refused start says so and keeps what was entered", async ({ sandbox, startPage }) => {
  const before = await retabCount(sandbox);
  await startAnsweredBy(sandbox, startPage, 422, "The workflow is not published");
  const refused = startPage.root.locator(".sl-note");
  await expect(refused.locator("strong")).toHaveText("Retab did not accept the request");
  await expect(refused).toContainText(/“The workflow is not published” \(request \S+\) .*The run was not started\. What you entered is still here\./);
  await expect(startPage.root.locator(".sl-file")).toHaveCount(2);
  expect(await retabCount(sandbox)).toBe(before);
});
