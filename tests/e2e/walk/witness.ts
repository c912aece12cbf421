// What a person beside the desk would testify: which press asked for a decision, what the form showed at that moment, and what the page
// said afterwards. It looks at the page alone, by the rules that REVIEWING.md tells, and knows nothing of the app's code.

import type { BrowserContext } from "@playwright/test";

export type Place = { connection: string; run: string; review: string };

/** What a control showed: its text, or of a list of choices the entry's own value. */
export type Shown = { path: string; text: string };

export type Gesture = {
  kind: "approve" | "reject";
  /** What was pressed. */
  by: string;
  at: number;
  place: Place;
  runName: string;
  values: Shown[];
  /** The whole document as text, where that is what is shown. */
  whole: string | null;
  /** The values were not all in sight: a button of another view decides with the draft. */
  unseen: boolean;
  edited: boolean;
  reason: string | null;
};

export type Said = { text: string; at: number; how: "message" | "outcome" | "notice"; place: Place | null };

type Testimony = { gesture: Gesture } | { said: Said };

/** Dialogs that close make the page deaf for 700 ms; the witness's watch may be a little ahead of the page's. */
const QUIET_MS = 620;

export async function testify(context: BrowserContext, hear: (testimony: Testimony) => void): Promise<void> {
  await context.exposeBinding("testify", (_, testimony: Testimony) => hear(testimony));
  await context.addInitScript(witness, QUIET_MS);
}

/** Runs in the page, before anything of the app. */
function witness(quietMs: number): void {
  if (!location.protocol.startsWith("http")) return;
  const tell = (testimony: unknown) => (window as unknown as { testify: (it: unknown) => void }).testify(testimony);
  let quietSince = -1e9;
  const down = new Map<string, { at: EventTarget | null; spent: boolean; quiet: boolean }>();
  let takesBack: Place | null = null;
  const dialog = () => document.querySelector("dialog[open]");
  const placeOf = (path: string): Place | null => {
    const found = /^\/c\/([^/]+)\/runs\/([^/]+)\/reviews\/([^/?#]+)/.exec(path);
    const [connection, run, review] = (found ?? []).slice(1).map(decodeURIComponent);
    return connection && run && review ? { connection, run, review } : null;
  };
  const heldPlace = (held: Element | undefined): Place | null => {
    const [connection, run, review] = (held?.getAttribute("data-held") ?? "").split("/").map(decodeURIComponent);
    return connection && run && review ? { connection, run, review } : null;
  };
  const isText = (at: EventTarget | null) =>
    (at instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(at.type)) || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
  const words = (button: Element) => (button.textContent ?? "").replace(/\s+/g, " ").trim();

  const ask = (kind: Gesture["kind"], by: string, unseen = false) => {
    const place = placeOf(location.pathname);
    if (!place) return;
    const controls = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(".sl-form [data-path]")];
    const fields = controls.filter((control) => control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement);
    const gesture: Gesture = {
      kind,
      by,
      at: Date.now(),
      place,
      runName: document.querySelector(".sl-formtitle a")?.textContent ?? "",
      values: fields.map((control) => ({ path: control.getAttribute("data-path") ?? "", text: control instanceof HTMLSelectElement ? (control.selectedOptions[0]?.value ?? "") : control.value })),
      whole: document.querySelector<HTMLTextAreaElement>(".sl-form textarea.sl-whole")?.value ?? null,
      unseen,
      edited: /with/.test(words(document.querySelector(".sl-decide .sl-btn--primary") ?? document.body)),
      reason: kind === "reject" ? (document.querySelector<HTMLTextAreaElement>("#reject-reason")?.value ?? "") : null,
    };
    tell({ gesture });
  };
  /** A press on a button that decides. */
  const pressed = (button: Element, by: string) => {
    const text = words(button);
    if (button.closest(".sl-decide") && /^Approve/.test(text)) ask("approve", by);
    else if (button.closest("dialog")?.getAttribute("aria-labelledby") === "reject-title" && button.getAttribute("type") === "submit") ask("reject", by);
    else if (/^Approve without the check/.test(text)) ask("approve", by);
    else if (/^(Approve mine|Send again|Try again)/.test(text)) {
      ask("approve", by, true);
      ask("reject", by, true);
    } else if (/^Undo/.test(text)) takesBack = heldPlace(button.closest("[data-held]") ?? undefined) ?? placeOf(location.pathname);
  };

  window.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      const now = performance.now();
      const character = [...event.key].length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
      const open = dialog();
      const quiet = !open && now - quietSince < quietMs;
      if (quiet && character) quietSince = now;
      if (!event.repeat) down.set(event.code, { at: event.target, spent: false, quiet });
      if (event.repeat) return;
      const controlEnter = event.key === "Enter" && (event.ctrlKey || event.metaKey);
      if (open) {
        if (controlEnter && open.getAttribute("aria-labelledby") === "reject-title") ask("reject", "Ctrl+Enter");
        return;
      }
      if (quiet) return;
      if (controlEnter) ask("approve", "Ctrl+Enter");
      else if (character && !isText(event.target) && (event.key === "a" || (event.code === "KeyA" && !/[a-z]/i.test(event.key)))) ask("approve", event.key);
      else if (character && !isText(event.target) && event.key === "z") takesBack = heldPlace([...document.querySelectorAll("[data-held]")].at(-1));
    },
    true,
  );
  window.addEventListener(
    "click",
    (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      if (!button) return;
      const byKey = event.detail === 0;
      if (!byKey) return pressed(button, "click");
      // The key that presses it went down on it, was not held down, and right after a dialog it presses nothing that decides.
      const key = ["Enter", "NumpadEnter", "Space"].map((code) => [code, down.get(code)] as const).find(([, press]) => press?.at === button && !press.spent);
      if (!key?.[1]) return;
      key[1].spent = true;
      if (!key[1].quiet) pressed(button, key[0]);
    },
    true,
  );

  const say = (how: Said["how"], element: Element, place: Place | null) => {
    const text = (element.textContent ?? "").replace(/\s+/g, " ").trim();
    if (text) tell({ said: { text, at: Date.now(), how, place } });
  };
  const told = new WeakSet<Element>();
  const read = () => {
    for (const message of document.querySelectorAll(".sl-toast:not(.sl-toast--held)")) {
      if (told.has(message)) continue;
      told.add(message);
      say("message", message, /^Taken back/.test((message.textContent ?? "").trim()) ? takesBack : placeOf(location.pathname));
    }
    for (const outcome of document.querySelectorAll("h1#outcome")) {
      if (told.has(outcome)) continue;
      told.add(outcome);
      say("outcome", outcome.parentElement ?? outcome, placeOf(location.pathname));
    }
    for (const notice of document.querySelectorAll(".sl-form [role=alert]:not(.sl-field__x)")) {
      if (told.has(notice)) continue;
      told.add(notice);
      say("notice", notice, placeOf(location.pathname));
    }
  };
  let scheduled = false;
  new MutationObserver((records) => {
    const closes = ({ type, target, removedNodes }: MutationRecord) =>
      (type === "attributes" && !(target as Element).hasAttribute("open")) ||
      [...removedNodes].some((node) => node instanceof Element && (node.matches("dialog[open]") || node.querySelector("dialog[open]")));
    if (records.some(closes)) quietSince = performance.now();
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      read();
    });
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] });
}
