// The merged history of all connections: its order against what each vendor itself tells, slow and failing vendors, filters.

import type { Page } from "@playwright/test";

import { startRetabRun } from "../fixtures/money.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { Stack } from "../fixtures/servers.ts";
import { test as base, expect } from "../fixtures/test.ts";

/** All five connections. */
const test = base.extend<object, { stack: Stack }>({
  stack: [
    async ({ runs }, use) => {
      const stack = await Stack.start({ runs, reviews: true });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

test.use({ runs: 300 });
test.slow();

type Told = { id: string; at: number };

const utc = (at: string) => Date.parse(/Z$|[+-]\d\d:\d\d$/.test(at) ? at : `${at}Z`);

/** The newest runs of every list, as each vendor tells them: connections as configured, flows as listed. */
async function lists(sandbox: Sandbox): Promise<{ connection: string; runs: Told[] }[]> {
  const found: { connection: string; runs: Told[] }[] = [];
  const add = (connection: string, runs: Told[]) => found.push({ connection, runs });
  type Retab = { data: { id: string; created_at: string; timing?: { created_at: string } }[] };

  const retab: Told[] = [];
  for (let after = ""; retab.length < 300; after = `&after=${retab.at(-1)?.id}`) {
    const page = (await sandbox.api("GET", `/retab/v1/workflows/runs?limit=100&order=desc&sort_by=created_at${after}`)) as Retab;
    retab.push(...page.data.map((run) => ({ id: run.id, at: utc(run.created_at) })));
    if (page.data.length < 100) break;
  }
  add("retab", retab);

  const tableflow = (await sandbox.api("GET", "/tableflow/v2/flows/runs?limit=300")) as { flow_runs: { id: string; created_at: number }[] };
  add("tableflow", tableflow.flow_runs.map((run) => ({ id: run.id, at: run.created_at * 1_000 })));

  const flowstack = (await sandbox.api("GET", "/flowstack/api/v1/flows?limit=100")) as { data: { id: string }[] };
  for (const flow of flowstack.data) {
    const runs: Told[] = [];
    for (let cursor = ""; runs.length < 300; ) {
      const page = (await sandbox.api("GET", `/flowstack/api/v1/flows/${flow.id}/runs?limit=100${cursor}`)) as { data: { id: string; startTime: string }[]; cursor?: string | null };
      runs.push(...page.data.map((run) => ({ id: run.id, at: utc(run.startTime) })));
      if (!page.cursor) break;
      cursor = `&cursor=${encodeURIComponent(page.cursor)}`;
    }
    add("flowstack", runs);
  }

  const superai = (await sandbox.api("GET", "/superai/api/flows?page=1&page_size=100")) as { flows: { id: string }[] };
  for (const flow of superai.flows) {
    const runs = (await sandbox.api("GET", `/superai/api/flow-executions?flow_id=${flow.id}&page_size=300&sort_field=created_at&sort_direction=desc`)) as { id: string; created_at: string }[];
    add("superai", runs.map((run) => ({ id: run.id, at: utc(run.created_at) })));
  }

  const reviews: Told[] = [];
  for (let after = ""; reviews.length < 300; after = `&after=${reviews.at(-1)?.id}`) {
    const page = (await sandbox.api("GET", `/retab-reviews/v1/workflows/runs?limit=100&order=desc&sort_by=timing.created_at${after}`)) as Retab;
    reviews.push(...page.data.map((run) => ({ id: run.id, at: utc(run.timing?.created_at ?? run.created_at) })));
    if (page.data.length < 100) break;
  }
  add("retab-reviews", reviews);
  return found;
}

/** Everything sorted at once, newest first; `without` leaves a connection out. */
async function truth(sandbox: Sandbox, without?: string): Promise<string[]> {
  const all = (await lists(sandbox)).flatMap(({ connection, runs }, list) => {
    let place = Number.POSITIVE_INFINITY;
    return runs.map((run, at) => {
      // What its vendor lists out of order stays behind the one before it.
      place = Math.min(place, run.at);
      return { key: `${connection}/${run.id}`, connection, place, list, at };
    });
  });
  all.sort((one, other) => other.place - one.place || one.list - other.list || one.at - other.at);
  return all.filter(({ connection }) => connection !== without).map(({ key }) => key);
}

/** The requests for lists of runs, while something is done. */
async function requestsOf(page: Page, act: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const note = (request: { url(): string }) => {
    const url = new URL(request.url());
    // The count of what waits reads lists of its own.
    const waits = /waiting_for_human|awaiting|status=review|order=asc|sort_direction=asc|workflows\/reviews/.test(url.search + url.pathname);
    if (/\/api\/c\/[^/]+\/.*(runs|flow-executions)/.test(url.pathname) && !waits) seen.push(url.pathname + url.search);
  };
  page.on("request", note);
  await act();
  page.off("request", note);
  return seen;
}

const chooser = (page: Page) => page.getByLabel("Connection", { exact: true });
const notes = (page: Page) => page.locator(".sl-missing");

/** On a busy machine a vendor may miss its grace: what came late is taken in, so that the order alone is looked at. */
async function settle(page: Page, but = "nobody"): Promise<void> {
  const others = notes(page).locator(".sl-note").filter({ hasNotText: but });
  await expect(async () => {
    const show = others.getByRole("button", { name: /^Show/ });
    if (await show.count()) await show.first().click({ timeout: 2_000 });
    expect(await others.filter({ hasText: /not answered|arrived/ }).count()).toBe(0);
  }).toPass({ timeout: 40_000 });
}

test("all five connections are one list, newest first, and page by page only what ran dry is read", async ({ page, sandbox, historyPage }) => {
  const expected = await truth(sandbox);
  await historyPage.open({ c: "retab" });
  const first = await requestsOf(page, async () => {
    await chooser(page).selectOption({ label: "All connections (5)" });
    await expect(page).toHaveURL(/\/runs\?c=\*$/);
    await expect(page.locator(".c-conn").nth(1)).toBeVisible();
    await settle(page);
  });
  expect(await historyPage.ids()).toEqual(expected.slice(0, 50));
  const streams = (await lists(sandbox)).length;
  const heads = first.filter((url) => !url.includes("workflow_id="));
  expect(new Set(heads).size, heads.join("\n")).toBe(streams);
  expect(heads.filter((url) => /stats|counts/.test(url)), "nothing is asked for numbers alone").toEqual([]);

  // Whose each run is; that it is the sandbox is said once, for all.
  await expect(page.locator("main .sl-mark")).toHaveCount(1);
  for (const [at, key] of (await historyPage.ids()).entries()) {
    const [connection] = key.split("/");
    const label = { retab: "Retab", tableflow: "TableFlow", flowstack: "FlowStack", superai: "SuperAI", "retab-reviews": "Retab (reviews)" }[connection ?? ""];
    await expect(historyPage.rows.nth(at).locator(".c-conn")).toHaveText(label ?? "");
    await expect(historyPage.rows.nth(at).getByRole("link")).toHaveAttribute("href", new RegExp(`^/c/${connection}/runs/`));
  }
  expect(new Set((await historyPage.ids()).map((key) => key.split("/")[0])).size, "the page mixes connections").toBeGreaterThan(2);
  // Numbers: the vendor's own, else a dash that says why.
  for (const [at, text] of (await historyPage.numbers()).entries()) {
    expect(text).toMatch((await historyPage.ids())[at]?.startsWith("superai/") ? /^#[\d,]+$/ : /^-/);
  }
  await expect(page.getByText("Runs are numbered within one flow: here only a number that the vendor itself gives is shown.")).toBeVisible();
  // What a vendor tells of its limit.
  await expect(page.getByRole("navigation", { name: "Pages" }).getByText(/^FlowStack: [\d,]+ of [\d,]+ requests left this hour/)).toBeVisible();
  // Flows go by their names, also where a list of runs has none.
  await expect(page.locator(".c-flow").filter({ hasText: /^(wf_|wrk_|flow_|[0-9a-f]{8}-)/ })).toHaveCount(0);

  const shown = [await historyPage.ids()];
  for (let turn = 1; turn <= 3; turn += 1) {
    const asked = await requestsOf(page, async () => {
      await historyPage.older.click();
      await expect(page).toHaveURL(new RegExp(`at=p\\.${turn + 1}`));
      await expect(historyPage.rows.first()).toHaveAttribute("data-run", expected[turn * 50] ?? "");
    });
    await settle(page);
    expect(await historyPage.ids()).toEqual(expected.slice(turn * 50, turn * 50 + 50));
    expect(asked.length, asked.join("\n")).toBeLessThan(streams);
    await expect(historyPage.rows.first()).toHaveAttribute("aria-rowindex", String(turn * 50 + 2));
    shown.push(await historyPage.ids());
  }
  // Back is what it was, at no cost.
  await historyPage.newer.click();
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", shown[2]?.[0] ?? "");
  await page.goBack();
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", shown[3]?.[0] ?? "");
  // So is the way back from a run.
  await historyPage.rows.nth(2).getByRole("link").click();
  await expect(page).toHaveURL(/\/c\/[^/]+\/runs\//);
  await page.goBack();
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", shown[3]?.[0] ?? "");
  expect(await historyPage.ids()).toEqual(shown[3]);
  // A reload has no places to go on from: it begins at the newest runs, and says so.
  await page.reload();
  await expect(page.getByText("Page 4 is not kept any more.")).toBeVisible();
  await expect(page).toHaveURL(/\/runs\?c=\*$/);
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", expected[0] ?? "");
});

test("the page size is in the address; a flow and a place of one list are not kept in one of all", async ({ page, sandbox, historyPage }) => {
  const expected = await truth(sandbox);
  await historyPage.open({ c: "*", size: "100", flow: "wf_po_invoice_recon", at: "o.50" });
  await settle(page);
  expect(await historyPage.ids()).toEqual(expected.slice(0, 100));
  await expect(historyPage.pageSize).toHaveValue("100");
  await expect(historyPage.pageSize.locator("option")).toHaveText(["25 per page", "50 per page", "100 per page"]);
  await historyPage.pageSize.selectOption("25");
  await expect(historyPage.rows).toHaveCount(25);
  await expect(page).toHaveURL(/c=\*&size=25/);
});

test("after the list was read anew, older pages open and stay open", async ({ page, historyPage }) => {
  await historyPage.open({ c: "*" });
  await page.getByRole("button", { name: "Refresh" }).click();
  for (const number of [2, 3]) {
    const before = (await historyPage.ids())[0] as string;
    await historyPage.older.click();
    await expect(historyPage.row(before)).toHaveCount(0);
    await expect(page).toHaveURL(new RegExp(`at=p\\.${number}$`));
  }
  await expect(page).toHaveURL(/at=p\.3$/);
  await page.goBack();
  await expect(page).toHaveURL(/at=p\.2$/);
});

test("a slow vendor holds up nobody; its runs come in where they belong, when asked for", async ({ page, sandbox, historyPage, a11y }) => {
  const [whole, without] = [await truth(sandbox), await truth(sandbox, "tableflow")];
  let release = () => {};
  const gate = new Promise<void>((open) => (release = open));
  await page.route(/\/api\/c\/tableflow\/flows\/runs\?limit=50&offset=0/, async (route) => {
    await gate;
    await route.continue();
  });
  await historyPage.open({ c: "*" });
  await expect(notes(page)).toContainText("TableFlow has not answered yet; its runs are missing here.");
  await settle(page, "TableFlow");
  expect(await historyPage.ids()).toEqual(without.slice(0, 50));
  await a11y.audit();
  await historyPage.older.click();
  await settle(page, "TableFlow");
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", without[50] ?? "");
  const shown = await historyPage.ids();
  release();
  await expect(notes(page)).toContainText("50 runs of TableFlow arrived.");
  await expect(notes(page)).not.toContainText("has not answered");
  expect(await historyPage.ids(), "nothing moves by itself").toEqual(shown);
  await notes(page).getByRole("button", { name: /^Show/ }).click();
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", whole[0] ?? "");
  expect(await historyPage.ids()).toEqual(whole.slice(0, 50));
  await expect(page.locator("tr:focus-within")).toHaveAttribute("data-run", whole.find((key) => key.startsWith("tableflow/")) ?? "");
  await expect(notes(page)).toBeEmpty();
  await historyPage.older.click();
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", whole[50] ?? "");
  expect(await historyPage.ids()).toEqual(whole.slice(50, 100));
});

test("a failing vendor is named with its error and a way on; the others are shown", async ({ page, sandbox, historyPage }) => {
  const [whole, without] = [await truth(sandbox), await truth(sandbox, "superai")];
  await sandbox.fault({ path_contains: "/superai/api/flows", times: 500, action: { status: 401 } });
  await historyPage.open({ c: "*" });
  await expect(notes(page)).toContainText(/SuperAI .*Its runs are missing here\./);
  await settle(page, "SuperAI");
  expect(await historyPage.ids()).toEqual(without.slice(0, 50));
  await notes(page).getByRole("button", { name: "Try again" }).click();
  await expect(notes(page).getByRole("button", { name: "Try again" })).toBeVisible();
  expect(await historyPage.ids()).toEqual(without.slice(0, 50));
  await sandbox.clearFaults();
  await notes(page).getByRole("button", { name: "Try again" }).click();
  await expect(notes(page)).toContainText(/\d+ runs of SuperAI arrived\./);
  await notes(page).getByRole("button", { name: "Show the runs of SuperAI" }).click();
  // Its other flows may arrive a moment later.
  await settle(page);
  await expect(notes(page)).toBeEmpty();
  expect(await historyPage.ids()).toEqual(whole.slice(0, 50));
});

test("where nobody answers, the page says so and each can be tried again", async ({ page, sandbox, historyPage }) => {
  await sandbox.fault({ path_contains: "/", times: 900, action: { status: 403 } });
  await page.goto("/runs?c=*");
  await expect(page.getByRole("heading", { name: "No connection could be read" })).toBeVisible();
  await expect(notes(page).getByRole("button", { name: "Try again" })).toHaveCount(5);
  // What is missing is no older page: the key does no more than the button.
  const entries = await page.evaluate(() => history.length);
  await page.locator("body").press("]");
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(() => history.length)).toBe(entries);
  await sandbox.clearFaults();
  await notes(page).getByRole("button", { name: "Try again" }).nth(1).click();
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", /^tableflow\//);
  await expect(notes(page).getByRole("button", { name: "Try again" })).toHaveCount(4);
});

test("filters go to the vendors that have them; for the others they are applied here and said so", async ({ page, sandbox, historyPage }) => {
  const asked = await requestsOf(page, () => historyPage.open({ c: "*", status: "waiting", size: "100" }));
  expect(asked.filter((url) => url.includes("/api/c/flowstack/")), "FlowStack has nothing that waits").toEqual([]);
  await expect(page.getByText(/does not filter by/)).toHaveCount(0);
  await settle(page);
  for (const text of await historyPage.rows.locator(".c-status").allInnerTexts()) expect(text.trim()).toBe("Waiting for review");
  const shown = new Set((await historyPage.ids()).map((key) => key.split("/")[0]));
  expect([...shown].sort()).toEqual(["retab", "retab-reviews", "superai", "tableflow"]);

  // Two statuses at once are more than some take: they are asked for all, and told apart here.
  await historyPage.open({ c: "*", status: "failed,waiting", size: "100" });
  for (const vendor of ["TableFlow", "FlowStack", "Retab (reviews)"]) {
    await expect(page.getByText(`${vendor} does not filter by these statuses. Applied here, to the runs that were loaded.`, { exact: true })).toBeVisible();
  }
  await expect(page.getByText(/^(Retab|SuperAI) does not filter/)).toHaveCount(0);
  for (const text of await historyPage.rows.locator(".c-status").allInnerTexts()) expect(text.trim()).toMatch(/^(Failed|Waiting for review)$/);

  // Text is nobody's: it is looked for among what was loaded, and further back on request.
  const all = await truth(sandbox);
  const wanted = all[640] ?? "";
  const id = wanted.split("/")[1] ?? "";
  await page.goto(`/runs?c=*&q=${id}`);
  await expect(page.getByRole("status").filter({ hasText: /0 of [\d,]+ loaded runs match/ })).toBeVisible();
  await page.getByRole("button", { name: "Search further back" }).click();
  await expect(page.getByText("Every older run was looked through.")).toBeVisible({ timeout: 40_000 });
  expect(await historyPage.ids()).toEqual([wanted]);
  await page.getByRole("main").getByRole("link", { name: "Clear", exact: true }).click();
  await expect(historyPage.rows).toHaveCount(50);
});

test("dates end the list where they end, whoever filters by them", async ({ page, sandbox, historyPage }) => {
  const told = (await lists(sandbox)).flatMap(({ connection, runs }) => runs.map((run) => ({ key: `${connection}/${run.id}`, at: run.at })));
  const newest = [...told].sort((one, other) => other.at - one.at);
  const from = new Date(Math.floor((newest[70]?.at ?? 0) / 60_000) * 60_000);
  const within = new Set(told.filter((run) => run.at >= from.getTime()).map((run) => run.key));
  expect(within.size).toBeGreaterThan(60);
  await historyPage.open({ c: "*", size: "100", from: `${from.toISOString().slice(0, 19)}Z` });
  await settle(page);
  const shown = new Set(await historyPage.ids());
  if (await historyPage.older.getAttribute("href")) {
    await historyPage.older.click();
    await expect(page).toHaveURL(/at=p\.2/);
    await expect(historyPage.rows.first()).toHaveAttribute("aria-rowindex", "102");
    for (const key of await historyPage.ids()) shown.add(key);
  }
  expect(shown).toEqual(within);
  await expect(historyPage.older).toHaveAttribute("aria-disabled", "true");
});

test("rows change in their places, and new runs wait behind the pill", async ({ page, sandbox, historyPage }) => {
  await historyPage.open({ c: "*" });
  await settle(page);
  const before = await historyPage.ids();
  const started = await startRetabRun(sandbox);
  const pill = page.locator(".sl-panel").getByRole("button", { name: "1 new run" });
  await expect(pill).toBeVisible({ timeout: 30_000 });
  expect(await historyPage.ids()).toEqual(before);
  await pill.click();
  await expect(historyPage.rows.first()).toHaveAttribute("data-run", `retab/${started}`);
  await expect(page.locator("tr:focus-within")).toHaveAttribute("data-run", `retab/${started}`);
  expect((await historyPage.ids()).slice(1, 50)).toEqual(before.slice(0, 49));
  // It ends: its row says so without being asked.
  await expect(historyPage.row(`retab/${started}`).locator(".c-status")).toHaveText(/Completed|Failed|Waiting/, { timeout: 40_000 });
});

test("runs of several connections are chosen together", async ({ page, historyPage }) => {
  await historyPage.open({ c: "*" });
  await settle(page);
  const ids = await historyPage.ids();
  const one = ids.findIndex((key) => key.startsWith("retab/"));
  const other = ids.findIndex((key) => key.startsWith("tableflow/"));
  for (const row of [one, other]) await historyPage.rows.nth(row).getByRole("checkbox").check();
  await expect(page.locator(".sl-bulk")).toContainText("2 selected");
  await expect(historyPage.rows.nth(one).getByRole("checkbox")).toBeChecked();
  await expect(page.locator("tbody").getByRole("checkbox", { checked: true })).toHaveCount(2);
});

test("wide and narrow it is usable by everyone", async ({ page, historyPage, a11y }) => {
  await historyPage.open({ c: "*" });
  await expect(page.getByRole("columnheader", { name: "Connection" })).toBeVisible();
  const start = page.getByRole("button", { name: "Start a run" });
  await expect(start).toHaveAttribute("aria-disabled", "true");
  await expect(start).toHaveAttribute("title", "A run is started in one connection. Choose one first.");
  await a11y.audit();
  // Arrows move between rows of different connections.
  await historyPage.rows.nth(3).getByRole("link").focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator("tr:focus-within")).toHaveAttribute("aria-rowindex", "6");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(historyPage.rows.first().locator(".c-conn")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await a11y.audit();
});
