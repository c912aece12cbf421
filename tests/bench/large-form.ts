// A review of 500 fields: the sandbox's own review, with a larger document and its schema in the vendor's shape.

import type { Page } from "@playwright/test";

export const FIELDS = 500;
const LINES = 40;
const COLUMNS = 5;
const GROUPS = 20;

type Schema = Record<string, unknown>;

/** One field of each kind that documents have, in turn. */
const KINDS: { name: string; schema: Schema; value: (at: number) => unknown }[] = [
  { name: "reference", schema: { type: "string", pattern: "^[A-Z]{2}-[0-9]{4,8}$", maxLength: 40 }, value: (at) => `PO-${10_000 + at}` },
  { name: "amount", schema: { type: "number", minimum: 0, multipleOf: 0.01 }, value: (at) => at * 3 + 0.25 },
  { name: "due", schema: { type: "string", format: "date" }, value: (at) => `2026-03-${String((at % 28) + 1).padStart(2, "0")}` },
  { name: "contact", schema: { type: ["string", "null"], format: "email" }, value: (at) => `team-${at}@example.com` },
  { name: "currency", schema: { enum: ["EUR", "GBP", "USD"] }, value: () => "EUR" },
  { name: "checked", schema: { type: "boolean" }, value: (at) => at % 2 === 0 },
];

const LINE: Schema = {
  type: "object",
  required: ["description", "quantity"],
  properties: {
    description: { type: "string", minLength: 1 },
    quantity: { type: "integer", minimum: 1 },
    unit_price: { type: "number" },
    amount: { type: "number" },
    note: { type: "string" },
  },
};

/** 40 lines of 5 cells, and 300 fields in 20 groups. */
export function largeDocument(): { schema: Schema; data: Record<string, unknown> } {
  const properties: Schema = {};
  const data: Record<string, unknown> = {};
  const perGroup = (FIELDS - LINES * COLUMNS) / GROUPS;
  for (let group = 0; group < GROUPS; group += 1) {
    const inner: Schema = {};
    const values: Record<string, unknown> = {};
    for (let field = 0; field < perGroup; field += 1) {
      const kind = KINDS[field % KINDS.length] as (typeof KINDS)[number];
      const name = `${kind.name}_${field + 1}`;
      inner[name] = { ...kind.schema, description: `Field ${field + 1} of group ${group + 1}` };
      values[name] = kind.value(group * perGroup + field);
    }
    properties[`group_${group + 1}`] = { type: "object", required: Object.keys(inner), properties: inner };
    data[`group_${group + 1}`] = values;
  }
  properties["lines"] = { type: "array", items: LINE, minItems: 1 };
  data["lines"] = Array.from({ length: LINES }, (_, at) => ({
    description: `Item ${at + 1}`,
    quantity: (at % 9) + 1,
    unit_price: 12.5,
    amount: 12.5 * ((at % 9) + 1),
    note: "",
  }));
  return { schema: { type: "object", properties }, data };
}

/** Lets the review of this node have the large document; everything else comes from the sandbox as it is. */
export async function withLargeForm(page: Page, run: string, node: string): Promise<void> {
  const { schema, data } = largeDocument();
  await page.route(new RegExp(`/api/c/retab/workflows/runs/${run}/steps/${node}(\\?|$)`), async (route) => {
    const answer = await route.fetch();
    const step = (await answer.json()) as { output: Record<string, unknown> };
    step.output = { ...step.output, extracted_data: data, json_schema: schema };
    await route.fulfill({ response: answer, json: step });
  });
}
