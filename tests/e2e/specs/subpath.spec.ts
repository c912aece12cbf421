// Under a path such as /sluice/: pages, links, reads and what is fetched on first use, whether the proxy passes the path on or takes it away.

import { Proxy } from "../fixtures/proxy.ts";
import { Stack } from "../fixtures/servers.ts";
import { expect, test as base } from "../fixtures/test.ts";

const test = base.extend<object, { under: Stack }>({
  under: [
    async ({}, use) => {
      const stack = await Stack.start({ runs: 120, basePath: "/sluice/" });
      await use(stack);
      await stack.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
});

for (const passed of [true, false]) {
  test(`under a path that the proxy ${passed ? "passes on" : "takes away"} everything works`, async ({ page, under }) => {
    const proxy = passed ? undefined : await Proxy.start(under.gateway.url, "/sluice");
    const root = `${proxy?.url ?? `${under.gateway.url}/sluice`}/`;
    const outside: string[] = [];
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol === "http:" && !url.pathname.startsWith("/sluice/")) outside.push(url.pathname);
    });
    await page.goto(root);
    await page.locator("tr[data-run]").first().waitFor();
    await page.locator("tr[data-run] a[href*='/runs/']").first().click();
    await expect(page).toHaveURL(/\/sluice\/c\/[^/]+\/runs\/[^/]+/);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    // The same page, opened by its address.
    await page.reload();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.getByRole("link", { name: "Reviews" }).first().click();
    await expect(page).toHaveURL(/\/sluice\/reviews/);
    await page.goBack();
    await expect(page).toHaveURL(/\/sluice\/c\/[^/]+\/runs\/[^/]+/);
    // What opens pictures, and checks schemas in a worker.
    const kinds = await page.evaluate(async () => {
      const given = globalThis as unknown as { sluiceImport(path: string): Promise<object>; sluiceSchema(): Promise<object> };
      return [typeof (await given.sluiceImport("./pictures/picture.mjs")), typeof (await given.sluiceSchema())];
    });
    expect(kinds).toEqual(["object", "object"]);
    expect(outside, "nothing is asked for at the root").toEqual([]);
    await proxy?.stop();
  });
}
