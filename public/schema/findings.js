// What a document does not keep, each at the value that has to change.

import { given, pathOf } from "./rules.js";
import { Instance } from "./validator.js";

const MOST = 300;
const append = (path, name) => `${path}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
const nameOf = (location) => decodeURIComponent(location.slice(location.lastIndexOf("/") + 1)).replaceAll("~1", "/").replaceAll("~0", "~");
// Values of a schema as text, with their digits.
const shown = (value) => (typeof value === "object" && value !== null ? JSON.stringify(value, (_, inner) => given(inner)) : String(given(value)));
const lacking = (names, instance) => names.filter((name) => !Instance.has(name, instance));

// Gathers what fails, as a tree: a plugin of the validator.
export class Findings {
  id = "https://sluice.invalid/plugins/findings";
  all = [];

  afterKeyword([, location, ast], instance, context, valid, outer) {
    if (valid) return;
    const { errors = [], branches, fitting, twins } = context;
    (outer.errors ??= []).push({ word: nameOf(location), ast, instance, errors, branches, fitting, twins });
  }

  afterSchema(url, instance, context, valid) {
    if (context.ast[url] === false && !valid) (context.errors ??= []).push({ word: "false", instance, errors: [] });
    this.all = context.errors ?? [];
  }

  told() {
    const found = new Map();
    const tell = (rule, path, rest = {}) => {
      const one = { rule, path, ...rest };
      if (found.size < MOST) found.set(JSON.stringify(one), one);
    };
    for (const error of this.all) say(error, tell, "");
    return [...found.values()];
  }
}

// An alternative is out of the question where the kind of value, or the value that marks it, is another.
function outOfQuestion({ errors }, instance) {
  const depth = pathOf(instance).split("/").length;
  const marks = (error) => {
    const below = pathOf(error.instance).split("/").length - depth;
    if (["const", "enum"].includes(error.word) && below <= 1) return true;
    if (["type", "false"].includes(error.word) && below === 0) return true;
    return error.errors.some(marks);
  };
  return errors.some(marks);
}

function say({ word, ast, instance, errors, branches, fitting, twins }, tell, parent) {
  const path = pathOf(instance);
  const type = Instance.typeOf(instance);
  const limit = (rest) => tell(word, path, { given: shown(Array.isArray(ast) ? ast[0] : ast), ...rest });
  switch (word) {
    case "required":
      for (const name of lacking(ast, instance)) tell("required", append(path, name), { name });
      return;
    case "dependentRequired":
      for (const [because, names] of ast) {
        if (Instance.has(because, instance)) for (const name of lacking(names, instance)) tell("dependentRequired", append(path, name), { name, because });
      }
      return;
    case "dependencies":
      for (const [because, names] of ast) {
        if (Array.isArray(names) && Instance.has(because, instance)) for (const name of lacking(names, instance)) tell("dependentRequired", append(path, name), { name, because });
      }
      break;
    case "type":
      return tell(word, path, { types: ast[0], found: type });
    case "enum":
      return tell(word, path, { values: ast[2].slice(0, 7).map(shown), more: Math.max(0, ast[2].length - 7) });
    case "const":
      return tell("enum", path, { values: [shown(ast[2])], more: 0 });
    case "minLength":
    case "maxLength":
      return limit({ found: [...Instance.value(instance)].length });
    case "minItems":
    case "maxItems":
      return limit({ found: Instance.length(instance) });
    case "minProperties":
    case "maxProperties":
      return limit({ found: Object.keys(Instance.value(instance)).length });
    case "minimum":
    case "maximum":
      return limit({ open: Boolean(ast[1]) });
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return tell(word.replace("exclusiveM", "m"), path, { given: shown(ast), open: true });
    case "multipleOf":
    case "pattern":
    case "format":
      return limit();
    case "uniqueItems":
      return tell(word, path, { twins });
    case "not":
      return tell(word, path);
    case "contains":
      return tell(word, path, { min: ast.minContains ?? 1, max: ast.maxContains < Number.MAX_SAFE_INTEGER ? ast.maxContains : null });
    case "propertyNames":
      for (const error of errors) tell(word, pathOf(error.instance), { name: shown(Instance.value(error.instance)) });
      return;
    case "false":
      return tell(parent === "additionalProperties" || parent === "unevaluatedProperties" ? "additionalProperties" : parent === "" ? "false" : /tems$/.test(parent) ? "additionalItems" : "false", path);
    case "anyOf":
    case "oneOf": {
      if (fitting > 1) return tell("several", path, { count: fitting });
      const likely = branches.filter((branch) => !outOfQuestion(branch, instance));
      if (likely.length !== 1) return tell("none", path);
      for (const error of likely[0].errors) say(error, tell, word);
      return;
    }
    default:
  }
  for (const error of errors) say(error, tell, word);
}
