// Sets the theme, starts the WebAssembly, shows that it takes long, and says so readably when it cannot start. An external module,
// because the policy allows no inline script; Trunk writes the hashed names into the attributes of the script tag. It runs as soon as
// it is there, so that the WebAssembly is compiled while the page is parsed and drawn: what needs the page waits for it.
const tag = document.querySelector("script[data-wasm]");
const happened = (target, ...events) => new Promise((done) => events.forEach((event) => target.addEventListener(event, done, { once: true })));
const sheet = document.querySelector("link[rel=stylesheet]");
const page = Promise.all([
  document.readyState === "loading" && happened(document, "DOMContentLoaded"),
  sheet && !sheet.sheet && happened(sheet, "load", "error"),
]);
let boot;
const find = (selector) => boot.querySelector(selector);

try {
  const theme = localStorage.getItem("sluice.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: then the system's scheme stays.
}

// What failed decides what to try: "load" (a file did not arrive), "browser" (cannot run it), "crash" (stopped while starting).
class BootError extends Error {
  constructor(why, cause) {
    super(cause?.message ?? String(cause), { cause });
    this.why = why;
  }
}
const step = (why, promise) => promise.catch((cause) => Promise.reject(new BootError(why, cause)));

// A visit that starts on another page than the history needs that part too: not only once the app has asked for it.
if (tag.dataset.pages && !/\/(runs)?$/.test(location.pathname)) {
  const part = document.createElement("link");
  Object.assign(part, { rel: "preload", as: "fetch", type: "application/wasm", crossOrigin: "anonymous", href: tag.dataset.pages });
  document.head.append(part);
}

// The app fetches with this what it opens documents with.
globalThis.sluiceImport = (path) => import(path);
// It checks documents against their schemas with this.
globalThis.sluiceSchema = () => import("./schema-1.18.0/open.mjs");
// Both make their workers with this, of files beside this one: the page's policy lets nothing else turn a text into a script.
const own = new URL(".", import.meta.url).href;
const createScriptURL = (url) => {
  if (!url.startsWith(own)) throw new TypeError(url);
  return url;
};
const scripts = globalThis.trustedTypes?.createPolicy("sluice", { createScriptURL }) ?? { createScriptURL };
globalThis.sluiceWorker = (url) => new Worker(scripts.createScriptURL(url), { type: "module" });

// It waits for news with this; by the clock alone at first, since a visit that is over before it asks again needs none.
const met = new WeakSet();
globalThis.sluiceNews = (delay, pace, started, reads, signal) =>
  met.has(signal)
    ? import("./events.js").then((module) => module.next(delay, pace, started, reads, signal))
    : new Promise((done) => setTimeout(done, delay, met.add(signal)));

// After a mistake of the app's own: nothing of it hears of presses any more, and links lead on as in any page.
globalThis.sluiceStopped = () => {
  for (const type of ["click", "keydown", "keyup", "input", "change", "submit", "pointerdown", "popstate"]) {
    addEventListener(type, (event) => {
      event.stopImmediatePropagation();
      if (type === "popstate" || (type === "click" && event.target.closest?.("[data-reload]"))) location.reload();
    }, true);
  }
};

const slow = setTimeout(() => {
  if (boot?.isConnected) find("#boot-slow").hidden = false;
}, 8000);

page.then(() => {
  boot = document.getElementById("boot");
  boot.addEventListener("click", (event) => {
    if (event.target.closest("[data-reload]")) location.reload();
  });
});

// The answer itself goes to the compiler, which works while it arrives and keeps the code for the next visit. Counting its bytes on
// the way would cost both.
async function download(url) {
  const response = await fetch(url);
  // A host that answers unknown paths with its index page hides a missing file behind a 200.
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || type.includes("html")) throw new Error(`${response.status} ${response.statusText} ${type} ${url}`);
  return response;
}

async function start() {
  if (typeof WebAssembly !== "object" || !CSS.supports("color", "light-dark(red, red)")) {
    throw new BootError("browser", "WebAssembly or light-dark() is missing");
  }
  // Compiled as it arrives, wherever the script beside it is by then.
  const compiled = step("load", download(tag.dataset.wasm)).then((answer) => WebAssembly.compileStreaming(answer));
  try {
    const [glue, wasm] = await Promise.all([step("load", import(tag.dataset.js)), compiled, page]);
    await glue.default({ module_or_path: wasm });
  } catch (cause) {
    if (cause instanceof BootError) throw cause;
    const why = cause instanceof WebAssembly.CompileError ? "browser" : cause instanceof TypeError ? "load" : "crash";
    throw new BootError(why, cause);
  }
}

start().catch(async (error) => {
  await page;
  if (!boot.isConnected) document.body.prepend(boot);
  find(`[data-why="${error.why ?? "crash"}"]`).hidden = false;
  find("code").textContent = [error.message, location.href, new Date().toISOString(), navigator.userAgent].join("\n");
  find("#boot-failed").hidden = false;
  for (const gone of ["progress", "#boot-head", "#boot-rows", "#boot-slow"]) find(gone)?.remove();
}).finally(() => clearTimeout(slow));
