// What the gateway says of changes (`/api/events`), so that a page need not ask again and again. Where it says nothing, pages ask as
// often as without it.

/** So rarely a page asks that is told of changes, in milliseconds. */
const REST = 60_000;
/** The gateway gives a sign of life every five seconds. */
const SILENCE = 12_000;
/** What is being read again is watched on for so long. */
const LINGER = 5_000;
/** Windows of one browser that are told: each holds a connection, of which there are six without HTTP/2. */
const WINDOWS = 3;
/** Reads that are watched at once. */
const MOST = 16;
/** The shortest pauses of each pace: longer ones mean that answers carry no news. */
const BASES = [2_000, 2_000, 5_000, 60_000];
/** So many times in a row a change may be no news. */
const PATIENCE = 3;

const API = `${new URL(".", import.meta.url).pathname}api/`;
const now = () => performance.now();

/** Those who wait, each with its reads. */
const waiting = new Set();
/** Until when reads are watched that nobody waits for. */
const lingering = new Map();
/** How often in a row a read's change was no news: some vendors stamp a run anew whenever it is read. */
const fruitless = new Map();
/** What the gateway said of each read: by what its answer is known, and when. */
const told = new Map();
/** The reads that the open stream is about, with their paces. */
let watched = new Map();
let source, leave, opening, arranging, listening;
let [failures, notBefore] = [0, 0];

/**
 * Until it is time to read again: `delay` milliseconds, or less if something changed, or more as long as the gateway says that nothing
 * did. `text`: a line for each read, by what its answer was known and its address; `started`: when that reading began.
 */
export function next(delay, pace, started, text, signal) {
  const lines = text.split("\n").filter(Boolean).map((line) => line.split(" "));
  const reads = lines.map(([tag, url]) => ({ tag, url: url.slice(API.length) }));
  const idle = delay > 1.3 * BASES[pace];
  if (!idle) for (const { url } of reads) fruitless.delete(url);
  return new Promise((done) => {
    const entry = { reads, pace };
    const finish = () => {
      if (!waiting.delete(entry)) return;
      clearTimeout(first);
      clearTimeout(last);
      signal?.removeEventListener("abort", finish);
      for (const { url } of reads) lingering.set(url, now() + LINGER);
      arrange(50);
      done();
    };
    const agreed = () => reads.length > 0 && reads.every(({ tag, url }) => told.get(url)?.tag === tag);
    let due = false;
    entry.look = () => {
      const news = reads.filter(({ tag, url }) => told.get(url)?.at > started && told.get(url).tag !== tag);
      if (idle) for (const { url } of news) fruitless.set(url, (fruitless.get(url) ?? 0) + 1);
      if (news.length || (due && !agreed())) finish();
    };
    const first = setTimeout(() => {
      due = true;
      entry.look();
    }, delay);
    const last = setTimeout(finish, Math.max(delay, REST));
    signal?.addEventListener("abort", finish);
    waiting.add(entry);
    if (signal?.aborted) finish();
    else entry.look();
    arrange(50);
  });
}

/** Sees to it, soon, that the stream is about what is waited for. */
function arrange(delay) {
  clearTimeout(arranging);
  arranging = setTimeout(settle, delay);
}

function settle() {
  for (const [url, until] of lingering) if (until <= now()) lingering.delete(url);
  const wanted = new Map();
  for (const { reads, pace } of waiting) {
    for (const { tag, url } of reads) {
      if (tag !== "-" && (fruitless.get(url) ?? 0) < PATIENCE) wanted.set(url, Math.min(pace, wanted.get(url) ?? pace));
    }
  }
  const missing = [...wanted.keys()].some((url) => !watched.has(url));
  for (const url of lingering.keys()) if (watched.has(url) && !wanted.has(url)) wanted.set(url, watched.get(url));
  if (document.hidden || wanted.size === 0) return close();
  const surplus = [...watched.keys()].some((url) => !wanted.has(url));
  if (!opening && (missing || surplus)) {
    if (now() < notBefore) return arrange(notBefore - now());
    open(new Map([...wanted].slice(0, MOST)));
  }
  if (lingering.size > 0) arrange(Math.max(50, Math.min(...lingering.values()) - now()));
}

async function open(reads) {
  opening = true;
  shut();
  leave = await enter();
  opening = false;
  if (!leave) return fail();
  if (document.hidden) return close();
  watched = reads;
  for (const url of told.keys()) if (!reads.has(url)) told.delete(url);
  const urls = [...reads.keys()];
  source = new EventSource(`${API}events?${urls.map((url) => `watch=${reads.get(url)}${encodeURIComponent(url)}`).join("&")}`);
  source.onerror = fail;
  source.onmessage = ({ data }) => {
    heard();
    const [word, tag] = data.split(" ");
    if (word === "hello") failures = 0;
    else if (word === "end") again(1_000);
    else if (tag) {
      told.set(urls[word], { tag, at: now() });
      look();
    }
  };
  heard();
}

/** A place among the windows of this browser that are told: what gives it back; nothing if all are taken. */
async function enter() {
  const { locks } = navigator;
  // Over plain HTTP from another machine nobody knows of the others.
  if (!locks) return () => {};
  for (let at = 0; at < WINDOWS; at += 1) {
    const free = await new Promise((place) => {
      const held = locks.request(`sluice-events-${at}`, { ifAvailable: true }, (lock) => lock && new Promise((end) => place(end)));
      held.then(() => place(), () => place());
    });
    if (free) return free;
  }
  return undefined;
}

/** Whoever says nothing for long, not even that there is nothing, is not heard: a proxy may hold it back. */
function heard() {
  clearTimeout(listening);
  listening = setTimeout(fail, SILENCE);
}

function fail() {
  failures += 1;
  again(Math.min(300_000, 5_000 * 2 ** (failures - 1)));
}

function again(delay) {
  notBefore = now() + delay * (1 + Math.random() / 2);
  close();
  arrange(50);
}

function shut() {
  clearTimeout(listening);
  source?.close();
  leave?.();
  source = leave = undefined;
  watched = new Map();
}

/** From now on pages go by their own pauses. */
function close() {
  shut();
  told.clear();
  look();
}

function look() {
  for (const entry of [...waiting]) entry.look();
}

document.addEventListener("visibilitychange", () => arrange(0));
