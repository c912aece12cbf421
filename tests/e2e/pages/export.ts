// The export of runs: what is asked, and the file that comes of it.

import { readFile } from "node:fs/promises";

import { expect, type Locator, type Page } from "@playwright/test";

export type Row = Record<string, string>;

export class ExportPage {
  readonly dialog: Locator;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole("dialog");
  }

  /** Without it the browser would ask for a place with a window of its own. */
  async asDownload(): Promise<void> {
    await this.page.addInitScript(() => {
      Reflect.deleteProperty(window, "showSaveFilePicker");
    });
  }

  async open(): Promise<void> {
    await this.page.getByRole("button", { name: "Export runs" }).click();
    await expect(this.dialog.getByRole("heading", { name: "Export runs" })).toBeVisible();
  }

  async choose(format: "CSV" | "JSON"): Promise<void> {
    await this.dialog.getByRole("radio", { name: new RegExp(`^${format},`) }).check();
  }

  /** Presses Export, or another button, and answers with the file. */
  async download(button: string | RegExp = "Export"): Promise<{ name: string; text: string }> {
    const [file] = await Promise.all([this.page.waitForEvent("download"), this.dialog.getByRole("button", { name: button, exact: typeof button === "string" }).click()]);
    return { name: file.suggestedFilename(), text: await readFile((await file.path()) ?? "", "utf8") };
  }
}

/** A CSV file by RFC 4180: rows by the names of its first one. */
export function csv(text: string, separator = ","): Row[] {
  expect(text.startsWith("\uFEFF"), "a byte order mark").toBe(true);
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quoted && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === separator || character === "\r")) {
      rows.at(-1)?.push(cell);
      cell = "";
    } else if (!quoted && character === "\n") rows.push([]);
    else cell += character;
  }
  expect(rows.at(-1), "the last line ends like all others").toEqual([]);
  const [names, ...lines] = rows.slice(0, -1);
  return lines.map((line) => {
    expect(line).toHaveLength(names?.length ?? 0);
    return Object.fromEntries(line.map((value, column) => [names?.[column] ?? "", value]));
  });
}
