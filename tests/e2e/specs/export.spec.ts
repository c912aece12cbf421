// The history as a file: the whole filter, page by page, compared with what the vendors themselves say.

import { FLOWS, test, type Vendor } from "../fixtures/vendors.ts";
import { SHOWCASE } from "../fixtures/flows.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { expect } from "../fixtures/test.ts";
import { BulkPage } from "../pages/bulk.ts";
import { csv, ExportPage } from "../pages/export.ts";

test.use({ runs: 700 });
test.slow();

type Listed = { id: string; status: string };

/** Every run of the long history at the vendor, newest first. */
async function everything(sandbox: Sandbox, vendor: Vendor): Promise<Listed[]> {
  const flow = FLOWS[vendor];
  const found: Listed[] = [];
  type Run = { id: string; status?: string; lifecycle?: { status: string } };
  const take = (runs: Run[]) => {
    for (const run of runs) found.push({ id: run.id, status: run.status ?? run.lifecycle?.status ?? "" });
    return runs;
  };
  switch (vendor) {
    case "tableflow":
      take(((await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=1000`)) as { flow_runs: Run[] }).flow_runs);
      break;
    case "superai":
      take((await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${flow}&page_size=1000&sort_field=created_at&sort_direction=desc`)) as Run[]);
      break;
    case "flowstack":
      for (let cursor = ""; ; ) {
        const page = (await sandbox.api("GET", `/flowstack/api/v1/flows/${flow}/runs?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)) as { data: Run[]; cursor: string; hasMore: boolean };
        take(page.data);
        if (!page.hasMore) break;
        cursor = page.cursor;
      }
      break;
    default: {
      const path = vendor === "retab" ? "/retab/v1/workflows/runs" : "/retab-reviews/v1/workflows/runs";
      for (let after = ""; ; ) {
        const page = (await sandbox.api("GET", `${path}?workflow_id=${flow}&limit=100&order=desc${after && `&after=${after}`}`)) as { data: Run[]; list_metadata: { after: string | null } };
        take(page.data);
        if (!page.list_metadata.after) break;
        after = page.list_metadata.after;
      }
    }
  }
  return found;
}

for (const vendor of Object.keys(FLOWS) as Vendor[]) {
  test(`${vendor}: the whole history of a flow is in the file, CSV and JSON alike`, async ({ page, sandbox, historyPage }) => {
    const exporting = new ExportPage(page);
    await exporting.asDownload();
    const expected = await everything(sandbox, vendor);
    expect(expected.length).toBeGreaterThan(600);
    // From wherever one is in it.
    await historyPage.open({ c: vendor, flow: FLOWS[vendor], size: "25" });
    await historyPage.older.click();
    await page.waitForURL(/[?&]at=/);

    await exporting.open();
    const table = await exporting.download();
    expect(table.name).toMatch(new RegExp(`^runs-${vendor}-\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d\\.csv$`));
    const rows = csv(table.text);
    expect(rows.map((row) => [row["id"], row["vendor_status"]])).toEqual(expected.map((run) => [run.id, run.status]));
    for (const row of rows) {
      expect(row["connection"]).toBe(vendor);
      expect(row["flow"]).toBe(FLOWS[vendor]);
      expect(row["flow_name"]).toBe("PO to invoice reconciliation");
      expect(row["created_at"] || row["started_at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
    }
    if (vendor !== "retab-reviews") {
      // Numbers count down; without a gap where those of deleted runs are not kept.
      const numbers = rows.map((row) => Number(row["number"]));
      const step = (at: number) => (numbers[at - 1] ?? 0) - (numbers[at] ?? 0);
      for (let at = 1; at < numbers.length; at += 1) {
        if (vendor === "superai") expect(step(at)).toBeGreaterThan(0);
        else expect(step(at)).toBe(1);
      }
    }
    await expect(exporting.dialog.getByRole("heading", { name: `${expected.length.toLocaleString("en")} runs exported` })).toBeVisible();
    await exporting.dialog.getByRole("button", { name: "Close" }).click();

    await exporting.open();
    await exporting.choose("JSON");
    const list = await exporting.download();
    expect(list.name).toMatch(/\.json$/);
    const items = JSON.parse(list.text) as { id: string; vendor_status: string; metadata: object; duration_ms: number | null }[];
    expect(items.map((item) => [item.id, item.vendor_status])).toEqual(expected.map((run) => [run.id, run.status]));
    for (const item of items) expect(typeof item.metadata).toBe("object");
  });
}

test("the filter of the address decides, whoever applies it", async ({ page, sandbox, historyPage, a11y }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  // The vendor filters by status, and tells how many there are.
  const failed = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${FLOWS.tableflow}&status=failed&limit=1000`)) as { flow_runs: { id: string }[] };
  await historyPage.open({ c: "tableflow", flow: FLOWS.tableflow, status: "failed", size: "25" });
  await exporting.open();
  await expect(exporting.dialog.getByText(/The runs of PO to invoice reconciliation that match the filters, from the newest to the oldest: Failed\./)).toBeVisible();
  await expect(exporting.dialog.getByText(`These are ${failed.flow_runs.length} runs now.`)).toBeVisible();
  await a11y.audit();
  expect(csv((await exporting.download()).text).map((row) => row["id"])).toEqual(failed.flow_runs.map((run) => run.id));
  await a11y.audit();

  // It does not filter by text: that is done here, over all of them.
  const all = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${FLOWS.tableflow}&limit=1000`)) as { flow_runs: { id: string; metadata: { customer_id?: string } }[] };
  const customer = all.flow_runs[400]?.metadata.customer_id ?? "";
  const matching = all.flow_runs.filter((run) => run.metadata.customer_id === customer || run.id.includes(customer));
  await page.goto(`/runs?c=tableflow&flow=${FLOWS.tableflow}&q=customer_id:${customer}`);
  await expect(page.getByText(/does not filter by text/)).toBeVisible();
  await exporting.open();
  await expect(exporting.dialog.getByText("TableFlow does not apply all of these filters: every run is read, and what does not match is left out here.")).toBeVisible();
  const found = csv((await exporting.download()).text);
  expect(found.map((row) => row["id"])).toEqual(matching.map((run) => run.id));
  expect(JSON.parse(found[0]?.["metadata"] ?? "")).toMatchObject({ customer_id: customer });
});

test("no cell is a formula, and odd texts come through", async ({ page, sandbox, historyPage }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  // A run whose name another system chose.
  const flow = SHOWCASE.tableflow;
  const list = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=1`)) as { flow_runs: { id: string }[] };
  const victim = list.flow_runs[0]?.id ?? "";
  const evil = '=HYPERLINK("http://evil.example","Open, please")';
  await page.route(/tableflow\/flows\/runs\?/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { flow_runs: { id: string; error: string | null; status: string; metadata: object }[] };
    for (const run of body.flow_runs) if (run.id === victim) Object.assign(run, { status: "failed", error: evil, metadata: { amount: -12.5 } });
    await route.fulfill({ response: answer, json: body });
  });
  await historyPage.open({ c: "tableflow", flow });
  await exporting.open();
  const rows = csv((await exporting.download()).text);
  expect(rows.find((row) => row["id"] === victim)?.["error_message"]).toBe(`'${evil}`);
  expect(rows.find((row) => row["id"] === victim)?.["metadata"]).toBe('{"amount":-12.5}');
  for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?![\d.]+$)/);
});

test("a failure midway is told; what was read is kept as incomplete, or the export goes on", async ({ page, sandbox, historyPage, a11y }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  const expected = await everything(sandbox, "retab");
  await historyPage.open({ c: "retab", flow: FLOWS.retab });
  await page.route(/workflows\/runs\?.*after=/, (route) => route.fulfill({ status: 500, json: { detail: "The index is being rebuilt" } }), { times: 2 });
  await exporting.open();
  await exporting.dialog.getByRole("button", { name: "Export", exact: true }).click();
  await expect(exporting.dialog.getByRole("heading", { name: "Stopped after 100 runs" })).toBeVisible();
  await expect(exporting.dialog.getByText("Retab failed")).toBeVisible();
  await a11y.audit();
  await exporting.dialog.getByRole("button", { name: "Go on" }).click();
  await expect(exporting.dialog.getByRole("heading", { name: "Stopped after 100 runs" })).toBeVisible();
  const cut = await exporting.download("Keep 100 runs, incomplete");
  expect(cut.name).toMatch(/-incomplete\.csv$/);
  const rows = csv(cut.text);
  expect(rows.slice(0, -1).map((row) => row["id"])).toEqual(expected.slice(0, 100).map((run) => run.id));
  expect(rows.at(-1)?.["connection"]).toMatch(/^INCOMPLETE: 100 runs\. Retab failed: The index is being rebuilt\.$/);
  await expect(exporting.dialog.getByRole("heading", { name: "100 runs kept, marked as incomplete" })).toBeVisible();
  await exporting.dialog.getByRole("button", { name: "Close" }).click();

  await page.route(/workflows\/runs\?.*after=/, (route) => route.fulfill({ status: 500, json: { detail: "Again" } }), { times: 1 });
  await exporting.open();
  await exporting.choose("JSON");
  await exporting.dialog.getByRole("button", { name: "Export", exact: true }).click();
  await expect(exporting.dialog.getByRole("heading", { name: "Stopped after 100 runs" })).toBeVisible();
  const whole = await exporting.download("Go on");
  expect((JSON.parse(whole.text) as { id: string }[]).map((run) => run.id)).toEqual(expected.map((run) => run.id));
});

test("it can be stopped midway, by a key too, and nothing is read after that", async ({ page, historyPage }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  let asked = 0;
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await historyPage.open({ c: "flowstack", flow: FLOWS.flowstack });
  await page.route(/flows\/[^/]+\/runs\?.*cursor=/, async (route) => {
    asked += 1;
    if (asked > 1) await gate;
    await route.continue();
  });
  await exporting.open();
  await exporting.dialog.getByRole("button", { name: "Export", exact: true }).click();
  await expect(exporting.dialog.getByText(/^200 runs( of [\d,]+)?, 2 pages\.$/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(exporting.dialog.getByRole("heading", { name: "Stopped after 200 runs" })).toBeVisible();
  release();
  const before = asked;
  await exporting.dialog.getByRole("button", { name: "Discard" }).click();
  await expect(exporting.dialog).toHaveCount(0);
  await page.getByRole("button", { name: "Refresh" }).click();
  expect(asked).toBe(before);
});

test("where the browser writes to a place of one's choice, the file goes there piece by piece", async ({ page, sandbox, historyPage }) => {
  await page.addInitScript(() => {
    const written: string[] = [];
    const file = {
      write: async (text: string) => void written.push(text),
      close: async () => void written.push("closed"),
      abort: async () => void written.push("aborted"),
    };
    const picker = async (options: { suggestedName: string }) => {
      written.push(options.suggestedName);
      return { createWritable: async () => file, remove: async () => void written.push("removed") };
    };
    Object.assign(window, { showSaveFilePicker: picker, written });
  });
  const exporting = new ExportPage(page);
  const expected = await everything(sandbox, "retab");
  await historyPage.open({ c: "retab", flow: FLOWS.retab });
  await exporting.open();
  await exporting.dialog.getByRole("button", { name: "Export", exact: true }).click();
  await expect(exporting.dialog.getByText("They are in the file that you chose.")).toBeVisible({ timeout: 60_000 });
  const written = await page.evaluate(() => (window as unknown as { written: string[] }).written);
  expect(written[0]).toMatch(/^runs-retab-.*\.csv$/);
  expect(written.at(-1)).toBe("closed");
  const pieces = written.slice(1, -1);
  expect(pieces.length, "a piece a page").toBeGreaterThan(Math.floor(expected.length / 100));
  expect(csv(pieces.join("")).map((row) => row["id"])).toEqual(expected.map((run) => run.id));
});

test("over all connections each list is in the file, one connection after the other; one that fails holds up none and is tried again", async ({ page, sandbox, historyPage, a11y }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  await historyPage.open({ c: "*", status: "failed" });
  await exporting.open();
  await expect(exporting.dialog.getByText("one connection after the other, each list from the newest to the oldest")).toBeVisible();
  await a11y.audit();
  let broken = true;
  await page.route(/\/api\/c\/retab\/workflows\/runs\?/, (route) =>
    broken ? route.fulfill({ status: 500, json: { detail: "The index is being rebuilt" } }) : route.fallback(),
  );
  await exporting.dialog.getByRole("button", { name: "Export", exact: true }).click();
  await expect(exporting.dialog.getByText("Retab failed")).toBeVisible({ timeout: 60_000 });
  // Everybody else's runs are there by now.
  await expect(exporting.dialog.getByRole("heading", { name: /^Stopped after [\d,]+ runs$/ })).toBeVisible();
  broken = false;
  const rows = csv((await exporting.download("Go on")).text);
  const order = [...new Set(rows.map((row) => row["connection"]))];
  expect(order).toEqual(["tableflow", "flowstack", "superai", "retab-reviews", "retab"]);
  for (const vendor of Object.keys(FLOWS) as Vendor[]) {
    const failed = (await everything(sandbox, vendor)).filter((run) => /^(failed|error)$/i.test(run.status));
    const own = rows.filter((row) => row["connection"] === vendor && row["flow"] === FLOWS[vendor]);
    expect(failed.length, vendor).toBeGreaterThan(0);
    expect(own.map((row) => row["id"]), vendor).toEqual(failed.map((run) => run.id));
  }
});

test("a limit that the first page meets is told with its vendor's name", async ({ page, historyPage }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  await historyPage.open({ c: "superai", flow: FLOWS.superai });
  await exporting.open();
  await page.route(/\/api\/c\/superai\/flow-executions\?/, (route) =>
    route.fulfill({ status: 429, headers: { "retry-after": "40" }, json: { detail: "Too many requests" } }),
  );
  await exporting.dialog.getByRole("button", { name: "Export", exact: true }).click();
  await expect(exporting.dialog.getByText(/^SuperAI limits requests, or asked for a pause: the next page comes in \d+ s\.$/)).toBeVisible({ timeout: 30_000 });
});

for (const status of [429, 503]) {
  test(`a pause that comes with ${status} is over when the clock says so, however seldom the tab woke`, async ({ page, sandbox, historyPage }) => {
    const exporting = new ExportPage(page);
    await exporting.asDownload();
    const expected = await everything(sandbox, "retab");
    await page.clock.install();
    await historyPage.open({ c: "retab", flow: FLOWS.retab });
    await page.route(/workflows\/runs\?.*after=/, (route) => route.fulfill({ status, headers: { "retry-after": "300" }, json: { detail: "Not now" } }), { times: 1 });
    await exporting.open();
    const file = page.waitForEvent("download");
    await exporting.dialog.getByRole("button", { name: "Export", exact: true }).click();
    await expect(exporting.dialog.getByText(/^Retab limits requests, or asked for a pause: the next page comes in [45] m \d+ s\.$/)).toBeVisible();
    // Each timer fires once at most, as in a tab that nobody sees.
    await page.clock.fastForward(301_000);
    await expect(exporting.dialog.getByRole("heading", { name: `${expected.length.toLocaleString("en")} runs exported` })).toBeVisible({ timeout: 60_000 });
    await file;
  });
}

test("what is selected is exported without asking anybody", async ({ page, historyPage }) => {
  const exporting = new ExportPage(page);
  await exporting.asDownload();
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "superai", flow: FLOWS.superai, size: "25" });
  const [one] = await historyPage.ids();
  await bulk.box(one ?? "").check();
  await historyPage.older.click();
  await expect(historyPage.row(one ?? "")).toHaveCount(0);
  const [two] = await historyPage.ids();
  await bulk.box(two ?? "").check();
  await bulk.expectCount(2);
  await bulk.bar.getByRole("button", { name: "Export" }).click();
  await expect(exporting.dialog.getByRole("heading", { name: "Export 2 runs" })).toBeVisible();
  const rows = csv((await exporting.download()).text);
  expect(rows.map((row) => row["id"])).toEqual([one, two]);
  await exporting.dialog.getByRole("button", { name: "Close" }).click();
  await bulk.expectCount(2);
});
