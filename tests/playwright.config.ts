// The browser tests. `cargo xtask test` builds what they need and names it in SLUICE_BIN and SLUICE_APP; each worker then starts a
// sandbox and a gateway of its own on free ports (e2e/fixtures/servers.ts), so tests never meet a running Sluice.

import { defineConfig, devices } from "@playwright/test";

const isRoot = process.getuid?.() === 0;
const chromium = process.env["SLUICE_CHROMIUM"] ?? "/usr/bin/chromium";

// Chromium obeys the last list alone, so this one repeats Playwright's. The last two are the address bar's popup, a page with a renderer
// of its own for every window: nearly a second of CPU time a test.
const disabledFeatures = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "DialMediaRouteProvider",
  "GlobalMediaControls",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "BlockOriginHeaderModificationOnRedirect",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "Translate",
  "AutoDeElevate",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
];

// Chromium refuses its own sandbox to root; the rest keeps it from talking to the outside while tests run.
const args = [
  ...(isRoot ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${disabledFeatures.join(",")}`,
];

export default defineConfig({
  outputDir: "../target/browser-tests/results",
  fullyParallel: false,
  forbidOnly: Boolean(process.env["CI"]),
  // A busy machine may be late; a test that fails three times fails, and one that needed another try is listed as flaky.
  retries: process.env["CI"] ? 2 : 0,
  // Each worker is a browser, a gateway and a sandbox: more than two starve each other on a small machine.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["html", { outputFolder: "../target/browser-tests/report", open: "never" }]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    colorScheme: "light",
    // Recording every test takes a third of its time; to see one that failed here, repeat it with `--trace on`.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: chromium, args },
  },
  projects: [
    { name: "desktop", testDir: "e2e/specs", use: { viewport: { width: 1440, height: 900 } } },
    // What has to hold on a narrow touch screen as well is tagged.
    { name: "phone", testDir: "e2e/specs", grep: /@phone/, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    { name: "size", testDir: "size", use: { viewport: { width: 1440, height: 900 } } },
    { name: "screenshots", testDir: "screenshots", use: { viewport: { width: 1440, height: 900 } } },
    { name: "bench", testDir: "bench", timeout: 900_000, use: { viewport: { width: 1440, height: 900 }, trace: "off" } },
  ],
});
