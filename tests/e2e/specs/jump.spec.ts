// Going to one run: by number where the vendor's list allows it, by id in any connection, and to the page of the list that holds it.

import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/test.ts";
import { type ConnectionId, RECONCILIATION } from "../fixtures/flows.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { test as reviewsTest } from "../fixtures/reviews.ts";

test.use({ runs: 3_000 });

const field = (page: Page) => page.getByLabel("Jump to");
const answer = (page: Page) => page.locator("#jump-said");
const marked = (page: Page) => page.locator('tr[data-run][aria-current="true"]');
const asked = (page: Page) => {
  const calls: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/c\//.test(request.url())) calls.push(new URL(request.url()).pathname + new URL(request.url()).search);
  });
  return calls;
};

/** Types a number or an id and presses Enter. */
async function jump(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** The run of the reconciliation that lies so far back in the vendor's own list. */
async function back(sandbox: Sandbox, connection: ConnectionId, place: number): Promise<string> {
  const flow = RECONCILIATION[connection];
  switch (connection) {
    case "tableflow":
      return ((await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=1&offset=${place}`)) as { flow_runs: { id: string }[] }).flow_runs[0]?.id ?? "";
    case "superai":
      return ((await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${flow}&page_size=1&page=${place + 1}`)) as { id: string }[])[0]?.id ?? "";
    case "flowstack": {
      let cursor = "";
      for (let left = place; ; left -= 100) {
        const page = (await sandbox.api("GET", `/flowstack/api/v1/flows/${flow}/runs?limit=100${cursor}`)) as { data: { id: string }[]; cursor: string };
        if (left < 100) return page.data[left]?.id ?? "";
        cursor = `&cursor=${encodeURIComponent(page.cursor)}`;
      }
    }
    case "retab": {
      let after = "";
      for (let left = place; ; left -= 100) {
        const page = (await sandbox.api("GET", `/retab/v1/workflows/runs?workflow_id=${flow}&limit=100&order=desc&sort_by=created_at${after}`)) as { data: { id: string }[] };
        if (left < 100) return page.data[left]?.id ?? "";
        after = `&after=${page.data.at(-1)?.id}`;
      }
    }
  }
}

for (const [connection, requests] of [["tableflow", 3], ["superai", 4]] as const) {
  test(`${connection}: a number far back is a few requests away; its row is marked, focused and in sight`, async ({ page, historyPage }) => {
    await historyPage.open({ c: connection, flow: RECONCILIATION[connection] });
    // Numbers come with the second answer where they take one of their own.
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(/^#/);
    const newest = Number((await historyPage.numbers())[0]?.replace(/[#,]/g, ""));
    const wanted = newest - 2_345;
    const calls = asked(page);
    await jump(page, `#${wanted.toLocaleString("en")}`);
    await expect(marked(page).locator(".c-num")).toHaveText(`#${wanted.toLocaleString("en")}`);
    await expect(marked(page)).toHaveCount(1);
    await expect(marked(page).getByRole("link")).toBeFocused();
    await expect(marked(page)).toBeInViewport();
    const read = calls.filter((call) => /flows\/runs\?.*flow_id|flow-executions\?flow_id/.test(call) && !/awaiting_input|status=review/.test(call));
    expect(read.length, read.join("\n")).toBeLessThanOrEqual(requests + 1);
    expect(new URL(page.url()).searchParams.get("run")).toBe(await marked(page).getAttribute("data-run"));

    // A shorter way to write it, and the next page forgets the mark.
    await jump(page, String(wanted - 1));
    await expect(marked(page).locator(".c-num")).toHaveText(`#${(wanted - 1).toLocaleString("en")}`);
    await historyPage.older.click();
    await expect(page).not.toHaveURL(/[?&]run=/);
    await expect(marked(page)).toHaveCount(0);

    await jump(page, "#9,999,999");
    await expect(answer(page)).toHaveText(new RegExp(`^There is no #9,999,999 yet\\. The newest run is #[\\d,]+\\.$`));
  });
}

for (const connection of ["retab", "flowstack"] as const) {
  test(`${connection}: a near number is walked to with its way back; a far one is not, and the page says why`, async ({ page, historyPage }) => {
    await historyPage.open({ c: connection, flow: RECONCILIATION[connection] });
    // Numbers come with the second answer where they take one of their own.
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(/^#/);
    const newest = Number((await historyPage.numbers())[0]?.replace(/[#,]/g, ""));
    await jump(page, `${newest - 220}`);
    await expect(marked(page).locator(".c-num")).toHaveText(`#${(newest - 220).toLocaleString("en")}`);
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${(newest - 200).toLocaleString("en")}`);
    await historyPage.newer.click();
    await expect(historyPage.rows.first().locator(".c-num")).toHaveText(`#${(newest - 150).toLocaleString("en")}`);
    const before = page.url();
    await jump(page, "#1");
    await expect(answer(page)).toHaveText(new RegExp(`lists runs only from page to page, and #1 is [\\d,]+ runs back: .* Type the run's id instead`));
    expect(page.url()).toBe(before);
  });
}

test("without a flow a number means nothing, and what is neither number nor id is told", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: "*" });
  await jump(page, "#12");
  await expect(answer(page)).toHaveText("Runs are numbered within one flow. Choose a flow to jump to #12, or type a run's id.");
  await jump(page, "two words");
  await expect(answer(page)).toHaveText("Type a run number like #1,042, or a run's whole id.");
  await field(page).fill("x");
  await expect(answer(page)).toHaveText("");
});

test("an id opens in the connection that knows it, and it is said where", async ({ page, sandbox, historyPage }) => {
  for (const connection of ["retab", "tableflow", "flowstack", "superai"] as const) {
    const id = await back(sandbox, connection, 3);
    await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
    await jump(page, id);
    await expect(page).toHaveURL(new RegExp(`/c/${connection}/runs/${id}\\?flow=`), { timeout: 20_000 });
    await expect(page.getByRole("main").getByText(id).first()).toBeVisible();
    const said = page.locator('.sl-app > p[role="status"]');
    if (connection === "retab") await expect(said).not.toHaveText(/The run is in/);
    else await expect(said).toHaveText(/^The run is in .+\.$/);
  }
});

test("an id that nobody knows is told, with who could not be asked", async ({ page, sandbox, historyPage }) => {
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow });
  await sandbox.fault({ path_contains: "/superai/", times: 50, action: { status: 503 } });
  await jump(page, "run_nobody_has_this");
  await expect(answer(page)).toHaveText(
    /^None of the connections that answered knows the run run_nobody_has_this\. An id has to be typed in full\. These could not be asked: .*SuperAI.* \(SuperAI failed, request \S+\)\.$/,
    { timeout: 20_000 },
  );
  await expect(field(page)).toHaveValue("run_nobody_has_this");
});

for (const [connection, place] of [["retab", 640], ["tableflow", 2_500], ["superai", 2_500], ["flowstack", 320]] as const) {
  test(`${connection}: a run's page links to the list at this run, which opens with its row marked`, async ({ page, context, sandbox }) => {
    const id = await back(sandbox, connection, place);
    await page.goto(`/c/${connection}/runs/${id}?flow=${RECONCILIATION[connection]}`);
    const link = page.getByRole("link", { name: "Open at this run" });
    await expect(link).toBeVisible();
    const href = await link.getAttribute("href");
    const calls = asked(page);
    await link.click();
    await expect(marked(page)).toHaveAttribute("data-run", id, { timeout: 20_000 });
    await expect(marked(page)).toHaveCount(1);
    await expect(marked(page).getByRole("link")).toBeFocused();
    await expect(marked(page)).toBeInViewport();
    const lists = calls.filter((call) => /\/runs\?|flow-executions\?flow_id/.test(call) && !/decision_status/.test(call));
    expect(lists.length, lists.join("\n")).toBeLessThan(24);
    // Its own neighbours: what stands beside it is what the vendor lists beside it.
    const ids = await page.locator("tr[data-run]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-run")));
    const at = ids.indexOf(id);
    const older = await back(sandbox, connection, place + 1);
    if (at + 1 < ids.length) expect(ids[at + 1]).toBe(older);

    // Handed to somebody else, and Enter opens the run.
    const other = await context.newPage();
    await other.goto(href ?? "");
    await expect(other.locator('tr[data-run][aria-current="true"]')).toHaveAttribute("data-run", id, { timeout: 20_000 });
    await expect(other.locator('tr[aria-current="true"]').getByRole("link")).toBeFocused();
    await other.keyboard.press("Enter");
    await expect(other).toHaveURL(new RegExp(`/runs/${id}`));
    await other.close();
  });
}

test("flowstack: too far back to walk, the page says why and shows the run's own link", async ({ page, sandbox, historyPage }) => {
  const id = await back(sandbox, "flowstack", 1_500);
  await page.goto(`/runs?c=flowstack&flow=${RECONCILIATION.flowstack}&run=${id}`);
  const note = page.locator(".sl-atrun");
  await expect(note).toContainText("FlowStack lists runs only from page to page", { timeout: 20_000 });
  await expect(historyPage.rows).toHaveCount(50);
  await expect(marked(page)).toHaveCount(0);
  await note.getByRole("link", { name: "Open the run" }).click();
  await expect(page).toHaveURL(new RegExp(`/c/flowstack/runs/${id}`));
});

test("a run that was deleted, a filter that hides it, and a place that moved are told, and no other row is marked", async ({ page, sandbox, historyPage }) => {
  const flow = RECONCILIATION.tableflow;
  await page.goto(`/runs?c=tableflow&flow=${flow}&run=zzzzzzzzzzzzzzzz`);
  const note = page.locator(".sl-atrun");
  await expect(note).toContainText("Run zzzzzzzzzzzzzzzz was not found: TableFlow does not know it. It may have been deleted.");
  await expect(historyPage.rows).toHaveCount(50);
  await note.getByRole("link", { name: "Newest" }).click();
  await expect(note).toHaveCount(0);

  const failed = ((await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&status=failed&limit=1`)) as { flow_runs: { id: string }[] }).flow_runs[0]?.id ?? "";
  await page.goto(`/runs?c=tableflow&flow=${flow}&status=completed&run=${failed}`);
  await expect(note).toContainText("The filters leave the run out, or it is on another of their pages.");
  await expect(marked(page)).toHaveCount(0);

  // A place from long ago: the run is looked for again, once, and the address corrected.
  const id = await back(sandbox, "tableflow", 700);
  await page.goto(`/runs?c=tableflow&flow=${flow}&at=o.100&run=${id}`);
  await expect(marked(page)).toHaveAttribute("data-run", id);
  expect(new URL(page.url()).searchParams.get("at")).not.toBe("o.100");
});

test("the looking can fail and be tried again", async ({ page, sandbox }) => {
  const id = await back(sandbox, "superai", 900);
  await sandbox.fault({ path_contains: "/flow-executions", times: 60, action: { status: 500 } });
  await page.goto(`/runs?c=superai&flow=${RECONCILIATION.superai}&run=${id}`);
  const note = page.locator(".sl-atrun");
  await expect(note).toContainText("could not be looked for, because SuperAI failed.", { timeout: 30_000 });
  await sandbox.clearFaults();
  await note.getByRole("button", { name: "Try again" }).click();
  await expect(marked(page)).toHaveAttribute("data-run", id, { timeout: 20_000 });
  await expect(note).toHaveCount(0);
});

test("field, marked row and note pass axe; on a phone they fit @phone", async ({ page, sandbox, historyPage, a11y }) => {
  test.slow();
  const id = await back(sandbox, "tableflow", 60);
  await page.goto(`/runs?c=tableflow&flow=${RECONCILIATION.tableflow}&run=${id}`);
  await expect(marked(page)).toHaveAttribute("data-run", id);
  // A row that is halfway under the table's head counts as too small a target, and so would the head itself.
  const top = () => page.evaluate(() => window.scrollTo(0, 0));
  await top();
  await a11y.audit();
  await jump(page, "#9,999,999");
  await expect(answer(page)).toContainText("There is no #9,999,999 yet.");
  await top();
  await a11y.audit();
  await page.goto(`/runs?c=tableflow&flow=${RECONCILIATION.tableflow}&run=zzzzzzzzzzzzzzzz`);
  await expect(page.locator(".sl-atrun")).toContainText("was not found");
  await historyPage.rows.first().waitFor();
  await a11y.audit();
  for (const width of [360, 390, 768]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${width} px`).toBeLessThanOrEqual(0);
  }
});

reviewsTest("Retab (reviews): no numbers, which is said; the list opens at a run", async ({ page, reviews }) => {
  const flow = "wrk_po_invoice_recon";
  await page.goto(`/runs?c=retab-reviews&flow=${flow}`);
  await page.locator("tr[data-run]").first().waitFor();
  await jump(page, "#12");
  await expect(answer(page)).toHaveText("Retab (reviews) gives its runs no numbers, and no total to count from. Type a run's id instead.");
  const list = async (after: string) => {
    const answer = await fetch(`${reviews.sandbox.url}/retab-reviews/v1/workflows/runs?workflow_id=${flow}&limit=100&order=desc${after}`, { headers: { authorization: "Bearer sandbox" } });
    return ((await answer.json()) as { data: { id: string }[] }).data;
  };
  const first = await list("");
  const id = (await list(`&after=${first.at(-1)?.id}`))[70]?.id ?? "";
  await page.goto(`/runs?c=retab-reviews&flow=${flow}&run=${id}`);
  await expect(marked(page)).toHaveAttribute("data-run", id);
  await expect(marked(page).getByRole("link")).toBeFocused();
});
