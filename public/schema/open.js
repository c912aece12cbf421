// Has documents checked in a worker, which is ended and started anew when a pattern takes too long. Fetched with the first review.

// In milliseconds: one pattern on one text, and a whole check.
const PATTERN = 200;
const WHOLE = 10_000;
const STEP = 50;

let worker;
let count = 0;
let running;
const waiting = [];
const slow = new Set();

function started() {
  if (worker) return worker;
  worker = globalThis.sluiceWorker(new URL("./worker.mjs", import.meta.url).href);
  worker.onmessage = ({ data: { id, at, answer, failed } }) => {
    if (!running || id !== running.id) return;
    if (at !== undefined) Object.assign(running, { at, since: performance.now(), suspect: false });
    else finish(failed === undefined ? answer : { failed });
  };
  worker.onerror = (event) => {
    event.preventDefault?.();
    end();
    finish({ failed: event.message || "The worker could not be started." });
  };
  return worker;
}

function end() {
  worker?.terminate();
  worker = undefined;
}

function post() {
  Object.assign(running, { id: ++count, at: null, suspect: false });
  try {
    started().postMessage({ id: running.id, job: { ...running.job, slow: [...slow] } });
  } catch (error) {
    finish({ failed: String(error) });
  }
}

function look() {
  const now = performance.now();
  if (now - running.begun > WHOLE) {
    end();
    finish({ failed: "It takes too long." });
  } else if (running.at !== null && now - running.since > PATTERN) {
    // What this tab itself was too busy to hear comes before the next look.
    if (!running.suspect) return (running.suspect = true);
    end();
    slow.add(running.at);
    post();
  }
}

function finish(answer) {
  const { done, clock } = running ?? {};
  clearInterval(clock);
  running = undefined;
  done?.(JSON.stringify(answer));
  const next = waiting.shift();
  if (next) begin(next);
}

function begin(next) {
  running = { ...next, begun: performance.now(), clock: setInterval(look, STEP) };
  post();
}

// Answers with what was found, as JSON; an empty text: a newer document of the same asker took its place before it was begun.
export function check(asker, schema, data) {
  return new Promise((done) => {
    const at = waiting.findIndex((other) => other.asker === asker);
    if (at >= 0) waiting.splice(at, 1)[0].done("");
    const next = { asker, job: { schema, data }, done };
    if (running) waiting.push(next);
    else begin(next);
  });
}
