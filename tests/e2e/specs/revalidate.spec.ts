// What a browser has already is not sent to it again, and what is new travels compressed.

import { expect, test } from "../fixtures/test.ts";
import { RECONCILIATION } from "../fixtures/flows.ts";

test("a read that finds nothing new costs a 304", async ({ page, historyPage }) => {
  const session = await page.context().newCDPSession(page);
  const answers: { status: number; encoding: string | undefined }[] = [];
  const asked = new Map<string, string>();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => asked.set(requestId, request.url));
  session.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode, headers }) => {
    if (asked.get(requestId)?.includes("/workflows/runs?")) answers.push({ status: statusCode, encoding: headers["content-encoding"] });
  });
  await session.send("Network.enable");
  await historyPage.open({ c: "retab", flow: RECONCILIATION.retab });
  // A run of another test may still be on its way: until it has ended, each answer is a new one.
  await expect(async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect.poll(() => answers.map(({ status }) => status), { timeout: 2_000 }).toContain(304);
  }).toPass({ timeout: 40_000 });
  expect(answers.find(({ status }) => status === 200)?.encoding).toMatch(/^(br|zstd|gzip)$/);
});
