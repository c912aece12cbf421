// Hands samples to `cargo xtask bench`, with the machine that they were taken on.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

import type { Browser } from "@playwright/test";

/** How often something is measured per condition. */
export const RUNS = Number(process.env["SLUICE_BENCH_RUNS"] ?? "15");

/** Over the last minute, when this file is loaded: before the browser and the servers of the bench add theirs. */
const load = (loadavg()[0] ?? 0).toFixed(1);

/** Writes `{name}.json` into the folder that the bench reads; without one (a spec run by hand) there is nobody to hand it to. */
export function report(name: string, browser: Browser, measured: Record<string, unknown>): void {
  const folder = process.env["SLUICE_BENCH_OUT"];
  const text = JSON.stringify({ machine: machine(browser.version()), ...measured }, undefined, 2);
  if (folder) writeFileSync(join(folder, `${name}.json`), text);
}

/** Says how far the bench is: the medians of a condition. */
export function progress(condition: string, samples: Record<string, number[]>): void {
  const medians = Object.entries(samples).map(([of, taken]) => `${of} ${median(taken).toFixed(1)} ms`);
  console.log(`${condition}: ${medians.join(", ")}`);
}

function median(samples: number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** What is measured: an hour later the working copy may be another. */
const commit = described();

function described(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    // A clone without git is a place to measure as well.
    return "no commit";
  }
}

function machine(chromium: string): Record<string, string> {
  const [first, ...others] = cpus();
  return {
    cpu: `${others.length + 1} × ${first?.model.trim() ?? "unknown CPU"}`,
    browser: `Chromium ${chromium}`,
    date: new Date().toISOString().slice(0, 10),
    commit,
    load,
  };
}
