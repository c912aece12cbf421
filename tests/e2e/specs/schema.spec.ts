// The rules of a vendor's schema: all of them are checked before anything is approved, or said not to be, and the tab stays alive.

import { openOwnReview, type Sent } from "../fixtures/own-review.ts";
import { expect, test } from "../fixtures/test.ts";
import type { ReviewPage } from "../pages/review.ts";

/** What is said at the field, below its control. */
const said = (reviewPage: ReviewPage, pointer: string) => reviewPage.root.locator(`[id="${fieldId(pointer)}-x"]`);
const fieldId = (pointer: string) => `f${encodeURIComponent(pointer)}`;
const summary = (reviewPage: ReviewPage) => reviewPage.root.locator(".sl-note", { hasText: /things? to correct/ });
/** One approval. Its answer is lost here, so it may be sent again, under the key that it had. */
const approved = async (sent: Sent) => expect.poll(() => [...new Set(sent.map((one) => `${one.approved} ${one.command_id}`))]).toEqual([expect.stringMatching(/^true ./)]);

const strings = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: "string" }]));

test("a value that another one asks for is not missed: dependentRequired", async ({ page, sandbox, reviewPage }) => {
  const schema = { type: "object", properties: strings("card", "cvc"), dependentRequired: { card: ["cvc"] } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { card: "4111" });
  await reviewPage.approve.click();
  await expect(reviewPage.at("/cvc")).toBeFocused();
  await expect(said(reviewPage, "/cvc")).toHaveText(/a value is required because “card” has one/);
  await reviewPage.at("/cvc").fill("737");
  await expect(summary(reviewPage)).toHaveCount(0);
  await page.keyboard.press("Control+Enter");
  await approved(sent);
  expect(sent[0]?.modified_data).toEqual({ card: "4111", cvc: "737" });
});

test("rules that hang on other values, that rule out and that count are kept: if, not, contains, propertyNames, tuples, $ref", async ({ page, sandbox, reviewPage }) => {
  const schema = {
    type: "object",
    properties: {
      ...strings("country", "state"),
      name: { type: "string", not: { enum: ["admin"] } },
      pair: { type: "array", items: [{ type: "string" }, { type: "number" }] },
      marks: { type: "array", items: { type: "string" }, contains: { const: "paid" } },
      rates: { type: "object", additionalProperties: { type: "number" }, propertyNames: { pattern: "^[A-Z]{3}$" } },
      total: { $ref: "#/$defs/Total Amount" },
    },
    if: { properties: { country: { const: "US" } }, required: ["country"] },
    then: { required: ["state"] },
    $defs: { "Total Amount": { type: "number", multipleOf: 0.01, maximum: 12345.67 } },
  };
  const data = '{"country":"US","name":"admin","pair":["a","b"],"marks":["open"],"rates":{"eur":1.1},"total":12345.671}';
  await openOwnReview(page, sandbox, reviewPage, schema, data);
  await reviewPage.approve.click();
  await expect(summary(reviewPage).getByRole("listitem")).toHaveText([
    "state: Nothing found, a value is required.",
    "name: The schema rules this value out.",
    "pair, 2: Text found, a number is expected.",
    "marks: At least 1 item is expected of the kind that the schema asks for.",
    "rates, eur: The name “eur” is not one that the schema allows.",
    "total: 12345.671 found, a multiple of 0.01 is expected.",
    "total: 12345.671 found, 12345.67 or less is expected.",
  ]);
});

test("what the vendor itself sent wrong can be put right in the form: an item of a tuple, a name that the group lacks, a type that hangs on a condition", async ({ page, sandbox, reviewPage }) => {
  const schema = {
    type: "object",
    properties: { ...strings("country"), total: { type: "number" }, pair: { items: [{ type: "string" }, { type: "integer" }] } },
    patternProperties: { "^x_": { type: "integer" } },
    required: ["total", "vat"],
    if: { properties: { country: { const: "US" } }, required: ["country"] },
    then: { properties: { rate: { type: "number" } } },
  };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { country: "US", total: 1, pair: ["a", "b"], x_count: "3", rate: "high" });
  await expect(reviewPage.root.getByText("not in the schema"), "the schema knows each name").toHaveCount(0);
  await reviewPage.approve.click();
  await expect(summary(reviewPage).getByRole("button")).toHaveCount(4);

  await reviewPage.at("/pair/1").fill("5");
  await expect(said(reviewPage, "/pair/1")).not.toHaveText(/a (whole )?number is expected/);
  await said(reviewPage, "/x_count").getByRole("button", { name: /3/ }).first().click();
  await reviewPage.at("/rate").fill("0.19");
  await reviewPage.root.getByRole("button", { name: "Add “vat”" }).click();
  await expect(reviewPage.at("/vat")).toBeFocused();
  await reviewPage.at("/vat").fill("19");
  await expect(summary(reviewPage)).toHaveCount(0);
  await page.keyboard.press("Control+Enter");
  await approved(sent);
  expect(sent[0]?.modified_data).toEqual({ country: "US", total: 1, pair: ["a", 5], x_count: 3, rate: 0.19, vat: "19" });
});

test("a line of a table that lacks a name gets it by one press", async ({ page, sandbox, reviewPage }) => {
  const schema = { type: "object", properties: { lines: { type: "array", items: { type: "object", properties: strings("sku"), required: ["sku", "unit"] } } } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { lines: [{ sku: "a", unit: "kg" }, { sku: "b", unit: "kg" }] });
  await reviewPage.root.getByRole("tab", { name: "JSON" }).click();
  await page.locator("#f-whole").fill('{"lines":[{"sku":"a"},{"sku":"b"}]}');
  await reviewPage.root.getByRole("tab", { name: "Form" }).click();
  await reviewPage.approve.click();
  const add = reviewPage.root.getByRole("button", { name: "Add “unit”" });
  await expect(add).toHaveCount(2);
  await add.last().click();
  await reviewPage.at("/lines/1/unit").fill("t");
  await expect(add).toHaveCount(1);
  await add.click();
  await reviewPage.at("/lines/0/unit").fill("kg");
  await expect(summary(reviewPage)).toHaveCount(0);
  await page.keyboard.press("Control+Enter");
  await approved(sent);
  expect(sent[0]?.modified_data).toEqual({ lines: [{ sku: "a", unit: "kg" }, { sku: "b", unit: "t" }] });
});

test("decimals and numbers of twenty digits are checked by their digits", async ({ page, sandbox, reviewPage }) => {
  const schema = '{"type":"object","properties":{"a":{"type":"number","multipleOf":0.01},"b":{"type":"number","multipleOf":0.1},"c":{"type":"integer","maximum":12345678901234567890}}}';
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, '{"a":0.07,"b":1.1,"c":12345678901234567890}');
  await reviewPage.at("/c").fill("12345678901234567891");
  await reviewPage.approve.click();
  await expect(said(reviewPage, "/c")).toHaveText(/12345678901234567891 found, 12345678901234567890 or less is expected/);
  await expect(summary(reviewPage)).toContainText("1 thing to correct");
  await reviewPage.at("/c").fill("12345678901234567889");
  await reviewPage.at("/a").fill("4.02");
  await expect(summary(reviewPage)).toHaveCount(0);
  expect(sent).toEqual([]);
});

test("patterns with needless escapes are read, and those of other dialects are said not to be", async ({ page, sandbox, reviewPage }) => {
  const pattern = (text: string) => ({ type: "string", pattern: text });
  const schema = {
    type: "object",
    properties: { iban: pattern("^[A-Z]{2}\\-[0-9]{4}$"), under: pattern("^a\\_b$"), bad: pattern("("), pcre: pattern("(?i)^abc$"), posix: pattern("^[[:alpha:]]+$"), az: pattern("\\A\\d+\\Z") },
  };
  await openOwnReview(page, sandbox, reviewPage, schema, { iban: "DE_1234", under: "aXb", bad: "x", pcre: "ABC", posix: "12", az: "abc" });
  for (const pointer of ["/bad", "/pcre", "/posix", "/az"]) {
    await expect(said(reviewPage, pointer)).toHaveText(/^Not checked here: the pattern .* cannot be read\.$/);
    await expect(reviewPage.at(pointer)).not.toHaveAttribute("aria-invalid", "true");
  }
  await reviewPage.approve.click();
  await expect(summary(reviewPage).getByRole("button")).toHaveText(["iban", "under"]);
  await reviewPage.at("/iban").fill("DE-1234");
  await reviewPage.at("/under").fill("a_b");
  await expect(summary(reviewPage)).toHaveCount(0);
});

test("a pattern that takes for ever leaves the tab alive and is named, and the rest is checked", async ({ page, sandbox, reviewPage }) => {
  const schema = { type: "object", properties: { name: { type: "string", pattern: "^(\\w+\\s?)*$" }, note: { type: "string", maxLength: 3 } } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { name: "a", note: "n" });
  await reviewPage.at("/note").fill("long");
  await reviewPage.at("/name").fill(`${"a".repeat(30)}!`);
  // While it runs, another control answers.
  const started = Date.now();
  await reviewPage.root.getByRole("tab", { name: "JSON" }).click();
  await expect(page.locator("#f-whole")).toBeVisible();
  await reviewPage.root.getByRole("tab", { name: "Form" }).click();
  await expect(reviewPage.at("/note")).toBeVisible();
  expect(Date.now() - started).toBeLessThan(5_000);
  await expect(said(reviewPage, "/name")).toHaveText(/^Not checked here: the pattern .* takes too long on this text\./);
  await reviewPage.approve.click();
  await expect(said(reviewPage, "/note")).toHaveText(/4 characters found, at most 3 are allowed/);
  await expect(summary(reviewPage)).toContainText("1 thing to correct");
  expect(sent).toEqual([]);
});

test("rules that lie elsewhere are not fetched, and are said not to be checked", async ({ page, sandbox, reviewPage }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("vendor.example")) asked.push(request.url());
  });
  const schema = { $schema: "http://json-schema.org/draft-07/schema#", type: "object", properties: { address: { $ref: "https://vendor.example/address.json" }, zip: { type: "string", format: "zip-code" } } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { address: { street: "x" }, zip: "1" });
  await expect(said(reviewPage, "/address")).toHaveText(/^Not checked here: the rules at https:\/\/vendor\.example\/address\.json are not part of this schema/);
  await expect(said(reviewPage, "/zip")).toHaveText(/^Not checked here: the format zip-code is not known/);
  await page.keyboard.press("a");
  await approved(sent);
  expect(asked).toEqual([]);
});

test("an approval right after typing waits for the rules and is not taken unchecked", async ({ page, sandbox, reviewPage }) => {
  const schema = { type: "object", properties: { code: { type: "string", maxLength: 3 } } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { code: "abc" });
  await reviewPage.at("/code").fill("abcd");
  await page.keyboard.press("Control+Enter");
  await expect(said(reviewPage, "/code")).toHaveText(/4 characters found/);
  expect(sent).toEqual([]);
  // Nor is one that is right now stopped by what was wrong a moment ago.
  await reviewPage.at("/code").fill("ab");
  await page.keyboard.press("Control+Enter");
  await approved(sent);
});

test("rules that cannot be checked are said, with a way on", async ({ page, sandbox, reviewPage }) => {
  let broken = true;
  await page.route(/\/schema-[^/]*\/worker\.mjs$/, (route) => (broken ? route.abort() : route.fallback()));
  const schema = { type: "object", properties: { code: { type: "string", maxLength: 3 } } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { code: "abcd" });
  await reviewPage.approve.click();
  const note = reviewPage.root.locator(".sl-note", { hasText: "The rules could not be checked" });
  await expect(note).toBeVisible();
  expect(sent).toEqual([]);
  broken = false;
  await note.getByRole("button", { name: "Check again" }).click();
  await expect(said(reviewPage, "/code")).toHaveText(/4 characters found/);
  await expect(note).toHaveCount(0);
  expect(sent).toEqual([]);
});

test("an approval that was left while its rules were being checked is said to have decided nothing", async ({ page, sandbox, reviewPage }) => {
  await page.route(/\/schema-[^/]*\/worker\.mjs$/, (route) => route.fulfill({ contentType: "text/javascript", body: "onmessage = () => {};" }));
  const schema = { type: "object", properties: { code: { type: "string", maxLength: 3 } } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { code: "ab" });
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Checking the rules").first()).toBeAttached();
  await page.keyboard.press("g");
  await page.keyboard.press("v");
  await expect(page.locator("main[data-page=reviews]")).toBeVisible();
  await expect(page.locator(".sl-toast")).toContainText(/Nothing was decided on .+: you left while its rules were being checked\./);
  expect(sent).toEqual([]);
});

test("a check that never ends does not hold an approval: it is said, and one can go on without", async ({ page, sandbox, reviewPage }) => {
  await page.clock.install();
  await page.route(/\/schema-[^/]*\/worker\.mjs$/, (route) => route.fulfill({ contentType: "text/javascript", body: "onmessage = () => {};" }));
  const schema = { type: "object", properties: { code: { type: "string", maxLength: 3 } } };
  const sent = await openOwnReview(page, sandbox, reviewPage, schema, { code: "abcd" });
  await reviewPage.approve.click();
  await expect(page.getByText("Checking the rules").first()).toBeAttached();
  await page.clock.runFor(12_000);
  const note = reviewPage.root.locator(".sl-note", { hasText: "The rules could not be checked" });
  await expect(note).toBeVisible();
  expect(sent).toEqual([]);
  await note.getByRole("button", { name: "Approve without the check" }).click();
  await approved(sent);
});
