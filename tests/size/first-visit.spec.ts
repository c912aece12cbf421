// How much a first visit downloads: every answer outside /api, as the browser received it.

import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { expect, test } from "../e2e/fixtures/test.ts";

/** What a first visit may cost, in bytes (1 kB = 1000 bytes): 220 kB were the first history alone; its depth and the review desk came since. */
const LIMIT = 270_000;

const dist = process.env["SLUICE_APP"] ?? resolve(import.meta.dirname, "../../dist");

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

function size(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function row(cells: (string | number)[]): string {
  const [name = "", ...numbers] = cells;
  return String(name).padEnd(44) + numbers.map((cell) => cell.toLocaleString("en").padStart(11)).join("");
}

test("everything in dist/, file by file", () => {
  const built = files(dist).filter((path) => !/\.(br|gz)$/.test(path));
  const lines = built
    .map((path) => ({ name: relative(dist, path), raw: size(path), gz: size(`${path}.gz`) || size(path), br: size(`${path}.br`) || size(path) }))
    .sort((a, b) => b.br - a.br);
  console.log([row(["file", "raw", "gzip", "brotli"]), ...lines.map((line) => row([line.name, line.raw, line.gz, line.br]))].join("\n"));
  expect(lines.some((line) => line.name.endsWith(".wasm") && line.br < line.raw)).toBe(true);
});

test(`a first visit to / downloads at most ${LIMIT / 1000} kB`, async ({ page, stack }) => {
  const bytes = new Map<string, { path: string; encoding: string; body: number }>();
  // A new context starts with an empty cache, and uses it within the visit as a visitor's browser does.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  cdp.on("Network.responseReceived", ({ requestId, response }) => {
    const url = new URL(response.url);
    if (url.origin !== stack.gateway.url || url.pathname.startsWith("/api/")) return;
    const headers = new Map(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]));
    // A preload and its use are one download: an answer from memory was received before.
    if (response.fromDiskCache || response.fromPrefetchCache) return;
    bytes.set(requestId, { path: url.pathname, encoding: headers.get("content-encoding") ?? "", body: Number(headers.get("content-length") ?? 0) });
  });
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const entry = bytes.get(requestId);
    // Without a content-length the whole answer counts, headers included.
    if (entry && entry.body === 0) entry.body = encodedDataLength;
  });

  await page.goto(stack.gateway.url, { waitUntil: "networkidle" });
  await page.locator("table.sl-runs tbody tr[data-run]").first().waitFor();
  await page.waitForLoadState("networkidle");

  const answers = [...bytes.values()].sort((a, b) => b.body - a.body);
  const total = answers.reduce((sum, answer) => sum + answer.body, 0);
  console.log([row(["answer", "bytes"]), ...answers.map((answer) => row([`${answer.path} (${answer.encoding || "plain"})`, answer.body])), row(["total", total]), row(["limit", LIMIT])].join("\n"));

  expect(answers.map((answer) => answer.path)).toContain("/");
  // The pages behind the history come when somebody points at a link to one: they cost a first visit nothing.
  expect(answers.filter((answer) => answer.path.endsWith(".wasm")).map((answer) => answer.path)).toEqual([expect.stringMatching(/_bg\.wasm$/)]);
  for (const answer of answers) {
    if (/\.(js|wasm|css|svg)$|^\/$/.test(answer.path) && answer.body > 200) expect(answer.encoding, answer.path).toBe("br");
  }
  const twice = answers.map((answer) => answer.path).filter((path, at, all) => /-[0-9a-f]{8,}/.test(path) && all.indexOf(path) !== at);
  expect(twice, "downloaded more than once").toEqual([]);
  expect(total).toBeLessThanOrEqual(LIMIT);
});
