// Several runs at once: chosen by id across pages, and cancelled, rerun or deleted with a preview, progress and a result each.

import type { Page } from "@playwright/test";

import { FLOWS, type Acting, deleteAt, runAt, statusAt, test, type Vendor } from "../fixtures/vendors.ts";
import { expect } from "../fixtures/test.ts";
import { BulkPage } from "../pages/bulk.ts";

test.use({ runs: 600 });

const ACTING: Acting[] = ["retab", "retab-reviews", "superai"];

/** Chooses the first rows of the page. */
async function choose(bulk: BulkPage, ids: string[]): Promise<void> {
  for (const id of ids) await bulk.box(id).check();
  await bulk.expectCount(ids.length);
}

/** The writes that the browser sends. */
function writesOf(page: Page): string[] {
  const writes: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET" && request.url().includes("/api/c/")) writes.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  return writes;
}

for (const connection of Object.keys(FLOWS) as Vendor[]) {
  test(`${connection}: runs stay chosen across pages, filters and answers, and are forgotten with the connection`, async ({ page, historyPage }) => {
    const bulk = new BulkPage(page);
    await historyPage.open({ c: connection, flow: FLOWS[connection], size: "25" });
    const first = await historyPage.ids();
    await bulk.box(first[1] ?? "").check();
    await bulk.box(first[4] ?? "").click({ modifiers: ["Shift"] });
    await bulk.expectCount(4);
    expect(await bulk.all.evaluate((box: HTMLInputElement) => [box.checked, box.indeterminate])).toEqual([false, true]);
    for (const [at, on] of [false, true, true, true, true, false].entries()) await expect(bulk.box(first[at] ?? "")).toBeChecked({ checked: on });

    await historyPage.older.click();
    await expect(historyPage.rows.first()).not.toHaveAttribute("data-run", first[0] ?? "");
    const second = await historyPage.ids();
    expect(await bulk.all.evaluate((box: HTMLInputElement) => [box.checked, box.indeterminate])).toEqual([false, false]);
    const down = async (to: number) => {
      await page.keyboard.press("ArrowDown");
      await expect(historyPage.rows.nth(to).getByRole("link").first()).toBeFocused();
    };
    await historyPage.rows.first().getByRole("link").first().focus();
    await page.keyboard.press("Space");
    await bulk.expectCount(5);
    await down(1);
    await page.keyboard.press("x");
    await bulk.expectCount(6);
    await page.keyboard.press("x");
    await bulk.expectCount(5);
    await down(2);
    await down(3);
    await page.keyboard.press("Shift+Space");
    await bulk.expectCount(8);
    for (const id of second.slice(0, 4)) await expect(bulk.box(id)).toBeChecked();

    await page.getByRole("button", { name: "Refresh" }).click();
    await historyPage.newer.or(historyPage.newest).click();
    await expect(bulk.box(first[1] ?? "")).toBeChecked();
    await bulk.expectCount(8);
    await historyPage.status.click();
    await page.getByRole("group", { name: "Status" }).getByText("Completed", { exact: true }).click();
    await expect(page).toHaveURL(/status=completed/);
    await expect(page.locator('tr[data-run]:not(:has(.c-status :text-is("Completed")))')).toHaveCount(0);
    await bulk.expectCount(8);

    // The whole page, and no longer.
    await bulk.all.check();
    await expect(page.locator("tr[data-run] .c-sel :checked")).toHaveCount(25);
    await bulk.all.uncheck();
    await expect(page.locator("tr[data-run] .c-sel :checked")).toHaveCount(0);

    const other = connection === "retab" ? "superai" : "retab";
    await page.goBack();
    await historyPage.rows.first().waitFor();
    await page.getByLabel("Connection").selectOption(other);
    await historyPage.rows.first().waitFor();
    await expect(bulk.bar).toHaveCount(0);
  });
}

test("Escape forgets what was chosen, and the focus stays at the rows", async ({ page, historyPage }) => {
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "retab", flow: FLOWS.retab });
  const [one, two] = await historyPage.ids();
  await choose(bulk, [one ?? "", two ?? ""]);
  await bulk.bar.getByRole("button", { name: "Clear" }).focus();
  await page.keyboard.press("Escape");
  await expect(bulk.bar).toHaveCount(0);
  await expect(historyPage.row(two ?? "").getByRole("link").first()).toBeFocused();
  await page.keyboard.press("x");
  await bulk.expectCount(1);
  await page.keyboard.press("Escape");
  await expect(bulk.bar).toHaveCount(0);
});

for (const connection of ACTING) {
  test(`${connection}: finished runs are deleted after a question that says what happens`, async ({ page, sandbox, historyPage, a11y }) => {
    const bulk = new BulkPage(page);
    await historyPage.open({ c: connection, flow: FLOWS[connection], status: "completed", size: "25" });
    const ids = await historyPage.ids();
    const [one, two, three] = [ids[0] ?? "", ids[1] ?? "", ids[2] ?? ""];
    await choose(bulk, [one, two]);
    await historyPage.older.click();
    await expect(historyPage.row(one)).toHaveCount(0);
    const [far] = await historyPage.ids();
    await bulk.box(far ?? "").check();
    await bulk.expectCount(3);
    await expect(bulk.verb("Cancel")).toHaveAttribute("aria-disabled", "true");
    await expect(bulk.verb("Cancel")).toHaveAttribute("title", "All of them have finished already.");
    await a11y.audit();

    const writes = writesOf(page);
    await bulk.verb("Delete").click();
    await expect(bulk.dialog.getByRole("heading", { name: "Delete 3 runs?" })).toBeVisible();
    await expect(bulk.dialog.getByText(connection === "superai" ? /^SuperAI hides 3 runs for good/ : /removes 3 runs for good/)).toBeVisible();
    await expect(bulk.dialog.getByRole("button", { name: "Keep them" })).toBeFocused();
    await a11y.audit();
    await bulk.dialog.getByRole("button", { name: "Keep them" }).click();
    await expect(bulk.dialog).toHaveCount(0);
    expect(writes).toEqual([]);
    await bulk.confirm("Delete", 3);
    await expect(bulk.dialog.getByText("3 of 3 deleted.")).toBeVisible();
    for (const id of [one, two, far ?? ""]) {
      await expect(bulk.line(id)).toContainText("Deleted");
      expect(await statusAt(sandbox, connection, id)).toBe("gone");
    }
    expect(await statusAt(sandbox, connection, three)).not.toBe("gone");
    expect(writes).toHaveLength(3);
    await a11y.audit();
    await bulk.dialog.getByRole("button", { name: "Close" }).click();
    await expect(bulk.bar).toHaveCount(0);
    await expect(historyPage.row(far ?? "")).toHaveCount(0);
  });

  test(`${connection}: what waits is cancelled, what has finished is left out and says so`, async ({ page, sandbox, historyPage }) => {
    const bulk = new BulkPage(page);
    await historyPage.open({ c: connection, flow: FLOWS[connection], status: "waiting" });
    const [one, two] = await historyPage.ids();
    await choose(bulk, [one ?? "", two ?? ""]);
    await page.getByRole("link", { name: "Clear", exact: true }).click();
    await expect(page).not.toHaveURL(/status=/);
    const done = page.locator('tr[data-run]:has(.c-status :text-is("Completed"))').first();
    const finished = (await done.getAttribute("data-run")) ?? "";
    await bulk.box(finished).check();
    await bulk.verb("Cancel").click();
    await expect(bulk.dialog.getByRole("heading", { name: "Cancel 2 runs?" })).toBeVisible();
    await expect(bulk.dialog.getByText("Left out (1)")).toBeVisible();
    await expect(bulk.dialog.getByText("Has finished already: completed.")).toBeVisible();
    await bulk.dialog.getByRole("button", { name: "Cancel 2 runs" }).click();
    await expect(bulk.dialog.getByText("2 of 2 asked to cancel.")).toBeVisible();
    for (const id of [one, two]) await expect.poll(() => statusAt(sandbox, connection, id ?? ""), { timeout: 30_000 }).toBe("cancelled");
    expect(await statusAt(sandbox, connection, finished)).toBe("completed");
    await bulk.dialog.getByRole("button", { name: "Close" }).click();
    await bulk.expectCount(1);
  });
}

test("retab: each run is run again as a new one, with a link to it", async ({ page, sandbox, historyPage }) => {
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "retab", flow: FLOWS.retab, status: "failed" });
  const ids = (await historyPage.ids()).slice(0, 2);
  await choose(bulk, ids);
  await bulk.verb("Rerun").click();
  await expect(bulk.dialog.getByText(/^Retab starts a new run for each of 2 runs/)).toBeVisible();
  await bulk.dialog.getByRole("button", { name: "Rerun 2 runs" }).click();
  await expect(bulk.dialog.getByText("2 of 2 run again.")).toBeVisible();
  for (const id of ids) {
    const link = bulk.line(id).getByRole("link").nth(1);
    const started = (await link.textContent()) ?? "";
    expect(started).not.toBe(id);
    expect(await runAt(sandbox, "retab", started)).toMatchObject({ trigger_type: "restart" });
    await expect(link).toHaveAttribute("href", new RegExp(`/c/retab/runs/${started}`));
  }
});

test("superai: a lost answer is looked for, and nothing is sent twice", async ({ page, sandbox, historyPage }) => {
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "superai", flow: FLOWS.superai, status: "failed" });
  const [one, two] = await historyPage.ids();
  await choose(bulk, [one ?? "", two ?? ""]);
  await sandbox.fault({ method: "POST", path_contains: `${one}/execute`, action: { drop: "after" } });
  const writes = writesOf(page);
  await bulk.verb("Rerun").click();
  await expect(bulk.dialog.getByText(/^SuperAI runs 2 runs again under the same ids/)).toBeVisible();
  await bulk.dialog.getByRole("button", { name: "Rerun 2 runs" }).click();
  await expect(bulk.dialog.getByText("2 of 2 run again.")).toBeVisible({ timeout: 30_000 });
  expect(await sandbox.faultsLeft()).toEqual([]);
  expect(writes.toSorted()).toEqual([one, two].map((id) => `POST /api/c/superai/flow-executions/${id}/execute`).toSorted());
  for (const id of [one, two]) await expect.poll(() => statusAt(sandbox, "superai", id ?? "")).not.toBe("failed");
});

test("what failed is told in the vendor's words and tried again by itself", async ({ page, sandbox, historyPage, a11y }) => {
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "retab", flow: FLOWS.retab, status: "completed" });
  const [one, two, three] = (await historyPage.ids()) as [string, string, string];
  await choose(bulk, [one, two, three]);
  await sandbox.fault({ method: "DELETE", path_contains: two, action: { status: 403, body: { detail: "This run is under legal hold" } } });
  // Somebody else is faster with the third.
  await bulk.verb("Delete").click();
  await deleteAt(sandbox, "retab", three);
  await bulk.dialog.getByRole("button", { name: "Delete 3 runs" }).click();
  await expect(bulk.dialog.getByText("1 of 3 deleted, 1 failed, 1 left out.")).toBeVisible();
  await expect(bulk.line(two).first()).toContainText("Retab refused: This run is under legal hold");
  await expect(bulk.line(three).first()).toContainText("Not found or deleted.");
  await expect(bulk.dialog.getByRole("heading", { name: "Not done (2)" })).toBeVisible();
  await a11y.audit();
  expect(await statusAt(sandbox, "retab", two)).toBe("completed");

  const writes = writesOf(page);
  await bulk.dialog.getByRole("button", { name: "Try 1 again" }).click();
  await expect(bulk.dialog.getByText("2 of 3 deleted, 1 left out.")).toBeVisible();
  expect(writes).toEqual([`DELETE /api/c/retab/workflows/runs/${two}`]);
  expect(await statusAt(sandbox, "retab", two)).toBe("gone");
});

test("what is not confirmed is read back before it is sent again", async ({ page, sandbox, historyPage }) => {
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "retab", flow: FLOWS.retab, status: "completed" });
  const [one] = (await historyPage.ids()) as [string];
  await choose(bulk, [one]);
  await sandbox.fault({ method: "DELETE", path_contains: one, action: { status: 500, body: { detail: "The engine is down" } } });
  const writes = writesOf(page);
  await bulk.confirm("Delete", 1);
  await expect(bulk.dialog.getByText("0 of 1 deleted, 1 not confirmed.")).toBeVisible({ timeout: 30_000 });
  await expect(bulk.line(one)).toContainText(/Not confirmed: it may have happened\. Retab failed: The engine is down\. \(request \S+\)/);
  expect(writes).toHaveLength(1);
  // It did happen, only later: that is found, and nothing is sent.
  await deleteAt(sandbox, "retab", one);
  await bulk.dialog.getByRole("button", { name: "Try 1 again" }).click();
  await expect(bulk.dialog.getByText("1 of 1 deleted.")).toBeVisible();
  expect(writes).toHaveLength(1);
});

test("what was not sent can be stopped, and what was goes on elsewhere in the app", async ({ page, sandbox, historyPage }) => {
  const bulk = new BulkPage(page);
  await historyPage.open({ c: "superai", flow: FLOWS.superai, status: "completed", size: "25" });
  const ids = (await historyPage.ids()).slice(0, 8);
  await choose(bulk, ids);
  for (const id of ids.slice(0, 4)) await sandbox.fault({ method: "DELETE", path_contains: id, action: { delay_ms: 1_500 } });
  await bulk.confirm("Delete", 8);
  await bulk.dialog.getByRole("button", { name: /^Stop, 4 not sent yet$/ }).click();
  await expect(bulk.dialog.getByText(/4 not sent/)).toBeVisible();
  await bulk.dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("link", { name: /^Reviews/ }).click();
  const toast = page.getByRole("region", { name: "Messages" });
  await expect(toast.getByText("4 of 8 deleted, 4 not sent.")).toBeVisible({ timeout: 30_000 });
  for (const [at, id] of ids.entries()) expect(await statusAt(sandbox, "superai", id), String(at)).toBe(at < 4 ? "gone" : "completed");
  await toast.getByRole("link", { name: "Show" }).click();
  await bulk.expectCount(4);
  await bulk.bar.getByRole("button", { name: "Show" }).click();
  await expect(bulk.dialog.getByRole("button", { name: "Try 4 again" })).toBeVisible();
  await expect(bulk.line(ids[7] ?? "").first()).toContainText("Not sent: stopped");
  await bulk.dialog.getByRole("button", { name: "Close" }).click();
  await bulk.bar.getByRole("button", { name: "Dismiss" }).click();
  await bulk.expectCount(4);
});

for (const connection of ["tableflow", "flowstack"] as const) {
  test(`${connection}: the bar says that the vendor has no call for any of it`, async ({ page, historyPage, a11y }) => {
    const bulk = new BulkPage(page);
    await historyPage.open({ c: connection, flow: FLOWS[connection] });
    await choose(bulk, (await historyPage.ids()).slice(0, 2));
    await expect(bulk.bar).toContainText(/(TableFlow|FlowStack) has no public call to rerun, cancel or delete runs\./);
    await expect(bulk.bar.getByRole("button", { name: /Rerun|Cancel|Delete/ })).toHaveCount(0);
    await a11y.audit();
  });
}

test("all runs that match are chosen page by page, with progress and a stop", async ({ page, sandbox, historyPage }) => {
  const bulk = new BulkPage(page);
  const flow = FLOWS.tableflow;
  const failed = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&status=failed&limit=1`)) as { pagination: { total: number } };
  await historyPage.open({ c: "tableflow", flow, status: "failed", size: "25" });
  await bulk.box((await historyPage.ids())[0] ?? "").check();
  await bulk.bar.getByRole("button", { name: "Select all that match" }).click();
  const total = failed.pagination.total;
  expect(total).toBeGreaterThan(25);
  await bulk.expectCount(total);
  await expect(page.getByRole("region", { name: "Messages" }).getByText(`All ${total.toLocaleString("en")} runs that match are selected.`)).toBeVisible();

  await historyPage.open({ c: "retab", flow: FLOWS.retab, size: "25" });
  let held = 0;
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route(/workflows\/runs\?.*after=/, async (route) => {
    held += 1;
    if (held > 1) await gate;
    await route.continue();
  });
  await bulk.box((await historyPage.ids())[0] ?? "").check();
  await bulk.bar.getByRole("button", { name: "Select all that match" }).click();
  await expect(bulk.bar.getByText("200 runs read, 200 selected")).toBeVisible();
  await bulk.bar.getByRole("button", { name: "Stop" }).click();
  await bulk.expectCount(200);
  await expect(page.getByRole("region", { name: "Messages" }).getByText("Stopped. 200 runs are selected; more may match.")).toBeVisible();
  release();
});

test("a pause while all that match are chosen is over when the clock says so, however seldom the tab woke", async ({ page, historyPage }) => {
  const bulk = new BulkPage(page);
  await page.clock.install();
  await historyPage.open({ c: "tableflow", flow: FLOWS.tableflow, status: "failed", size: "25" });
  await bulk.box((await historyPage.ids())[0] ?? "").check();
  // The vendor's own 503 asks for a pause as well as a 429 does.
  let refused = 0;
  await page.route(/\/api\/c\/tableflow\/flows\/runs\?.*status=failed/, async (route) => {
    if (refused > 0) return route.continue();
    refused += 1;
    return route.fulfill({ status: 503, headers: { "retry-after": "300" }, json: { detail: "Not now" } });
  });
  await bulk.bar.getByRole("button", { name: "Select all that match" }).click();
  await expect(bulk.bar.getByText(/^The vendor limits requests, or asked for a pause: the next page comes in [45] m \d+ s\.$/)).toBeVisible();
  await page.clock.fastForward(301_000);
  await expect(page.getByRole("region", { name: "Messages" }).getByText(/^All [\d,]+ runs that match are selected\.$/)).toBeVisible();
});

test("cards have the box and the bar too @phone", async ({ page, sandbox, historyPage, a11y }) => {
  const bulk = new BulkPage(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await historyPage.open({ c: "retab-reviews", flow: FLOWS["retab-reviews"], status: "failed" });
  const ids = (await historyPage.ids()).slice(0, 2);
  await choose(bulk, ids);
  const box = await bulk.box(ids[0] ?? "").locator("xpath=..").boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  await expect(bulk.bar).toContainText("Retab (reviews) has no public call to rerun runs.");
  await a11y.audit();
  await bulk.verb("Delete").click();
  await expect(bulk.dialog.getByText("Will be deleted (2)")).toBeVisible();
  await a11y.audit();
  await bulk.dialog.getByRole("button", { name: "Delete 2 runs" }).click();
  await expect(bulk.dialog.getByText("2 of 2 deleted.")).toBeVisible();
  for (const id of ids) expect(await statusAt(sandbox, "retab-reviews", id)).toBe("gone");
});
