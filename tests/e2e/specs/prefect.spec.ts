// A review of Prefect, drawn from what a server of 3.9.1 answered (the adapter's fixtures).

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { knownAs } from "../fixtures/money.ts";
import { Stack } from "../fixtures/servers.ts";
import { expect, test as base } from "../fixtures/test.ts";
import { EvidencePane } from "../pages/evidence.ts";

const RUN = "3faaa26f-2cfe-43b5-b5d3-0aaa8e74097d";
const REVIEW = "01a22d04-67cd-7ea3-85da-bfd9b4ee65aa";
const PATH = `/c/prefect/runs/${RUN}/reviews/${REVIEW}`;

const test = base.extend<object, object>({
  stack: [
    async ({}, use) => {
      const stack = await Stack.start({ runs: 120, prefect: true });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

type Item = Record<string, unknown>;

async function recorded(name: string): Promise<unknown> {
  return JSON.parse(await readFile(resolve(import.meta.dirname, `../../../crates/runs/tests/fixtures/prefect/${name}.json`), "utf8"));
}

/** Answers as the server did; `change` alters what one of its answers holds. */
async function answers(page: Page, change: (name: string, answer: unknown) => unknown = (_, answer) => answer): Promise<void> {
  const of: [RegExp, string][] = [
    [/flow_runs\/[^/]+\/input\/filter$/, "inputs"],
    [/flow_runs\/filter$/, "runs"],
    [/flow_runs\/[0-9a-f-]{36}$/, "run"],
    [/flow_run_states\/?$/, "states"],
    [/task_runs\/filter$/, "tasks"],
    [/artifacts\/filter$/, "artifacts"],
    [/logs\/filter$/, "logs"],
    [/flows\/filter$/, "flows"],
    [/deployments\/filter$/, "deployments"],
  ];
  await page.route(/\/api\/c\/prefect\//, async (route) => {
    const found = of.find(([path]) => path.test(new URL(route.request().url()).pathname));
    if (!found) return route.fulfill({ json: 0 });
    return route.fulfill({ json: change(found[1], await recorded(found[1])) });
  });
}

test("what is asked and the evidence are read as Markdown and tables, and values are marked in them", async ({ page, a11y, layout }) => {
  await knownAs(page, "Ada Lovelace");
  await answers(page);
  await page.goto(PATH);
  const asked = page.locator(".sl-note", { hasText: "one crate more than ordered" });
  await expect(asked.locator(".sl-md strong")).toHaveText("Delivery D-1002");
  await expect(asked).not.toContainText("**");
  const evidence = new EvidencePane(page);
  await expect(evidence.root.locator(".sl-md__h")).toHaveText("Delivery note D-1002");
  const table = evidence.root.locator("table.sl-md__t");
  await expect(table.locator("th")).toHaveText(["article", "quantity", "price"]);
  await expect(table.locator("td")).toHaveText(["PUMP-7", "3", "116.5"]);
  const link = evidence.root.getByRole("link", { name: "All notes" });
  await expect(link).toHaveAttribute("href", "https://example.com/notes");
  await expect(link).toHaveAttribute("rel", /noopener/);
  await page.locator('[data-path="/total"]').focus();
  await expect(evidence.mine).toHaveText("349.5");
  await page.locator('[data-path="/positions/0/article"]').focus();
  await expect(evidence.mine).toHaveText("PUMP-7");
  await a11y.audit();
  await layout.expectFits("review of Prefect");
});

test("markup of an artifact stays text, and a script is no link", async ({ page }) => {
  await answers(page, (name, answer) => {
    if (name !== "artifacts") return answer;
    const [, , note] = answer as Item[];
    return [{ ...note, data: "<img src=x onerror=alert(1)> [pay](javascript:alert(1))\n\n![scan](https://example.com/scan.png)" }];
  });
  await page.goto(PATH);
  const said = new EvidencePane(page).root.locator(".sl-md");
  await expect(said).toContainText("<img src=x onerror=alert(1)>");
  await expect(said).toContainText("pay (javascript:alert(1))");
  await expect(said.locator("img")).toHaveCount(0);
  await expect(said.getByRole("link")).toHaveCount(1);
});

test("how long there is to answer counts down, and that it is over is said", async ({ page }) => {
  const pauses = (until: number) => async () => {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    const at = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(at);
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === "pause_timeout" && inner !== null ? new Date(until).toISOString() : at(inner)]));
    };
    await answers(page, (_, answer) => at(answer));
    await page.goto(PATH);
  };
  await pauses(Date.now() + 125_000)();
  const left = page.locator(".sl-until");
  await expect(left).toContainText(/ends unanswered in (2 m 0\d s|1 m 5\d s), at Today/);
  const before = await left.innerText();
  await expect(left).not.toHaveText(before);
  await expect(left).toHaveAttribute("data-soon", "");
  await pauses(Date.now() - 5_000)();
  await expect(left).toContainText("the time to answer was over at");
});
