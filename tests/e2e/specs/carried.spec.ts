// Drafts that follow a person from one browser to another: two contexts are two browsers.

import { type BrowserContext, type Page } from "@playwright/test";

import { knownAs, REVIEW_NODE, retabDecision, waitingRetabRun } from "../fixtures/money.ts";
import { newPerson, type Person, Stack } from "../fixtures/servers.ts";
import type { Sandbox } from "../fixtures/sandbox.ts";
import { asGateway, expect, test as base, undoWindow } from "../fixtures/test.ts";
import { ReviewPage } from "../pages/review.ts";

type Browser = { page: Page; review: ReviewPage; context: BrowserContext };
type Fixtures = { another: (person?: Person) => Promise<Browser> };
type People = { rea: Person; vera: Person; ada: Person };

const TOTAL = "/invoice/total";
const DRAFTS = /\/api\/drafts(\?|$)/;

/** Every other browser that a test opens, closed after it. */
const withBrowsers = base.extend<Fixtures>({
  another: async ({ browser, baseURL }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (person) => {
      const context = await browser.newContext(baseURL ? { baseURL } : {});
      opened.push(context);
      await undoWindow(context, 0);
      const page = await context.newPage();
      asGateway(page);
      if (person) await signIn(page, person);
      else await knownAs(page, "Ada Lovelace");
      return { page, context, review: new ReviewPage(page) };
    });
    await Promise.all(opened.map((context) => context.close()));
  },
});

const test = withBrowsers.extend({
  stack: [
    async ({ runs }, use) => {
      const stack = await Stack.start({ runs, drafts: true });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});
test.use({ runs: 120, expectedErrors: [/status of (409|503)/] });

async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Your token").fill(person.token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

/** Types, and waits until the gateway has it. */
async function type(page: Page, review: ReviewPage, pointer: string, value: string): Promise<void> {
  const taken = page.waitForResponse((answer) => DRAFTS.test(answer.url()) && answer.request().method() === "PUT" && answer.status() === 200);
  await review.at(pointer).fill(value);
  await taken;
}

/** A run that waits, without the draft that a test before may have left: without a sign-in all tests are one person. */
async function undraftedRun(page: Page, sandbox: Sandbox): Promise<string> {
  const run = await waitingRetabRun(sandbox);
  const place = `/api/drafts?connection=retab&run=${run}&review=${REVIEW_NODE}`;
  const { draft } = (await (await page.request.get(place)).json()) as { draft: { version: number } | null };
  if (draft) await page.request.delete(`${place}&writer=test&version=${draft.version}`, { headers: { "x-sluice": "1" } });
  return run;
}

const offer = (review: ReviewPage) => review.root.locator('[data-carried="offer"]');

test("a draft is found in another browser and taken, and goes when it was decided", async ({ page, sandbox, reviewPage, another, a11y }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await undraftedRun(page, sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  await type(page, reviewPage, TOTAL, "64.25");
  const second = await another();
  await second.review.open("retab", run, REVIEW_NODE);
  await expect(offer(second.review)).toContainText(/Draft from another browser, saved .*\d\d:\d\d.*Take it into this form, or drop it\./);
  await expect(second.review.at(TOTAL), "it is offered, not applied").not.toHaveValue("64.25");
  await expect(second.review.approve).toHaveText(/^Approve(?! with)/);
  const taken = second.page.waitForResponse((answer) => DRAFTS.test(answer.url()) && answer.request().method() === "PUT");
  await second.review.root.getByRole("button", { name: "Take it", exact: true }).click();
  await expect(second.review.at(TOTAL)).toHaveValue("64.25");
  await expect(offer(second.review)).toHaveCount(0);
  await expect(second.review.root.getByText(/Your draft of .* is back\. It is kept until you decide/)).toBeVisible();
  expect((await taken).status()).toBe(200);

  // The first browser is behind now: what it types is a clash, and is not joined.
  await type(second.page, second.review, "/note", "from the second browser");
  await reviewPage.at("/note").fill("from the first browser");
  await expect(offer(reviewPage)).toContainText("You also have a draft here, and the two are never joined");
  await expect(reviewPage.root.getByText(/^Draft saved .*, in this browser only$/)).toBeVisible();
  await expect(reviewPage.at("/note")).toHaveValue("from the first browser");
  await a11y.audit();
  await reviewPage.root.getByRole("button", { name: "Take it in place of mine" }).click();
  await expect(reviewPage.at("/note")).toHaveValue("from the second browser");
  await expect(offer(reviewPage)).toHaveCount(0);

  await reviewPage.approve.click();
  await expect(reviewPage.outcome).toHaveText("Approved");
  expect((await retabDecision(sandbox, run)).modified_data).toMatchObject({ invoice: { total: 64.25 }, note: "from the second browser" });
  const left = async () => ((await (await page.request.get(`/api/drafts?connection=retab&run=${run}&review=${REVIEW_NODE}`)).json()) as { draft: unknown }).draft;
  await expect.poll(left).toBeNull();
});

test("mine is kept over another browser's, and one that nobody wants is dropped", async ({ page, sandbox, reviewPage, another }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await undraftedRun(page, sandbox);
  await reviewPage.open("retab", run, REVIEW_NODE);
  const second = await another();
  await second.review.open("retab", run, REVIEW_NODE);
  await type(page, reviewPage, TOTAL, "70.5");
  await second.review.at(TOTAL).fill("71.5");
  await expect(offer(second.review)).toBeVisible();
  const taken = second.page.waitForResponse((answer) => DRAFTS.test(answer.url()) && answer.request().method() === "PUT" && answer.status() === 200);
  await second.review.root.getByRole("button", { name: "Keep mine" }).click();
  await taken;
  await expect(second.review.at(TOTAL)).toHaveValue("71.5");

  const third = await another();
  await third.review.open("retab", run, REVIEW_NODE);
  await expect(offer(third.review)).toBeVisible();
  const gone = third.page.waitForResponse((answer) => DRAFTS.test(answer.url()) && answer.request().method() === "DELETE");
  await third.review.root.getByRole("button", { name: "Drop it" }).click();
  expect(((await (await gone).json()) as { gone: boolean }).gone).toBe(true);
  const fourth = await another();
  const asked = fourth.page.waitForResponse((answer) => DRAFTS.test(answer.url()));
  await fourth.review.open("retab", run, REVIEW_NODE);
  expect(await (await asked).json()).toEqual({ kept: true, draft: null });
  await expect(offer(fourth.review)).toHaveCount(0);
});

test("a page that is left gives the gateway what was typed last", async ({ page, sandbox, reviewPage, another }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await undraftedRun(page, sandbox);
  const asked = page.waitForResponse((answer) => DRAFTS.test(answer.url()));
  await reviewPage.open("retab", run, REVIEW_NODE);
  await asked;
  await reviewPage.at(TOTAL).fill("72.5");
  await expect(reviewPage.root.getByText(/^Draft saved/)).toBeVisible();
  await page.goto("about:blank");
  const second = await another();
  await second.review.open("retab", run, REVIEW_NODE);
  await second.review.root.getByRole("button", { name: "Take it", exact: true }).click();
  await expect(second.review.at(TOTAL)).toHaveValue("72.5");
});

test("a gateway that cannot be asked, or takes no draft, is said, and nothing that is typed waits for it", async ({ page, sandbox, reviewPage, another }) => {
  await knownAs(page, "Ada Lovelace");
  const run = await undraftedRun(page, sandbox);
  const problem = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ detail: "The draft could not be read." }) };
  await page.route(DRAFTS, (route) => route.fulfill(problem));
  await reviewPage.open("retab", run, REVIEW_NODE);
  const unread = reviewPage.root.locator('[data-carried="unread"]');
  await expect(unread).toContainText("Whether you have a draft from another browser is not known.", { timeout: 20_000 });
  await reviewPage.at(TOTAL).fill("73.5");
  await expect(reviewPage.root.getByText(/^Draft saved \d\d:\d\d:\d\d/)).toBeVisible();
  await page.unroute(DRAFTS);
  await unread.getByRole("button", { name: "Try again" }).click();
  await expect(unread).toHaveCount(0);
  const second = await another();
  await expect(async () => {
    await second.review.open("retab", run, REVIEW_NODE);
    await expect(offer(second.review)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });

  await page.route(DRAFTS, (route) => (route.request().method() === "PUT" ? route.fulfill({ ...problem, status: 507 }) : route.fallback()));
  await reviewPage.at(TOTAL).fill("74.5");
  await expect(reviewPage.root.getByText(/^Draft saved .*, in this browser only$/)).toBeVisible();
});

withBrowsers.describe("without a key", () => {
  withBrowsers("nothing is given to the gateway, and nothing said of other browsers", async ({ page, sandbox, reviewPage }) => {
    await knownAs(page, "Ada Lovelace");
    const run = await waitingRetabRun(sandbox);
    const writes: string[] = [];
    page.on("request", (request) => {
      if (DRAFTS.test(request.url()) && request.method() !== "GET") writes.push(request.method());
    });
    await reviewPage.open("retab", run, REVIEW_NODE);
    await reviewPage.at(TOTAL).fill("75.5");
    await expect(reviewPage.root.getByText(/^Draft saved \d\d:\d\d:\d\d$/)).toBeVisible();
    // What is still to be given goes as the page is left.
    await page.goto("/runs");
    await page.goBack();
    await expect(reviewPage.at(TOTAL)).toHaveValue("75.5");
    await page.waitForLoadState("networkidle");
    expect(writes).toEqual([]);
    await expect(reviewPage.root.locator("[data-carried]")).toHaveCount(0);
  });
});

const signedIn = withBrowsers.extend<object, { people: People }>({
  people: [
    async ({}, use) => {
      await use({ rea: newPerson("Rea Silvia", "reviewer"), vera: newPerson("Vera Brandt", "viewer"), ada: newPerson("Ada Lovelace", "admin") });
    },
    { scope: "worker" },
  ],
  stack: [
    async ({ people }, use) => {
      const tokens = Object.values(people).map((person) => person.toml);
      const stack = await Stack.start({ runs: 120, drafts: true, signIn: `[sign_in]\nmode = "tokens"\n${tokens.join("\n")}` });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

signedIn.describe("with people", () => {
  signedIn("a draft is its owner's alone, and a viewer asks for none", async ({ page, sandbox, reviewPage, another, people }) => {
    const run = await waitingRetabRun(sandbox);
    await signIn(page, people.rea);
    await reviewPage.open("retab", run, REVIEW_NODE);
    await type(page, reviewPage, TOTAL, "76.5");

    const ada = await another(people.ada);
    const asked = ada.page.waitForResponse((answer) => DRAFTS.test(answer.url()));
    await ada.review.open("retab", run, REVIEW_NODE);
    expect(await (await asked).json()).toEqual({ kept: true, draft: null });
    await expect(offer(ada.review)).toHaveCount(0);

    const vera = await another(people.vera);
    const calls: string[] = [];
    vera.page.on("request", (request) => {
      if (DRAFTS.test(request.url())) calls.push(request.url());
    });
    await vera.review.open("retab", run, REVIEW_NODE);
    await expect(vera.page.getByText("You see this review and cannot decide it")).toBeVisible();
    await vera.page.waitForLoadState("networkidle");
    expect(calls).toEqual([]);

    const again = await another(people.rea);
    await again.review.open("retab", run, REVIEW_NODE);
    await again.review.root.getByRole("button", { name: "Take it", exact: true }).click();
    await expect(again.review.at(TOTAL)).toHaveValue("76.5");
  });
});
