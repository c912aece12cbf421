// Who may use the gateway: the sign-in page, roles in the app, and a session that ends while somebody works.

import type { Page } from "@playwright/test";

import { RECONCILIATION } from "../fixtures/flows.ts";
import { REVIEW_NODE, retabDecision, waitingRetabRun } from "../fixtures/money.ts";
import { newPerson, type Person, Stack } from "../fixtures/servers.ts";
import { expect, test as base } from "../fixtures/test.ts";

type People = { viewer: Person; reviewer: Person; admin: Person };

const test = base.extend<object, { people: People }>({
  people: [
    async ({}, use) => {
      const retab = ["--connection", "retab", "--flow", RECONCILIATION.retab];
      await use({ viewer: newPerson("Vera Brandt", "viewer"), reviewer: newPerson("Rea Silvia", "reviewer", ...retab), admin: newPerson("Ada Lovelace", "admin") });
    },
    { scope: "worker" },
  ],
  stack: [
    async ({ runs, people }, use) => {
      const tokens = Object.values(people).map((person) => person.toml);
      const stack = await Stack.start({ runs, signIn: `[sign_in]\nmode = "tokens"\n${tokens.join("\n")}` });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

// Refusals of the gateway are named in the browser's console.
test.use({ runs: 120, expectedErrors: [/status of 40[13]/, /status of 429/] });

async function signIn(page: Page, person: Person, next = "/"): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel("Your token").fill(person.token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Ends the session of this browser, as another tab of it would. */
async function signOutElsewhere(page: Page): Promise<void> {
  await page.evaluate(async () => fetch("/api/sign-out", { method: "POST", headers: { "x-sluice": "1" } }));
}

test("a page opened without a session leads through the sign-in and back, by keyboard, in both themes and at every width", async ({ page, people, a11y, layout }) => {
  await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}`);
  await expect(page.getByRole("heading", { name: "Sign in to Sluice" })).toBeVisible();
  await expect(page.getByLabel("Your token")).toBeFocused();
  await a11y.audit();
  await page.keyboard.type("sluice_nothing");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("This token is not known here");
  await expect(page.getByLabel("Your token")).toBeFocused();
  await expect(page.getByLabel("Your token")).toHaveAccessibleDescription(/not known here.*begins with sluice_/);
  await a11y.audit();
  await layout.expectFits("sign-in");
  await page.keyboard.type(people.admin.token);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/runs\\?c=retab&flow=${RECONCILIATION.retab}`));
  await expect(page.locator("tr[data-run]").first()).toBeVisible();
  expect(await page.evaluate(() => document.cookie), "no script sees the cookie").toBe("");
});

test("signing in works without scripts", async ({ browser, baseURL, people }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
  const page = await context.newPage();
  await signIn(page, people.viewer);
  await expect(page).toHaveURL(/\/$/);
  await page.goto("/sign-in");
  await expect(page.getByText("You are signed in as Vera Brandt.")).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("Your token")).toBeVisible();
  await context.close();
});

test("a viewer sees why decisions are not offered, and keys decide nothing either", async ({ page, sandbox, reviewPage, people }) => {
  const run = await waitingRetabRun(sandbox);
  await signIn(page, people.viewer);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await expect(page.getByText("You see this review and cannot decide it")).toBeVisible();
  await expect(reviewPage.approve).toHaveCount(0);
  await page.locator("main").press("Control+Enter");
  await expect(page.locator(".sl-toast")).toContainText("takes the role reviewer");
  expect((await retabDecision(sandbox, run)).approved ?? null).toBeNull();

  await page.goto(`/c/retab/runs/${run}`);
  await expect(page.getByText("You see this run.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Cancel/ })).toHaveCount(0);
  await page.goto(`/runs?c=retab&flow=${RECONCILIATION.retab}`);
  await expect(page.getByRole("button", { name: "Start a run" })).toHaveAttribute("aria-disabled", "true");
});

test("a reviewer of one flow is shown that flow, and decides under their own name", async ({ page, sandbox, historyPage, reviewPage, people }) => {
  const run = await waitingRetabRun(sandbox);
  await signIn(page, people.reviewer, "/runs");
  await expect(page, "the only connection, and its only flow").toHaveURL(new RegExp(`flow=${RECONCILIATION.retab}`));
  await expect(historyPage.rows.first()).toBeVisible();
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  await page.goto("/audit");
  const entry = page.locator("tbody tr", { hasText: run }).first();
  await expect(entry).toContainText("Rea Silvia");
  await expect(page.locator("body")).not.toContainText("self-declared");
});

test("a session that ends while somebody decides: not sent, the draft stays, and the way back is a new tab", async ({ page, sandbox, reviewPage, people }) => {
  const run = await waitingRetabRun(sandbox);
  await signIn(page, people.reviewer);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await reviewPage.at("/invoice/total").fill("64.25");
  await signOutElsewhere(page);
  await reviewPage.approve.click();
  const told = page.getByRole("alert").filter({ hasText: "You were signed out. Sign in again" });
  await expect(told).toContainText("so it was not sent. Your draft is still here.");
  await expect(reviewPage.at("/invoice/total")).toHaveValue("64.25");

  const [tab] = await Promise.all([page.waitForEvent("popup"), page.getByRole("link", { name: "Sign in again" }).first().click()]);
  await tab.getByLabel("Your token").fill(people.reviewer.token);
  await tab.getByRole("button", { name: "Sign in" }).click();
  await expect(tab).toHaveURL(new RegExp(run));
  await tab.close();
  await told.getByRole("button", { name: "Try again" }).click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  expect((await retabDecision(sandbox, run)).modified_data?.invoice.total).toBe(64.25);
});

test("who is signed in is shown, and signs out", async ({ page, people, a11y }) => {
  await signIn(page, people.viewer, "/runs");
  await page.getByRole("button", { name: "Signed in as Vera Brandt" }).click();
  const dialog = page.getByRole("dialog", { name: "Signed in as Vera Brandt" });
  await expect(dialog).toBeVisible();
  await a11y.audit();
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Sluice" })).toBeVisible();
  await page.goto("/runs");
  await expect(page.getByLabel("Your token")).toBeVisible();
});
