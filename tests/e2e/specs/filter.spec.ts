// Filters: what the vendor can do is sent to it, the rest is applied to what was loaded, said so, and searched further on request.

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";

test.use({ runs: 1_200 });

test("retab filters by trigger itself; the choice is in the address and comes back with it", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const sent = page.waitForRequest(/workflows\/runs\?.*trigger_types=email%2Crestart|trigger_types=restart%2Cemail/);
  await page.locator("summary").filter({ hasText: "Trigger: any" }).click();
  await page.getByRole("group", { name: "Trigger" }).getByText("Email").click();
  await expect(page).toHaveURL(/[?&]trigger=email(&|$)/);
  await page.getByRole("group", { name: "Trigger" }).getByText("Restart").click();
  await sent;
  await expect(page).toHaveURL(/[?&]trigger=email%2Crestart|trigger=email,restart/);
  await expect(historyPage.rows.locator(".c-trig").filter({ hasNotText: /Email|Restart/ })).toHaveCount(0);
  await expect(historyPage.rows).toHaveCount(50);
  await expect(page.getByText(/does not filter by/)).toHaveCount(0);
  await page.goBack();
  await expect(page.locator("summary").filter({ hasText: "Email" })).toBeVisible();
  await page.reload();
  await expect(historyPage.rows.first().locator(".c-trig")).toHaveText(/Email/);
  await page.getByRole("link", { name: "Clear" }).click();
  await expect(page).not.toHaveURL(/trigger=/);
});

test("what was searched for, put away by Escape and typed once more is searched for again", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const search = page.getByRole("searchbox", { name: "Search by id, name or metadata" });
  for (let time = 0; time < 2; time += 1) {
    await search.focus();
    await page.keyboard.type("invoice");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/q=invoice/);
    await page.keyboard.press("Escape");
    await expect(page).not.toHaveURL(/q=/);
    await expect(search).toHaveValue("");
  }
});

test("a vendor that cannot filter is not asked to: it is done here, said so, and searched further until stopped", async ({ page, sandbox, historyPage }) => {
  const flow = RECONCILIATION.tableflow;
  const all = (await sandbox.api("GET", `/tableflow/v2/flows/runs?flow_id=${flow}&limit=1000`)) as { flow_runs: { id: string; metadata: { customer_id?: string } }[] };
  const wanted = all.flow_runs[700];
  const customer = wanted?.metadata.customer_id ?? "";
  expect(customer).not.toBe("");
  const expected = all.flow_runs.filter((run) => run.id.includes(customer) || `customer_id:${run.metadata.customer_id}`.includes(customer)).map((run) => run.id);

  await historyPage.open({ c: "tableflow", flow });
  await page.getByRole("searchbox", { name: "Search by id, name or metadata" }).fill(`customer_id:${customer}`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]q=customer_id/);
  await expect(page.getByText("TableFlow does not filter by text. Applied here, to the runs that were loaded.")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "of 50 loaded runs match" })).toBeVisible();
  await page.getByRole("button", { name: "Search further back" }).click();
  await expect(page.getByText("Every older run was looked through.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("status").filter({ hasText: /of 1,2\d\d loaded runs match/ })).toBeVisible();
  expect(await historyPage.ids()).toEqual(expected);
  // Numbers stay right: the page and its place are known.
  for (const text of await historyPage.numbers()) expect(text).toMatch(/^#[\d,]+$/);

  // Another search can be stopped, and goes on from where it was.
  let held = 0;
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route(/flows\/runs\?.*offset=(?!0\b)/, async (route) => {
    held += 1;
    if (held > 2) await gate;
    await route.continue();
  });
  await page.getByRole("searchbox").fill("no such run");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "0 of 50 loaded" })).toBeVisible();
  await page.getByRole("button", { name: "Search further back" }).click();
  await expect(page.getByRole("status").filter({ hasText: "0 of 150 loaded" })).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("button", { name: "Search further back" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "0 of 150 loaded" })).toBeVisible();
  release();
  await page.getByRole("button", { name: "Search further back" }).click();
  await expect(page.getByText("Every older run was looked through.")).toBeVisible({ timeout: 30_000 });
});

test("dates are sent where the vendor takes them, and exact to the minute everywhere", async ({ page, sandbox, historyPage }) => {
  const flow = RECONCILIATION.superai;
  const runs = (await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${flow}&page_size=400`)) as { id: string; created_at: string }[];
  const minute = (at: string) => `${new Date(Math.floor(Date.parse(at.endsWith("Z") || /[+-]\d\d:\d\d$/.test(at) ? at : `${at}Z`) / 60_000) * 60_000).toISOString().slice(0, 19)}Z`;
  const [to, from] = [minute(runs[100]?.created_at ?? ""), minute(runs[140]?.created_at ?? "")];
  const time = (at: string) => Date.parse(at.endsWith("Z") || /[+-]\d\d:\d\d$/.test(at) ? at : `${at}Z`);
  const expected = runs.filter((run) => time(run.created_at) >= Date.parse(from) && time(run.created_at) <= Date.parse(to)).map((run) => run.id);
  expect(expected.length).toBeGreaterThan(20);

  const asked = page.waitForRequest(/created_after=.*created_before=/);
  await historyPage.open({ c: "superai", flow, from, to });
  await asked;
  expect(await historyPage.ids()).toEqual(expected);
  await expect(page.getByText(/does not filter by/)).toHaveCount(0);
  await page.locator("summary").filter({ hasText: "Between dates" }).click();
  await expect(page.getByLabel("From (Europe/Berlin)")).not.toHaveValue("");

  // Retab takes whole days: what lies beyond the moments asked for is left out here.
  const retab = (await sandbox.api("GET", `/retab/v1/workflows/runs?workflow_id=${RECONCILIATION.retab}&limit=100`)) as { data: { id: string; created_at: string }[] };
  const [newest, oldest] = [retab.data[10]?.created_at ?? "", retab.data[30]?.created_at ?? ""];
  const within = retab.data.filter((run) => time(run.created_at) >= Date.parse(minute(oldest)) && time(run.created_at) <= Date.parse(minute(newest))).map((run) => run.id);
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab, from: minute(oldest), to: minute(newest), size: "100" });
  expect(await historyPage.ids()).toEqual(within);
});

test("the last day, a duration and a status narrow together; a link that is half wrong keeps what is right", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  await page.locator("summary").filter({ hasText: "Any time" }).click();
  await page.getByRole("button", { name: "Last 30 days" }).click();
  await expect(page).toHaveURL(/[?&]last=43200/);
  await page.locator("summary").filter({ hasText: "Duration: any" }).click();
  await page.getByLabel("At most, in seconds").fill("20");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]max=20000/);
  const longer = historyPage.rows.locator(".sl-dur__v").filter({ hasNotText: /^(\d|1\d|20)(\.\d)? s$|ms$/ });
  await expect(longer).toHaveCount(0);
  await expect(historyPage.rows.first()).toBeVisible();

  await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}&trigger=fax,email&last=never&min=-4&max=x&q=`);
  await expect(historyPage.rows.first().locator(".c-trig")).toHaveText(/Email/);
  await expect(page.locator("summary").filter({ hasText: "Any time" })).toBeVisible();
});

test("on a phone the filters open on request and say how many are set", async ({ page, a11y, historyPage }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab, trigger: "email", last: "43200" });
  const more = page.getByRole("button", { name: /^Filters/ });
  await expect(more).toHaveText(/2/);
  await expect(page.locator("summary").filter({ hasText: "Email" })).toBeHidden();
  await more.click();
  await expect(page.locator("summary").filter({ hasText: "Email" })).toBeVisible();
  await a11y.audit();
});

for (const [connection, words] of [["tableflow", ["Completed", "Failed"]], ["flowstack", ["Completed", "Failed"]]] as const) {
  test(`${connection}: several statuses, where the vendor takes one: applied here, said so, and searched further`, async ({ page, historyPage }) => {
    const asked: string[] = [];
    page.on("request", (request) => {
      if (/\/runs\?/.test(request.url()) && request.url().includes("/api/c/")) asked.push(request.url());
    });
    await historyPage.open({ c: connection, flow: RECONCILIATION[connection], size: "25" });
    await historyPage.status.click();
    const options = page.getByRole("group", { name: "Status", exact: true });
    await options.getByText(words[1], { exact: true }).click();
    await expect(page).toHaveURL(/[?&]status=failed(&|$)/);
    await expect(page.getByText(/does not filter by/)).toHaveCount(0);
    await expect.poll(() => asked.at(-1)).toMatch(/status=(failed|FAILED)/);
    await options.getByText(words[0], { exact: true }).click();
    await expect(page).toHaveURL(/[?&]status=completed,failed(&|$)/);
    await expect(page.getByText(/does not filter by several of these statuses\. Applied here, to the runs that were loaded\./)).toBeVisible();
    await expect.poll(() => asked.at(-1)).not.toMatch(/status=/);
    const shown = async () => new Set((await historyPage.rows.locator(".c-status").allInnerTexts()).map((text) => text.trim()));
    await expect.poll(async () => [...(await shown())].every((word) => words.some((wanted) => wanted === word))).toBe(true);
    const before = await historyPage.rows.count();
    await page.getByRole("button", { name: "Search further back" }).click();
    await expect.poll(() => historyPage.rows.count()).toBeGreaterThan(before);
    expect([...(await shown())].sort()).toEqual([...words].sort());
    await page.reload();
    await expect.poll(async () => [...(await shown())].every((word) => words.some((wanted) => wanted === word))).toBe(true);
  });
}

test("a run's number, or an id as it was copied, leads to the run from the search that does not find it", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  const id = await historyPage.rows.nth(3).getAttribute("data-run");
  const cell = historyPage.rows.nth(3).locator(".c-num");
  await expect(cell).toHaveText(/#[\d,]+/);
  const number = /#[\d,]+/.exec(await cell.innerText())?.[0] ?? "";
  const search = page.getByRole("searchbox", { name: "Search by id, name or metadata" });
  await search.fill(number);
  await search.press("Enter");
  await page.getByRole("button", { name: `Go to run ${number}` }).click();
  await expect(page.locator(`tr[data-run="${id}"][aria-current] a`).first()).toBeFocused();
  await expect(page).not.toHaveURL(/[?&]q=/);
  await search.fill(`"https://console.example/runs/${id}?tab=steps"`);
  await search.press("Enter");
  await page.getByRole("button", { name: "Open the run with this id" }).click();
  await expect(page).toHaveURL(new RegExp(`/runs/${id}\\?`));
});
