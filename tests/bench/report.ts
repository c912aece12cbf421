// Hands samples to `cargo xtask bench`, with the machine that they were taken on.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

import type { Browser } from "@playwright/test";

/** Over the last minute, before the browser and the servers of the bench add theirs. */
const load = (loadavg()[0] ?? 0).toFixed(1);

/** Writes `{name}.json` into the folder that the bench reads; without one (a spec run by hand) there is nobody to hand it to. */
export function report(name: string, browser: Browser, measured: Record<string, unknown>): void {
  const folder = process.env["SLUICE_BENCH_OUT"];
  const text = JSON.stringify({ machine: machine(browser.version()), ...measured }, undefined, 2);
  if (folder) writeFileSync(join(folder, `${name}.json`), text);
}

function machine(chromium: string): Record<string, string> {
  const [first, ...others] = cpus();
  let commit = "no commit";
  try {
    commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    // A clone without git is a place to measure as well.
  }
  return {
    cpu: `${others.length + 1} × ${first?.model.trim() ?? "unknown CPU"}`,
    browser: `Chromium ${chromium}`,
    date: new Date().toISOString().slice(0, 10),
    commit,
    load,
  };
}
