// One check at a time. Says which pattern it is at before each, so that whoever started it can end it.

import { check } from "./check.js";

let last = Promise.resolve();

globalThis.onmessage = ({ data: { id, job } }) => {
  const watch = (at) => globalThis.postMessage({ id, at });
  last = last.then(() => check(job, watch)).then(
    (answer) => globalThis.postMessage({ id, answer }),
    (error) => globalThis.postMessage({ id, failed: String(error?.message ?? error) }),
  );
};
globalThis.postMessage({ ready: true });
