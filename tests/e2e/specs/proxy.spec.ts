// Something stands between the page and the gateway: a sign-in that runs out, connections to be upgraded, a path.

import type { Page } from "@playwright/test";

import { expect, test as base } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";
import { knownAs, pendingSuperAiTask, REVIEW_NODE, retabCount, retabDecision, sample, waitingRetabRun } from "../fixtures/money.ts";
import { Proxy, type Refusal, TOKEN } from "../fixtures/proxy.ts";

const test = base.extend<{ front: Proxy }>({
  front: async ({ stack }, use) => {
    const proxy = await Proxy.start(stack.gateway.url);
    await use(proxy);
    await proxy.stop();
  },
  baseURL: async ({ front }, use) => use(front.url),
});

// A redirect to the sign-in of another host is refused by the browser, and named in its console.
test.use({ runs: 120, expectedErrors: [/\/proxy-login' violates/] });

const SIGNED_OUT = "You were signed out. Sign in again";

/** Nobody else is to blame, and nothing of the proxy's page is shown. */
async function blamesNobody(page: Page): Promise<void> {
  for (const wrong of [TOKEN, "<!doctype", "gateway is stopped", "did not answer", "refused the key", "not confirmed"]) {
    await expect(page.locator("body")).not.toContainText(wrong, { ignoreCase: true, useInnerText: true });
  }
}

for (const refusal of ["redirect", "page", "401"] as const satisfies Refusal[]) {
  test(`a sign-in that ran out (${refusal}) is told as such, and the list goes on after a new one`, async ({ page, front, historyPage }) => {
    await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
    const ids = await historyPage.ids();
    front.refusal = refusal;
    front.pages = false;
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByText(SIGNED_OUT)).toBeVisible();
    await blamesNobody(page);
    expect(await historyPage.ids(), "what was read stays").toEqual(ids);

    const [tab] = await Promise.all([page.waitForEvent("popup"), page.getByRole("link", { name: "Sign in again" }).click()]);
    await tab.getByRole("button", { name: "Let me in" }).click();
    await tab.close();
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByText(SIGNED_OUT)).toHaveCount(0);
    expect(await historyPage.ids()).toEqual(ids);
  });

  test(`a page that starts while signed out (${refusal}) says so`, async ({ page, front }) => {
    front.refusal = refusal;
    await page.goto("/runs");
    await expect(page.getByRole("heading", { name: SIGNED_OUT })).toBeVisible();
    await expect(page.getByRole("link", { name: "Sign in again" })).toHaveAttribute("href", "/runs");
    await blamesNobody(page);
    front.refusal = undefined;
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.locator("tr[data-run]").first()).toBeVisible();
  });
}

test("a 403 of something before the gateway is not the vendor's", async ({ page, front, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  front.refusal = "403";
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("Something in front of the gateway refused the request")).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in again" })).toBeVisible();
  await blamesNobody(page);
});

test("a proxy that gave up waiting is not a gateway that is stopped", async ({ page, front, historyPage }) => {
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  front.refusal = "504";
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("The gateway did not answer in time")).toBeVisible();
  await expect(page.getByText("It may only be slow.")).toBeVisible();
  await expect(page.locator("body")).not.toContainText("gateway is stopped", { useInnerText: true });
});

for (const [refusal, why] of [["redirect", "you were signed out"], ["403", "something in front of the gateway refused the request"]] as const) {
  test(`a run that cannot be looked for while signed out (${refusal}) is not called unknown`, async ({ page, front, historyPage }) => {
    await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
    const [id] = await historyPage.ids();
    const told = `Run ${id} could not be looked for, because ${why}.`;
    front.refusal = refusal;
    await page.getByLabel("Jump to").fill(id ?? "");
    await page.getByLabel("Jump to").press("Enter");
    await expect(page.locator("#jump-said")).toHaveText(told, { timeout: 20_000 });
    await expect(page.locator("#jump-said + a")).toHaveText("Sign in again");

    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Go to anything" });
    await palette.getByRole("combobox").fill(id ?? "");
    await expect(palette.getByRole("option", { selected: true })).toContainText(`Open run ${id}`);
    await page.keyboard.press("Enter");
    await expect(palette.getByRole("status")).toHaveText(told, { timeout: 20_000 });
    await expect(palette.getByRole("link", { name: "Sign in again" }).first()).toBeVisible();
    await blamesNobody(page);
    front.refusal = undefined;
    await palette.getByRole("combobox").fill("");
    await palette.getByRole("combobox").fill(id ?? "");
    await expect(palette.getByRole("status")).not.toHaveText(told);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/c/retab/runs/${id}`));
  });
}

test("flows that cannot be read while signed out are told with a way to sign in", async ({ page, front, historyPage }) => {
  await historyPage.open({ c: "tableflow", flow: RECONCILIATION.tableflow });
  front.refusal = "redirect";
  await page.getByLabel("Connection").selectOption("flowstack");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Go to anything" });
  await expect(palette).toContainText("The flows could not be read. You were signed out. Sign in again.");
  await expect(palette.getByRole("link", { name: "Sign in again" })).toBeVisible();
  await blamesNobody(page);
});

test("several reviews while signed out: what could not be read or sent says why, with a way to sign in", async ({ page, sandbox, front }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await page.goto(`/reviews?c=retab&q=${run}`);
  await page.locator(`tr[data-run="${run}"]`).getByRole("checkbox").check();
  const dialog = page.getByRole("dialog");
  const line = dialog.getByRole("listitem").filter({ hasText: run });
  front.refusal = "redirect";
  await page.getByRole("button", { name: "Approve as read…" }).click();
  await expect(line).toContainText("It could not be read. You were signed out. Sign in again.");
  await expect(line.getByRole("link", { name: "Sign in again" })).toBeVisible();
  await dialog.getByRole("button", { name: "Keep them open" }).click();

  front.refusal = undefined;
  await page.getByRole("button", { name: "Approve as read…" }).click();
  const approve = dialog.getByRole("button", { name: "Approve 1" });
  await expect(approve).toBeVisible();
  front.refusal = "redirect";
  await approve.click();
  await expect(line).toContainText("Not sent, because it could not be logged. You were signed out. Sign in again.");
  await expect(line.getByRole("link", { name: "Sign in again" })).toBeVisible();
  await blamesNobody(page);
  front.refusal = undefined;
  await dialog.getByRole("button", { name: "Try 1 again" }).click();
  await expect(line).toContainText("Approved", { timeout: 30_000 });
});

test("a review that cannot be started while signed out blames no vendor, and the sign-in is offered", async ({ page, sandbox, front, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const task = await pendingSuperAiTask(sandbox);
  await reviewPage.open("superai", task.flow_execution_id, task.id);
  const start = reviewPage.root.getByRole("button", { name: "Start in SuperAI" });
  await expect(start).toBeVisible();
  front.refusal = "redirect";
  await start.click();
  const told = page.locator(".sl-toast", { hasText: "You were signed out. Sign in again." });
  await expect(told.getByRole("link", { name: "Sign in again" })).toHaveAttribute("target", "_blank");
  await expect(told).not.toContainText("SuperAI");
  await blamesNobody(page);
});

test("a decision while signed out is not sent, its draft stays, and it can be sent afterwards", async ({ page, sandbox, front, reviewPage }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await waitingRetabRun(sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("64.25");
  front.refusal = "redirect";
  front.passed.length = 0;
  await reviewPage.approve.click();
  const told = page.getByRole("alert").filter({ hasText: SIGNED_OUT });
  await expect(told).toContainText("so it was not sent. Your draft is still here.");
  await blamesNobody(page);
  expect(front.passed.filter((line) => line.startsWith("POST"))).toEqual([]);
  await expect(reviewPage.at("/invoice/total")).toHaveValue("64.25");

  front.refusal = undefined;
  await told.getByRole("button", { name: "Try again" }).click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  expect((await retabDecision(sandbox, run)).modified_data?.invoice.total).toBe(64.25);
});

for (const refusal of ["redirect", "page"] as const satisfies Refusal[]) {
  test(`a start with files while signed out (${refusal}) is not sent, and the files stay`, async ({ page, sandbox, front, startPage }) => {
    const before = await retabCount(sandbox);
    await startPage.open("retab", RECONCILIATION.retab);
    await startPage.attachPair(sample("purchase-order-4712.csv"), sample("invoice-4712.csv"));
    front.refusal = refusal;
    await startPage.submit.click();
    await expect(page.getByText(SIGNED_OUT)).toBeVisible();
    await blamesNobody(page);
    expect(await retabCount(sandbox)).toBe(before);
    await expect(startPage.root.locator(".sl-file")).toHaveCount(2);
    front.refusal = undefined;
    await startPage.submit.click();
    await expect(page).toHaveURL(/\/c\/retab\/runs\/run_/);
    expect(await retabCount(sandbox)).toBe(before + 1);
  });
}

test("a download while signed out does not save the sign-in page", async ({ page, front }) => {
  await page.goto("/audit");
  const link = page.getByRole("link", { name: /Export/ });
  let saved = 0;
  page.on("download", () => (saved += 1));
  front.refusal = "page";
  await link.click();
  const told = page.locator(".sl-toast", { hasText: SIGNED_OUT });
  await expect(told.getByRole("link", { name: "Sign in again" })).toHaveAttribute("target", "_blank");
  expect(saved).toBe(0);
  front.refusal = undefined;
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(download.suggestedFilename()).toBe("sluice-audit.csv");
});

test("under a path that the gateway was not told of the page says what to do", async ({ page, stack }) => {
  const proxy = await Proxy.start(stack.gateway.url, "/sluice");
  await page.goto(`${proxy.url}/runs`);
  await expect(page.getByText("that path has to be named as base_path in the gateway’s configuration.")).toBeVisible();
  await proxy.stop();
});

test("what only somebody without styles is to read is hidden from everybody else", async ({ page, historyPage }) => {
  await historyPage.open({ c: "retab" });
  await expect(page.getByText("base_path")).toBeHidden();
});
