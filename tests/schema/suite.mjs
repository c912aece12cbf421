// Runs the JSON Schema Test Suite through the app's own worker, and holds what it answers otherwise against the list of known gaps.
//
//   node suite.mjs <worker.mjs> <folder of the suite> [--write]

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const DRAFTS = { "draft4": "http://json-schema.org/draft-04/schema#", "draft6": "http://json-schema.org/draft-06/schema#", "draft7": "http://json-schema.org/draft-07/schema#", "draft2019-09": "https://json-schema.org/draft/2019-09/schema", "draft2020-12": "https://json-schema.org/draft/2020-12/schema" };
const GAPS = join(import.meta.dirname, "gaps.json");
// Of the optional tests only these: formats, and what numbers and patterns may be.
const OPTIONAL = /^(format\/.*|bignum|float-overflow|ecmascript-regex|non-bmp-regex)\.json$/;

const [worker, suite] = process.argv.slice(2).map((path) => resolve(path));

// The validator's formats tell the console of each host name that they refuse.
const say = console.log;
console.log = () => {};

let answered;
globalThis.postMessage = (message) => {
  if ("answer" in message || "failed" in message) answered(message);
};
await import(pathToFileURL(worker).href);
let id = 0;
const ask = (job) => new Promise((done) => {
  answered = done;
  globalThis.onmessage({ data: { id: ++id, job } });
});

const files = (from) => readdirSync(from, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
const remotes = Object.fromEntries(files(join(suite, "remotes")).map((path) => [`http://localhost:1234/${relative(join(suite, "remotes"), path).replaceAll("\\", "/")}`, JSON.parse(readFileSync(path, "utf8"))]));

// A value at a place of a JSON text, with its digits: numbers of the suite may have more than a floating-point number.
const source = (text) => JSON.parse(text, (_, value, context) => (typeof value === "number" && context?.source && String(value) !== context.source && JSON.rawJSON ? JSON.rawJSON(context.source) : value));

const gaps = [];
let run = 0;
for (const [draft, $schema] of Object.entries(DRAFTS)) {
  const root = join(suite, "tests", draft);
  for (const path of files(root).sort()) {
    const name = relative(root, path).replaceAll("\\", "/");
    const optional = name.startsWith("optional/");
    if (optional && !OPTIONAL.test(name.slice("optional/".length))) continue;
    for (const group of source(readFileSync(path, "utf8"))) {
      const schema = typeof group.schema === "object" && !("$schema" in group.schema) ? { $schema, ...group.schema } : group.schema;
      for (const test of group.tests) {
        run++;
        const { answer, failed } = await ask({ schema: JSON.stringify(schema), data: JSON.stringify(test.data), formats: name.startsWith("optional/format/"), remotes });
        if (answer?.valid === test.valid && (test.valid || answer.found.length > 0)) continue;
        gaps.push(`${draft} ${name}: ${group.description}: ${test.description}${failed ? ` (${failed})` : ""}`);
      }
    }
  }
}

if (process.argv.includes("--write")) writeFileSync(GAPS, `${JSON.stringify(gaps, null, 1)}\n`);
const known = JSON.parse(readFileSync(GAPS, "utf8"));
const fresh = gaps.filter((gap) => !known.includes(gap));
const mended = known.filter((gap) => !gaps.includes(gap));
say(`${run} tests of the JSON Schema Test Suite, ${gaps.length} answered otherwise, ${known.length} known to be`);
for (const gap of fresh) say(`new: ${gap}`);
for (const gap of mended) say(`not any more, take it out of ${relative(process.cwd(), GAPS)}: ${gap}`);
process.exit(fresh.length + mended.length > 0 ? 1 : 0);
