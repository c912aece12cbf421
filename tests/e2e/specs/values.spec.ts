// No value changed in silence, and every value that can be meant can be typed.

import type { Page } from "@playwright/test";

import { draftText, object, paste } from "../fixtures/editing.ts";
import { untilReadable } from "../fixtures/quiet.ts";
import { openOwnReview } from "../fixtures/own-review.ts";
import { expect, test } from "../fixtures/test.ts";
import type { ReviewPage } from "../pages/review.ts";

const said = (reviewPage: ReviewPage, pointer: string) => reviewPage.root.locator(`[id="${pointerId(pointer)}-x"]`);
const pointerId = (pointer: string) => `f${encodeURIComponent(pointer)}`;
const json = async (reviewPage: ReviewPage) => JSON.parse(await draftText(reviewPage)) as Record<string, unknown>;

/** Clears one part of a date as a person does: the control then has no value, and says so only to who asks. */
async function clearPart(page: Page, reviewPage: ReviewPage, pointer: string): Promise<void> {
  await reviewPage.at(pointer).focus();
  await page.keyboard.press("Backspace");
}

test("half a date is an error at its field, stops approval and keeps the value", async ({ page, sandbox, reviewPage }) => {
  const date = { type: ["string", "null"], format: "date" };
  const sent = await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ due: date, paid: date, note: { type: "string" }, lines: { type: "array", items: object({ d: date, q: { type: "integer" } }) } }, ["note"]),
    { due: "2026-05-17", paid: null, note: "n", lines: [{ d: "2026-05-17", q: 1 }, { d: "2026-05-18", q: 2 }] },
  );
  const incomplete = "The date is not complete.";
  await clearPart(page, reviewPage, "/due");
  await expect(said(reviewPage, "/due")).toContainText(incomplete);
  await clearPart(page, reviewPage, "/lines/1/d");
  await expect(said(reviewPage, "/lines/1/d")).toContainText(incomplete);
  // The browser tells nobody of a part that is filled in where nothing stood.
  await reviewPage.at("/paid").focus();
  await page.keyboard.type("5");
  await page.keyboard.press("Control+Enter");
  await expect(said(reviewPage, "/paid")).toContainText(incomplete);
  await expect(reviewPage.at("/due")).toBeFocused();
  await reviewPage.approve.click();
  expect(sent).toEqual([]);
  await expect(reviewPage.approve).toHaveText(/Approve\s*A?$/);
  await reviewPage.at("/due").fill("2026-05-19");
  await expect(said(reviewPage, "/due")).not.toContainText(incomplete);
  // Drawn anew, the controls show what the draft holds.
  expect(await json(reviewPage)).toEqual({ due: "2026-05-19", paid: null, note: "n", lines: [{ d: "2026-05-17", q: 1 }, { d: "2026-05-18", q: 2 }] });
  await expect(said(reviewPage, "/lines/1/d")).not.toContainText(incomplete);
  await expect(reviewPage.at("/lines/1/d")).toHaveValue("2026-05-18");
});

test("a value that is not valid JSON costs itself alone, and is not approved until it has one", async ({ page, sandbox, reviewPage }) => {
  const sent = await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ total: { type: "number" }, rate: { type: "number" }, note: { type: "string" } }),
    '{"total":NaN,"rate":-Infinity,"note":"n"}',
  );
  await expect(reviewPage.at("/note")).toHaveValue("n");
  await reviewPage.approve.click();
  await expect(said(reviewPage, "/total")).toContainText("The vendor sent NaN, which is not valid JSON.");
  await expect(said(reviewPage, "/rate")).toContainText("The vendor sent -Infinity, which is not valid JSON.");
  expect(sent).toEqual([]);
  await reviewPage.at("/total").fill("5");
  await reviewPage.at("/rate").fill("0.5");
  await reviewPage.approve.click();
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]?.modified_data).toEqual({ total: 5, rate: 0.5, note: "n" });
});

test("a pasted column of amounts is shown first, fills its column and nothing else, and one undo takes it back", async ({ page, sandbox, reviewPage, a11y }) => {
  const line = { text: { type: "string" }, amount: { type: "number" }, quantity: { type: "number" } };
  await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ lines: { type: "array", items: object(line) } }),
    { lines: [{ text: "a", amount: 10, quantity: 5 }, { text: "b", amount: 20, quantity: 6 }, { text: "c", amount: 30, quantity: 7 }] },
  );
  const question = page.getByRole("dialog", { name: /^Paste/ });
  await reviewPage.at("/lines/0/amount").focus();
  await paste(page, "1,612.50\n2,000.00\n1,612\n");
  await expect(question).toContainText("3 cells hold something else now.");
  await expect(question.getByRole("row").nth(1)).toHaveText("1amount101612.50");
  await a11y.audit();
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(reviewPage.at("/lines/0/amount")).toHaveValue("10");
  await reviewPage.at("/lines/0/amount").focus();
  await paste(page, "1,612.50\n2,000.00\n1,612\n");
  await expect(question).toBeVisible();
  // Hands that go on typing do not confirm what nobody has read.
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(question).toBeVisible();
  await untilReadable(page);
  await page.keyboard.press("Enter");
  await expect(reviewPage.at("/lines/0/amount")).toHaveValue("1612.50");
  await expect(reviewPage.at("/lines/1/amount")).toHaveValue("2000.00");
  await expect(said(reviewPage, "/lines/2/amount")).toContainText("“1,612” can be read in several ways.");
  await said(reviewPage, "/lines/2/amount").getByRole("button", { name: "1612" }).click();
  const value = { lines: [{ text: "a", amount: 1612.5, quantity: 5 }, { text: "b", amount: 2000, quantity: 6 }, { text: "c", amount: 1612, quantity: 7 }] };
  expect(await json(reviewPage)).toEqual(value);
  await reviewPage.at("/lines/2/amount").focus();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(reviewPage.approve).toHaveText(/Approve\s*A?$/);
});

test("a note of two lines goes into its own cell, whether a spreadsheet quoted it or not", async ({ page, sandbox, reviewPage }) => {
  await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ lines: { type: "array", items: object({ text: { type: "string" }, q: { type: "integer" } }) } }),
    { lines: [{ text: "a", q: 1 }, { text: "b", q: 2 }] },
  );
  const question = page.getByRole("dialog", { name: /^Paste/ });
  await reviewPage.at("/lines/0/text").fill("");
  await paste(page, "first line\r\nsecond line");
  await expect(question.getByRole("button", { name: "Put all of it into this field" })).toBeFocused();
  await untilReadable(page);
  await page.keyboard.press("Enter");
  await expect(reviewPage.at("/lines/0/text")).toHaveValue("first line\nsecond line");
  await expect(reviewPage.at("/lines/0/text")).toBeFocused();
  await reviewPage.at("/lines/1/text").fill("");
  await paste(page, '"one ""two""\nthree"\r\n', "<table><tr><td>…</td></tr></table>");
  await expect(reviewPage.at("/lines/1/text")).toHaveValue('one "two"\nthree');
  expect(await json(reviewPage)).toEqual({ lines: [{ text: "first line\nsecond line", q: 1 }, { text: 'one "two"\nthree', q: 2 }] });
});

test("line breaks of a text that is dragged into a field of one line stay", async ({ page, sandbox, reviewPage }) => {
  await openOwnReview(page, sandbox, reviewPage, object({ address: { type: "string" }, total: { type: "number" } }), { address: "Old", total: 1 });
  const drop = (pointer: string, text: string) =>
    reviewPage.at(pointer).evaluate((field, text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      return field.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, text);
  expect(await drop("/address", " Street 1\r\n12345 Town\r\n")).toBe(false);
  await expect(reviewPage.at("/address")).toHaveValue("Old Street 1\n12345 Town");
  // What has one line is the browser's, and so is what is no text.
  expect(await drop("/address", "one line\n")).toBe(true);
  expect(await drop("/total", "1\n2")).toBe(true);
});

test("line breaks pasted into a field of one line stay, and CRLF survives an edit elsewhere in its text", async ({ page, sandbox, reviewPage }) => {
  await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ address: { type: "string" }, note: { type: "string" }, old: { type: "string" }, total: { type: "number" } }),
    { address: "Old", note: "a\r\nb\r\nc", old: "x\ry", total: 1 },
  );
  await reviewPage.at("/address").focus();
  await page.keyboard.press("End");
  await paste(page, " Street 1\r\n12345 Town\r\n");
  await expect(reviewPage.at("/address")).toHaveValue("Old Street 1\n12345 Town");
  await page.keyboard.type("!");
  await expect(reviewPage.at("/address")).toHaveValue("Old Street 1\n12345 Town!");
  await reviewPage.at("/total").focus();
  await page.keyboard.press("Control+a");
  await paste(page, "€ 1.612,50\r\n");
  await expect(reviewPage.at("/total")).toHaveValue("1612.50");
  for (const pointer of ["/note", "/old"]) {
    await reviewPage.at(pointer).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("!");
  }
  expect(await json(reviewPage)).toEqual({ address: "Old Street 1\n12345 Town!", note: "a\r\nb\r\nc!", old: "x\ry!", total: 1612.5 });
  for (const pointer of ["/note", "/old"]) {
    await reviewPage.at(pointer).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Backspace");
  }
  await expect(reviewPage.approve).toHaveText(/Approve with 2 changes/);
});

test("numbers are taken as people write them, and what can be read in two ways is asked at the field", async ({ page, sandbox, reviewPage }) => {
  const sent = await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ total: { type: "number" }, qty: { type: "integer", minimum: 0 }, note: { type: "string" } }, ["total"]),
    { total: 12.5, qty: 3, note: "n" },
  );
  const total = reviewPage.at("/total");
  await expect(total).not.toHaveAttribute("inputmode", /decimal|numeric/);
  await expect(reviewPage.at("/qty")).toHaveAttribute("inputmode", "numeric");
  for (const [typed, number] of [["1.612,50", "1612.50"], ["€ 1 612,50", "1612.50"], [".5", "0.5"], ["+5", "5"], ["0050", "50"], ["(50.00)", "-50.00"], ["−5", "-5"], ["١٬٦١٢٫٥", "1612.5"]] as const) {
    await total.fill(typed);
    await expect(total).toHaveValue(typed);
    await total.blur();
    await expect(total).toHaveValue(number);
  }
  await total.fill("1,612");
  await reviewPage.approve.click();
  await expect(total).toBeFocused();
  expect(sent).toEqual([]);
  await expect(said(reviewPage, "/total").getByRole("button")).toHaveText([/^1612\b/, /^1\.612\b/, /^Revert/]);
  await page.keyboard.press("Alt+Shift+Enter");
  await expect(total).toHaveValue("1.612");
  await total.fill("1,612");
  await page.keyboard.press("Alt+Enter");
  await expect(total).toHaveValue("1612");
  // A point is asked as a comma is, typed or copied: who writes 1.613 may mean either.
  await total.fill("1.613");
  await total.blur();
  expect(await json(reviewPage)).toMatchObject({ total: 1612 });
  await said(reviewPage, "/total").getByRole("button", { name: "1613" }).click();
  expect(await json(reviewPage)).toMatchObject({ total: 1613 });
  await total.focus();
  await page.keyboard.press("Control+a");
  await paste(page, "1.614");
  await said(reviewPage, "/total").getByRole("button", { name: "1614" }).click();
  expect(await json(reviewPage)).toMatchObject({ total: 1614 });
});

test("a value of another type is said at its field and put right by one key, by typing it again, or with all others", async ({ page, sandbox, reviewPage }) => {
  const sent = await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ total: { type: "number" }, paid: { type: "boolean" }, po: { type: "string" }, n2: { type: "integer" }, note: { type: "string" } }, ["total", "paid", "po"]),
    { total: "1200.00", paid: "true", po: 4711, n2: "7", note: "n" },
  );
  await expect(said(reviewPage, "/total")).toContainText("Text found, a number is expected.");
  await reviewPage.at("/total").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("1200.00");
  await expect(said(reviewPage, "/total")).not.toContainText("expected");
  await reviewPage.at("/po").focus();
  await page.keyboard.press("Alt+Enter");
  await expect(said(reviewPage, "/po")).not.toContainText("expected");
  await said(reviewPage, "/paid").getByRole("button", { name: "Make it Yes" }).click();
  await expect(said(reviewPage, "/n2")).toContainText("Text found, a whole number is expected.");
  await reviewPage.root.getByRole("button", { name: "Undo", exact: true }).click();
  await reviewPage.root.getByRole("button", { name: "Put 2 values right" }).click();
  const text = await draftText(reviewPage);
  expect(text).toContain('"total": 1200.00');
  expect(JSON.parse(text)).toEqual({ total: 1200, paid: true, po: "4711", n2: 7, note: "n" });
  await reviewPage.approve.click();
  await expect.poll(() => sent.length).toBe(1);
});

test("text beyond what can be searched for is kept, counted and not searched for", async ({ page }) => {
  const long = "x".repeat(250);
  const told = "This has 250 characters: up to 200 can be searched for.";
  const fields = [
    ["/reviews", page.getByRole("searchbox")],
    ["/audit", page.getByRole("textbox", { name: "Who" })],
    ["/", page.getByRole("searchbox")],
  ] as const;
  for (const [path, field] of fields) {
    await page.goto(path);
    await field.fill(long);
    await field.press("Enter");
    await expect(page.getByText(told).first(), path).toBeVisible();
    await expect(field).toHaveValue(long);
  }
  await page.locator("#jump").fill(long);
  await page.keyboard.press("Enter");
  await expect(page.locator("#jump-said")).toHaveText(told);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("combobox", { name: "Go to anything" });
  await palette.fill(long);
  await expect(palette).toHaveValue(long);
  await expect(page.getByRole("dialog").getByText(told)).toBeVisible();
});

test("a list of types takes each of them, and the type can be chosen", async ({ page, sandbox, reviewPage }) => {
  const either = { type: ["integer", "string"] };
  await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object({ ref: either, ref2: either, both: { type: ["number", "string", "null"] }, lines: { type: "array", items: object({ code: either }) } }, ["ref", "ref2"]),
    { ref: 4711, ref2: "4711-A", both: null, lines: [{ code: 1 }] },
  );
  const kind = reviewPage.root.getByLabel("Kind of ref", { exact: true });
  await expect(kind.locator("option:checked")).toHaveText("A whole number");
  await reviewPage.at("/ref").fill("4711-A");
  await expect(kind.locator("option:checked")).toHaveText("Text");
  await reviewPage.at("/ref2").fill("0815");
  await reviewPage.at("/both").fill("about 5");
  await reviewPage.at("/lines/0/code").fill("1-A");
  expect(await json(reviewPage)).toEqual({ ref: "4711-A", ref2: "0815", both: "about 5", lines: [{ code: "1-A" }] });
  await reviewPage.root.getByLabel("Kind of ref2").selectOption("A whole number");
  await expect(reviewPage.at("/ref2")).toHaveValue("815");
  expect(await json(reviewPage)).toMatchObject({ ref2: 815 });
});

test("the branch that accepts the value is chosen; branches have distinct names and can be changed", async ({ page, sandbox, reviewPage }) => {
  const sent = await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object(
      {
        day: { anyOf: [{ type: "string", format: "date" }, { type: "string", enum: ["today", "previous"] }] },
        code: { oneOf: [{ type: "string", pattern: "^\\d+$" }, { type: "string", minLength: 2, pattern: "^[A-Z]-" }] },
        limit: { anyOf: [{ type: "number", maximum: 10 }, { type: "number", minimum: 100 }] },
      },
      ["day", "code"],
    ),
    { day: "previous", code: "A-1", limit: 150 },
  );
  const kind = (name: string) => reviewPage.root.getByLabel(`Kind of ${name}`);
  await expect(kind("day").locator("option")).toHaveText(["A date", "today, previous"]);
  await expect(kind("day").locator("option:checked")).toHaveText("today, previous");
  await expect(kind("code").locator("option:checked")).toHaveText("Text that fits ^[A-Z]-");
  await expect(kind("limit").locator("option")).toHaveText(["A number, 10 or less", "A number, 100 or more"]);
  await expect(kind("limit").locator("option:checked")).toHaveText("A number, 100 or more");
  await reviewPage.at("/limit").fill("9");
  await expect(kind("limit").locator("option:checked")).toHaveText("A number, 10 or less");
  await kind("day").selectOption("A date");
  await reviewPage.at("/day").fill("2026-05-17");
  await reviewPage.approve.click();
  await expect.poll(() => sent.at(-1)?.modified_data).toEqual({ day: "2026-05-17", code: "A-1", limit: 9 });
});

test("values that read alike are chosen by their place, and choices have the schema's titles and descriptions", async ({ page, sandbox, reviewPage }) => {
  await openOwnReview(
    page,
    sandbox,
    reviewPage,
    object(
      {
        tax: { enum: ["", "EU", "US"] },
        n: { enum: [1, "1"] },
        nul: { enum: [null, "null"] },
        sp: { enum: ["a ", "a"] },
        reason: { oneOf: [{ const: "R07", title: "Damaged in transit" }, { const: "R12", title: "Wrong quantity", description: "More than ordered" }] },
        r2: { anyOf: [{ const: 1, title: "One" }, { const: 2, title: "Two" }, { type: "null" }] },
        vendor: { enum: ["a", "b"], enumNames: ["Alpha", "Beta"] },
      },
      ["tax", "n", "nul", "sp", "reason", "r2", "vendor"],
    ),
    { tax: "EU", n: 1, nul: null, sp: "a ", reason: "R12", r2: 1, vendor: "a" },
  );
  const options = (pointer: string) => reviewPage.at(pointer).locator("option");
  await expect(options("/tax")).toHaveText(["empty text", "EU", "US"]);
  await expect(options("/n")).toHaveText(["1", "“1”"]);
  await expect(options("/nul")).toHaveText(["nothing", "“null”"]);
  await expect(options("/reason")).toHaveText(["Damaged in transit (R07)", "Wrong quantity (R12): More than ordered"]);
  await expect(options("/r2")).toHaveText(["nothing", "One (1)", "Two (2)"]);
  await expect(options("/vendor")).toHaveText(["Alpha (a)", "Beta (b)"]);
  await expect(reviewPage.at("/sp").locator("option:checked")).toHaveText("“a ”");
  for (const [pointer, index] of [["/tax", 0], ["/n", 1], ["/nul", 1], ["/sp", 1], ["/reason", 0], ["/r2", 0], ["/vendor", 1]] as const) {
    await reviewPage.at(pointer).selectOption({ index });
  }
  expect(await json(reviewPage)).toEqual({ tax: "", n: "1", nul: "null", sp: "a", reason: "R07", r2: null, vendor: "b" });
  await reviewPage.at("/n").focus();
  await page.keyboard.press("F9");
  await expect(reviewPage.at("/n").locator("option:checked")).toHaveText("1");
  expect(await json(reviewPage)).toMatchObject({ n: 1 });
});
