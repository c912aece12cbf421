// What one vendor tells and another does not: shown where it is, and said where it is missing.

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { waitingRetabRun } from "../fixtures/money.ts";
import { csv, ExportPage } from "../pages/export.ts";

test.use({ runs: 150 });

type TableFlowRun = { id: string; status: string; input_files?: Record<string, { file_name: string; extraction_id: string | null }[]> };

async function finishedTableFlowRun(sandbox: { api(method: string, path: string): Promise<unknown> }): Promise<TableFlowRun> {
  const list = (await sandbox.api("GET", `/tableflow/v2/flows/${RECONCILIATION.tableflow}/runs?limit=100`)) as TableFlowRun[];
  const run = list.find((run) => run.status === "completed");
  if (!run) throw new Error("no completed run");
  return (await sandbox.api("GET", `/tableflow/v2/flows/runs/${run.id}`)) as TableFlowRun;
}

test("flowstack: steps of which only durations are known stand in sequence, and the flow has its name", async ({ sandbox, page, runPage }) => {
  const list = (await sandbox.api("GET", `/flowstack/api/v1/flows/${RECONCILIATION.flowstack}/runs?limit=1&status=SUCCEEDED`)) as { data: { id: string }[] };
  await page.goto(`/c/flowstack/runs/${list.data[0]?.id}?flow=${RECONCILIATION.flowstack}`);
  const chart = runPage.root.getByRole("group", { name: "Steps on a time axis" });
  await expect(chart.locator(".sl-g__b").nth(1)).toBeAttached();
  const starts = await chart.locator(".sl-g__b").evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().left));
  expect(starts).toEqual([...starts].sort((one, other) => one - other));
  await expect(runPage.root.getByText("FlowStack tells how long each step took, not when it began: they are drawn one after the other.")).toBeVisible();
  await expect(runPage.root.locator(".sl-facts").first()).toContainText("PO to invoice reconciliation");
  await expect(runPage.root).not.toContainText(RECONCILIATION.flowstack);
  await expect(runPage.root.locator(".sl-fresh")).toContainText("finished");
});

test("tableflow: outputs are found where they are, in the steps, and files have their bytes", async ({ sandbox, runPage }) => {
  const run = await finishedTableFlowRun(sandbox);
  await runPage.open("tableflow", run.id);
  await runPage.tab("Inputs and outputs").click();
  const panel = runPage.root.getByRole("tabpanel");
  await expect(panel).toContainText("TableFlow names no outputs of the run as a whole, but of");
  await panel.getByRole("link").first().click();
  await expect(runPage.tab("Timeline")).toHaveAttribute("aria-selected", "true");
  await expect(runPage.root.getByRole("complementary", { name: "Selected step" }).getByRole("region", { name: "Output" })).toBeVisible();

  await runPage.tab("Files").click();
  const files = Object.values(run.input_files ?? {}).flat();
  const file = files.find((file) => file.extraction_id !== null);
  if (!file) throw new Error("no file was extracted");
  await panel.getByRole("button", { name: `Preview ${file.file_name}` }).first().click();
  await expect(panel.locator(".sl-preview__cell").getByRole("region").first()).toBeVisible();
  await expect(panel.getByText("This file is in a cloud drive. TableFlow gives its id there, not its bytes.")).toBeVisible();
});

test("an action that fails tells the request's id", async ({ page, sandbox, runPage }) => {
  const run = await waitingRetabRun(sandbox);
  await runPage.open("retab", run);
  await sandbox.fault({ method: "POST", path_contains: "/cancel", action: { status: 409, body: { detail: "The engine is busy" } } });
  await runPage.root.getByRole("button", { name: "Cancel run…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(page.locator(".sl-toast")).toContainText(/Retab says that something else came first: The engine is busy\. \(request \S+\)/);
});

test("superai: a filter by what its list does not tell says so, and searches nothing", async ({ page, historyPage }) => {
  await page.goto(`/runs?c=superai&flow=${RECONCILIATION.superai}&trigger=email`);
  await expect(page.getByText("SuperAI's list tells not whether a run has such a trigger, so that no run can be found by it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Search further back" })).toHaveCount(0);
  await expect(page.getByRole("navigation", { name: "Pages" }), "no range of runs of which none is shown").not.toContainText(/\d+ to \d+/);
  await page.goto(`/runs?c=superai&flow=${RECONCILIATION.superai}`);
  await historyPage.rows.first().waitFor();
  await page.locator("summary").filter({ hasText: "Duration: any" }).click();
  const menu = page.getByRole("group", { name: "Duration in seconds" });
  await expect(menu).toContainText("SuperAI's list tells not how long a run took");
  await expect(menu.getByRole("spinbutton")).toHaveCount(0);
});

for (const [c, label] of [["flowstack", "FlowStack"], ["superai", "SuperAI"]] as const) {
  test(`${c}: a search by a word, which its list tells of no run, says so and searches nothing`, async ({ page, historyPage }) => {
    await historyPage.open({ c, flow: RECONCILIATION[c] });
    const [id] = await historyPage.ids();
    const search = page.getByRole("searchbox", { name: "Search by id", exact: true });
    await expect(search).toHaveAttribute("placeholder", "Id");
    await search.fill("invoice");
    await search.press("Enter");
    await expect(page.getByText(`${label}'s list tells neither name nor metadata, so that no run can be found by it.`)).toBeVisible();
    await expect(page.getByText("Applied here")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Search further back" })).toHaveCount(0);
    // An id is told by every list.
    await search.fill(id ?? "");
    await search.press("Enter");
    await expect(historyPage.rows).toHaveCount(1);
    await expect(historyPage.row(id ?? "")).toBeVisible();
    await page.goto(`/runs?c=*&q=invoice`);
    await expect(page.getByText(`${label}'s list tells neither name nor metadata`)).toBeVisible();
    await expect(page.getByRole("searchbox", { name: "Search by id, name or metadata" })).toBeVisible();
  });
}

test("tableflow: triggers that its list never names are not offered, and an address with one says so", async ({ page, historyPage }) => {
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow });
  await page.locator("summary").filter({ hasText: "Trigger: any" }).click();
  const menu = page.getByRole("group", { name: "Trigger", exact: true });
  await expect(menu.getByRole("checkbox")).toHaveCount(2);
  await expect(menu.getByRole("checkbox", { name: "Manual" })).toBeVisible();
  await expect(menu.getByRole("checkbox", { name: "API" })).toBeVisible();
  await page.goto(`/runs?c=tableflow&flow=${RECONCILIATION.tableflow}&trigger=schedule`);
  await expect(page.getByText("TableFlow's list tells not whether a run has such a trigger, so that no run can be found by it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Search further back" })).toHaveCount(0);
  // What is asked for already can be taken away.
  await page.locator("summary").filter({ hasText: "Schedule" }).click();
  await menu.getByRole("checkbox", { name: "Schedule" }).click();
  await expect(page).not.toHaveURL(/trigger=/);
  await historyPage.rows.first().waitFor();
});

test("a typo in the flow chooser opens nothing", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.locator("summary.sl-flowpick").click();
  const search = page.getByRole("searchbox", { name: "Search flows by name or id" });
  await search.fill("wf_po_invoice_recom");
  await search.press("Enter");
  await expect(page.locator(".sl-menu__list").getByRole("status")).toHaveText("The vendor lists no flow whose name or id holds this.");
  await expect(page).toHaveURL(new RegExp(`flow=${RECONCILIATION.retab}$`));
  await search.fill(RECONCILIATION.retab);
  await search.press("Enter");
  await expect(search).toBeHidden();
});

test("all connections are in the palette, and their export names the flows, for a spreadsheet with a decimal comma", async ({ page, historyPage }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await historyPage.rows.first().waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox", { name: "Go to anything" }).fill("all connections");
  await page.getByRole("dialog").getByRole("option", { name: /All connections/ }).click();
  await expect(page).toHaveURL(/c=\*/);
  await historyPage.rows.first().waitFor();
  await exporting.open();
  await expect(exporting.dialog.getByText("The exact way: one list of runs")).toBeVisible();
  await exporting.dialog.getByRole("combobox", { name: "Between cells" }).selectOption("Semicolon (Excel, where 1.5 is written 1,5)");
  const { text } = await exporting.download();
  const rows = csv(text, ";");
  // Also of flows that are switched off, which TableFlow lists no more: a run of theirs tells their name.
  const nameless = rows.filter((row) => row["flow_name"] === "").map((row) => `${row["connection"]} ${row["flow"]}`);
  expect([...new Set(rows.map((row) => row["connection"]))]).toEqual(["retab", "tableflow", "flowstack", "superai"]);
  expect([...new Set(nameless)]).toEqual([]);
});

/** A browser whose language writes 1,5. */
test.describe("with a decimal comma", () => {
  test.use({ locale: "de-DE" });

  test("semicolons are what is offered first", async ({ page, historyPage }) => {
    const exporting = new ExportPage(page);
    await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
    await historyPage.rows.first().waitFor();
    await exporting.open();
    await expect(exporting.dialog.getByRole("combobox", { name: "Between cells" })).toHaveValue("semicolon");
    await page.goto("/audit");
    await expect(page.getByRole("link", { name: "Export CSV" })).toHaveAttribute("href", /separator=semicolon/);
  });
});

test("a name that is too long is refused with a word, not cut", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.getByRole("button", { name: /Say who you are/ }).click();
  const name = page.getByRole("textbox", { name: "Your name" });
  await name.fill("x".repeat(81));
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("A name has at most 80 characters.")).toBeVisible();
  await expect(name).toBeFocused();
  await name.fill("Maria Ortiz");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
