// What a page shows, in one question to it.

import type { Page } from "@playwright/test";

import { TEXT_FIELD } from "./ways.ts";

/** How long a page may move before it is looked at all the same, and how often it is asked meanwhile. */
const MOVES_MS = 2_000;

export type Seen = Awaited<ReturnType<typeof look>>;

/** The page once it rests: it waits for nothing, and nothing of it has changed for so many milliseconds. */
export function look(page: Page, rest: number) {
  return page.evaluate(
    async ([field, rest, longest]) => {
      const waits = () => document.querySelector("#boot, main .sl-skel, main .sl-part[role=status]") !== null || /Looking/.test(document.querySelector("#jump-said")?.textContent ?? "");
      const signs = () => [location.href, document.title, document.activeElement?.id, document.querySelector("main")?.getAttribute("data-page"), document.querySelectorAll("tr, dialog[open], details[open]").length].join();
      for (let [before, left] = ["", longest]; left > 0; left -= rest) {
        const now = signs();
        if (now === before && !waits()) break;
        before = now;
        await new Promise((done) => setTimeout(done, rest));
      }
      const named = decodeURIComponent(location.pathname.split("/")[4] ?? "");
      const main = document.querySelector("main");
      const loaded = !("walked" in window);
      Object.assign(window, { walked: true });
      const value = (selector: string) => document.querySelector<HTMLInputElement>(selector)?.value ?? null;
      const text = (selector: string) => document.querySelector(selector)?.textContent?.trim() ?? null;
      const active = document.activeElement;
      const connection = document.querySelector<HTMLSelectElement>("#connection");
      const of = new URLSearchParams(location.search).get("c") ?? "";
      const links = Array.from(document.querySelectorAll("table.sl-runs tbody .c-num a"), (link) => link.getAttribute("href") ?? "");
      return {
        path: location.pathname,
        query: location.search,
        length: history.length,
        page: main?.getAttribute("data-page") ?? null,
        heading: main?.querySelector("h1")?.textContent?.trim() ?? "",
        named: main?.textContent?.includes(named) ?? false,
        mains: document.querySelectorAll("main").length,
        waits: waits(),
        missing: main?.querySelector(".sl-empty[role=alert], .sl-part[role=alert]") !== null,
        title: document.title.replace(/^\(\d+\+?\) /, ""),
        focus: active?.tagName ?? "",
        /** Nobody sees where keys go. */
        lost: !active || active === document.body || !active.checkVisibility({ visibilityProperty: true }),
        dialogs: document.querySelectorAll("dialog[open]").length,
        menus: document.querySelectorAll(".sl-menu[open]").length,
        current: document.querySelector(".sl-nav [aria-current]")?.getAttribute("href") ?? null,
        theme: document.documentElement.getAttribute("data-theme"),
        stopped: document.querySelector("[data-reload]") !== null,
        kept: Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith("sluice."))) as Record<string, string>,
        connection: connection?.value ?? null,
        label: connection?.selectedOptions[0]?.textContent?.trim() ?? null,
        flow: text(".sl-flowpick bdi"),
        search: value("#search"),
        size: value("#size"),
        whose: value("main[data-page=reviews] select[aria-label=Connection]"),
        foreign: of === "*" || of === "" ? [] : links.filter((href) => !href.startsWith(`/c/${of}/`)),
        chosen: Number.parseInt(text(".sl-bulk strong")?.replace(",", "") ?? "0", 10) || 0,
        field: value(field),
        loaded,
      };
    },
    [TEXT_FIELD, rest, MOVES_MS] as const,
  );
}
