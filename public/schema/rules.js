// What is done in another way than the validator does it: numbers by their digits, patterns under a time limit, words of several
// drafts at once, and whatever cannot be read is "not checked" instead of an error.

import { compare, exact, isMultiple, isWhole, written } from "./exact.js";
import { formatFits } from "./formats.js";
import { matches } from "./patterns.js";
import { Browser, Instance, Validation, addKeyword, getKeyword, getKeywordName } from "./validator.js";

const OFFICIAL = "https://json-schema.org/keyword/";
// Before a number of a schema whose digits do not fit into a floating-point number.
export const DIGITS = "\u0000digits:";
export const UNCHECKED = "https://sluice.invalid/keyword/unchecked";

// One check: the document's text, what could not be checked, and how often that was met.
export const current = { text: "", formats: true, unchecked: new Map(), met: 0 };

export function uncheckedAt(instance, what, given) {
  current.met++;
  const path = pathOf(instance);
  const name = JSON.stringify([path, what, given]);
  if (current.unchecked.size < 200 && !current.unchecked.has(name)) current.unchecked.set(name, { path, what, given: String(given).slice(0, 300) });
}

// A name of a property is where its value is.
export const pathOf = (instance) => instance.pointer.replace(/^\*/, "");

export const exactOf = (instance) => exact(current.text.slice(instance.offset, instance.offset + instance.length));
export const given = (value) => (typeof value === "string" && value.startsWith(DIGITS) ? value.slice(DIGITS.length) : value);
const limitOf = (value) => exact(String(given(value)));

// The same text for the same value, whatever the order of keys.
function sortedText(node) {
  switch (Instance.typeOf(node)) {
    case "number":
      return written(exactOf(node));
    case "array":
      return `[${[...Instance.iter(node)].map(sortedText).join()}]`;
    case "object":
      return `{${[...Instance.entries(node)].map(([name, value]) => `${JSON.stringify(Instance.value(name))}:${sortedText(value)}`).sort().join()}}`;
    default:
      return JSON.stringify(Instance.value(node));
  }
}

function sortedValue(value) {
  if (typeof value?.toJSON === "function") value = value.toJSON();
  if (typeof value === "number" || given(value) !== value) return written(limitOf(value));
  if (Array.isArray(value)) return `[${value.map(sortedValue).join()}]`;
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${sortedValue(inner)}`).sort().join()}}`;
  }
  return JSON.stringify(value);
}

const sayNullable = (parent) => Browser.value(parent).nullable === true;
const isNumber = (instance) => Instance.typeOf(instance) === "number";
const again = (word, handler, ...ids) => {
  for (const id of ids.length ? ids : [OFFICIAL + word]) addKeyword({ ...getKeyword(id), ...handler, id });
};

// A false answer that hangs on something that was not checked is none.
const unlessUnchecked = (word, id = OFFICIAL + word) => {
  const { interpret } = getKeyword(id);
  again(word, {
    interpret(ast, instance, context) {
      const before = current.met;
      if (interpret(ast, instance, context)) return true;
      if (current.met === before) return false;
      uncheckedAt(instance, "keyword", word);
      return true;
    },
  }, id);
};

function branches(all, instance, context) {
  context.branches = [];
  let fitting = 0;
  for (const branch of all) {
    const before = context.errors?.length ?? 0;
    const fits = Validation.interpret(branch, instance, context);
    if (fits) fitting++;
    context.branches.push({ fits, errors: context.errors?.slice(before) ?? [] });
  }
  return (context.fitting = fitting);
}

const limit = (word, exclusive, fits, fitsOpen) => {
  const compile = (schema, _ast, parent) => [Browser.value(schema), Browser.value(parent)[exclusive] === true];
  const interpret = ([value, open], instance) => {
    if (!isNumber(instance)) return true;
    const order = compare(exactOf(instance), limitOf(value));
    return open ? fitsOpen(order) : fits(order);
  };
  again(word, { compile, interpret }, OFFICIAL + word, `${OFFICIAL}draft-04/${word}`);
  again(exclusive, {
    compile: (schema) => Browser.value(schema),
    interpret: (value, instance) => typeof value === "boolean" || !isNumber(instance) || fitsOpen(compare(exactOf(instance), limitOf(value))),
  }, OFFICIAL + exclusive);
};

// Every value of a place counts as looked at: perhaps it was.
function everythingSeen(instance, context) {
  if (Instance.typeOf(instance) === "object") for (const name of Instance.keys(instance)) context.evaluatedProperties?.add(Instance.value(name));
  if (Instance.typeOf(instance) === "array") for (let at = 0; at < Instance.length(instance); at++) context.evaluatedItems?.add(at);
}

export function install() {
  again("type", {
    compile: (schema, _ast, parent) => [[Browser.value(schema)].flat(), sayNullable(parent)],
    interpret: ([types, nullable], instance) => {
      const found = Instance.typeOf(instance);
      return types.some((type) => (type === "integer" ? found === "number" && isWhole(exactOf(instance)) : type === found)) || (nullable && found === "null");
    },
  });
  again("enum", {
    compile: (schema, _ast, parent) => [Browser.value(schema).map(sortedValue), sayNullable(parent), Browser.value(schema)],
    interpret: ([values, nullable], instance) => values.includes(sortedText(instance)) || (nullable && Instance.typeOf(instance) === "null"),
  });
  again("const", {
    compile: (schema, _ast, parent) => {
      const value = Browser.value(parent)[getKeywordName(schema.document.dialectId, `${OFFICIAL}const`)];
      return [sortedValue(value), sayNullable(parent), value];
    },
    interpret: ([value, nullable], instance) => value === sortedText(instance) || (nullable && Instance.typeOf(instance) === "null"),
  });
  again("uniqueItems", {
    interpret(unique, instance, context) {
      if (!unique || Instance.typeOf(instance) !== "array") return true;
      const seen = new Map();
      for (const [at, item] of [...Instance.iter(instance)].entries()) {
        const text = sortedText(item);
        if (seen.has(text)) {
          context.twins = [seen.get(text), at];
          return false;
        }
        seen.set(text, at);
      }
      return true;
    },
  });
  again("multipleOf", { interpret: (of, instance) => !isNumber(instance) || isMultiple(exactOf(instance), limitOf(of)) });
  limit("minimum", "exclusiveMinimum", (order) => order >= 0, (order) => order > 0);
  limit("maximum", "exclusiveMaximum", (order) => order <= 0, (order) => order < 0);

  again("pattern", {
    compile: (schema) => Browser.value(schema),
    interpret(pattern, instance) {
      if (Instance.typeOf(instance) !== "string") return true;
      const fits = matches(pattern, Instance.value(instance));
      if (typeof fits === "boolean") return fits;
      uncheckedAt(instance, fits === "slow" ? "slow" : "pattern", pattern);
      return true;
    },
  });
  again("patternProperties", {
    async compile(schema, ast) {
      const all = [];
      for await (const [pattern, inner] of Browser.entries(schema)) all.push([pattern, await Validation.compile(inner, ast)]);
      return all;
    },
    interpret(all, instance, context) {
      if (Instance.typeOf(instance) !== "object") return true;
      let fits = true;
      for (const [pattern, url] of all) {
        for (const [name, value] of Instance.entries(instance)) {
          const match = matches(pattern, Instance.value(name));
          if (match === false) continue;
          if (match !== true) uncheckedAt(instance, match === "slow" ? "slow" : "pattern", pattern);
          else if (!Validation.interpret(url, value, context)) fits = false;
          context.evaluatedProperties?.add(Instance.value(name));
        }
      }
      return fits;
    },
  });
  again("additionalProperties", {
    async compile(schema, ast, parent) {
      const names = (word) => Object.keys(Browser.value(parent)[getKeywordName(schema.document.dialectId, OFFICIAL + word)] ?? {});
      return [new Set(names("properties")), names("patternProperties"), await Validation.compile(schema, ast)];
    },
    interpret([names, patterns, url], instance, context) {
      if (Instance.typeOf(instance) !== "object") return true;
      let fits = true;
      for (const [node, value] of Instance.entries(instance)) {
        const name = Instance.value(node);
        if (names.has(name) || patterns.some((pattern) => matches(pattern, name) !== false)) continue;
        if (!Validation.interpret(url, value, context)) fits = false;
        context.evaluatedProperties?.add(name);
      }
      return fits;
    },
  });

  const items = getKeyword(`${OFFICIAL}items`);
  const tuple = getKeyword(`${OFFICIAL}draft-04/items`);
  again("items", {
    compile: async (schema, ast, parent) => (Browser.typeOf(schema) === "array" ? [await tuple.compile(schema, ast, parent)] : items.compile(schema, ast, parent)),
    interpret: (ast, instance, context) => (ast.length === 1 ? tuple : items).interpret(ast.length === 1 ? ast[0] : ast, instance, context),
  });
  const rest = getKeyword(`${OFFICIAL}draft-04/additionalItems`);
  again("additionalItems", {
    async compile(schema, ast, parent) {
      const first = Browser.value(parent).items;
      return [Array.isArray(first) ? first.length : Number.MAX_SAFE_INTEGER, await Validation.compile(schema, ast)];
    },
  }, rest.id);
  again("anyOf", { interpret: (all, instance, context) => branches(all, instance, context) > 0 });
  again("oneOf", { interpret: (all, instance, context) => branches(all, instance, context) === 1 });
  for (const word of ["not", "oneOf", "contains"]) unlessUnchecked(word);
  unlessUnchecked("contains", `${OFFICIAL}draft-06/contains`);
  for (const [word, wanted] of [["then", true], ["else", false]]) {
    again(word, {
      interpret([condition, inner], instance, context) {
        if (condition === undefined) return true;
        const before = current.met;
        const holds = Validation.interpret(condition, instance, { ...context, errors: undefined, plugins: context.ast.plugins });
        if (holds && current.met > before) {
          uncheckedAt(instance, "keyword", "if");
          return true;
        }
        return holds !== wanted || Validation.interpret(inner, instance, context);
      },
    });
  }
  const formats = ["04", "06", "07", "2019-09", "2020-12"].map((draft) => `${OFFICIAL}draft-${draft}/format`);
  again("format", {
    compile: (schema) => Browser.value(schema),
    interpret: (format, instance) => !current.formats || formatFits(format, instance),
  }, ...formats, ...formats.slice(3).map((id) => `${id}-assertion`));
  addKeyword({
    id: UNCHECKED,
    compile: () => undefined,
    interpret([what, value], instance, context) {
      uncheckedAt(instance, what, value);
      everythingSeen(instance, context);
      return true;
    },
    simpleApplicator: true,
  });
}
