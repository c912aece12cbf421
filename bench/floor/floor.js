// The floor of the bench: the same run list from the same gateway by hand, without a framework: its rows, its pages, its filter by
// status, its polling and the count of what waits, with the app's requests at the app's pace. What a page like this costs at least; it
// is not a part of the product, knows one vendor's list, and looks after nothing that goes wrong.

const CONNECTION = "/api/c/tableflow";
const STATUSES = ["", "processing", "review", "completed", "failed"];
/** Rows drawn before somebody scrolls, and with each scroll to their end. */
const DRAWN = 100;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  body { font: 14px/1.5 system-ui, sans-serif; margin: 0; }
  header, main { padding: 12px 24px; }
  header { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: start; padding: 6px 12px; border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
  td { font-variant-numeric: tabular-nums; }
`);
document.adoptedStyleSheets = [sheet];

const find = (selector) => document.querySelector(selector);
const body = find("tbody");
const count = new Intl.NumberFormat("en");

async function read(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

function span(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days) return `${days} d ${hours} h`;
  return hours ? `${hours} h ${minutes} min` : minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function ago(at) {
  const seconds = Math.max(0, Math.floor(Date.now() / 1000 - at));
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${count.format(Math.floor(seconds / 86_400))} d ago`;
}

/** The rows on this page, those of them that are drawn, and what the newest answer has beyond them. */
let shown = [];
let rows = new Map();
let drawn = 0;
let latest = null;
let total = 0;
let readAt = 0;
let names = new Map();

function cell(tr, text) {
  const td = tr.insertCell();
  td.textContent = text;
  return td;
}

function row(run, place) {
  const tr = document.createElement("tr");
  tr.dataset.run = run.id;
  const link = document.createElement("a");
  link.href = `/c/tableflow/runs/${encodeURIComponent(run.id)}`;
  link.textContent = at.status || at.flow === "*" ? run.id : `#${count.format(total - at.offset - place)}`;
  tr.insertCell().append(link);
  cell(tr, run.status);
  cell(tr, names.get(run.flow_id) ?? run.flow_id).dataset.flow = run.flow_id;
  cell(tr, run.trigger_method ?? "");
  const time = document.createElement("time");
  time.dateTime = time.title = new Date(run.start_time * 1000).toISOString();
  time.textContent = ago(run.start_time);
  tr.insertCell().append(time);
  cell(tr, run.end_time ? span(Math.round(run.duration / 1000)) : "");
  cell(tr, run.error ?? "");
  rows.set(run.id, { run, tr, time });
  return tr;
}

function more() {
  const some = document.createDocumentFragment();
  const end = Math.min(drawn + DRAWN, shown.length);
  for (; drawn < end; drawn += 1) some.append(row(shown[drawn], drawn));
  body.append(some);
}

function show(list) {
  shown = list.flow_runs;
  total = list.pagination.total;
  rows = new Map();
  drawn = 0;
  latest = null;
  body.replaceChildren();
  find("#new").hidden = true;
  more();
  const { offset, limit } = list.pagination;
  find("#range").textContent = `${count.format(offset + 1)} to ${count.format(offset + shown.length)} of ${count.format(total)}`;
  link("[rel=prev]", offset > 0 ? Math.max(0, offset - limit) : null);
  link("[rel=next]", list.pagination.next_offset);
}

function link(selector, offset) {
  const a = find(selector);
  a.hidden = offset === null;
  a.href = href({ ...at, offset });
}

/** A newer answer to the same question: changed rows are drawn anew, new ones wait. Says whether anything changed. */
function refresh(list) {
  const known = new Map(shown.map((run, place) => [run.id, place]));
  let changed = false;
  let fresh = 0;
  for (const run of list.flow_runs) {
    const place = known.get(run.id);
    if (place === undefined) {
      if (run.created_at >= (shown[0]?.created_at ?? 0)) fresh += 1;
    } else if (shown[place].updated_at !== run.updated_at || shown[place].status !== run.status) {
      shown[place] = run;
      const old = rows.get(run.id);
      if (old) old.tr.replaceWith(row(run, place));
      changed = true;
    }
  }
  const before = find("#new").textContent;
  latest = list;
  find("#new").hidden = fresh === 0;
  find("#new").textContent = fresh === 1 ? "1 new run" : `${fresh} new runs`;
  return changed || before !== find("#new").textContent;
}

// The page's address: where it is in the list, and by which status it is narrowed down.
const first = find("#list").getAttribute("href");
let at;
let asked = 0;

function address() {
  const query = new URLSearchParams(location.search);
  return { flow: query.get("flow") ?? "", status: query.get("status") ?? "", offset: Number(query.get("offset") ?? 0) };
}

function href({ flow, status, offset }) {
  const query = new URLSearchParams();
  if (flow) query.set("flow", flow);
  if (status) query.set("status", status);
  if (offset) query.set("offset", offset);
  return `?${query}`;
}

function question() {
  if (!at.flow && !at.status && !at.offset) return first;
  const url = new URL(first, location.href);
  if (at.flow === "*") url.searchParams.delete("flow_id");
  if (at.status) url.searchParams.set("status", at.status);
  url.searchParams.set("offset", at.offset);
  return url.pathname + url.search;
}

const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

async function visible() {
  while (document.hidden) await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
}

/** Reads what the address says, and again: every 5 s while things change, then more rarely, as the app does. */
async function open() {
  at = address();
  const mine = (asked += 1);
  for (const a of document.querySelectorAll("#statuses a")) a.ariaCurrent = String(a.dataset.status === at.status);
  for (let unchanged = 0, began = false; mine === asked; ) {
    try {
      const list = await read(question());
      if (mine !== asked) return;
      const changed = began ? refresh(list) : show(list) ?? true;
      began = true;
      readAt = Date.now();
      find("#problem").hidden = true;
      unchanged = changed ? 0 : unchanged + 1;
    } catch (error) {
      find("#problem").textContent = `The runs could not be read. ${error.message}`;
      find("#problem").hidden = false;
    }
    await sleep(Math.min(60_000, 5_000 * 1.5 ** Math.max(0, unchanged - 4)) * (1 + 0.2 * Math.random()));
    await visible();
  }
}

/** What waits for people, in every connection whose runs can wait. */
async function countWaiting() {
  for (;;) {
    const superai = async () => {
      let waiting = 0;
      for (const flow of (await read("/api/c/superai/flows?page=1&page_size=100")).flows) {
        const list = `flow-executions?flow_id=${flow.id}&sort_field=created_at&sort_direction=asc&include_run_number=true&page_size=100&page=1`;
        waiting += (await read(`/api/c/superai/${list}&status=awaiting_input`)).length;
      }
      return waiting;
    };
    const waiting = await Promise.all([
      read("/api/c/retab/workflows/runs?statuses=waiting_for_human&limit=100&order=asc&sort_by=created_at").then((list) => list.data.length),
      read(`${CONNECTION}/flows/runs?status=review&limit=100&offset=0`).then((list) => list.pagination.total),
      superai(),
    ]);
    find("#waiting").textContent = count.format(waiting.reduce((all, some) => all + some, 0));
    await sleep(30_000);
    await visible();
  }
}

for (const status of STATUSES) {
  const a = document.createElement("a");
  a.dataset.status = status;
  a.textContent = status || "any status";
  a.href = href({ flow: address().flow, status, offset: 0 });
  find("#statuses").append(a, " ");
}
document.addEventListener("click", (event) => {
  const a = event.target.closest("#statuses a, #pages a");
  if (!a || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", a.getAttribute("href"));
  open();
});
find("#new").addEventListener("click", () => show(latest));
window.addEventListener("popstate", open);
window.addEventListener("scroll", () => {
  if (drawn < shown.length && body.lastElementChild.getBoundingClientRect().top < 2 * innerHeight) more();
});
setInterval(() => {
  if (readAt) find("#age").textContent = `updated ${ago(readAt / 1000)}`;
  for (const { run, time } of rows.values()) {
    const text = ago(run.start_time);
    if (time.textContent !== text) time.textContent = text;
  }
}, 1000);

open();
read(`${CONNECTION}/flows`).then((flows) => {
  names = new Map(flows.map((flow) => [flow.id, flow.name]));
  for (const td of body.querySelectorAll("[data-flow]")) td.textContent = names.get(td.dataset.flow) ?? td.dataset.flow;
});
const begun = new MutationObserver(() => {
  begun.disconnect();
  // What waits is counted once the rows are drawn.
  requestAnimationFrame(() => requestAnimationFrame(countWaiting));
});
begun.observe(body, { childList: true });
