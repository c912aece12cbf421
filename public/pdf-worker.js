// The worker of pdf.js. What it leaves out of a drawing it only warns of: the page is told.
import "./worker.mjs";

const { warn } = console;
console.warn = (...words) => {
  postMessage({ targetName: "page", warned: String(words[0]) });
  warn(...words);
};
