// Checks a document against its JSON Schema, of whatever draft, and says what was not kept and what could not be checked.

import { exact, written } from "./exact.js";
import { Findings } from "./findings.js";
import { begin } from "./patterns.js";
import { DIGITS, UNCHECKED, current, given, install, uncheckedAt } from "./rules.js";
import {
  Browser, Instance, Pointer, Validation, buildSchemaDocument, canonicalUri, compile, defineVocabulary, getKeywordByName, getSchema,
  hasDialect, interpret, loadDialect, setShouldValidateSchema,
} from "./validator.js";

const BASE = "https://sluice.invalid/schema";
// Schemas that do not say which draft they are of: the newest, with what only earlier ones and OpenAPI say.
const OPEN = "https://sluice.invalid/draft";
const NEWEST = "https://json-schema.org/draft/2020-12/";
const NOWHERE = "\u0000nowhere";
// Where values stand that are no schemas.
const DATA = new Set(["const", "enum", "default", "examples", "example"]);

setShouldValidateSchema(false);
install();
defineVocabulary(OPEN, {
  additionalItems: "https://json-schema.org/keyword/draft-04/additionalItems",
  dependencies: "https://json-schema.org/keyword/draft-04/dependencies",
  definitions: "https://json-schema.org/keyword/definitions",
  $recursiveAnchor: "https://json-schema.org/keyword/draft-2019-09/recursiveAnchor",
});
const vocabularies = ["core", "applicator", "validation", "meta-data", "format-annotation", "content", "unevaluated"];
loadDialect(OPEN, Object.fromEntries([...vocabularies.map((name) => [`${NEWEST}vocab/${name}`, true]), [OPEN, true]]), true);

// Nothing is ever fetched: what lies elsewhere is a place that allows everything and says so.
const elsewhere = (uri) => ({
  baseUri: uri,
  dialectId: OPEN,
  root: { [NOWHERE]: uri },
  anchorLocation: () => "",
  anchors: {},
  dynamicAnchors: {},
  embedded: {},
});
const plugin = { retrieve: async (uri) => ({ url: uri, headers: new Map([["content-type", "sluice/nowhere"]]) }) };
for (const scheme of ["http", "https", "file", "urn", "tag", "data"]) Browser.addUriSchemePlugin(scheme, plugin);
Browser.addMediaTypePlugin("sluice/nowhere", { parse: async (response) => elsewhere(response.url.split("#")[0]), fileMatcher: async () => false });

const isCount = (value) => typeof value === "number" && value >= 0 && Number.isInteger(value);
const isNumber = (value) => typeof value === "number" || given(value) !== value;
const isNames = (value) => Array.isArray(value) && value.every((name) => typeof name === "string");
const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const TYPES = ["string", "number", "integer", "boolean", "array", "object", "null"];
const fullList = (value) => Array.isArray(value) && value.length > 0;
// What each word has to be given to be read.
const READABLE = {
  type: (value) => (Array.isArray(value) ? value : [value]).every((type) => TYPES.includes(type)),
  enum: Array.isArray,
  pattern: (value) => typeof value === "string",
  format: (value) => typeof value === "string",
  multipleOf: (value) => isNumber(value) && exact(String(given(value)))?.sign === 1,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: (value) => isNumber(value) || typeof value === "boolean",
  exclusiveMaximum: (value) => isNumber(value) || typeof value === "boolean",
  required: isNames,
  properties: isMap,
  patternProperties: isMap,
  dependentSchemas: isMap,
  dependencies: isMap,
  dependentRequired: (value) => isMap(value) && Object.values(value).every(isNames),
  allOf: fullList,
  anyOf: fullList,
  oneOf: fullList,
  uniqueItems: (value) => typeof value === "boolean",
};
for (const word of ["Length", "Items", "Properties", "Contains"]) READABLE[`min${word}`] = READABLE[`max${word}`] = isCount;
// Say nothing about what is allowed.
const NOTES = new Set(["title", "description", "$comment", "readOnly", "writeOnly", "deprecated", "nullable", "contentEncoding", "contentMediaType", "contentSchema", ...DATA].filter((word) => !["const", "enum"].includes(word)));

// As the validator does it, but what cannot be read is left out and named.
Validation.compile = async (schema, ast) => {
  ast.metaData[schema.document.baseUri] ??= { dynamicAnchors: schema.document.dynamicAnchors };
  const url = canonicalUri(schema);
  if (url in ast) return url;
  ast[url] = false;
  const rules = Browser.value(schema);
  const unread = (what, value) => [UNCHECKED, `${url}/`, [what, value]];
  if (typeof rules === "boolean") {
    ast[url] = rules;
  } else if (!isMap(rules)) {
    ast[url] = [unread("schema", JSON.stringify(rules) ?? "")];
  } else if (typeof rules[NOWHERE] === "string") {
    ast[url] = [unread("$ref", rules[NOWHERE])];
  } else {
    const keywords = [];
    for (const word of Object.keys(rules)) {
      if (NOTES.has(word)) continue;
      try {
        const handler = getKeywordByName(word, schema.document.dialectId);
        if (Object.hasOwn(READABLE, word) && !handler.id.includes("/unknown") && !READABLE[word](rules[word])) throw new TypeError(word);
        if (handler.plugin) ast.plugins.add(handler.plugin);
        keywords.push([handler.id, Pointer.append(word, url), await handler.compile(await Browser.step(word, schema), ast, schema)]);
      } catch (error) {
        if (error instanceof RangeError) throw error;
        keywords.push(unread("keyword", word));
      }
    }
    const last = (id) => /\/unevaluated[A-Z]/.test(id);
    ast[url] = keywords.sort(([a], [b]) => last(a) - last(b));
  }
  return url;
};

// A schema that comes back to itself at the same place would never end.
const evaluate = Validation.interpret;
let under = new Map();
Validation.interpret = (url, instance, context) => {
  let open = under.get(url);
  if (!open) under.set(url, (open = new Set()));
  if (open.has(instance)) {
    uncheckedAt(instance, "$ref", url.split("#")[1] ?? url);
    return true;
  }
  open.add(instance);
  try {
    return evaluate(url, instance, context);
  } finally {
    open.delete(instance);
  }
};

const PAGE = /[^\w\-.~!$&'()*+,;=:@/?#%\u00a0-\u{10ffff}]/gu;

// The schema as values, with digits that a floating-point number would lose, and without what the validator would stop at.
function schemaOf(node, ids, inData = false) {
  switch (Instance.typeOf(node)) {
    case "number": {
      const text = current.text.slice(node.offset, node.offset + node.length);
      const number = Instance.value(node);
      return Number.isFinite(number) && written(exact(String(number))) === written(exact(text)) ? number : DIGITS + text;
    }
    case "array":
      return [...Instance.iter(node)].map((item) => schemaOf(item, ids, inData));
    case "object": {
      const all = {};
      for (const [nameNode, inner] of Instance.entries(node)) {
        const name = Instance.value(nameNode);
        let value = schemaOf(inner, ids, inData || DATA.has(name));
        if (!inData && typeof value === "string") {
          if (name === "$schema" && !known(value)) continue;
          if (!ids && (name === "$id" || name === "id")) continue;
          if (name === "$ref") value = value.replace(PAGE, encodeURIComponent);
        }
        Object.defineProperty(all, name, { value, enumerable: true, configurable: true, writable: true });
      }
      return all;
    }
    default:
      return Instance.value(node);
  }
}

const known = (draft) => hasDialect(draft.replace(/#$/, ""));

// Places that are not there lead nowhere, instead of ending everything.
function guarded(document) {
  const { anchorLocation, root } = document;
  document.anchorLocation = (fragment) => {
    try {
      const place = anchorLocation(fragment);
      if (Pointer.get(place, root) !== undefined) return place;
    } catch {
      // As one that is not there.
    }
    const name = `${NOWHERE}${fragment}`;
    root[name] ??= { [NOWHERE]: `#${fragment}` };
    return Pointer.append(name, "");
  };
}

async function compiled(text, remotes) {
  current.text = text;
  const node = Instance.fromJson(text);
  let document;
  for (const ids of [true, false]) {
    const schema = schemaOf(node, ids);
    try {
      document = buildSchemaDocument(schema, BASE, OPEN);
      break;
    } catch (error) {
      if (!ids) throw error;
    }
  }
  const browser = await getSchema(`${NEWEST}schema`);
  const cache = { ...browser._cache };
  for (const [uri, schema] of Object.entries(remotes ?? {})) {
    try {
      cache[uri] = buildSchemaDocument(schema, uri, document.dialectId);
    } catch {
      // Of another draft.
    }
  }
  if (isMap(document.root)) Object.values(document.embedded).filter((inner) => isMap(inner.root)).forEach(guarded);
  cache[document.baseUri] = document;
  return compile(await Browser.get(document.baseUri, { _cache: cache }));
}

const kept = new Map();

// `slow`: patterns with the texts that took too long at another time. `remotes`: schemas that lie elsewhere, in tests.
export async function check({ schema, data, formats = true, slow = [], remotes }, watch) {
  begin(watch, slow);
  Object.assign(current, { formats, unchecked: new Map(), met: 0 });
  under = new Map();
  let rules = kept.get(schema);
  if (!rules) {
    rules = await compiled(schema, remotes);
    if (kept.size > 8) kept.clear();
    kept.set(schema, rules);
  }
  current.text = data;
  const instance = Instance.fromJson(data);
  const findings = new Findings();
  const { valid } = interpret(rules, instance, { outputFormat: "FLAG", plugins: [findings] });
  return { valid, found: valid ? [] : findings.told(), unchecked: [...current.unchecked.values()] };
}
